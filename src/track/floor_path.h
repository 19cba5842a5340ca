#pragma once
#include <deque>
#include <optional>
#include <utility>

#include "base/time.h"
#include "track/floor_map.h"

namespace shrike {

/// Where one person stood on one camera over the last while, at most a few times a second.
class FloorPath {
 public:
  struct Step {
    Timestamp time;
    FloorSpot spot;
  };
  /// Kept for so long, a step at most so often.
  static constexpr double kKept_s = 40, kEvery_s = 0.4;

  void add(Timestamp time, const FloorSpot& spot);
  /// Between the two steps around `time`, if they are near enough to it in time.
  [[nodiscard]] std::optional<FloorSpot> at(Timestamp time) const;
  [[nodiscard]] const std::deque<Step>& steps() const { return steps_; }
  [[nodiscard]] bool empty() const { return steps_.empty(); }
  /// Metres between the two steps that are farthest apart along one axis: whether there was any walking.
  [[nodiscard]] double extent_m() const;
  /// Metres between the rectangles that the two walks are in; 0 where those overlap.
  [[nodiscard]] double metres_from(const FloorPath& other) const;
  /// Moves all times, where the camera's clock turns out to be off.
  void shift(double seconds);

 private:
  using Range = std::pair<double, double>;
  [[nodiscard]] std::pair<Range, Range> sides() const;

  std::deque<Step> steps_;
};

}  // namespace shrike
