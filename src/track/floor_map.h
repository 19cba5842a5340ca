#pragma once
// One camera's boxes on the floor of the shop.

#include <optional>

#include "base/geometry.h"
#include "site/config.h"

namespace shrike {

/// Where somebody stands, and how sure that is.
struct FloorSpot {
  double x_m = 0, y_m = 0;
  double xx = 0, xy = 0, yy = 0;  ///< covariance, m²: long away from the camera, where a pixel is far
};

/// Density (1/m²) of `b` being where `a` is: a normal in the difference, with both covariances and `more_m` (root mean
/// square along each axis) added.
[[nodiscard]] double same_place_density(const FloorSpot& a, const FloorSpot& b, double more_m);
[[nodiscard]] double metres_between(const FloorSpot& a, const FloorSpot& b);

class FloorMap {
 public:
  /// None where the camera is not placed. The configuration's reader refuses points that cannot be fitted.
  [[nodiscard]] static std::optional<FloorMap> of(const CameraConfig& camera, const FloorConfig& floor);
  /// `box` in 0..1 of the picture. None where its feet are not on the floor: above the horizon, off the plan.
  [[nodiscard]] std::optional<FloorSpot> spot_of(const Box& box) const;

 private:
  FloorMap(Homography homography, double error_m, const FloorConfig& floor)
      : homography_(homography), error_m_(error_m), width_m_(floor.width_m), depth_m_(floor.depth_m) {}

  Homography homography_;
  double error_m_, width_m_, depth_m_;
};

}  // namespace shrike
