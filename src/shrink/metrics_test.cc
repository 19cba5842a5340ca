#include "shrink/metrics.h"

#include <cmath>
#include <gtest/gtest.h>
#include <numeric>

#include "shrink/numeric.h"

namespace shrike {
namespace {

TEST(Metrics, ReckonedByHand) {
  Predictions x;
  x.seen = {3, -1, 0, 2};
  x.mean = {2, 0, 1, 2};
  x.unit_cost = {1, 10, 1, 2};
  const Score s = score("by hand", x);
  EXPECT_DOUBLE_EQ(s.mae, 3.0 / 4);
  EXPECT_DOUBLE_EQ(s.rmse, std::sqrt(3.0 / 4));
  EXPECT_DOUBLE_EQ(s.total_ratio, 5.0 / 4);  // a gain is taken off, not clipped
  EXPECT_DOUBLE_EQ(s.cost_mae, (1 + 10 + 1) / 4.0);
  EXPECT_DOUBLE_EQ(s.cost_total_ratio, (2 + 1 + 4) / (3 - 10 + 4.0));
}

TEST(Metrics, CaptureTakesTheGreatestPredictions) {
  EXPECT_EQ(captured({5, 1, -3, 4}, {9, 1, 8, 2}, 0.5), 5);  // the gain of the second is no loss found
  EXPECT_EQ(captured({5, 1, -3, 4}, {9, 1, 0, 8}, 0.5), 9);
}

TEST(Metrics, DevianceIsLeastAtTheTruth) {
  EXPECT_NEAR(nb_deviance(4, 4), 0, 1e-12);
  EXPECT_GT(nb_deviance(4, 2), 0);
  EXPECT_GT(nb_deviance(0, 2), nb_deviance(0, 1));
}

TEST(Metrics, CoverageIsByPitAndByDecile) {
  Predictions x;
  for (int i = 0; i < 5000; ++i) {
    x.seen.push_back(0);
    x.mean.push_back(i);
    x.unit_cost.push_back(1);
    // right everywhere but in the top tenth, where everything falls into the tails
    x.pit.push_back(i < 4500 ? hash_uniform(1, static_cast<uint64_t>(i)) : 0.01);
    for (auto* column : {&x.low, &x.median, &x.high, &x.log_probability}) column->push_back(0);
  }
  const Score s = score("pit", x);
  EXPECT_NEAR(s.coverage_90, 0.81, 0.02);
  for (size_t d = 0; d < 9; ++d) EXPECT_NEAR(s.coverage_by_decile[d], 0.9, 0.06) << d;
  EXPECT_EQ(s.coverage_by_decile[9], 0);
  EXPECT_NEAR(std::accumulate(s.pit_histogram.begin(), s.pit_histogram.end(), 0.0), 1, 1e-9);
}

TEST(Metrics, NothingPredictedIsNothingScored) { EXPECT_EQ(score("none", {}).counts, 0U); }

}  // namespace
}  // namespace shrike
