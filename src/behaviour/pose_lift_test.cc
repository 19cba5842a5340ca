#include "behaviour/pose_lift.h"

#include <cmath>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shrike {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// 51 numbers: 0, 1, 0.02, 3, 4, 0.05, …
std::string keypoints(const std::string& first = "0") {
  std::string text = "[" + first;
  for (int i = 1; i < 51; ++i) text += i % 3 == 2 ? fmt::format(", {}", i * 0.01) : fmt::format(", {}", i);
  return text + "]";
}
std::string clip_text(const std::string& frame, const std::string& points) {
  return fmt::format(R"({{"7": {{"{}": {{"keypoints": {}, "scores": null}}}}}})", frame, points);
}

TEST(PoseLift, ReadsYBeforeXAndFramesByNumber) {
  const std::string text =
      fmt::format(R"({{"7": {{"10": {{"keypoints": {0}}}, "9": {{"keypoints": {0}}}}}}})", keypoints());
  const auto clip = parse_pose_clip(text, "01_0001");
  ASSERT_TRUE(clip) << clip.error().message;
  ASSERT_EQ(clip->people.size(), 1U);
  EXPECT_THAT(clip->people[0].frames, ElementsAre(9, 10));
  EXPECT_EQ(clip->frames, 11);
  EXPECT_EQ(clip->people[0].id, "7");
  const Joint eye = clip->people[0].poses[0][kLeftEye];
  EXPECT_FLOAT_EQ(eye.y, 3);
  EXPECT_FLOAT_EQ(eye.x, 4);
  EXPECT_FLOAT_EQ(eye.score, 0.05F);
  EXPECT_EQ(clip->camera(), "01");
}

TEST(PoseLift, TakesNanNullAndInfinityAsMissing) {
  for (const std::string missing : {"NaN", "null", "Infinity", "-Infinity"}) {
    const auto clip = parse_pose_clip(clip_text("0", keypoints(missing)), "c");
    ASSERT_TRUE(clip) << missing << ": " << clip.error().message;
    EXPECT_TRUE(std::isnan(clip->people[0].poses[0][kNose].y)) << missing;
  }
}

TEST(PoseLift, LeavesNanInsideTextAlone) {
  const auto clip = parse_pose_clip(fmt::format(R"({{"a\"NaN": {{"0": {{"keypoints": {}}}}}}})", keypoints()), "c");
  ASSERT_TRUE(clip) << clip.error().message;
  EXPECT_EQ(clip->people[0].id, "a\"NaN");
}

TEST(PoseLift, SaysWhatIsWrongAndWhere) {
  const auto fault = [](const std::string& text) {
    const auto clip = parse_pose_clip(text, "c.json");
    return clip ? std::string("read") : clip.error().message;
  };
  EXPECT_THAT(fault("[1"), HasSubstr("c.json: found no JSON"));
  EXPECT_THAT(fault("[1]"), HasSubstr("expected an object of people"));
  EXPECT_THAT(fault(R"({"7": 3})"), AllOf(HasSubstr("person 7"), HasSubstr("found 3")));
  EXPECT_THAT(fault(clip_text("-1", keypoints())), AllOf(HasSubstr("person 7"), HasSubstr("\"-1\"")));
  EXPECT_THAT(fault(clip_text("1x", keypoints())), HasSubstr("\"1x\""));
  EXPECT_THAT(fault(clip_text("99999999", keypoints())), HasSubstr("expected a number from 0 to 999999"));
  EXPECT_THAT(fault(clip_text("5", "[1, 2]")), AllOf(HasSubstr("frame 5"), HasSubstr("found 2 values")));
  EXPECT_THAT(fault(clip_text("5", keypoints("\"up\""))), AllOf(HasSubstr("keypoint 0: y"), HasSubstr("\"up\"")));
  EXPECT_THAT(fault(clip_text("5", keypoints("1e9"))), HasSubstr("expected -100000 to 100000"));
  EXPECT_THAT(fault(R"({"7": {"5": {"scores": 1}}})"), HasSubstr("expected an object with \"keypoints\""));
}

TEST(PoseLift, LeavesOutPeopleWithoutFrames) {
  const auto clip = parse_pose_clip(R"({"7": {}})", "c");
  ASSERT_TRUE(clip);
  EXPECT_TRUE(clip->people.empty());
  EXPECT_EQ(clip->frames, 0);
}

TEST(PoseLift, ReadsLabelsALine) {
  const auto labels = parse_frame_labels("0\n1\r\n1.0\n0.0\n", "gt.csv");
  ASSERT_TRUE(labels) << labels.error().message;
  EXPECT_THAT(*labels, ElementsAre(false, true, true, false));
  const auto wrong = parse_frame_labels("0\n2\n", "gt.csv");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, AllOf(HasSubstr("gt.csv: line 2"), HasSubstr("\"2\"")));
  EXPECT_FALSE(parse_frame_labels("0\n\n1\n", "gt.csv"));
  EXPECT_TRUE(parse_frame_labels("", "gt.csv")->empty());
}

TEST(PoseLift, NamesClipsByCameraAndNumber) {
  const std::filesystem::path dir = SHRIKE_SOURCE_DIR "/../shared/data/pose/test";
  if (!std::filesystem::exists(dir)) GTEST_SKIP() << dir << " is not here";
  const auto clips = read_pose_clips(dir);
  ASSERT_TRUE(clips) << clips.error().message;
  ASSERT_EQ(clips->size(), 16U);
  EXPECT_EQ(clips->front().name, "01_0222");
  EXPECT_EQ(clips->front().frames, 91);
}

TEST(PoseLift, RefusesAFolderWithoutClips) {
  const auto clips = read_pose_clips("/nowhere/at/all");
  ASSERT_FALSE(clips);
  EXPECT_EQ(clips.error().kind, Error::Kind::bad_input);
}

}  // namespace
}  // namespace shrike
