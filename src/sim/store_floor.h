#pragma once
// Where people can walk in a simulated store, and the ways they take.

#include <map>
#include <span>
#include <vector>

#include "sim/store_world.h"

namespace shrike {

/// The floor as a grid, with shelves taken out of it. Keeps the distances to places that were walked to before, so it
/// is not thread-safe.
class FloorPlan {
 public:
  explicit FloorPlan(const StoreWorld& world);

  /// The shortest way from `from` to `to` around the shelves, its corners only; both ends are moved to where one can
  /// stand. Empty where there is none.
  [[nodiscard]] std::vector<FloorPoint> way(FloorPoint from, FloorPoint to);
  /// The nearest place to `p` where one can stand; `p` itself where one can.
  [[nodiscard]] FloorPoint standing_near(FloorPoint p) const;

 private:
  [[nodiscard]] int cell_of(FloorPoint p) const;
  [[nodiscard]] FloorPoint middle_of(int cell) const;
  [[nodiscard]] bool straight(FloorPoint a, FloorPoint b) const;
  const std::vector<float>& distances_to(int cell);

  double width_m_, depth_m_;
  int columns_, rows_;
  std::vector<bool> free_;
  std::map<int, std::vector<float>> distances_;  ///< by the cell walked to: metres from every cell
};

/// Length of a way, metres.
[[nodiscard]] double length_of(std::span<const FloorPoint> way);
[[nodiscard]] double distance(FloorPoint a, FloorPoint b);

}  // namespace shrike
