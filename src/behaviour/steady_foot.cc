#include "behaviour/steady_foot.h"

#include <cmath>

namespace shrike {
namespace {

// Speeds are measured in body heights, which hold at any distance from the camera. A sprint of 7 m/s is about 4 heights
// of 1.7 m a second; half a height is what a detector's box wobbles by when a shelf hides the legs.
constexpr float kHeightsPerSecond = 4;
constexpr float kWobbleHeights = 0.5F;
constexpr float kHeightRatio = 1.6F;
/// After so long unseen, nothing is known of a person's place and size.
constexpr double kForgotten_s = 2;
/// Frames that must agree with each other before a place that could not be reached is believed.
constexpr int kAgreeingFrames = 3;
constexpr float kHeightSmoothing = 0.2F;

bool is_box(const Box& box) {
  return std::isfinite(box.x1) && std::isfinite(box.y1) && std::isfinite(box.x2) && std::isfinite(box.y2) &&
         box.width() > 0 && box.height() > 0;
}

}  // namespace

bool SteadyFoot::agree(const Sight& earlier, const Sight& later) {
  const double gap_s = seconds_between(earlier.time, later.time);
  if (gap_s >= kForgotten_s) return true;
  const float ratio = later.height_px / earlier.height_px;
  if (ratio > kHeightRatio || ratio < 1 / kHeightRatio) return false;
  const float reach_px = earlier.height_px * (kHeightsPerSecond * static_cast<float>(gap_s) + kWobbleHeights);
  return std::hypot(later.at.x - earlier.at.x, later.at.y - earlier.at.y) <= reach_px;
}

std::optional<Point> SteadyFoot::see(const Box& box, Timestamp time) {
  if (!is_box(box) || (believed_ && time <= believed_->time) || (doubted_ && time <= doubted_->time))
    return std::nullopt;
  const Sight now{box.bottom_centre(), box.height(), time};
  if (believed_ && !agree(*believed_, now)) {
    doubted_frames_ = doubted_ && agree(*doubted_, now) ? doubted_frames_ + 1 : 1;
    doubted_ = now;
    if (doubted_frames_ < kAgreeingFrames) return std::nullopt;
    believed_.reset();
  }
  doubted_.reset();
  doubted_frames_ = 0;
  const float height_px =
      believed_ ? believed_->height_px + kHeightSmoothing * (now.height_px - believed_->height_px) : now.height_px;
  believed_ = Sight{now.at, height_px, time};
  return now.at;
}

void SteadyFoot::shift_clock(double seconds) {
  if (believed_) believed_->time = believed_->time.plus_s(seconds);
  if (doubted_) doubted_->time = doubted_->time.plus_s(seconds);
}

}  // namespace shrike
