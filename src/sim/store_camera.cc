#include "sim/store_camera.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace shrike {
namespace {

constexpr double kCell_m = 0.25;
constexpr double kBodyRadius_m = 0.24;  // half a person's breadth with arms
constexpr double kNear_m = 0.3;         // nothing nearer than this to the camera is drawn
constexpr double kReach_m = 14;         // a zone farther away is not drawn for this camera
constexpr double kKnee_m = 0.5;

/// Shares of the segment a → b inside `r`: the last one; negative where it does not touch it.
double leaves_at(FloorPoint a, FloorPoint b, const FloorRect& r) {
  double t0 = 0, t1 = 1;
  const std::array<std::array<double, 4>, 2> axes{{{a.x, b.x - a.x, r.x1, r.x2}, {a.y, b.y - a.y, r.y1, r.y2}}};
  for (const auto& [from, by, low, high] : axes) {
    if (std::abs(by) < 1e-9) {
      if (from < low || from > high) return -1;
      continue;
    }
    const double first = (low - from) / by, last = (high - from) / by;
    t0 = std::max(t0, std::min(first, last));
    t1 = std::min(t1, std::max(first, last));
  }
  return t0 < t1 ? t1 : -1;
}

/// The part of `polygon` where `inside` is not negative (Sutherland and Hodgman 1974).
template <class P, class Inside>
std::vector<P> cut(const std::vector<P>& polygon, const Inside& inside) {
  std::vector<P> out;
  for (size_t i = 0; i < polygon.size(); ++i) {
    const P &a = polygon[i], &b = polygon[(i + 1) % polygon.size()];
    const double at_a = inside(a), at_b = inside(b);
    if (at_a >= 0) out.push_back(a);
    if ((at_a >= 0) != (at_b >= 0)) {
      const double t = at_a / (at_a - at_b);
      P on = a;
      on.x = static_cast<decltype(on.x)>(a.x + (b.x - a.x) * t);
      on.y = static_cast<decltype(on.y)>(a.y + (b.y - a.y) * t);
      if constexpr (requires { on.z; }) on.z = a.z + (b.z - a.z) * t;
      out.push_back(on);
    }
  }
  return out;
}

}  // namespace

StoreCamera::StoreCamera(const StoreWorld& world, const WorldCamera& camera)
    : name_(camera.name),
      at_(camera.at),
      height_m_(camera.height_m),
      focal_px_(kWidth / 2.0 / std::tan(camera.fov_deg / 2 * M_PI / 180)),
      columns_(static_cast<int>(std::ceil(world.width_m / kCell_m))),
      rows_(static_cast<int>(std::ceil(world.depth_m / kCell_m))) {
  const double dx = camera.looks_at.x - at_.x, dy = camera.looks_at.y - at_.y;
  const double flat = std::max(1e-6, std::hypot(dx, dy)), far = std::hypot(flat, height_m_);
  forward_ = {dx / far, dy / far, -height_m_ / far};
  // The floor's y runs towards the doors, as on paper: with z up that is a left-handed frame.
  right_ = {-dy / flat, dx / flat, 0};
  down_ = {-dx / flat * height_m_ / far, -dy / flat * height_m_ / far, -flat / far};
  hidden_below_.resize(static_cast<size_t>(columns_) * static_cast<size_t>(rows_));
  for (int cell = 0; cell < columns_ * rows_; ++cell)
    hidden_below_[static_cast<size_t>(cell)] = static_cast<float>(
        measure_hidden(world, {(cell % columns_ + 0.5) * kCell_m, (cell / columns_ + 0.5) * kCell_m}));
}

// The line from the camera down to a body passes over a shelf's far edge; what lies below that line is hidden.
double StoreCamera::measure_hidden(const StoreWorld& world, FloorPoint p) const {
  double hidden = 0;
  for (const WorldShelf& shelf : world.shelves) {
    if (shelf.floor.holds(at_)) continue;
    const double t = leaves_at(at_, p, shelf.floor);
    if (t < 0) continue;
    hidden = std::max(hidden, shelf.height_m >= height_m_ ? 10 : height_m_ - (height_m_ - shelf.height_m) / t);
  }
  return hidden;
}

