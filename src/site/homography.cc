#include "site/homography.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace shrike {
namespace {

using Matrix9 = Eigen::Matrix<double, 9, 9>;
using Vector9 = Eigen::Matrix<double, 9, 1>;

constexpr double kHorizon = 1e-6;
/// A triangle flatter than this is a line, to the precision with which a person clicks or measures.
constexpr double kFlatPicture = 0.015, kFlatFloor_m = 0.1;

/// Points as doubles, one a column.
Eigen::Matrix2Xd columns(std::span<const FloorPair> pairs, Point FloorPair::*side) {
  Eigen::Matrix2Xd points(2, static_cast<Eigen::Index>(pairs.size()));
  for (size_t i = 0; i < pairs.size(); ++i)
    points.col(static_cast<Eigen::Index>(i)) << (pairs[i].*side).x, (pairs[i].*side).y;
  return points;
}

/// Moves points to mean 0 and mean distance √2 from it, so that the least squares are well conditioned.
Eigen::Matrix3d normaliser(const Eigen::Matrix2Xd& points) {
  const Eigen::Vector2d mean = points.rowwise().mean();
  const double distance = (points.colwise() - mean).colwise().norm().mean();
  const double scale = distance > 0 ? std::sqrt(2.0) / distance : 1;
  Eigen::Matrix3d t;
  t << scale, 0, -scale * mean.x(), 0, scale, -scale * mean.y(), 0, 0, 1;
  return t;
}

/// Distance of point `k` from the line through `i` and `j`.
double off_line(const Eigen::Matrix2Xd& p, Eigen::Index i, Eigen::Index j, Eigen::Index k) {
  const Eigen::Vector2d along = p.col(j) - p.col(i), to = p.col(k) - p.col(i);
  const double length = along.norm();
  return length > 0 ? std::abs(along.x() * to.y() - along.y() * to.x()) / length : to.norm();
}

/// The smallest height of the triangles that four points make: 0 where three of them are on one line.
double least_height(const Eigen::Matrix2Xd& p, const std::array<Eigen::Index, 4>& four) {
  double least = INFINITY;
  for (size_t a = 0; a < 4; ++a)
    for (size_t b = a + 1; b < 4; ++b)
      for (size_t c = 0; c < 4; ++c)
        if (c != a && c != b) least = std::min(least, off_line(p, four[a], four[b], four[c]));
  return least;
}

bool has_four_corners(const Eigen::Matrix2Xd& p, double flat) {
  const Eigen::Index n = p.cols();
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = i + 1; j < n; ++j)
      for (Eigen::Index k = j + 1; k < n; ++k)
        for (Eigen::Index l = k + 1; l < n; ++l)
          if (least_height(p, {i, j, k, l}) >= flat) return true;
  return false;
}

/// The most points that one line holds, counted from 1.
std::vector<Eigen::Index> longest_line(const Eigen::Matrix2Xd& p, double flat) {
  std::vector<Eigen::Index> longest;
  for (Eigen::Index i = 0; i < p.cols(); ++i)
    for (Eigen::Index j = i + 1; j < p.cols(); ++j) {
      std::vector<Eigen::Index> on;
      for (Eigen::Index k = 0; k < p.cols(); ++k)
        if (k == i || k == j || off_line(p, i, j, k) < flat) on.push_back(k + 1);
      if (on.size() > longest.size()) longest = std::move(on);
    }
  return longest;
}

Result<void> refuse_lines(std::span<const FloorPair> pairs) {
  for (const auto& [side, flat, where] : {std::tuple(&FloorPair::picture, kFlatPicture, "in the picture"),
                                          std::tuple(&FloorPair::floor_m, kFlatFloor_m, "on the floor")}) {
    const auto points = columns(pairs, side);
    if (has_four_corners(points, flat)) continue;
    return bad_input(
        fmt::format("points {} lie on one line {}; four points are needed of which no three are on a line, e.g. the "
                    "corners of the area that the camera sees",
                    fmt::join(longest_line(points, flat), ", "), where));
  }
  return {};
}

Eigen::Matrix3d least_squares(std::span<const FloorPair> pairs) {
  const auto from = columns(pairs, &FloorPair::picture), to = columns(pairs, &FloorPair::floor_m);
  const Eigen::Matrix3d normal_from = normaliser(from), normal_to = normaliser(to);
  Matrix9 sum = Matrix9::Zero();
  for (Eigen::Index i = 0; i < from.cols(); ++i) {
    const Eigen::Vector3d p = normal_from * from.col(i).homogeneous(), q = normal_to * to.col(i).homogeneous();
    Vector9 first, second;
    first << p, Eigen::Vector3d::Zero(), -q.x() * p;
    second << Eigen::Vector3d::Zero(), p, -q.y() * p;
    sum += first * first.transpose() + second * second.transpose();
  }
  const Vector9 least = Eigen::SelfAdjointEigenSolver<Matrix9>(sum).eigenvectors().col(0);
  const Eigen::Matrix3d h = Eigen::Map<const Eigen::Matrix<double, 3, 3, Eigen::RowMajor>>(least.data());
  return normal_to.inverse() * h * normal_from;
}

