#pragma once
#include <algorithm>
#include <cstdint>

#include "base/time.h"

namespace shrike {

/// Counts frames a second over a window of real time.
class FpsMeter {
 public:
  void count(double now_s) {
    ++frames_;
    if (now_s - begin_s_ >= kWindow_s) {
      fps_ = begin_s_ > 0 ? frames_ / (now_s - begin_s_) : 0;
      begin_s_ = now_s;
      frames_ = 0;
    }
  }
  /// 0 where nothing came for two windows.
  [[nodiscard]] double fps(double now_s) const { return now_s - begin_s_ < 2 * kWindow_s ? fps_ : 0; }

 private:
  static constexpr double kWindow_s = 2;
  double begin_s_ = 0, fps_ = 0;
  int frames_ = 0;
};

/// Lets through as many frames a second as are looked at, evenly spread.
class Thinning {
 public:
  explicit Thinning(double fps) : interval_us_(fps > 0 ? static_cast<int64_t>(1e6 / fps) : 0) {}
  [[nodiscard]] bool due(Timestamp time) {
    if (interval_us_ == 0) return true;
    // A quarter early is in time: a camera of just this rate jitters, and must not lose every second frame for it.
    if (time.us < next_us_ - interval_us_ / 4) return false;
    next_us_ = std::max(next_us_ + interval_us_, time.us + interval_us_ / 2);
    return true;
  }

 private:
  int64_t interval_us_, next_us_ = 0;
};

}  // namespace shrike
