#include "behaviour/concealment_features.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace shrike {
namespace {

constexpr std::array kSeen = {kNose,       kLeftEar,   kRightEar,   kLeftShoulder, kRightShoulder, kLeftElbow,
                              kRightElbow, kLeftWrist, kRightWrist, kLeftHip,      kRightHip};
constexpr std::array kScored = {kLeftElbow, kRightElbow, kLeftWrist, kRightWrist};
constexpr float kReach_max = 2;  // torso lengths; what lies beyond is a joint in the wrong place

float step_at(float x) { return 1 / (1 + std::exp(-x)); }
float distance(Point a, Point b) { return std::hypot(a.x - b.x, a.y - b.y); }

// At the elbow, degrees; 180 is a straight arm.
float bend(Point shoulder, Point elbow, Point wrist) {
  const Point u{shoulder.x - elbow.x, shoulder.y - elbow.y}, v{wrist.x - elbow.x, wrist.y - elbow.y};
  const float angle = std::atan2(std::abs(u.x * v.y - u.y * v.x), u.x * v.x + u.y * v.y);
  return angle * 180 / std::numbers::pi_v<float>;
}

// Whether the arm of one side is bent and its hand at the body, 0..1.
float hand_at_body(const BodyStep& step, bool left) {
  const auto& at = step.at;
  const Point wrist = at[left ? kLeftWrist : kRightWrist], hip = at[left ? kLeftHip : kRightHip];
  const Point chest{(at[kLeftShoulder].x + at[kRightShoulder].x) * .375F,
                    (at[kLeftShoulder].y + at[kRightShoulder].y) * .375F};
  const float bent = bend(at[left ? kLeftShoulder : kRightShoulder], at[left ? kLeftElbow : kRightElbow], wrist);
  const float near = std::min(distance(wrist, hip), distance(wrist, chest));
  return step_at((110 - bent) / 15) * step_at((.45F - near) / .1F);
}

}  // namespace

float hand_cue(const BodyStep& step) {
  const float arm = std::max(hand_at_body(step, true), hand_at_body(step, false));
  const float together = step_at((.45F - distance(step.at[kLeftWrist], step.at[kRightWrist])) / .12F);
  const float still = step_at((.5F - std::hypot(step.hip_speed.x, step.hip_speed.y)) / .15F);
  return arm + together + still;
}

ConcealmentFeatures concealment_features(const BodyStep& step) {
  ConcealmentFeatures out;
  size_t i = 0;
  for (const BodyJoint joint : kSeen) {
    out[i++] = std::clamp(step.at[joint].x, -kReach_max, kReach_max);
    out[i++] = std::clamp(step.at[joint].y, -kReach_max, kReach_max);
  }
  for (const BodyJoint joint : kScored) out[i++] = step.score[joint];
  out[i++] = std::clamp(step.hip_speed.x, -5.F, 5.F) / 5;
  out[i++] = std::clamp(step.hip_speed.y, -5.F, 5.F) / 5;
  assert(i == kBodyFeatures);
  out[i] = hand_cue(step);
  return out;
}

}  // namespace shrike
