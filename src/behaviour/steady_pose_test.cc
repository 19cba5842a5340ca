#include "behaviour/steady_pose.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace shrike {
namespace {

constexpr float kHeight_px = 200;

Pose all_at(float x, float y, float score = 0.9F) {
  Pose pose;
  pose.fill({x, y, score});
  return pose;
}
Timestamp at_s(double s) { return Timestamp{1'000'000'000}.plus_s(s); }

TEST(SteadyPose, HoldsAJointAtRestStill) {
  SteadyPose steady;
  float raw = 0, smooth = 0, before = 100;
  for (int i = 0; i < 100; ++i) {
    const float jitter = i % 2 ? 3.F : -3.F;
    const Pose out = steady.see(all_at(100 + jitter, 50), at_s(0.1 * i), kHeight_px);
    if (i > 10) {
      raw += 6;
      smooth += std::abs(out[kLeftWrist].x - before);
    }
    before = out[kLeftWrist].x;
  }
  EXPECT_LT(smooth, 0.5F * raw);
  EXPECT_NEAR(before, 100, 3);
}

TEST(SteadyPose, FollowsAQuickHandWithoutTrailingFarBehind) {
  SteadyPose steady;
  Pose out;
  // Three quarters of a body height a second: a hand that reaches.
  for (int i = 0; i < 10; ++i)
    out = steady.see(all_at(100 + 15 * static_cast<float>(i), 50), at_s(0.1 * i), kHeight_px);
  EXPECT_NEAR(out[kRightWrist].x, 235, 15);  // at most one frame
}

TEST(SteadyPose, AnUnsureJointStaysForAMomentOnly) {
  SteadyPose steady;
  (void)steady.see(all_at(100, 50), at_s(0), kHeight_px);
  Pose lost = all_at(100, 50);
  lost[kLeftWrist] = {400, 400, 0.05F};
  lost[kRightWrist] = {std::numeric_limits<float>::quiet_NaN(), 0, std::numeric_limits<float>::quiet_NaN()};
  const Pose soon = steady.see(lost, at_s(0.1), kHeight_px);
  EXPECT_FLOAT_EQ(soon[kLeftWrist].x, 100);
  EXPECT_FLOAT_EQ(soon[kLeftWrist].score, 0.05F);
  EXPECT_FLOAT_EQ(soon[kRightWrist].x, 100);
  EXPECT_FLOAT_EQ(soon[kRightWrist].score, 0);
  Pose late;
  for (int i = 2; i < 8; ++i) late = steady.see(lost, at_s(0.1 * i), kHeight_px);
  EXPECT_FLOAT_EQ(late[kLeftWrist].x, 400);
}

TEST(SteadyPose, BeginsAnewAfterAGapAndWhereTimeGoesBack) {
  SteadyPose steady;
  (void)steady.see(all_at(100, 50), at_s(0), kHeight_px);
  EXPECT_FLOAT_EQ(steady.see(all_at(300, 50), at_s(2), kHeight_px)[kNose].x, 300);
  EXPECT_FLOAT_EQ(steady.see(all_at(10, 50), at_s(1), kHeight_px)[kNose].x, 10);
}

}  // namespace
}  // namespace shrike
