#pragma once
// What a simulated camera's picture shows of the floor: a pinhole camera over shelves that hide what is behind them.

#include <optional>
#include <vector>

#include "base/geometry.h"
#include "sim/store_world.h"

namespace shrike {

/// A person's body in a picture.
struct SeenBody {
  Box box;                  ///< pixels; the whole body, also what is hidden or beyond the edge
  double depth_m = 0;       ///< distance from the camera: who is nearer hides who is behind
  double hidden_share = 0;  ///< share of the height, from the feet up, that shelves hide
};

class StoreCamera {
 public:
  static constexpr int kWidth = 1280, kHeight = 720;  ///< pixels of its picture

  StoreCamera(const StoreWorld& world, const WorldCamera& camera);

  /// None where nothing of the body is in the picture.
  [[nodiscard]] std::optional<SeenBody> body(FloorPoint feet, double height_m) const;
  /// Where a point `z_m` above the floor is in the picture (0..1, also beyond the edges); none behind the camera.
  [[nodiscard]] std::optional<Point> picture_of(FloorPoint p, double z_m = 0) const;
  /// The part of a place on the floor that the picture shows, 0..1; empty where it shows none of it.
  [[nodiscard]] Polygon picture_of(const FloorRect& rect) const;
  /// Share of a place on the floor where a person's lower body would be seen, within reach of a detector.
  [[nodiscard]] double share_seen(const FloorRect& rect) const;
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  struct Axes {
    double x, y, z;
  };
  [[nodiscard]] Axes to_camera(FloorPoint p, double z_m) const;
  [[nodiscard]] double hidden_below(FloorPoint p) const;
  [[nodiscard]] double measure_hidden(const StoreWorld& world, FloorPoint p) const;

  std::string name_;
  FloorPoint at_;
  double height_m_, focal_px_;
  Axes forward_{}, right_{}, down_{};
  int columns_, rows_;
  std::vector<float> hidden_below_;  ///< metres, by cell of the floor: what shelves hide of who stands there
};

}  // namespace shrike
