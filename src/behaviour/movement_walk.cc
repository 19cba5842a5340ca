#include "behaviour/movement_walk.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace shrike {
namespace {

constexpr double kWalkLongest_s = 6 * 3600;
constexpr double kPictureCell = 0.25;
constexpr double kOverEdge = 0.15;      // of a square: so far over its edge, and it is another one
constexpr double kFastest_per_s = 3.0;  // metres; what is faster was somebody else or an error
constexpr double kPictureTenths = 10;

/// What is known of one second.
struct Second {
  double x = 0, y = 0;
  int seen = 0;                         ///< positions added up in x and y
  const std::string* camera = nullptr;  ///< of a picture's position
  const ZoneStay* stay = nullptr;
};

/// What a place is for, most telling first: a till inside a shelf's zone is a till.
int rank_of(ZoneKind kind) {
  switch (kind) {
    case ZoneKind::checkout:
      return 7;
    case ZoneKind::restricted:
      return 6;
    case ZoneKind::high_risk:
      return 5;
    case ZoneKind::fitting_room:
      return 4;
    case ZoneKind::exit:
      return 3;
    case ZoneKind::entrance:
      return 2;
    case ZoneKind::staff:
      return 1;
    case ZoneKind::shelf:
      return 0;
  }
  return 0;
}

/// The visit second by second.
class Seconds {
 public:
  Seconds(Timestamp from, double seconds) : from_(from), all_(static_cast<size_t>(std::ceil(seconds)) + 1) {}

  void add_stay(const ZoneStay& stay) {
    const auto [first, last] = range(seconds_between(from_, stay.from), seconds_between(from_, stay.to));
    for (size_t i = first; i <= last && i < all_.size(); ++i)
      if (all_[i].stay == nullptr || rank_of(stay.kind) > rank_of(all_[i].stay->kind)) all_[i].stay = &stay;
  }

  void add_path(const VisitTrace& trace, bool floor) {
    const double begun_s = seconds_between(from_, trace.from);
    for (const Waypoint& w : trace.path) {
      if (!std::isfinite(w.x) || !std::isfinite(w.y) || !std::isfinite(w.at_s) || !std::isfinite(w.stood_s)) continue;
      const auto [first, last] = range(begun_s + w.at_s, begun_s + w.at_s + std::max(0.0, w.stood_s));
      for (size_t i = first; i <= last && i < all_.size(); ++i) {
        Second& s = all_[i];
        // Two pictures cannot be averaged: the camera that came first has the second.
        if (!floor && s.camera != nullptr && s.camera != &trace.camera) continue;
        s.x += static_cast<double>(w.x);
        s.y += static_cast<double>(w.y);
        ++s.seen;
        if (!floor) s.camera = &trace.camera;
      }
    }
  }

  [[nodiscard]] std::vector<Second>& all() { return all_; }

 private:
  [[nodiscard]] std::pair<size_t, size_t> range(double from_s, double to_s) const {
    const double last = static_cast<double>(all_.size() - 1);
    if (!(to_s >= 0) || !(from_s <= last)) return {1, 0};
    return {static_cast<size_t>(std::max(0.0, from_s)), static_cast<size_t>(std::clamp(to_s, 0.0, last))};
  }

  Timestamp from_;
  std::vector<Second> all_;
};

/// Names places one second after the other, and makes stretches of them.
class Stretcher {
 public:
  void see(const Second& second) {
    const bool known = second.seen > 0;
    Point at{};
    if (known) at = {static_cast<float>(second.x / second.seen), static_cast<float>(second.y / second.seen)};
    if (second.stay == nullptr && !known) {
      ++unseen_s_;
      if (unseen_s_ > kCarried_s || stretches.empty()) return go_on(kUnseenPlace, std::nullopt, 0);
      stretches.back().seconds += 1;
      return;
    }
    unseen_s_ = 0;
    double way = 0;
    if (known) {
      const double unit = second.camera == nullptr ? 1 : kPictureTenths;
      if (last_ && last_camera_ == second.camera)
        way = std::min(kFastest_per_s,
                       unit * std::hypot(static_cast<double>(at.x - last_->x), static_cast<double>(at.y - last_->y)));
      last_ = at;
      last_camera_ = second.camera;
    }
    if (second.stay != nullptr) return go_on(second.stay->zone, second.stay->kind, way);
    go_on(square(at, second.camera), std::nullopt, way);
  }

