#include "behaviour/steady_pose.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace shrike {
namespace {

constexpr float kSure = 0.2F;      // score from which a joint counts as seen
constexpr double kHold_s = 0.4;    // an unsure joint stays where it was for so long
constexpr float kRest_Hz = 1.5F;   // cutoff of a joint at rest …
constexpr float kQuick_Hz = 6;     // … and what a speed of one body height a second adds
constexpr float kVelocity_Hz = 1;  // cutoff of the velocity itself, as the paper has it

/// Weight of the new value after `step_s` at a cutoff of `hz`.
float weight(float hz, float step_s) {
  const float tau_s = 1 / (2 * std::numbers::pi_v<float> * hz);
  return 1 / (1 + tau_s / step_s);
}

float mix(float old, float now, float share) { return old + share * (now - old); }

}  // namespace

Pose SteadyPose::see(const Pose& pose, Timestamp time, float size_px) {
  const double gap_s = seconds_between(newest_, time);
  if (gap_s <= 0 || gap_s > kGap_s) joints_.fill(std::nullopt);
  newest_ = time;
  const auto step_s = static_cast<float>(gap_s);
  Pose out = pose;
  for (size_t j = 0; j < kJoints; ++j) {
    const bool finite = std::isfinite(pose[j].x) && std::isfinite(pose[j].y) && std::isfinite(pose[j].score);
    auto& held = joints_[j];
    if (!finite || pose[j].score < kSure) {
      if (held && seconds_between(held->sure, time) > kHold_s) held.reset();
      if (held) {
        out[j] = {held->at.x, held->at.y, finite ? pose[j].score : 0};
      } else if (!finite) {
        out[j].score = 0;
      }
      continue;
    }
    if (!held) {
      held = Filtered{.at = pose[j], .sure = time};
      continue;
    }
    const float turn = weight(kVelocity_Hz, step_s);
    held->vx = mix(held->vx, (pose[j].x - held->at.x) / step_s, turn);
    held->vy = mix(held->vy, (pose[j].y - held->at.y) / step_s, turn);
    const float heights_a_s = std::hypot(held->vx, held->vy) / std::max(size_px, 1.F);
    const float share = weight(kRest_Hz + kQuick_Hz * heights_a_s, step_s);
    held->at = {mix(held->at.x, pose[j].x, share), mix(held->at.y, pose[j].y, share), pose[j].score};
    held->sure = time;
    out[j] = held->at;
  }
  return out;
}

}  // namespace shrike