/// Scales `h` so that all points lie before the horizon; refused where that cannot be, or the plan is mirrored.
Result<Eigen::Matrix3d> upright(Eigen::Matrix3d h, std::span<const FloorPair> pairs) {
  std::vector<size_t> before, behind;
  for (size_t i = 0; i < pairs.size(); ++i) {
    const double w = h.row(2).dot(Eigen::Vector3d(pairs[i].picture.x, pairs[i].picture.y, 1));
    (w > 0 ? before : behind).push_back(i + 1);
  }
  if (!before.empty() && !behind.empty())
    return bad_input(fmt::format(
        "the plan folds between points {} and points {}: are two of them exchanged? Each pair must name the same spot "
        "in the picture and on the floor",
        fmt::join(before, ", "), fmt::join(behind, ", ")));
  if (before.empty()) h = -h;
  h /= h.row(2).cwiseAbs().maxCoeff();
  if (h.determinant() <= 0)
    return bad_input(
        "the points are mirrored: no camera sees a floor from below. On the plan x goes to the right and y goes down, "
        "as seen from above; are two points exchanged, or does y go up?");
  return h;
}

}  // namespace

std::optional<Point> Homography::to_floor(Point p) const {
  const double w = h_[6] * p.x + h_[7] * p.y + h_[8];
  if (!(w > kHorizon)) return std::nullopt;
  return Point{static_cast<float>((h_[0] * p.x + h_[1] * p.y + h_[2]) / w),
               static_cast<float>((h_[3] * p.x + h_[4] * p.y + h_[5]) / w)};
}

FloorSlope Homography::slope_at(Point p) const {
  const double w = std::max(kHorizon, h_[6] * p.x + h_[7] * p.y + h_[8]);
  const double x = (h_[0] * p.x + h_[1] * p.y + h_[2]) / w, y = (h_[3] * p.x + h_[4] * p.y + h_[5]) / w;
  return {(h_[0] - x * h_[6]) / w, (h_[1] - x * h_[7]) / w, (h_[3] - y * h_[6]) / w, (h_[4] - y * h_[7]) / w};
}

std::optional<Point> Homography::to_picture(Point floor_m) const {
  const Eigen::Matrix3d h = Eigen::Map<const Eigen::Matrix<double, 3, 3, Eigen::RowMajor>>(h_.data());
  const Eigen::Vector3d p = h.inverse() * Eigen::Vector3d(floor_m.x, floor_m.y, 1);
  // The matrix and its inverse agree on which side is before the camera: w of the one is one over w of the other.
  if (!(p.z() > 0)) return std::nullopt;
  return Point{static_cast<float>(p.x() / p.z()), static_cast<float>(p.y() / p.z())};
}

Result<FloorFit> fit_homography(std::span<const FloorPair> pairs) {
  if (pairs.size() < kFloorPairsMin || pairs.size() > kFloorPairsMax)
    return bad_input(fmt::format("expected {} to {} points, found {}", kFloorPairsMin, kFloorPairsMax, pairs.size()));
  TRY_VOID(refuse_lines(pairs));
  TRY(const Eigen::Matrix3d h, upright(least_squares(pairs), pairs));
  FloorFit fit{Homography({h(0, 0), h(0, 1), h(0, 2), h(1, 0), h(1, 1), h(1, 2), h(2, 0), h(2, 1), h(2, 2)}), {}, 0};
  for (const FloorPair& pair : pairs) {
    const Point at = fit.homography.to_floor(pair.picture).value_or(Point{INFINITY, INFINITY});
    fit.errors_m.push_back(std::hypot(at.x - pair.floor_m.x, at.y - pair.floor_m.y));
    fit.error_m += fit.errors_m.back() * fit.errors_m.back() / static_cast<double>(pairs.size());
  }
  fit.error_m = std::sqrt(fit.error_m);
  if (!(fit.error_m <= kFloorErrorMax_m)) {
    const auto worst = std::ranges::max_element(fit.errors_m);
    return bad_input(fmt::format(
        "the points do not fit one floor: they are {:.2f} m off (root mean square; at most {} m), most of all point {} "
        "with {:.2f} m; look whether each pair names one spot, and whether the lens bends straight lines",
        fit.error_m, kFloorErrorMax_m, worst - fit.errors_m.begin() + 1, *worst));
  }
  return fit;
}

}  // namespace shrike
