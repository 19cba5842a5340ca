#pragma once
// The plan of the shop floor, kept beside the visits so that reports can be made without the configuration.

#include <optional>
#include <string>

#include "db/database.h"
#include "site/floor_config.h"

namespace shrike {

struct KeptFloorPlan {
  double width_m = 0, depth_m = 0;
  std::string picture;  ///< a data: URI; empty where there is none
};

/// Keeps size and picture (PNG, JPEG or SVG of 4 MB at most) in place of what was kept of them. Errors: a picture that
/// cannot be read, is too large, or is of another kind.
[[nodiscard]] Result<void> save_floor_plan(Database& database, const FloorConfig& floor);
/// Nothing where the store was watched without a plan.
[[nodiscard]] Result<std::optional<KeptFloorPlan>> load_floor_plan(Database& database);

}  // namespace shrike
