#include "behaviour/concealment_clips.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

Pose standing(float x) {
  Pose pose;
  for (size_t j = 0; j < kJoints; ++j) pose[j] = {x, 100 + 10 * static_cast<float>(j), .9F};
  pose[kLeftShoulder].x += 20;
  pose[kRightShoulder].x -= 20;
  return pose;
}

PoseClip clip_of(double fps, const std::vector<std::pair<int, int>>& from_to) {
  PoseClip clip{.name = "01_0001", .fps = fps};
  for (const auto& [from, to] : from_to) {
    PosePerson person{.id = std::to_string(clip.people.size())};
    for (int f = from; f < to; ++f) {
      person.frames.push_back(f);
      person.poses.push_back(standing(100 * static_cast<float>(clip.people.size())));
    }
    clip.frames = std::max(clip.frames, to);
    clip.people.push_back(person);
  }
  return clip;
}

/// A step's score is its time.
Result<std::vector<float>> by_time(std::span<const BodyStep> steps) {
  std::vector<float> out;
  for (const BodyStep& step : steps) out.push_back(static_cast<float>(step.time_s));
  return out;
}

TEST(ScoreClip, EveryFrameWithAPersonHasTheScoreOfItsMoment) {
  for (const double fps : {10.0, 15.0, 30.0}) {
    const auto scored = score_clip(clip_of(fps, {{5, 65}}), {}, StepScorer(by_time));
    ASSERT_TRUE(scored);
    ASSERT_EQ(scored->score.size(), 65U);
    for (size_t f = 0; f < 65; ++f) {
      EXPECT_EQ(scored->person[f], f >= 5);
      if (f < 5) {
        EXPECT_EQ(scored->score[f], kNobodyScore);
      } else {
        EXPECT_NEAR(scored->score[f], static_cast<double>(f) / fps, PoseSteps::kStep_s / 2 + 1e-3) << fps << ' ' << f;
      }
    }
  }
}

TEST(ScoreClip, OfSeveralPeopleTheHighestCounts) {
  auto clip = clip_of(15, {{0, 30}, {10, 40}});
  int person = 0;
  const auto scored =
      score_clip(clip, {}, StepScorer([&](std::span<const BodyStep> steps) -> Result<std::vector<float>> {
                   return std::vector<float>(steps.size(), ++person == 1 ? 5.F : 7.F);
                 }));
  ASSERT_TRUE(scored);
  EXPECT_EQ(scored->score[5], 5);
  EXPECT_EQ(scored->score[20], 7);
  EXPECT_EQ(scored->score[35], 7);
}

TEST(ScoreClip, LabelsMayGoOnAfterThePeopleButNotEndBeforeThem) {
  const auto clip = clip_of(15, {{0, 30}});
  const auto longer = score_clip(clip, std::vector<bool>(40, true), StepScorer(by_time));
  ASSERT_TRUE(longer);
  EXPECT_EQ(longer->score.size(), 40U);
  EXPECT_FALSE(longer->person[35]);
  const auto shorter = score_clip(clip, std::vector<bool>(20, true), StepScorer(by_time));
  ASSERT_FALSE(shorter);
  EXPECT_NE(shorter.error().message.find("found 20 labels"), std::string::npos) << shorter.error().message;
}

TEST(NoPoseBaselines, LookBackOnly) {
  const auto whole = clip_of(15, {{0, 60}}), cut = clip_of(15, {{0, 40}});
  for (const NoPoseBaseline& baseline : no_pose_baselines())
    for (size_t i = 0; i < 40; ++i)
      EXPECT_EQ(baseline.score(whole, whole.people[0], i), baseline.score(cut, cut.people[0], i)) << baseline.name;
}

}  // namespace
}  // namespace shrike
