#include <cmath>
#include <gtest/gtest.h>
#include <numeric>
#include <random>

#include "base/folder_testing.h"
#include "behaviour/concealment_clips.h"
#include "train/concealment_graph.h"

namespace shrike {
namespace {

using Random = std::mt19937_64;

/// Somebody who walks about with swinging arms and stops now and then to reach for a shelf.
PosePerson shopper(const std::string& id, int frames, Random& random) {
  const auto roll = [&](float low, float high) { return std::uniform_real_distribution<float>(low, high)(random); };
  PosePerson person{.id = id};
  float x = roll(200, 900), reach = 0, phase = roll(0, 6);
  bool walks = true;
  for (int f = 0; f < frames; ++f) {
    if (roll(0, 1) < 0.03F) walks = !walks;
    x += walks ? 6.F : 0.F;
    phase += walks ? .4F : 0.F;
    reach += ((walks ? 0.F : 1.F) - reach) * .2F;
    const float swing = walks ? 20 * std::sin(phase) : 0;
    Pose pose;
    for (const float side : {1.F, -1.F}) {
      const size_t right = side < 0 ? 1 : 0;
      const auto put = [&](BodyJoint joint, float px, float py) {
        pose[joint + right] = {x + px + roll(-1, 1), 300 + py + roll(-1, 1), .9F};
      };
      put(kLeftEye, 5 * side, -135);
      put(kLeftEar, 10 * side, -132);
      put(kLeftShoulder, 30 * side, -100);
      put(kLeftElbow, 38 * side + 10 * reach, -50 - 20 * reach);
      put(kLeftWrist, 40 * side + side * swing + 70 * reach, -80 * reach);
      put(kLeftHip, 15 * side, 0);
      put(kLeftKnee, 15 * side, 80);
      put(kLeftAnkle, 15 * side, 160);
    }
    pose[kNose] = {x + 3, 300 - 130, .9F};
    person.frames.push_back(f);
    person.poses.push_back(pose);
  }
  return person;
}

std::vector<PoseClip> shopping(int clips, int frames) {
  Random random(42);
  std::vector<PoseClip> out;
  for (int c = 0; c < clips; ++c) {
    PoseClip clip{.name = (c % 2 ? "01_" : "02_") + std::to_string(c), .frames = frames};
    clip.people.push_back(shopper("1", frames, random));
    out.push_back(std::move(clip));
  }
  return out;
}

/// Networks that were trained once for all tests, and the file they were written to.
class Trained : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TestFolder>();
    auto trained = train_concealment(shopping(8, 450));
    ASSERT_TRUE(trained) << trained.error().message;
    trained_ = std::make_unique<TrainedConcealment>(std::move(*trained));
    const auto runtime = Runtime::open();
    ASSERT_TRUE(runtime) << runtime.error().message;
    const auto file = folder_->path() / "concealment.onnx";
    const auto session = runtime->build(concealment_graph(*trained_), {.save_as = file});
    ASSERT_TRUE(session) << session.error().message;
    auto model = ConcealmentModel::load(*runtime, file);
    ASSERT_TRUE(model) << model.error().message;
    model_ = std::make_unique<ConcealmentModel>(std::move(*model));
  }
  static void TearDownTestSuite() {
    model_.reset();
    trained_.reset();
    folder_.reset();
  }

  inline static std::unique_ptr<TestFolder> folder_;
  inline static std::unique_ptr<TrainedConcealment> trained_;
  inline static std::unique_ptr<ConcealmentModel> model_;
};

TEST_F(Trained, TheFileHoldsTheOperatingPoints) {
  ASSERT_EQ(model_->operating_points().size(), trained_->points.size());
  for (size_t i = 0; i < trained_->points.size(); ++i) {
    EXPECT_EQ(model_->operating_points()[i].threshold, trained_->points[i].threshold);
    EXPECT_EQ(model_->operating_points()[i].per_hour_other_clips, trained_->points[i].per_hour_other_clips);
  }
  EXPECT_EQ(trained_->other_clips.size(), 8U);
  EXPECT_EQ(trained_->other_cameras.size(), 8U);
}

TEST_F(Trained, HandsThatMeetAtAHipScoreHigherThanShopping) {
  Random random(1);
  PoseClip clip{.name = "03_x", .frames = 120};
  clip.people.push_back(shopper("1", 120, random));
  auto steps = clip.steps_of(clip.people[0]);
  const auto before = concealment_scores(*model_, steps);
  for (BodyStep& step : steps) {
    step.hip_speed = {};
    step.at[kLeftElbow] = {.55F, -.5F};
    step.at[kRightElbow] = {-.4F, -.5F};
    step.at[kLeftWrist] = {.2F, -.1F};
    step.at[kRightWrist] = {.1F, -.12F};
  }
  const auto after = concealment_scores(*model_, steps);
  ASSERT_TRUE(before && after);
  for (size_t i = 0; i < steps.size(); ++i) EXPECT_GT((*after)[i], (*before)[i] + 1) << i;
}

