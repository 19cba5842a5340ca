#include "behaviour/concealment_protocol.h"

#include <gtest/gtest.h>
#include <random>

namespace shrike {
namespace {

// 't' theft, '.' normal, '-' empty; scores one a frame.
ScoredClip clip(const std::string& frames, std::vector<float> scores) {
  ScoredClip out{.name = "c", .score = std::move(scores)};
  for (const char f : frames) {
    out.theft.push_back(f == 't');
    out.person.push_back(f != '-');
  }
  return out;
}
ScoredClip flat(const std::string& frames, float score) {
  return clip(frames, std::vector<float>(frames.size(), score));
}

TEST(ConcealmentProtocol, RanksAsTheTextbookDoes) {
  // scikit-learn 1.2: roc_auc_score 0.75, average_precision_score 0.8333…
  const auto ranked = rank_frames(std::vector{clip("..tt", {.1F, .4F, .35F, .8F})});
  ASSERT_TRUE(ranked);
  EXPECT_DOUBLE_EQ(ranked->auc_roc, 0.75);
  EXPECT_NEAR(ranked->auc_pr, 0.8333333, 1e-6);
  EXPECT_DOUBLE_EQ(ranked->eer, 0.5);
  EXPECT_EQ(ranked->positives, 2);
  EXPECT_DOUBLE_EQ(ranked->base_rate(), 0.5);
}

TEST(ConcealmentProtocol, CountsTiesHalf) {
  EXPECT_DOUBLE_EQ(rank_frames(std::vector{flat("..tt", 1)})->auc_roc, 0.5);
  EXPECT_DOUBLE_EQ(rank_frames(std::vector{flat("..tt", 1)})->auc_pr, 0.5);
}

TEST(ConcealmentProtocol, HasNoAnswerWhereAClassIsMissing) {
  EXPECT_FALSE(rank_frames(std::vector{flat("....", 1)}));
  EXPECT_FALSE(rank_frames({}));
  EXPECT_FALSE(honest_score(std::vector{flat(std::string(40, 't'), 1)}));
}

// A score that knows nothing but the clip's edges, emptiness or length gains nothing.
TEST(ConcealmentProtocol, GivesNothingForClipEdgesAndEmptyFrames) {
  const std::string frames =
      "....----" + std::string(30, 't') + std::string(8, '-') + std::string(30, '.') + "........";
  ScoredClip edges = flat(frames, 1);
  for (size_t i = 0; i < frames.size(); ++i)
    if (frames[i] == '-' || i < 12 || i + 12 >= frames.size()) edges.score[i] = 0;
  EXPECT_GT(rank_frames(std::vector{edges})->auc_roc, 0.6);
  const auto honest = honest_score(std::vector{edges});
  ASSERT_TRUE(honest);
  EXPECT_DOUBLE_EQ(honest->mixed.auc_roc, 0.5);
  EXPECT_DOUBLE_EQ(honest->within, 0.5);
}

TEST(ConcealmentProtocol, SeparatesWhenFromWhere) {
  // Right inside each clip, wrong between them.
  const std::string frames = std::string(12, '.') + "..tt" + std::string(12, '.');
  ScoredClip low = flat(frames, 0), high = flat(frames, 10);
  for (size_t i = 14; i < 16; ++i) {
    low.score[i] = 1;
    high.score[i] = 11;
  }
  const auto honest = honest_score(std::vector{low, high});
  ASSERT_TRUE(honest);
  EXPECT_EQ(honest->clips, 2);
  EXPECT_DOUBLE_EQ(honest->within, 1);
  EXPECT_DOUBLE_EQ(honest->mixed.auc_roc, 0.75);
}

TEST(ConcealmentProtocol, CallsOncePerHalfMinute) {
  ScoredClip long_clip = flat(std::string(1500, '.'), 1);  // 100 s at 15 fps
  EXPECT_EQ(alarms_in(long_clip, 1), 4);
  EXPECT_EQ(alarms_in(long_clip, 1.1F), 0);
  long_clip.person.assign(1500, false);
  EXPECT_EQ(alarms_in(long_clip, 1), 0);
}

TEST(ConcealmentProtocol, FindsTheLowestThresholdWithinTheBudget) {
  std::mt19937 random(1);
  std::vector<ScoredClip> normal;
  for (int c = 0; c < 10; ++c) {
    ScoredClip one = flat(std::string(5400, '.'), 0);  // 6 min: an hour in all
    for (float& s : one.score) s = std::generate_canonical<float, 24>(random);
    normal.push_back(one);
  }
  EXPECT_NEAR(hours_of(normal), 1, 1e-9);
  const float threshold = threshold_for(normal, 6);
  const auto alarms = [&](float t) {
    int n = 0;
    for (const auto& one : normal) n += alarms_in(one, t);
    return n;
  };
  EXPECT_LE(alarms(threshold), 6);
  float next_lower = 0;
  for (const auto& one : normal)
    for (const float s : one.score)
      if (s < threshold) next_lower = std::max(next_lower, s);
  EXPECT_GT(alarms(next_lower), 6);
  const float silent = threshold_for(normal, 0.5);
  EXPECT_EQ(alarms(silent), 0);
}

TEST(ConcealmentProtocol, CatchesOnlyWhatIsTheft) {
  EXPECT_TRUE(caught(clip(".t.", {0, 5, 0}), 5));
  EXPECT_FALSE(caught(clip(".t.", {9, 4, 9}), 5));
}

TEST(ConcealmentProtocol, BootstrapsOverClips) {
  std::vector<ScoredClip> clips;
  for (int c = 0; c < 20; ++c) clips.push_back(flat("tt..", static_cast<float>(c)));
  const auto mean = [](std::span<const ScoredClip> drawn) -> std::optional<double> {
    double sum = 0;
    for (const auto& one : drawn) sum += static_cast<double>(one.score[0]);
    return sum / static_cast<double>(drawn.size());
  };
  const auto interval = bootstrap(clips, mean);
  ASSERT_TRUE(interval);
  // Mean 9.5, standard error 5.77 / sqrt(20) = 1.29.
  EXPECT_NEAR(interval->low, 9.5 - 1.96 * 1.29, 0.4);
  EXPECT_NEAR(interval->high, 9.5 + 1.96 * 1.29, 0.4);
  EXPECT_EQ(bootstrap(clips, mean)->low, interval->low);
  EXPECT_FALSE(bootstrap({}, mean));
}

TEST(ConcealmentProtocol, TwoScoresOfTheSameThingsAreDrawnTogether) {
  const std::vector<double> ours{3, 8, 2, 9, 5}, theirs{2, 7, 1, 8, 4};  // one less, each
  const auto difference = [&](std::span<const size_t> drawn) -> std::optional<double> {
    double sum = 0;
    for (const size_t i : drawn) sum += ours[i] - theirs[i];
    return sum / static_cast<double>(drawn.size());
  };
  const auto interval = bootstrap_of(ours.size(), difference);
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->low, 1);
  EXPECT_EQ(interval->high, 1);
  EXPECT_FALSE(bootstrap_of(0, difference));
}

}  // namespace
}  // namespace shrike