double StoreCamera::hidden_below(FloorPoint p) const {
  const int x = std::clamp(static_cast<int>(p.x / kCell_m), 0, columns_ - 1);
  const int y = std::clamp(static_cast<int>(p.y / kCell_m), 0, rows_ - 1);
  return static_cast<double>(hidden_below_[static_cast<size_t>(y * columns_ + x)]);
}

StoreCamera::Axes StoreCamera::to_camera(FloorPoint p, double z_m) const {
  const double x = p.x - at_.x, y = p.y - at_.y, z = z_m - height_m_;
  const auto along = [&](const Axes& a) { return x * a.x + y * a.y + z * a.z; };
  return {along(right_), along(down_), along(forward_)};
}

std::optional<Point> StoreCamera::picture_of(FloorPoint p, double z_m) const {
  const Axes at = to_camera(p, z_m);
  if (at.z < kNear_m) return std::nullopt;
  return Point{static_cast<float>(0.5 + focal_px_ * at.x / at.z / kWidth),
               static_cast<float>(0.5 + focal_px_ * at.y / at.z / kHeight)};
}

std::optional<SeenBody> StoreCamera::body(FloorPoint feet, double height_m) const {
  const Axes middle = to_camera(feet, height_m / 2);
  if (middle.z < kNear_m * 2) return std::nullopt;
  SeenBody seen{.box = {1e9F, 1e9F, -1e9F, -1e9F}, .depth_m = middle.z};
  const double dx = right_.x * kBodyRadius_m, dy = right_.y * kBodyRadius_m;
  for (const double side : {-1.0, 1.0})
    for (const double z : {0.0, height_m * 0.7, height_m}) {
      const double narrow = z == height_m ? 0.4 : 1;  // heads are narrower than shoulders
      const auto p = picture_of({feet.x + side * dx * narrow, feet.y + side * dy * narrow}, z);
      if (!p) return std::nullopt;
      const float px = p->x * kWidth, py = p->y * kHeight;
      seen.box = {std::min(seen.box.x1, px), std::min(seen.box.y1, py), std::max(seen.box.x2, px),
                  std::max(seen.box.y2, py)};
    }
  if (intersection(seen.box, {0, 0, kWidth, kHeight}) <= 0) return std::nullopt;
  seen.hidden_share = std::clamp(hidden_below(feet) / height_m, 0.0, 1.0);
  if (seen.hidden_share >= 1) return std::nullopt;
  return seen;
}

Polygon StoreCamera::picture_of(const FloorRect& rect) const {
  std::vector<Axes> corners;
  for (const FloorPoint p : {FloorPoint{rect.x1, rect.y1}, {rect.x2, rect.y1}, {rect.x2, rect.y2}, {rect.x1, rect.y2}})
    corners.push_back(to_camera(p, 0));
  Polygon polygon;
  for (const Axes& a : cut(corners, [](const Axes& a) { return a.z - kNear_m; }))
    polygon.push_back({static_cast<float>(0.5 + focal_px_ * a.x / a.z / kWidth),
                       static_cast<float>(0.5 + focal_px_ * a.y / a.z / kHeight)});
  polygon = cut(polygon, [](Point p) { return p.x; });
  polygon = cut(polygon, [](Point p) { return 1 - p.x; });
  polygon = cut(polygon, [](Point p) { return p.y; });
  polygon = cut(polygon, [](Point p) { return 1 - p.y; });
  return polygon.size() < 3 ? Polygon{} : polygon;
}

double StoreCamera::share_seen(const FloorRect& rect) const {
  constexpr int kSide = 8;
  int seen = 0;
  for (int i = 0; i < kSide * kSide; ++i) {
    const FloorPoint p{rect.x1 + (rect.x2 - rect.x1) * (i % kSide + 0.5) / kSide,
                       rect.y1 + (rect.y2 - rect.y1) * (static_cast<double>(i / kSide) + 0.5) / kSide};
    const auto at = picture_of(p);
    const bool inside = at && at->x > 0 && at->y > 0 && at->x < 1 && at->y < 1;
    if (inside && hidden_below(p) < kKnee_m && std::hypot(p.x - at_.x, p.y - at_.y) < kReach_m) ++seen;
  }
  return static_cast<double>(seen) / (kSide * kSide);
}

}  // namespace shrike
