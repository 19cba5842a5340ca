#include "track/mot_eval.h"

#include <cmath>
#include <filesystem>
#include <gtest/gtest.h>
#include <vector>

namespace shrike {
namespace {

// A box of 10 x 10 at `left` on the floor line, so that a shift of s pixels gives IoU (10 - s) / (10 + s).
MotRow at(int frame, int64_t id, double left, int label = 1, double counted = 1) {
  return {frame, id, left, 0, 10, 10, counted, label};
}

TEST(MotEval, APerfectTrackerHasFullMarks) {
  std::vector<MotRow> truth;
  for (int frame = 1; frame <= 5; ++frame) {
    truth.push_back(at(frame, 1, frame));
    truth.push_back(at(frame, 2, 100 - frame));
  }
  const MotScore score = score_mot(truth, truth);
  EXPECT_EQ(score.truth, 10);
  EXPECT_EQ(score.matches, 10);
  EXPECT_DOUBLE_EQ(score.mota(), 1);
  EXPECT_DOUBLE_EQ(score.idf1(), 1);
  EXPECT_DOUBLE_EQ(score.hota(), 1);
  EXPECT_DOUBLE_EQ(score.localisation_accuracy(), 1);
}

TEST(MotEval, ATrackerThatSaysNothingMissesAll) {
  const MotScore score = score_mot(std::vector{at(1, 1, 0), at(2, 1, 0)}, {});
  EXPECT_EQ(score.misses, 2);
  EXPECT_DOUBLE_EQ(score.mota(), 0);
  EXPECT_DOUBLE_EQ(score.idf1(), 0);
  EXPECT_DOUBLE_EQ(score.hota(), 0);
}

// One object of 4 frames, followed as id 1 for 3 frames and then as id 2: one switch.
// MOTA = 1 - 1/4. The best identity agrees in 3 boxes: IDF1 = 2*3/(4+4). Boxes are exact, so HOTA is the same at every
// alpha: DetA = 1; the matches of id 1 have association 3/(4+3-3), that of id 2 1/(4+1-1): AssA = (3*.75 + .25)/4.
TEST(MotEval, ASwitchCostsWhatItsDefinitionsSay) {
  const std::vector<MotRow> truth = {at(1, 1, 0), at(2, 1, 0), at(3, 1, 0), at(4, 1, 0)};
  const std::vector<MotRow> results = {at(1, 1, 0), at(2, 1, 0), at(3, 1, 0), at(4, 2, 0)};
  const MotScore score = score_mot(truth, results);
  EXPECT_EQ(score.switches, 1);
  EXPECT_DOUBLE_EQ(score.mota(), 0.75);
  EXPECT_DOUBLE_EQ(score.idf1(), 0.75);
  EXPECT_DOUBLE_EQ(score.detection_accuracy(), 1);
  EXPECT_DOUBLE_EQ(score.association_accuracy(), 0.625);
  EXPECT_DOUBLE_EQ(score.hota(), std::sqrt(0.625));
}

// Coming back under the id it had before a gap is no switch; under another it is one, however long the gap.
TEST(MotEval, SwitchesAreCountedOverGaps) {
  const std::vector<MotRow> truth = {at(1, 1, 0), at(2, 1, 0), at(3, 1, 0)};
  EXPECT_EQ(score_mot(truth, std::vector{at(1, 5, 0), at(3, 5, 0)}).switches, 0);
  EXPECT_EQ(score_mot(truth, std::vector{at(1, 5, 0), at(3, 6, 0)}).switches, 1);
}

// Two results on one object: the one that was matched before stays, though the other now overlaps more.
TEST(MotEval, MatchesOfTheLastFrameGoOn) {
  const std::vector<MotRow> truth = {at(1, 1, 0), at(2, 1, 0)};
  const std::vector<MotRow> results = {at(1, 1, 0), at(2, 1, 2), at(2, 2, 0)};
  const MotScore score = score_mot(truth, results);
  EXPECT_EQ(score.switches, 0);
  EXPECT_EQ(score.false_positives, 1);
}

// IoU at a shift of 2 is 8/12 = .667: matched at the 13 alphas up to .65 and at none above.
TEST(MotEval, HotaCountsAMatchUpToItsOverlap) {
  const MotScore score = score_mot(std::vector{at(1, 1, 0)}, std::vector{at(1, 1, 2)});
  EXPECT_EQ(score.matches, 1);
  EXPECT_NEAR(score.hota(), 13.0 / 19, 1e-12);
  EXPECT_NEAR(score.detection_accuracy(), 13.0 / 19, 1e-12);
  EXPECT_NEAR(score.localisation_accuracy(), (13 * 8.0 / 12 + 6) / 19, 1e-12);
  // A shift of 4 gives .43: HOTA still sees it up to .40, CLEAR and identity do not.
  const MotScore far = score_mot(std::vector{at(1, 1, 0)}, std::vector{at(1, 1, 4)});
  EXPECT_EQ(far.matches, 0);
  EXPECT_EQ(far.id_matches, 0);
  EXPECT_NEAR(far.hota(), 8.0 / 19, 1e-12);
}

// MOT17: a result on a distractor is neither right nor wrong; truth that is not counted or of another class is not
// missed, and a result on it is wrong (only classes 2, 7, 8 and 12 forgive).
TEST(MotEval, DistractorsAreRemovedAndOtherClassesAreNotMissed) {
  const std::vector<MotRow> truth = {at(1, 1, 0), at(1, 2, 100, 8, 0), at(1, 3, 200, 3, 0), at(1, 4, 300, 1, 0)};
  const std::vector<MotRow> results = {at(1, 1, 0), at(1, 2, 100), at(1, 3, 200), at(1, 4, 300)};
  const MotScore score = score_mot(truth, results);
  EXPECT_EQ(score.truth, 1);
  EXPECT_EQ(score.results, 3);
  EXPECT_EQ(score.matches, 1);
  EXPECT_EQ(score.false_positives, 2);
}

TEST(MotEval, PoolsBySums) {
  const std::vector<MotRow> truth = {at(1, 1, 0), at(2, 1, 0)};
  MotScore pooled = score_mot(truth, truth);
  pooled += score_mot(truth, {});
  EXPECT_EQ(pooled.truth, 4);
  EXPECT_DOUBLE_EQ(pooled.mota(), 0.5);
  EXPECT_DOUBLE_EQ(pooled.idf1(), 2 * 2.0 / (4 + 2));
  EXPECT_DOUBLE_EQ(pooled.hota(), std::sqrt(0.5));
}

// The CEM tracker on two sequences of MOT15. CLEAR and identity as published by MOTChallenge and py-motmetrics
// (its README), HOTA by TrackEval.
struct Published {
  const char* sequence;
  int64_t false_positives, misses, switches;
  double mota, idf1, hota, deta, assa, loca;
};

class MotEvalPublished : public testing::TestWithParam<Published> {};

TEST_P(MotEvalPublished, Scores) {
  const Published& want = GetParam();
  const auto folder = std::filesystem::path(SHRIKE_SOURCE_DIR) / "../shared/data/tracking/scorer-check" / want.sequence;
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not here";
  const auto truth = read_mot(folder / "gt.txt", MotKind::truth, 1000);
  const auto results = read_mot(folder / "test.txt", MotKind::results, 1000);
  ASSERT_TRUE(truth) << truth.error().message;
  ASSERT_TRUE(results) << results.error().message;
  const MotScore score = score_mot(*truth, *results);
  EXPECT_EQ(score.false_positives, want.false_positives);
  EXPECT_EQ(score.misses, want.misses);
  EXPECT_EQ(score.switches, want.switches);
  EXPECT_NEAR(score.mota(), want.mota, 5e-4);
  EXPECT_NEAR(score.idf1(), want.idf1, 5e-4);
  EXPECT_NEAR(score.hota(), want.hota, 1e-4);
  EXPECT_NEAR(score.detection_accuracy(), want.deta, 1e-4);
  EXPECT_NEAR(score.association_accuracy(), want.assa, 5e-4);
  EXPECT_NEAR(score.localisation_accuracy(), want.loca, 1e-4);
}

INSTANTIATE_TEST_SUITE_P(, MotEvalPublished,
                         testing::Values(Published{"TUD-Campus", 13, 150, 7, .526, .558, .3914, .4181, .3691, .7701},
                                         Published{"TUD-Stadtmitte", 45, 452, 7, .564, .645, .3979, .3923, .4085,
                                                   .7375}),
                         [](const auto& one) { return one.param.misses == 150 ? "TudCampus" : "TudStadtmitte"; });

}  // namespace
}  // namespace shrike
