#pragma once
#include <map>
#include <string>
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

/// What a body showed, as BodyWatch reads it from poses.
enum class BodySign {
  hand_to_body,  ///< a hand came from a shelf and went to a pocket, the waistband, the chest or a bag
  in_cart,       ///< … into a trolley or basket
  concealment,   ///< the learned score of the hands passed its threshold
};

/// The first time that a sign was seen in a zone.
struct BodyFact {
  Timestamp from, to;
  std::string detail;  ///< one short clause for a person
};

/// All that is held of one visit on one camera, of bounded size: its facts, from which evidence is computed anew.
struct VisitFacts {
  SteadyFoot foot;
  std::vector<ZoneWatch> zones;                             ///< one a zone of the camera, in its order
  std::map<std::pair<size_t, int>, Sightings> carried_out;  ///< by (exit zone, class)
  std::map<std::pair<size_t, BodySign>, BodyFact> body;     ///< by (zone, sign)
  int cart_frames = 0;                                      ///< with a cart or basket, anywhere
  int bag_frames = 0;                                       ///< with a bag or an article, anywhere
};

}  // namespace shrike
