#pragma once
#include <map>
#include <utility>
#include <vector>

#include "base/time.h"
#include "behaviour/steady_foot.h"
#include "behaviour/zones.h"

namespace shrike {

/// Frames in which something was seen at an exit together with a person.
struct Sightings {
  int frames = 0;
  Timestamp first;
};

/// All that is held of one visit on one camera, of bounded size: its facts, from which evidence is computed anew.
struct VisitFacts {
  SteadyFoot foot;
  std::vector<ZoneWatch> zones;                             ///< one a zone of the camera, in its order
  std::map<std::pair<size_t, int>, Sightings> carried_out;  ///< by (exit zone, class)
  int cart_frames = 0;                                      ///< with a cart or basket, anywhere
  int bag_frames = 0;                                       ///< with a bag or an article, anywhere
};

}  // namespace shrike
