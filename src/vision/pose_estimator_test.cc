#include "vision/pose_estimator.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

#include "video/play_file.h"
#include "vision/default_model.h"
#include "vision/detector.h"

namespace shrike {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kVtest = "/usr/share/doc/opencv-doc/examples/data/vtest.avi";

std::string load_error(const std::filesystem::path& model) {
  const auto estimator = PoseEstimator::load({.model = model, .runtime = {}});
  return estimator ? "" : estimator.error().message;
}

/// The sixtieth frame of vtest.avi, in which real people walk about.
class PoseOnVtest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::optional<Frame> sixtieth;
    int frames = 0;
    // An error: the rest need not be looked at.
    const auto played = play_file(kVtest, [&](const Frame& next) -> Result<void> {
      if (++frames < 60) return {};
      sixtieth = next;
      return fail("one is enough");
    });
    ASSERT_TRUE(sixtieth) << played.error().message;
    frame = *sixtieth;
    const auto detector = Detector::load({.model = default_model()});
    ASSERT_TRUE(detector) << detector.error().message;
    const auto found = detector->detect(frame);
    ASSERT_TRUE(found);
    for (size_t i = 0; i < found->size(); ++i)
      if (found->classes[i] == 0 && found->scores[i] > 0.5F) people.push_back(found->boxes[i]);
    ASSERT_GE(people.size(), 4U);
  }

  Frame frame;
  std::vector<Box> people;
};

TEST_F(PoseOnVtest, RealPeopleStandWithTheirHeadsUp) {
  for (const char* name : {"movenet-lightning.json", "movenet-thunder.json"}) {
    auto estimator = PoseEstimator::load({.model = default_pose_model().parent_path() / name, .runtime = {}});
    ASSERT_TRUE(estimator) << estimator.error().message;
    size_t good = 0;
    for (const Box& box : people) {
      const auto pose = estimator->estimate(frame, box);
      ASSERT_TRUE(pose && *pose);
      const Pose& p = **pose;
      const float shoulders = (p[kLeftShoulder].y + p[kRightShoulder].y) / 2,
                  hips = (p[kLeftHip].y + p[kRightHip].y) / 2, ankles = (p[kLeftAnkle].y + p[kRightAnkle].y) / 2;
      if (p[kNose].y < shoulders && shoulders < hips && hips < ankles && belongs_to(p, box, people)) ++good;
    }
    EXPECT_GE(good * 10, people.size() * 7) << name << ": " << good << " of " << people.size();
  }
}

TEST_F(PoseOnVtest, ABoxAtTheBorderOrOutsideOfThePicture) {
  auto estimator = PoseEstimator::load({.model = default_pose_model(), .runtime = {}});
  ASSERT_TRUE(estimator);
  const auto at = [&](const Box& box) { return estimator->estimate(frame, box); };
  ASSERT_TRUE(at({-20, 500, 30, 700}));
  EXPECT_TRUE(*at({-20, 500, 30, 700}));
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  for (const Box& box : {Box{-300, 0, -200, 50}, Box{5000, 5000, 5100, 5300}, Box{kNaN, 0, 10, 10}}) {
    const auto pose = at(box);
    ASSERT_TRUE(pose) << pose.error().message;
    EXPECT_FALSE(*pose);
  }
}

TEST(PoseBelongsTo, TheOneWhoseBoxHoldsMostOfIt) {
  Pose pose;
  for (size_t j = 0; j < kJoints; ++j) pose[j] = {100 + static_cast<float>(j), 200 + 5 * static_cast<float>(j), 0.8F};
  const Box own{90, 190, 130, 290}, beside{300, 190, 340, 290}, part{90, 190, 130, 230};
  EXPECT_TRUE(belongs_to(pose, own, std::vector{own, beside, part}));
  EXPECT_FALSE(belongs_to(pose, beside, std::vector{own, beside}));
  EXPECT_FALSE(belongs_to(pose, part, std::vector{own, part}));  // most of it lies below
  for (Joint& joint : pose) joint.score = 0.05F;
  EXPECT_FALSE(belongs_to(pose, own, {}));  // nothing was seen
}

TEST(PoseEstimator, ModelsOfAnotherKindAreRefused) {
  EXPECT_THAT(load_error(default_model()), AllOf(HasSubstr("nanodet.json"), HasSubstr("kpt_heatmap")));
  EXPECT_THAT(load_error("/tmp/pose.onnx"), AllOf(HasSubstr("/tmp/pose.onnx"), HasSubstr("expected MoveNet")));
  EXPECT_THAT(load_error("/nowhere/movenet.json"), HasSubstr("/nowhere/movenet.json"));
}

}  // namespace
}  // namespace shrike
