#include "track/floor_map.h"

#include <algorithm>
#include <cmath>

namespace shrike {
namespace {

/// Feet are found to so much of a person's height in the picture, sideways and up and down.
constexpr double kFootAcross = 0.06, kFootDown = 0.05;
/// A box that ends with the picture: the feet are below it.
constexpr float kCutOff = 0.985F;
constexpr double kFootCutOff = 0.35;
constexpr double kStance_m = 0.15;  ///< where in a stride the middle of the feet is
constexpr double kOffPlan_m = 5;
/// Beyond this a place says nothing: the picture is nearly at its horizon there.
constexpr double kSpreadMax_m = 8;

}  // namespace

double same_place_density(const FloorSpot& a, const FloorSpot& b, double more_m) {
  const double xx = a.xx + b.xx + more_m * more_m, yy = a.yy + b.yy + more_m * more_m, xy = a.xy + b.xy;
  const double determinant = std::max(1e-6, xx * yy - xy * xy);
  const double dx = a.x_m - b.x_m, dy = a.y_m - b.y_m;
  const double squared = (yy * dx * dx - 2 * xy * dx * dy + xx * dy * dy) / determinant;
  return std::exp(-squared / 2) / (2 * M_PI * std::sqrt(determinant));
}

double metres_between(const FloorSpot& a, const FloorSpot& b) { return std::hypot(a.x_m - b.x_m, a.y_m - b.y_m); }

std::optional<FloorMap> FloorMap::of(const CameraConfig& camera, const FloorConfig& floor) {
  if (camera.floor_points.empty() || !floor.known()) return std::nullopt;
  const auto fit = fit_homography(camera.floor_points);
  if (!fit) return std::nullopt;
  return FloorMap(fit->homography, fit->error_m, floor);
}

std::optional<FloorSpot> FloorMap::spot_of(const Box& box) const {
  const Point foot = box.bottom_centre();
  const auto at = homography_.to_floor(foot);
  if (!at || at->x < -kOffPlan_m || at->y < -kOffPlan_m || at->x > width_m_ + kOffPlan_m ||
      at->y > depth_m_ + kOffPlan_m)
    return std::nullopt;
  const FloorSlope slope = homography_.slope_at(foot);
  const double height = std::max(0.01F, box.height());
  const double across = kFootAcross * std::max(0.005F, box.width());
  const double down = (foot.y > kCutOff ? kFootCutOff : kFootDown) * height;
  const double a = across * across, d = down * down, base = kStance_m * kStance_m + error_m_ * error_m_;
  const FloorSpot spot{at->x, at->y, slope.xx * slope.xx * a + slope.xy * slope.xy * d + base,
                       slope.xx * slope.yx * a + slope.xy * slope.yy * d,
                       slope.yx * slope.yx * a + slope.yy * slope.yy * d + base};
  if (!(spot.xx + spot.yy < kSpreadMax_m * kSpreadMax_m)) return std::nullopt;
  return spot;
}

}  // namespace shrike
