#include "behaviour/pose_steps.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace shrike {
namespace {

constexpr double kTolerance_s = 1e-4;  // between a step's time and a frame's
constexpr double kJoin_s = 0.15;  // poses nearer than this are joined by a line; over longer gaps the old one holds
constexpr size_t kSizes = 31;     // steps that the body's size is the median of
constexpr size_t kSpeedSteps = 5;
constexpr float kSize_min_px = 8;
constexpr float kHeightsPerTorso = 0.28F;  // hip to shoulder over body height, standing

bool seen(const Joint& joint) { return std::isfinite(joint.x) && std::isfinite(joint.y); }

Point middle(const Pose& pose, BodyJoint a, BodyJoint b) {
  return {(pose[a].x + pose[b].x) / 2, (pose[a].y + pose[b].y) / 2};
}
float distance(Point a, Point b) { return std::hypot(a.x - b.x, a.y - b.y); }

// `pose` with its holes filled from `before`, or from the body's middle where there is none; nothing where the trunk
// was never seen.
std::optional<Pose> filled(Pose pose, const Pose* before) {
  if (!before && !(seen(pose[kLeftShoulder]) || seen(pose[kRightShoulder]))) return std::nullopt;
  if (!before && !(seen(pose[kLeftHip]) || seen(pose[kRightHip]))) return std::nullopt;
  for (size_t j = 0; j < kJoints; ++j) {
    if (!std::isfinite(pose[j].score)) pose[j].score = 0;
    if (seen(pose[j])) continue;
    if (before) {
      pose[j] = (*before)[j];
    } else {
      // COCO's pairs lie side by side: the other side's joint first, then the trunk.
      const size_t twin = j == kNose ? kLeftShoulder : (j % 2 ? j + 1 : j - 1);
      const size_t trunk = j < kLeftElbow ? kLeftShoulder : kLeftHip;
      for (const size_t other : {twin, trunk, trunk + 1})
        if (seen(pose[other])) {
          pose[j] = pose[other];
          break;
        }
    }
    pose[j].score = 0;
  }
  return pose;
}

Pose between(const Pose& a, const Pose& b, float share) {
  Pose out = b;
  for (size_t j = 0; j < kJoints; ++j) {
    out[j].x = a[j].x + share * (b[j].x - a[j].x);
    out[j].y = a[j].y + share * (b[j].y - a[j].y);
    out[j].score = a[j].score + share * (b[j].score - a[j].score);
  }
  return out;
}

float median3(float a, float b, float c) { return std::max(std::min(a, b), std::min(std::max(a, b), c)); }

}  // namespace

void PoseSteps::push(double time_s, const Pose& pose, std::vector<BodyStep>& out) {
  if (newest_ && time_s <= newest_->time_s) return;
  if (newest_ && time_s - newest_->time_s > kGap_s) finish(out);
  const auto whole = filled(pose, newest_ ? &newest_->pose : nullptr);
  if (!whole) return;
  if (!newest_) next_s_ = time_s;
  for (; next_s_ <= time_s + kTolerance_s; next_s_ += kStep_s) {
    if (next_s_ >= time_s - kTolerance_s || !newest_) {
      step(next_s_, *whole, out);
    } else {
      const double gap_s = time_s - newest_->time_s;
      const auto share = static_cast<float>((next_s_ - newest_->time_s) / gap_s);
      step(next_s_, gap_s <= kJoin_s ? between(newest_->pose, *whole, share) : newest_->pose, out);
    }
  }
  newest_ = Raw{time_s, *whole};
}

void PoseSteps::step(double time_s, const Pose& pose, std::vector<BodyStep>& out) {
  recent_.push_back({time_s, pose});
  if (recent_.size() < 2) return;
  const Raw& after = recent_.back();
  const Raw& now = recent_[recent_.size() - 2];
  const Raw& before = recent_.front();  // is `now` itself at the very first step
  Pose steady = now.pose;
  for (size_t j = 0; j < kJoints; ++j) {
    steady[j].x = median3(before.pose[j].x, now.pose[j].x, after.pose[j].x);
    steady[j].y = median3(before.pose[j].y, now.pose[j].y, after.pose[j].y);
  }
  emit(steady, now, out);
  if (recent_.size() == 3) recent_.pop_front();
}

void PoseSteps::finish(std::vector<BodyStep>& out) {
  if (!recent_.empty()) emit(recent_.back().pose, recent_.back(), out);
  *this = PoseSteps();
}

float PoseSteps::size_of(const Pose& pose) {
  const float torso = distance(middle(pose, kLeftShoulder, kRightShoulder), middle(pose, kLeftHip, kRightHip));
  const float width =
      std::hypot(pose[kLeftShoulder].x - pose[kRightShoulder].x, pose[kLeftShoulder].y - pose[kRightShoulder].y);
  const auto [top, bottom] =
      std::minmax_element(pose.begin(), pose.end(), [](const Joint& a, const Joint& b) { return a.y < b.y; });
  // A trunk seen from above or behind a shelf is short: the other measures keep the unit from collapsing.
  sizes_px_.push_back(std::max({torso, width, kHeightsPerTorso * (bottom->y - top->y)}));
  if (sizes_px_.size() > kSizes) sizes_px_.pop_front();
  std::vector<float> sorted(sizes_px_.begin(), sizes_px_.end());
  std::sort(sorted.begin(), sorted.end());
  const size_t n = sorted.size();
  return std::max(kSize_min_px, (sorted[(n - 1) / 2] + sorted[n / 2]) / 2);
}

void PoseSteps::emit(const Pose& steady, const Raw& raw, std::vector<BodyStep>& out) {
  BodyStep body{.time_s = raw.time_s, .first = first_};
  first_ = false;
  const float size_px = size_of(steady);
  const Point hip = middle(steady, kLeftHip, kRightHip);
  for (size_t j = 0; j < kJoints; ++j) {
    body.at[j] = {(steady[j].x - hip.x) / size_px, (steady[j].y - hip.y) / size_px};
    body.score[j] = raw.pose[j].score;
  }
  hips_px_.push_back(hip);
  if (hips_px_.size() > kSpeedSteps + 1) hips_px_.pop_front();
  if (hips_px_.size() > 1) {
    const auto elapsed_s = static_cast<float>(static_cast<double>(hips_px_.size() - 1) * kStep_s);
    body.hip_speed = {(hip.x - hips_px_.front().x) / size_px / elapsed_s,
                      (hip.y - hips_px_.front().y) / size_px / elapsed_s};
  }
  out.push_back(body);
}

std::vector<BodyStep> body_steps(const std::vector<double>& times_s, const std::vector<Pose>& poses) {
  assert(times_s.size() == poses.size());
  std::vector<BodyStep> out;
  PoseSteps steps;
  for (size_t i = 0; i < poses.size(); ++i) steps.push(times_s[i], poses[i], out);
  steps.finish(out);
  return out;
}

}  // namespace shrike