  std::vector<Stretch> stretches;

 private:
  /// A square that is left only once its edge is well behind, so that who stands on an edge stands still.
  const std::string& square(Point at, const std::string* camera) {
    const double size = camera == nullptr ? kFloorCell_m : kPictureCell;
    const double x = static_cast<double>(at.x) / size, y = static_cast<double>(at.y) / size;
    const bool same = square_camera_ == camera && !square_.empty();
    const auto near = [](double v, int cell) { return v >= cell - kOverEdge && v <= cell + 1 + kOverEdge; };
    if (same && near(x, column_) && near(y, row_)) return square_;
    column_ = static_cast<int>(std::floor(std::clamp(x, -1000.0, 1000.0)));
    row_ = static_cast<int>(std::floor(std::clamp(y, -1000.0, 1000.0)));
    square_camera_ = camera;
    square_ = fmt::format("{} {},{}", camera == nullptr ? "floor" : *camera, column_, row_);
    return square_;
  }

  void go_on(const std::string& place, std::optional<ZoneKind> zone, double way) {
    if (!stretches.empty() && stretches.back().place == place) {
      stretches.back().seconds += 1;
      stretches.back().way += way;
    } else {
      stretches.push_back({place, zone, 0, 1, way});
    }
  }

  std::optional<Point> last_;
  const std::string* last_camera_ = nullptr;
  double unseen_s_ = 0;
  std::string square_;
  const std::string* square_camera_ = nullptr;
  int column_ = 0, row_ = 0;
};

/// What is too short belongs to the stretch before; the same place twice in a row is one stretch.
std::vector<Stretch> smoothed(std::vector<Stretch> stretches) {
  std::vector<Stretch> out;
  double carried_s = 0;
  for (Stretch& s : stretches) {
    if (s.seconds < kShortest_s) {
      (out.empty() ? carried_s : out.back().seconds) += s.seconds;
      if (!out.empty()) out.back().way += s.way;
      continue;
    }
    s.seconds += std::exchange(carried_s, 0);
    if (!out.empty() && out.back().place == s.place) {
      out.back().seconds += s.seconds;
      out.back().way += s.way;
    } else {
      out.push_back(std::move(s));
    }
  }
  while (!out.empty() && out.back().place == kUnseenPlace) out.pop_back();
  if (out.size() > Walk::kStretchesMax) out.resize(Walk::kStretchesMax);
  double at_s = 0;
  for (Stretch& s : out) {
    s.at_s = at_s;
    at_s += s.seconds;
  }
  return out;
}

}  // namespace

Walk walk_of(std::span<const VisitTrace> traces) {
  Walk walk;
  if (traces.empty()) return walk;
  walk.visit_id = traces.front().visit_id;
  walk.from = traces.front().from;
  Timestamp to = traces.front().to;
  bool floor = false;
  for (const VisitTrace& trace : traces) {
    walk.from = std::min(walk.from, trace.from);
    to = std::max(to, trace.to);
    floor |= trace.plane == Plane::floor && !trace.path.empty();
  }
  walk.seconds = std::clamp(seconds_between(walk.from, to), 0.0, kWalkLongest_s);
  Seconds seconds(walk.from, walk.seconds);
  for (const VisitTrace& trace : traces) {
    for (const ZoneStay& stay : trace.stays) seconds.add_stay(stay);
    if (floor == (trace.plane == Plane::floor)) seconds.add_path(trace, floor);
  }
  Stretcher stretcher;
  for (const Second& second : seconds.all()) stretcher.see(second);
  walk.stretches = smoothed(std::move(stretcher.stretches));
  return walk;
}

std::vector<Walk> walks_of(std::span<const VisitTrace> traces) {
  std::map<std::string, std::vector<VisitTrace>> by_visit;
  for (const VisitTrace& trace : traces) by_visit[trace.visit_id].push_back(trace);
  std::vector<Walk> walks;
  for (const auto& [id, own] : by_visit) {
    Walk walk = walk_of(own);
    if (walk.seconds >= kWalkShortest_s && !walk.stretches.empty()) walks.push_back(std::move(walk));
  }
  std::ranges::sort(walks, {}, [](const Walk& w) { return std::pair(w.from, w.visit_id); });
  return walks;
}

}  // namespace shrike
