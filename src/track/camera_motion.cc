#include "track/camera_motion.h"

#include <algorithm>
#include <cmath>

namespace shrike {
namespace {

constexpr size_t kSurprisesMin = 3;
constexpr float kKeepSpeed_s = 0.1F;  // a hand shakes, it does not glide
constexpr float kLearn_s = 1;
// Too little belief leaks the camera's speed into every track's, where it stays; too much costs a share of the noise of
// one mean.
constexpr float kTrust = 4;
constexpr float kOutlierSquared = 9;  // in variances

float median(std::vector<float>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

Point CameraMotion::predict(float dt_s) {
  const float keep = std::exp(-dt_s / kKeepSpeed_s);
  speed_ = {speed_.x * keep, speed_.y * keep};
  variance_ = 0;
  return {speed_.x * dt_s, speed_.y * dt_s};
}

Point CameraMotion::correct(std::span<const Surprise> surprises, float dt_s) {
  if (surprises.size() < kSurprisesMin) return {};
  sorted_.clear();
  for (const Surprise& one : surprises) sorted_.push_back(one.x);
  const float middle_x = median(sorted_);
  sorted_.clear();
  for (const Surprise& one : surprises) sorted_.push_back(one.y);
  const float middle_y = median(sorted_);

  float weight = 0, x = 0, y = 0;
  for (const Surprise& one : surprises) {
    const float dx = one.x - middle_x, dy = one.y - middle_y;
    if (std::max(dx * dx, dy * dy) > kOutlierSquared * one.variance) continue;
    weight += 1 / one.variance;
    x += one.x / one.variance;
    y += one.y / one.variance;
  }
  if (weight <= 0) return {};
  const float noise = 1 / weight;
  x /= weight;
  y /= weight;

  // What the mean surprise has beyond its noise is the camera's (method of moments).
  const float learn = 1 - std::exp(-dt_s / kLearn_s);
  const float excess = ((x * x + y * y) / 2 - noise) / dt_s;
  restlessness_ = std::max(0.F, restlessness_ + learn * (excess - restlessness_));
  const float prior = kTrust * restlessness_ * dt_s, believe = prior / (prior + noise);
  variance_ = believe * noise;
  speed_ = {speed_.x + believe * x / dt_s, speed_.y + believe * y / dt_s};
  return {believe * x, believe * y};
}

}  // namespace shrike
