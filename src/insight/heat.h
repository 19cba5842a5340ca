#pragma once
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "behaviour/visit_trace.h"
#include "vault/traces.h"

namespace shrike {

/// Where people were, in cells of equal size over one camera's picture or over the floor.
struct HeatGrid {
  std::string name;  ///< of the camera; "floor"
  Plane plane = Plane::picture;
  double left = 0, top = 0, width = 1, height = 1;  ///< what the cells cover: 0..1 of the picture, or metres
  double aspect = 1;                                ///< width / height as it should be drawn
  int columns = 0, rows = 0;
  std::vector<double> seconds;  ///< spent in each cell by everyone together, row by row; by each camera that saw it
  std::vector<double> people;   ///< who passed through each cell, each camera's visit once
  std::vector<ZoneOutline> zones;
  int64_t visits = 0;  ///< of the store: one that several cameras saw is one on the floor
};

/// Collects traces into grids: a camera's, or one of the floor for cameras that are placed on it.
class HeatMaker {
 public:
  void take(const VisitTrace& trace);
  /// With the outlines drawn in: by camera, the floor first.
  [[nodiscard]] std::vector<HeatGrid> finish(std::span<const ZoneOutline> outlines);

 private:
  HeatGrid& grid_for(const VisitTrace& trace);
  std::unordered_set<std::string> seen_;  ///< grid and visit
  std::vector<HeatGrid> grids_;
};

/// All traces in [from, to) but those of `without` (staff).
[[nodiscard]] Result<std::vector<HeatGrid>> heat_of(Database& database, Timestamp from, Timestamp to,
                                                    const std::unordered_set<std::string>& without);

}  // namespace shrike
