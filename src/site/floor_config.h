#pragma once
// `floor:` and `floor_points:` of the configuration: the plan of the shop floor, and where cameras look at it.

#include <filesystem>
#include <vector>

#include "site/homography.h"

namespace shrike {

class YamlMap;

/// The plan of the shop floor. Its origin is the top left corner, as seen from above; x to the right, y down.
struct FloorConfig {
  double width_m = 0, depth_m = 0;  ///< along x and y; 0: there is no plan
  std::filesystem::path picture;    ///< of the plan, whole width and depth; empty: none

  [[nodiscard]] bool known() const { return width_m > 0; }
};

[[nodiscard]] FloorConfig read_floor(YamlMap map, const std::filesystem::path& base);

/// A camera's `floor_points:`; empty where it has none. What fit_homography() would refuse is a fault here, so that
/// whoever holds a SiteConfig can fit.
[[nodiscard]] std::vector<FloorPair> read_floor_points(YamlMap& camera, const FloorConfig& floor);

}  // namespace shrike
