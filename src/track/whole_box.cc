#include "track/whole_box.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "site/homography.h"

namespace shrike {
namespace {

/// Grown people, shoes on; a head that is 10 cm lower moves the feet of somebody 5 m away by a third of a metre.
constexpr double kHead_m = 1.7, kBreadth_m = 0.48;
/// Below this share of what a grown person's box would have, both of its height and of its height by its breadth, a box
/// is cut off. A child's is short too, but as narrow.
constexpr double kWhole = 0.85;
constexpr double kFocalMin = 0.3, kFocalMax = 6;  ///< heights of the picture: from a fish's eye to a long lens
constexpr double kHangsMin_m = 1.9, kHangsMax_m = 15;
constexpr float kEdge = 0.985F;

double dot(const std::array<double, 3>& a, const std::array<double, 3>& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/// Floor (m) to picture, in heights of the picture from its middle.
Eigen::Matrix3d to_picture(std::span<const FloorPair> points, const Homography& to_floor, double aspect) {
  Eigen::MatrixXd rows(2 * static_cast<Eigen::Index>(points.size()), 9);
  for (size_t i = 0; i < points.size(); ++i) {
    const double x = points[i].floor_m.x, y = points[i].floor_m.y;
    // What the fit says, not what was clicked: it has the errors of single points taken out.
    const Point at = to_floor.to_picture(points[i].floor_m).value_or(points[i].picture);
    const double u = (static_cast<double>(at.x) - 0.5) * aspect, v = static_cast<double>(at.y) - 0.5;
    const auto row = static_cast<Eigen::Index>(2 * i);
    rows.row(row) << x, y, 1, 0, 0, 0, -u * x, -u * y, -u;
    rows.row(row + 1) << 0, 0, 0, x, y, 1, -v * x, -v * y, -v;
  }
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(rows, Eigen::ComputeFullV);
  const Eigen::VectorXd h = svd.matrixV().col(8);
  Eigen::Matrix3d g;
  g << h(0), h(1), h(2), h(3), h(4), h(5), h(6), h(7), h(8);
  return g;
}

/// The two axes of the plan are square to one another and equally long: two equations in 1 / focal².
double focal_of(const Eigen::Matrix3d& g) {
  const double a = g(0, 0) * g(0, 1) + g(1, 0) * g(1, 1), b = g(2, 0) * g(2, 1);
  const double c = g(0, 0) * g(0, 0) + g(1, 0) * g(1, 0) - g(0, 1) * g(0, 1) - g(1, 1) * g(1, 1);
  const double d = g(2, 0) * g(2, 0) - g(2, 1) * g(2, 1);
  const double inverse_square = -(a * b + c * d / 4) / std::max(1e-12, a * a + c * c / 4);
  return inverse_square > 0 ? 1 / std::sqrt(inverse_square) : 0;
}

}  // namespace

std::optional<WholeBox> WholeBox::of(std::span<const FloorPair> points, double aspect) {
  const auto fit = fit_homography(points);
  if (!fit || !(aspect > 0)) return std::nullopt;
  const Eigen::Matrix3d g = to_picture(points, fit->homography, aspect);
  const double focal = focal_of(g);
  if (!(focal >= kFocalMin && focal <= kFocalMax)) return std::nullopt;
  Eigen::Matrix3d axes = Eigen::Vector3d(1 / focal, 1 / focal, 1).asDiagonal() * g;
  const Point floor = points.front().floor_m;
  const double depth = axes(2, 0) * floor.x + axes(2, 1) * floor.y + axes(2, 2);
  axes *= (depth < 0 ? -2 : 2) / (axes.col(0).norm() + axes.col(1).norm());
  // x to the right and y down, as the plan is seen from above: the third axis goes into the floor.
  const Eigen::Vector3d down = axes.col(0).cross(axes.col(1)).normalized(), origin = axes.col(2);
  WholeBox whole;
  whole.aspect_ = aspect;
  whole.focal_ = focal;
  whole.down_ = {down.x(), down.y(), down.z()};
  whole.floor_ = {origin.x(), origin.y(), origin.z()};
  const double hangs_m = whole.height_m();
  return hangs_m < kHangsMin_m || hangs_m > kHangsMax_m ? std::nullopt : std::optional(whole);
}

double WholeBox::height_m() const { return dot(down_, floor_); }

Box WholeBox::complete(const Box& box) const {
  const double u = ((static_cast<double>(box.x1) + static_cast<double>(box.x2)) / 2 - 0.5) * aspect_;
  const double v = static_cast<double>(box.y1) - 0.5;
  const Vector ray{u / focal_, v / focal_, 1};
  const double steep = dot(down_, ray);
  if (steep <= 0.02 || box.y2 >= kEdge || box.height() <= 0) return box;
  const double far = (height_m() - kHead_m) / steep;
  const Vector feet{far * ray[0] + kHead_m * down_[0], far * ray[1] + kHead_m * down_[1],
                    far * ray[2] + kHead_m * down_[2]};
  if (far <= 0 || feet[2] <= 0.1) return box;
  const double tall = focal_ * feet[1] / feet[2] - v;
  const double broad = focal_ * kBreadth_m / far / aspect_;
  const double height = static_cast<double>(box.height()) / tall, breadth = static_cast<double>(box.width()) / broad;
  if (tall <= 0 || height >= kWhole || height >= kWhole * breadth) return box;
  Box whole = box;
  whole.y2 = std::min(1.F, static_cast<float>(static_cast<double>(box.y1) + tall));
  return whole;
}

void WholeBoxes::complete(const PictureAt& picture, std::vector<VisitTrack>& present) {
  if (points_.empty() || picture.width <= 0 || picture.height <= 0) return;
  const auto w = static_cast<float>(picture.width), h = static_cast<float>(picture.height);
  if (const double aspect = static_cast<double>(w) / static_cast<double>(h); aspect != aspect_) {
    aspect_ = aspect;
    whole_ = WholeBox::of(points_, aspect);
  }
  if (!whole_) return;
  for (VisitTrack& one : present) {
    Box& box = one.track.box;
    box.y2 = std::max(box.y2, h * whole_->complete({box.x1 / w, box.y1 / h, box.x2 / w, box.y2 / h}).y2);
  }
}

}  // namespace shrike
