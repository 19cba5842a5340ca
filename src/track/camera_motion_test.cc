#include "track/camera_motion.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace shrike {
namespace {

constexpr float kFrame_s = 0.04F;

// Surprises of eight objects, each measured to 2 pixels, on a camera that moved by `x` more than was expected of it.
std::vector<Surprise> surprises(std::mt19937& random, float x) {
  std::normal_distribution<float> noise(0, 2);
  std::vector<Surprise> all;
  for (int i = 0; i < 8; ++i) all.push_back({x + noise(random), noise(random), 4});
  return all;
}

TEST(CameraMotion, AFixedCameraStaysFixed) {
  CameraMotion camera;
  std::mt19937 random(1);
  float wandered = 0;
  for (int i = 0; i < 500; ++i) {
    camera.predict(kFrame_s);
    const Point by = camera.correct(surprises(random, 0), kFrame_s);
    wandered += std::hypot(by.x, by.y);
  }
  EXPECT_LT(wandered / 500, 0.5F);  // a mean of eight is itself off by 0.7 in x and in y
}

TEST(CameraMotion, AMovingCameraIsFollowed) {
  CameraMotion camera;
  std::mt19937 random(2);
  float error = 0;
  for (int i = 0; i < 500; ++i) {
    const float moved = 12 * std::sin(static_cast<float>(i) * 0.1F);
    const Point expected = camera.predict(kFrame_s);
    const Point by = camera.correct(surprises(random, moved - expected.x), kFrame_s);
    if (i >= 50) error += std::abs(expected.x + by.x - moved);
  }
  EXPECT_LT(error / 450, 1.5F);
}

TEST(CameraMotion, OneWhoRunsIsNotTheCamera) {
  CameraMotion camera;
  std::mt19937 random(3);
  for (int i = 0; i < 100; ++i) {
    camera.predict(kFrame_s);
    auto all = surprises(random, 0);
    all[0].x = 60;
    EXPECT_LT(std::abs(camera.correct(all, kFrame_s).x), 3) << "frame " << i;
  }
}

TEST(CameraMotion, TwoAreTooFewToTell) {
  CameraMotion camera;
  camera.predict(kFrame_s);
  const std::vector<Surprise> two = {{20, 0, 1}, {20, 0, 1}};
  EXPECT_EQ(camera.correct(two, kFrame_s).x, 0);
}

}  // namespace
}  // namespace shrike
