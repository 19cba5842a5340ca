#include "vision/movenet.h"

#include <gtest/gtest.h>
#include <vector>

namespace shrike {
namespace {

constexpr int kCells = 48;

/// Maps that say nothing, to put people into.
struct Maps {
  std::vector<float> joints = std::vector<float>(kCells * kCells * kJoints, -8);
  std::vector<float> centre = std::vector<float>(kCells * kCells, -8);
  std::vector<float> regress = std::vector<float>(kCells * kCells * 2 * kJoints, 0);
  std::vector<float> offset = std::vector<float>(kCells * kCells * 2 * kJoints, 0);

  static size_t cell(int y, int x) { return static_cast<size_t>(y * kCells + x); }
  /// Somebody whose middle is at (y, x) and whose joints all lie `down` cells below it.
  void put(int y, int x, int down, float odds) {
    centre[cell(y, x)] = odds;
    for (size_t j = 0; j < kJoints; ++j) {
      regress[cell(y, x) * 2 * kJoints + 2 * j] = static_cast<float>(down);
      joints[cell(y + down, x) * kJoints + j] = odds;
    }
  }
  [[nodiscard]] Pose decoded() const {
    return decode_movenet({.cells = kCells, .joints = joints, .centre = centre, .regress = regress, .offset = offset});
  }
};

TEST(Movenet, FollowsTheRegressionToTheJointAndAddsItsOffset) {
  Maps maps;
  maps.put(20, 24, 6, 3);
  const size_t at = Maps::cell(26, 24) * 2 * kJoints + 2 * kLeftWrist;
  maps.offset[at] = 0.5F;
  maps.offset[at + 1] = -0.25F;
  const Pose pose = maps.decoded();
  EXPECT_NEAR(pose[kLeftWrist].y, 26.5 / kCells, 1e-5);
  EXPECT_NEAR(pose[kLeftWrist].x, 23.75 / kCells, 1e-5);
  EXPECT_NEAR(pose[kLeftWrist].score, 0.9526, 1e-3);
  EXPECT_NEAR(pose[kNose].y, 26.0 / kCells, 1e-5);
}

TEST(Movenet, OfTwoPeopleTheOneNearestTheMiddleIsMeant) {
  Maps maps;
  maps.put(24, 6, 4, 3);
  maps.put(24, 26, 4, 3);
  const Pose pose = maps.decoded();
  for (const Joint& joint : pose) EXPECT_NEAR(joint.x, 26.0 / kCells, 1e-5);
}

TEST(Movenet, WhereNobodyIsTheScoresSaySo) {
  for (const Joint& joint : Maps().decoded()) EXPECT_LT(joint.score, 0.01F);
}

}  // namespace
}  // namespace shrike
