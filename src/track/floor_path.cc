#include "track/floor_path.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace shrike {
namespace {

/// Steps farther apart in time do not say where somebody was between them.
constexpr double kGapMax_s = 1.5;
/// A moment so shortly before the first or after the last step is still theirs.
constexpr double kEdge_s = 0.5;

FloorSpot between(const FloorSpot& a, const FloorSpot& b, double share) {
  const auto mix = [share](double from, double to) { return from + share * (to - from); };
  return {mix(a.x_m, b.x_m), mix(a.y_m, b.y_m), mix(a.xx, b.xx), mix(a.xy, b.xy), mix(a.yy, b.yy)};
}

}  // namespace

void FloorPath::add(Timestamp time, const FloorSpot& spot) {
  if (!steps_.empty() && seconds_between(steps_.back().time, time) < kEvery_s) return;
  steps_.push_back({time, spot});
  while (seconds_between(steps_.front().time, time) > kKept_s) steps_.pop_front();
}

std::optional<FloorSpot> FloorPath::at(Timestamp time) const {
  if (steps_.empty()) return std::nullopt;
  const auto after = std::ranges::lower_bound(steps_, time, {}, &Step::time);
  if (after == steps_.begin() || after == steps_.end()) {
    const Step& edge = after == steps_.end() ? steps_.back() : steps_.front();
    const double off_s = after == steps_.end() ? seconds_between(edge.time, time) : seconds_between(time, edge.time);
    return off_s <= kEdge_s ? std::optional(edge.spot) : std::nullopt;
  }
  const Step &a = *std::prev(after), &b = *after;
  const double gap_s = seconds_between(a.time, b.time);
  if (gap_s > kGapMax_s) return std::nullopt;
  return between(a.spot, b.spot, seconds_between(a.time, time) / gap_s);
}

double FloorPath::extent_m() const {
  const auto [x, y] = sides();
  return steps_.empty() ? 0 : std::max(x.second - x.first, y.second - y.first);
}

double FloorPath::metres_from(const FloorPath& other) const {
  const auto [ax, ay] = sides();
  const auto [bx, by] = other.sides();
  const auto between_ranges = [](Range a, Range b) { return std::max({0.0, b.first - a.second, a.first - b.second}); };
  return std::hypot(between_ranges(ax, bx), between_ranges(ay, by));
}

std::pair<FloorPath::Range, FloorPath::Range> FloorPath::sides() const {
  constexpr Range kNone{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  Range x = kNone, y = kNone;
  for (const Step& step : steps_) {
    x = {std::min(x.first, step.spot.x_m), std::max(x.second, step.spot.x_m)};
    y = {std::min(y.first, step.spot.y_m), std::max(y.second, step.spot.y_m)};
  }
  return {x, y};
}

void FloorPath::shift(double seconds) {
  for (Step& step : steps_) step.time = step.time.plus_s(seconds);
}

}  // namespace shrike
