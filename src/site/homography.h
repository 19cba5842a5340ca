#pragma once
// Where a point of a camera's picture lies on the floor: a plane seen by a camera is a homography away from its plan.

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "base/geometry.h"
#include "base/result.h"

namespace shrike {

/// One point of the floor, in a camera's picture (0..1, y down) and on the plan (metres; x to the right, y down, as the
/// plan is seen from above).
struct FloorPair {
  Point picture, floor_m;
};

/// How far the floor moves for a small step in the picture, metres: rows are floor x and y, columns picture x and y.
struct FloorSlope {
  double xx = 0, xy = 0, yx = 0, yy = 0;
};

/// Picture to floor. Only fit_homography() makes a useful one.
class Homography {
 public:
  /// Rows of the matrix. Must be scaled so that the third row is positive for what the camera sees of the floor.
  explicit Homography(const std::array<double, 9>& rows) : h_(rows) {}
  /// Metres; none at the horizon and above it, where there is no floor.
  [[nodiscard]] std::optional<Point> to_floor(Point picture) const;
  [[nodiscard]] FloorSlope slope_at(Point picture) const;
  /// The inverse: where a point of the floor is in the picture; none where it is behind the camera.
  [[nodiscard]] std::optional<Point> to_picture(Point floor_m) const;

 private:
  std::array<double, 9> h_;
};

struct FloorFit {
  Homography homography;
  std::vector<double> errors_m;  ///< of each pair: from where it is mapped to where it was said to be
  double error_m = 0;            ///< root of their mean square; 0 for four pairs, which any homography fits
};

inline constexpr size_t kFloorPairsMin = 4, kFloorPairsMax = 32;
/// Beyond this root mean square error a camera's points are refused: people are joined by where they stand.
inline constexpr double kFloorErrorMax_m = 0.5;

/// The homography that fits all pairs best: direct linear transform, points normalised first (Hartley, PAMI 19, 1997).
/// bad_input, naming the points (counted from 1): too few; on one line; two exchanged, so that the plan folds; mirrored
/// (a plan whose y goes up); more than kFloorErrorMax_m apart.
[[nodiscard]] Result<FloorFit> fit_homography(std::span<const FloorPair> pairs);

}  // namespace shrike
