#include "vision/yolo_pose.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

#include "video/play_file.h"
#include "vision/detector.h"
#include "vision/nms.h"
#include "vision/pose_estimator.h"
#include "vision/testing/fake_model.h"

namespace shrike {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::kFakeCells;
using testing::kFakeInput;
using testing::kSharedModels;

/// The output of a network that sees one person in cell 77: box 20 x 60 around (30, 48), joint j at (20 + j, 30 + j).
std::vector<float> one_person() {
  constexpr auto kCells = static_cast<size_t>(kFakeCells);
  std::vector<float> planes(kYoloPoseChannels * kCells, 0.01F);
  const auto set = [&](size_t channel, float value) { planes[channel * kCells + 77] = value; };
  set(0, 30);
  set(1, 48);
  set(2, 20);
  set(3, 60);
  set(4, 0.9F);
  for (size_t j = 0; j < kJoints; ++j) {
    set(5 + 3 * j, 20 + static_cast<float>(j));
    set(6 + 3 * j, 30 + static_cast<float>(j));
    set(7 + 3 * j, 0.5F);
  }
  return planes;
}

Frame grey(int width, int height) {
  return to_frame({width, height, std::vector<uint8_t>(static_cast<size_t>(width * height * 3), 90)});
}

TEST(YoloPose, ReadsBoxAndJointsOfACell) {
  Detections found;
  decode_yolo_pose(one_person(), 0.4F, found);
  ASSERT_EQ(found.size(), 1U);
  ASSERT_EQ(found.poses.size(), 1U);
  EXPECT_FLOAT_EQ(found.scores[0], 0.9F);
  EXPECT_FLOAT_EQ(found.boxes[0].x1, 20);
  EXPECT_FLOAT_EQ(found.boxes[0].y2, 78);
  EXPECT_FLOAT_EQ(found.poses[0][kLeftWrist].x, 20 + kLeftWrist);
  EXPECT_FLOAT_EQ(found.poses[0][kLeftWrist].y, 30 + kLeftWrist);
  EXPECT_FLOAT_EQ(found.poses[0][kRightAnkle].score, 0.5F);
}

TEST(YoloPose, ScoresThatAreNoNumbersFindNobody) {
  auto planes = one_person();
  std::ranges::fill(planes, std::numeric_limits<float>::quiet_NaN());
  Detections found;
  decode_yolo_pose(planes, 0, found);
  EXPECT_EQ(found.size(), 0U);
  EXPECT_TRUE(found.poses.empty());
}

TEST(YoloPose, SuppressionKeepsEachBoxsOwnPose) {
  Detections d;
  for (const float x : {0.F, 1.F, 100.F}) {
    d.add({x, 0, x + 10, 10}, x == 1 ? 0.9F : 0.5F, 0);
    Pose pose;
    pose.fill({x, x, 1});
    d.poses.push_back(pose);
  }
  std::vector<int> order;
  suppress_overlaps(d, 0.5F, 10, order);
  ASSERT_EQ(d.size(), 2U);
  ASSERT_EQ(d.poses.size(), 2U);
  for (size_t i = 0; i < 2; ++i) EXPECT_EQ(d.poses[i][kNose].x, d.boxes[i].x1);
}

TEST(YoloPose, AFileOfItFindsPeopleWithPosesInPixelsOfThePicture) {
  const auto file = std::filesystem::path(::testing::TempDir()) / "yolo-pose.onnx";
  testing::write_fake_model(file, kFakeInput, {{"output0", {1, kYoloPoseChannels, kFakeCells}, one_person()}});
  const auto labels = std::filesystem::path(::testing::TempDir()) / "person.txt";
  std::ofstream(labels) << "person\n";
  const auto detector = Detector::load({.model = file, .labels = labels, .poses = true});
  ASSERT_TRUE(detector) << detector.error().message;
  EXPECT_TRUE(detector->head().poses);
  const auto found = detector->detect(grey(128, 192));  // twice the network's 64 x 96
  ASSERT_TRUE(found);
  ASSERT_EQ(found->poses.size(), 1U);
  EXPECT_NEAR(found->boxes[0].x1, 40, 1e-3);
  EXPECT_NEAR(found->poses[0][kNose].x, 40, 1e-3);
  EXPECT_NEAR(found->poses[0][kNose].y, 60, 1e-3);

  const auto refused = Detector::load({.model = file, .labels = labels});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("yolo-pose.onnx"), HasSubstr("pose: model")));
}

TEST(YoloPose, ADetectorWherePosesAreAskedForIsRefused) {
  const auto file = std::filesystem::path(::testing::TempDir()) / "detector.onnx";
  testing::write_fake_model(file, kFakeInput, {testing::fake_yolov8(80)});
  const auto refused = Detector::load({.model = file, .poses = true});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("no pose model"), HasSubstr("1x56x126")));
}

TEST(YoloPose, RealPeopleOfTheSharedModelStandWithTheirHeadsUp) {
  constexpr const char* kVtest = "/usr/share/doc/opencv-doc/examples/data/vtest.avi";
  const auto model = kSharedModels / "yolo11n-pose_w8.onnx";
  if (!std::filesystem::exists(model)) GTEST_SKIP() << model << " is not here";
  const auto detector = Detector::load({.model = model, .threshold = 0.25F, .poses = true});
  ASSERT_TRUE(detector) << detector.error().message;
  int frames = 0, people = 0, upright = 0;
  const auto played = play_file(kVtest, [&](const Frame& frame) -> Result<void> {
    if (++frames < 60) return {};
    TRY(const Detections found, detector->detect(frame));
    for (size_t i = 0; i < found.size(); ++i) {
      const Pose& p = found.poses[i];
      ++people;
      const float shoulders = p[kLeftShoulder].y + p[kRightShoulder].y, hips = p[kLeftHip].y + p[kRightHip].y;
      if (2 * p[kNose].y < shoulders && shoulders < hips && hips < p[kLeftAnkle].y + p[kRightAnkle].y &&
          belongs_to(p, found.boxes[i], found.boxes))
        ++upright;
    }
    return fail("one is enough");
  });
  EXPECT_FALSE(played);
  EXPECT_GE(people, 2);
  EXPECT_GE(upright * 10, people * 7) << upright << " of " << people;
}

}  // namespace
}  // namespace shrike
