#include "shrink/spread.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

TEST(Spread, HasTheMomentsOfItsParts) {
  const SpreadParts x{.loss_mean = 4, .loss_size = 2, .loss_clump = 1.5, .gain_mean = 0.5};
  const Spread spread = spread_of(x);
  double mean = 0, square = 0;
  for (size_t i = 0; i < spread.p.size(); ++i) {
    const double v = spread.low + static_cast<double>(i);
    mean += v * spread.p[i];
    square += v * v * spread.p[i];
  }
  EXPECT_NEAR(mean, 3.5, 0.02);
  EXPECT_NEAR(spread.mean(), mean, 1e-9);
  EXPECT_NEAR(square - mean * mean, 4 * 1.5 + 16 / 2.0 + 0.5 * 2.2, 0.2);
}

TEST(Spread, AnEmptyShelfLosesTheWholeBook) {
  const Spread spread = spread_of({.loss_mean = 0.5, .loss_size = 2, .empty_chance = 0.4, .book = 9});
  EXPECT_GT(spread.probability(9), 0.4 - 1e-6);
  EXPECT_NEAR(spread.cdf(8), 0.6, 1e-3);
  EXPECT_EQ(spread.quantile(0.95), 9);
}

TEST(Spread, AMissingCaseMakesASecondHump) {
  const Spread without = spread_of({.loss_mean = 0.2, .loss_size = 2}),
               with = spread_of({.loss_mean = 0.2, .loss_size = 2, .step_chance = 0.1, .step_units = 12});
  EXPECT_LT(without.probability(12), 1e-4);
  EXPECT_GT(with.probability(12), 0.05);
}

TEST(Spread, ACountErrorReachesBothWays) {
  const Spread spread = spread_of({.loss_mean = 1e-6, .loss_size = 1, .error_chance = 0.2});
  EXPECT_NEAR(spread.probability(-1), 0.1, 1e-3);
  EXPECT_NEAR(spread.probability(1), 0.1, 1e-3);
}

TEST(Spread, CoarsensWhereLossesAreLarge) {
  const Spread spread = spread_of({.loss_mean = 5000, .loss_size = 3, .loss_clump = 1.2});
  EXPECT_GT(spread.unit, 1);
  EXPECT_LT(spread.p.size(), 1000U);
  EXPECT_NEAR(spread.mean(), 5000, 60);
  EXPECT_LT(spread.quantile(0.05), 5000);
  EXPECT_GT(spread.quantile(0.95), 5000);
}

}  // namespace
}  // namespace shrike
