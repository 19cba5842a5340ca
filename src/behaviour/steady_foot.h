#pragma once
#include <optional>

#include "base/geometry.h"
#include "base/time.h"

namespace shrike {

/// Where one person stands, with boxes held back that a person cannot have made: a jump faster than people run, a box
/// that is suddenly much taller or smaller. A person who really is at the new place is believed after a few frames that
/// agree with each other. Without it one bad box is a trip into a zone (frigate#1246).
class SteadyFoot {
 public:
  /// The middle of the feet in pixels, or nothing where `box` is held back, is no box (not finite, no area), or `time`
  /// is not later than the newest.
  [[nodiscard]] std::optional<Point> see(const Box& box, Timestamp time);
  /// The camera's clock was set: all times held move by `seconds`.
  void shift_clock(double seconds);

 private:
  struct Sight {
    Point at;
    float height_px = 0;
    Timestamp time;
  };
  static bool agree(const Sight& earlier, const Sight& later);

  std::optional<Sight> believed_;
  std::optional<Sight> doubted_;
  int doubted_frames_ = 0;
};

}  // namespace shrike
