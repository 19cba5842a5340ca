#include "behaviour/pose_steps.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>

namespace shrike {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// Somebody who stands: hips at (x, 200), torso 100 px, arms down.
Pose standing(float x = 300, float size = 1) {
  const std::array<Point, kJoints> at = {{{0, -130},
                                          {5, -135},
                                          {-5, -135},
                                          {10, -132},
                                          {-10, -132},
                                          {25, -100},
                                          {-25, -100},
                                          {30, -45},
                                          {-30, -45},
                                          {30, 5},
                                          {-30, 5},
                                          {15, 0},
                                          {-15, 0},
                                          {15, 80},
                                          {-15, 80},
                                          {15, 160},
                                          {-15, 160}}};
  Pose pose;
  for (size_t j = 0; j < kJoints; ++j) pose[j] = {x + at[j].x * size, 200 + at[j].y * size, 0.9F};
  return pose;
}

std::vector<BodyStep> steps_of(const std::vector<Pose>& poses, double fps = 15) {
  std::vector<double> times_s;
  for (size_t i = 0; i < poses.size(); ++i) times_s.push_back(static_cast<double>(i) / fps);
  return body_steps(times_s, poses);
}

TEST(PoseSteps, FreesTheBodyOfPlaceAndSize) {
  const auto near = steps_of(std::vector<Pose>(5, standing(300, 1))),
             far = steps_of(std::vector<Pose>(5, standing(900, .5F)));
  ASSERT_EQ(near.size(), 5U);
  ASSERT_EQ(far.size(), 5U);
  for (size_t j = 0; j < kJoints; ++j) {
    EXPECT_NEAR(near[4].at[j].x, far[4].at[j].x, 1e-4) << j;
    EXPECT_NEAR(near[4].at[j].y, far[4].at[j].y, 1e-4) << j;
  }
  EXPECT_NEAR(near[4].at[kLeftShoulder].y, -1, 1e-4);
}

TEST(PoseSteps, GivesOneStepAFrameAt15FpsAndFewerOrMoreElsewhere) {
  for (const double fps : {5.0, 10.0, 15.0, 25.0, 30.0}) {
    const auto n = static_cast<size_t>(fps * 4) + 1;  // 4 s
    EXPECT_EQ(steps_of(std::vector<Pose>(n, standing()), fps).size(), 61U) << fps;
  }
}

TEST(PoseSteps, MeasuresTheSameSpeedAtAnyFrameRate) {
  for (const double fps : {10.0, 15.0, 30.0}) {
    std::vector<Pose> poses;
    for (int i = 0; i < static_cast<int>(2 * fps); ++i)
      poses.push_back(standing(static_cast<float>(100 + 50 * i / fps)));
    EXPECT_NEAR(steps_of(poses, fps)[20].hip_speed.x, 0.5, 0.02) << fps;  // 50 px a second, torso 100 px
  }
}

TEST(PoseSteps, HoldsBackAJointThatJumpsForOneFrame) {
  std::vector<Pose> poses(9, standing());
  poses[4][kLeftWrist].x += 500;
  for (const auto& step : steps_of(poses)) EXPECT_NEAR(step.at[kLeftWrist].x, 0.3, 1e-3);
}

TEST(PoseSteps, FillsWhatIsMissingAndSaysSo) {
  std::vector<Pose> poses(6, standing());
  for (size_t i = 2; i < 4; ++i) poses[i][kRightWrist] = {kNaN, kNaN, kNaN};
  poses[0][kNose].score = kNaN;
  const auto steps = steps_of(poses);
  EXPECT_NEAR(steps[3].at[kRightWrist].x, -0.3, 1e-3);
  EXPECT_EQ(steps[3].score[kRightWrist], 0);
  EXPECT_NEAR(steps[5].score[kRightWrist], 0.9, 1e-6);
  EXPECT_EQ(steps[0].score[kNose], 0);
}

TEST(PoseSteps, NeedsATrunkToBegin) {
  Pose nobody;
  nobody.fill({kNaN, kNaN, kNaN});
  EXPECT_TRUE(steps_of({nobody, nobody}).empty());
  Pose half = nobody;
  half[kLeftShoulder] = {100, 100, 1};
  half[kRightHip] = {90, 200, 1};
  const auto steps = steps_of({nobody, half, half});
  ASSERT_FALSE(steps.empty());
  for (const auto& step : steps)
    for (const Point p : step.at) EXPECT_TRUE(std::isfinite(p.x) && std::isfinite(p.y));
}

TEST(PoseSteps, BeginsAnewAfterAGap) {
  std::vector<Pose> poses(20, standing());
  std::vector<double> times_s;
  for (int i = 0; i < 20; ++i) times_s.push_back(i / 15.0 + (i >= 10 ? 5 : 0));
  const auto steps = body_steps(times_s, poses);
  int beginnings = 0;
  for (const auto& step : steps) beginnings += step.first;
  EXPECT_EQ(beginnings, 2);
  EXPECT_EQ(steps.size(), 20U);
}

TEST(PoseSteps, BridgesAShortGap) {
  std::vector<double> times_s = {0, 1 / 15.0, 6 / 15.0, 7 / 15.0};
  const auto steps = body_steps(times_s, std::vector<Pose>(4, standing()));
  EXPECT_EQ(steps.size(), 8U);
}

TEST(PoseSteps, PassesOverTimesThatDoNotAdvance) {
  PoseSteps steps;
  std::vector<BodyStep> out;
  steps.push(1, standing(), out);
  steps.push(1, standing(), out);
  steps.push(0.5, standing(), out);
  steps.finish(out);
  EXPECT_EQ(out.size(), 1U);
}

// What is said about a moment must not depend on what comes more than one step after it.
TEST(PoseSteps, KnowsNothingOfTheFuture) {
  std::mt19937 random(3);
  std::normal_distribution<float> jitter(0, 5);
  std::vector<Pose> poses(60, standing());
  for (Pose& pose : poses)
    for (Joint& joint : pose) joint.x += jitter(random);
  const auto whole = steps_of(poses);
  for (const size_t cut : {1U, 7U, 30U, 59U}) {
    const auto part = steps_of({poses.begin(), poses.begin() + static_cast<long>(cut)});
    for (size_t i = 0; i + 1 < cut; ++i)
      for (size_t j = 0; j < kJoints; ++j) EXPECT_EQ(part[i].at[j].x, whole[i].at[j].x) << cut << " " << i;
  }
}

}  // namespace
}  // namespace shrike
