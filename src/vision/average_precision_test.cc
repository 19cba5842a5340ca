#include "vision/average_precision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "video/testing/media.h"

namespace shrike {
namespace {

using ::testing::HasSubstr;

constexpr Box kBox{0, 0, 10, 10};
constexpr Box kElsewhere{100, 100, 110, 110};

Detections found(std::initializer_list<std::tuple<Box, float, int>> rows) {
  Detections d;
  for (const auto& [box, score, label] : rows) d.add(box, score, label);
  return d;
}

TEST(AveragePrecision, all_found_exactly_is_one) {
  DetectionScorer scorer(2);
  scorer.add({{kBox, 0}, {kElsewhere, 1}}, found({{kBox, 0.9F, 0}, {kElsewhere, 0.1F, 1}}));
  const DetectionScore score = scorer.score();
  EXPECT_DOUBLE_EQ(score.map50, 1);
  EXPECT_NEAR(score.map, 1, 1e-12);
  ASSERT_EQ(score.classes.size(), 2U);
  EXPECT_EQ(score.truth, 2);
}

TEST(AveragePrecision, a_miss_bounds_the_recall) {
  DetectionScorer scorer(1);
  scorer.add({{kBox, 0}, {kElsewhere, 0}}, found({{kBox, 0.9F, 0}}));
  EXPECT_NEAR(scorer.score().map50, 51.0 / 101, 1e-12);  // recalls 0, 0.01, …, 0.50
}

TEST(AveragePrecision, a_better_scored_false_hit_costs_precision_and_a_worse_scored_one_nothing) {
  DetectionScorer before(1), after(1);
  before.add({{kBox, 0}}, found({{kElsewhere, 0.9F, 0}, {kBox, 0.5F, 0}}));
  after.add({{kBox, 0}}, found({{kElsewhere, 0.4F, 0}, {kBox, 0.5F, 0}}));
  EXPECT_NEAR(before.score().map50, 0.5, 1e-12);
  EXPECT_NEAR(after.score().map50, 1, 1e-12);
}

TEST(AveragePrecision, a_labelled_box_is_found_once) {
  DetectionScorer scorer(1);
  scorer.add({{kBox, 0}, {kElsewhere, 0}}, found({{kBox, 0.9F, 0}, {kBox, 0.8F, 0}, {kElsewhere, 0.7F, 0}}));
  // right, wrong, right: precision 1 up to recall 0.5, then 2/3.
  EXPECT_NEAR(scorer.score().map50, (51 + 50 * 2.0 / 3) / 101, 1e-12);
}

TEST(AveragePrecision, overlap_counts_up_to_its_threshold) {
  DetectionScorer scorer(1);
  scorer.add({{kBox, 0}}, found({{{0, 0, 10, 7.2F}, 0.9F, 0}}));  // IoU 0.72: right at 0.50, 0.55, …, 0.70
  EXPECT_NEAR(scorer.score().map50, 1, 1e-12);
  EXPECT_NEAR(scorer.score().map, 0.5, 1e-12);
}

TEST(AveragePrecision, classes_without_labels_do_not_count_and_wrong_classes_do_not_match) {
  DetectionScorer scorer(3);
  scorer.add({{kBox, 1}}, found({{kBox, 0.9F, 2}, {kBox, 0.8F, 1}}));
  const DetectionScore score = scorer.score();
  ASSERT_EQ(score.classes.size(), 1U);
  EXPECT_EQ(score.classes[0].label, 1);
  EXPECT_NEAR(score.map50, 1, 1e-12);
}

TEST(AveragePrecision, pictures_share_one_ranking) {
  DetectionScorer scorer(1);
  scorer.add({{kBox, 0}}, found({{kBox, 0.3F, 0}}));
  scorer.add({}, found({{kBox, 0.6F, 0}}));  // false, and ranked first
  const DetectionScore score = scorer.score();
  EXPECT_EQ(score.pictures, 2);
  EXPECT_NEAR(score.map50, 0.5, 1e-12);
}

TEST(AveragePrecision, only_the_best_hundred_of_a_picture_count) {
  DetectionScorer scorer(1);
  Detections d;
  for (int i = 0; i < 100; ++i) d.add(kElsewhere, 0.9F, 0);
  d.add(kBox, 0.1F, 0);
  scorer.add({{kBox, 0}}, d);
  EXPECT_EQ(scorer.score().classes[0].detections, 100);
  EXPECT_EQ(scorer.score().map50, 0);
}

TEST(AveragePrecision, nothing_is_nothing) {
  EXPECT_EQ(DetectionScorer(80).score().map50, 0);
  DetectionScorer scorer(1);
  scorer.add({{kBox, 0}}, {});
  EXPECT_EQ(scorer.score().map50, 0);
}

Result<std::vector<TruthBox>> labels(const std::string& text) {
  const testing::TempFolder folder;
  testing::write_file(folder / "picture.txt", text);
  return load_yolo_labels(folder / "picture.txt", 80, 200, 100);
}

TEST(YoloLabels, become_pixels) {
  const auto truth = labels("0 0.5 0.5 0.2 0.4\r\n\n79 0.1 0.2 0.2 0.4\n");
  ASSERT_TRUE(truth) << truth.error().message;
  ASSERT_EQ(truth->size(), 2U);
  EXPECT_FLOAT_EQ((*truth)[0].box.x1, 80);
  EXPECT_FLOAT_EQ((*truth)[0].box.y2, 70);
  EXPECT_EQ((*truth)[1].label, 79);
  EXPECT_TRUE(labels("")->empty());
}

TEST(YoloLabels, faults_are_named_with_their_row) {
  EXPECT_THAT(labels("0 .5 .5 .2 .2\n0 .5 .5 .2\n").error().message,
              HasSubstr("picture.txt:2: found '0 .5 .5 .2', expected"));
  EXPECT_THAT(labels("0 .5 .5 .2 .2 .9\n").error().message, HasSubstr(":1: found"));
  EXPECT_THAT(labels("80 .5 .5 .2 .2\n").error().message, HasSubstr("found class 80, expected 0 to 79"));
  EXPECT_THAT(labels("-1 .5 .5 .2 .2\n").error().message, HasSubstr("found class -1"));
  EXPECT_THAT(labels("1.5 .5 .5 .2 .2\n").error().message, HasSubstr("found class 1.5"));
  EXPECT_THAT(labels("0 100 50 20 20\n").error().message, HasSubstr("outside of the picture"));
  EXPECT_THAT(labels("0 .5 .5 nan .2\n").error().message, HasSubstr(":1: "));
  EXPECT_THAT(load_yolo_labels("/nowhere.txt", 80, 1, 1).error().message, HasSubstr("cannot be opened"));
}

}  // namespace
}  // namespace shrike
