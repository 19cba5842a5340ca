#include "track/floor_path.h"

#include <algorithm>

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
  if (steps_.empty()) return 0;
  const auto [left, right] = std::ranges::minmax(steps_, {}, [](const Step& s) { return s.spot.x_m; });
  const auto [up, down] = std::ranges::minmax(steps_, {}, [](const Step& s) { return s.spot.y_m; });
  return std::max(right.spot.x_m - left.spot.x_m, down.spot.y_m - up.spot.y_m);
}

void FloorPath::shift(double seconds) {
  for (Step& step : steps_) step.time = step.time.plus_s(seconds);
}

}  // namespace shrike
