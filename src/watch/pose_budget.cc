#include "watch/pose_budget.h"

#include <algorithm>

namespace shrike {
namespace {

/// What is not used can be used for so long: a burst must not hold up a camera's frames.
constexpr double kKept_s = 0.5;

}  // namespace

PoseBudget::PoseBudget(double per_s, size_t cameras) : per_s_(per_s), lines_(cameras) {}

size_t PoseBudget::take(size_t camera, Timestamp time, size_t wanted) {
  if (per_s_ <= 0) return wanted;
  std::lock_guard lock(mutex_);
  Line& line = lines_[camera];
  const double part_per_s = per_s_ / static_cast<double>(lines_.size());
  const double most = std::max(1.0, part_per_s * kKept_s);
  // The first picture, a gap or a clock that was set: as after a quiet half second.
  const double elapsed_s = seconds_between(line.newest, time);
  line.left += part_per_s * (elapsed_s < 0 ? kKept_s : std::min(elapsed_s, kKept_s));
  line.newest = time;
  if (line.left > most) {
    if (lines_.size() > 1) left_over_ = std::min(left_over_ + line.left - most, per_s_ * kKept_s);
    line.left = most;
  }
  size_t given = 0;
  while (given < wanted && (line.left >= 1 || left_over_ >= 1)) {
    (line.left >= 1 ? line.left : left_over_) -= 1;
    ++given;
  }
  return given;
}

}  // namespace shrike
