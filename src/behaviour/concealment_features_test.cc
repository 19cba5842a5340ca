#include "behaviour/concealment_features.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

/// Somebody who stands with the arms hanging.
BodyStep standing() {
  BodyStep step;
  for (const float side : {1.F, -1.F}) {
    const size_t right = side < 0 ? 1 : 0;
    step.at[kLeftShoulder + right] = {.3F * side, -1};
    step.at[kLeftElbow + right] = {.38F * side, -.5F};
    step.at[kLeftWrist + right] = {.42F * side, 0};
    step.at[kLeftHip + right] = {.15F * side, 0};
  }
  step.score.fill(1);
  return step;
}

TEST(HandCue, GrowsWithABentArmAtTheBodyHandsThatMeetAndStandingStill) {
  const float hanging = hand_cue(standing());
  BodyStep bent = standing();
  bent.at[kLeftElbow] = {.6F, -.5F};
  bent.at[kLeftWrist] = {.15F, -.15F};
  EXPECT_GT(hand_cue(bent), hanging + .3F);
  BodyStep both = bent;
  both.at[kRightWrist] = {.05F, -.15F};
  EXPECT_GT(hand_cue(both), hand_cue(bent) + .3F);
  BodyStep walking = both;
  walking.hip_speed = {2, 0};
  EXPECT_LT(hand_cue(walking), hand_cue(both) - .8F);
  EXPECT_LE(hand_cue(both), 3);
  EXPECT_GE(hand_cue(walking), 0);
}

TEST(HandCue, SidesCountAlike) {
  BodyStep left = standing(), right = standing();
  left.at[kLeftElbow] = {.6F, -.5F};
  left.at[kLeftWrist] = {.15F, -.15F};
  right.at[kRightElbow] = {-.6F, -.5F};
  right.at[kRightWrist] = {-.15F, -.15F};
  EXPECT_NEAR(hand_cue(left), hand_cue(right), 1e-5);
}

TEST(ConcealmentFeatures, JointsInTheWrongPlaceAreHeldBack) {
  BodyStep step = standing();
  step.at[kLeftWrist] = {300, -300};
  step.hip_speed = {-900, 0};
  for (const float value : concealment_features(step)) EXPECT_LE(std::abs(value), 3);
  EXPECT_EQ(concealment_features(step).back(), hand_cue(step));
}

}  // namespace
}  // namespace shrike