TEST_F(Trained, ALiveTrackScoresAsARecordedOne) {
  Random random(2);
  PoseClip clip{.name = "03_x", .frames = 100};
  clip.people.push_back(shopper("1", 100, random));
  const PosePerson& person = clip.people[0];
  const auto steps = clip.steps_of(person);
  const auto whole = concealment_scores(*model_, steps);
  ASSERT_TRUE(whole);
  auto watch = ConcealmentWatch::make(*model_);
  ASSERT_TRUE(watch);
  std::vector<ConcealmentMoment> live;
  for (size_t i = 0; i < person.poses.size(); ++i) {
    ASSERT_TRUE(watch->push(static_cast<double>(i) / clip.fps, person.poses[i], live));
    // Nothing is waited for longer than a second.
    if (i > 30) {
      EXPECT_GE(live.back().time_s + 1.01, static_cast<double>(i) / clip.fps);
    }
  }
  ASSERT_TRUE(watch->finish(live));
  ASSERT_EQ(live.size(), steps.size());
  for (size_t i = 0; i < steps.size(); ++i) {
    EXPECT_NEAR(live[i].time_s, steps[i].time_s, 1e-9);
    EXPECT_NEAR(live[i].score, (*whole)[i], 1e-3) << i;
  }
}

TEST_F(Trained, NoScoreKnowsWhatIsLaterThanASecond) {
  Random random(3);
  PoseClip clip{.name = "03_x", .frames = 120};
  clip.people.push_back(shopper("1", 120, random));
  const auto scores_up_to = [&](size_t frames) {
    PosePerson part{.id = "1"};
    part.frames.assign(clip.people[0].frames.begin(), clip.people[0].frames.begin() + static_cast<long>(frames));
    part.poses.assign(clip.people[0].poses.begin(), clip.people[0].poses.begin() + static_cast<long>(frames));
    return *concealment_scores(*model_, clip.steps_of(part));
  };
  const auto whole = scores_up_to(120), cut = scores_up_to(60);
  for (size_t i = 0; i + 15 < cut.size(); ++i) EXPECT_NEAR(whole[i], cut[i], 1e-3) << i;
}

TEST_F(Trained, TheSameClipsGiveTheSameModel) {
  const auto again = train_concealment(shopping(8, 450));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->rarity.weights, trained_->rarity.weights);
  EXPECT_EQ(again->points.back().threshold, trained_->points.back().threshold);
}

TEST_F(Trained, RarityIsNearOneInShoppingAndHighWhereArmsAreElsewhere) {
  Random random(4);
  PoseClip clip{.name = "03_x", .frames = 120};
  clip.people.push_back(shopper("1", 120, random));
  auto steps = clip.steps_of(clip.people[0]);
  const auto mean = [&] {
    const auto scores = concealment_scores(*model_, steps, {.kind = ConcealmentPart::rarity});
    return std::accumulate(scores->begin(), scores->end(), 0.F) / static_cast<float>(scores->size());
  };
  const float usual = mean();
  EXPECT_LT(usual, 2);  // standard deviations of what it learnt from
  for (BodyStep& step : steps) step.at[kLeftWrist] = {-1.5F, -1.5F};
  EXPECT_GT(mean(), usual + 5);
}

TEST(ConcealmentTraining, TooLittleToLearnFromIsRefused) {
  const auto few = train_concealment(shopping(3, 450));
  ASSERT_FALSE(few);
  EXPECT_NE(few.error().message.find("found 3 clips"), std::string::npos) << few.error().message;
  const auto brief = train_concealment(shopping(8, 60));
  ASSERT_FALSE(brief);
  EXPECT_EQ(brief.error().kind, Error::Kind::bad_input);
}

TEST(ConcealmentModel, OtherNetworksAreRefused) {
  const auto runtime = Runtime::open();
  ASSERT_TRUE(runtime);
  OnnxGraph other;
  other.inputs = {{"x", {1, 3}}};
  other.outputs = {{"y", {1, 3}}};
  other.nodes.push_back({"Relu", "relu", {"x"}, {"y"}, {}});
  const TestFolder folder;
  const auto file = folder.path() / "other.onnx";
  ASSERT_TRUE(runtime->build(other, {.save_as = file}));
  const auto model = ConcealmentModel::load(*runtime, file);
  ASSERT_FALSE(model);
  EXPECT_NE(model.error().message.find("other.onnx: no concealment network"), std::string::npos)
      << model.error().message;
}

}  // namespace
}  // namespace shrike
