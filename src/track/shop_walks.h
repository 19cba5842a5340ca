#pragma once
// People who walk through a made-up shop, as placed cameras would see them, with the truth of who is who: what visits
// across cameras are tested on and measured with.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "track/store_visits.h"

namespace shrike {

struct ShopWalkOptions {
  int people = 40;
  double span_s = 600;  ///< in which they come in
  double width_m = 20, depth_m = 12;
  bool placed = true;   ///< cameras give spots
  bool overlap = true;  ///< views overlap by a few metres; else there are gaps between them
  bool looks = true;
  double look_noise = 0.35;      ///< of one sight; people differ by about 1
  double cast = 0.25;            ///< how differently cameras see one colour
  double uniform_share = 0;      ///< share of people who are all dressed alike
  double hidden_share = 0.1;     ///< share of walking time behind a shelf, seen by nobody, for 2 to 60 s
  double clock_ahead_s = 0;      ///< of the second camera
  double swaps_per_meeting = 0;  ///< two camera visits that pass within 1 m exchange their people
  double foot_noise_m = 0.15;
  uint64_t seed = 1;
};

/// One sight with the truth beside it.
struct TrueSight {
  CameraSight sight;
  Timestamp time;                ///< by the right clock
  std::vector<int> who;          ///< of each of sight.people
  std::vector<FloorSpot> where;  ///< where they are, exactly
};

/// Five sights a second and camera, in order of time. Four cameras in a row along the shop; the entrance, which is also
/// the exit, is before the first.
[[nodiscard]] std::vector<TrueSight> walk_shop(const ShopWalkOptions& options);

}  // namespace shrike
