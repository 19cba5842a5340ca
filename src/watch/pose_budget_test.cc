#include "watch/pose_budget.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

Timestamp at_s(double s) { return Timestamp{1'700'000'000'000'000}.plus_s(s); }

/// Ten pictures a second of `cameras`, each wanting its number of poses, for `seconds`: poses a second each got.
std::vector<double> rates(double per_s, const std::vector<size_t>& wanted, double seconds) {
  PoseBudget budget(per_s, wanted.size());
  std::vector<double> got(wanted.size());
  for (int i = 0; i < static_cast<int>(seconds * 10); ++i)
    for (size_t c = 0; c < wanted.size(); ++c)
      got[c] += static_cast<double>(budget.take(c, at_s(0.1 * i), wanted[c])) / seconds;
  return got;
}

TEST(PoseBudget, KeepsToItsRateAndGivesAllOfIt) {
  EXPECT_NEAR(rates(40, {10}, 60)[0], 40, 1);
  EXPECT_NEAR(rates(2.5, {10}, 60)[0], 2.5, 0.1);
  EXPECT_NEAR(rates(40, {1}, 60)[0], 10, 0.01);
}

TEST(PoseBudget, WhatACameraLeavesAnotherMayUse) {
  const auto got = rates(40, {9, 1, 0, 0}, 60);
  EXPECT_NEAR(got[1], 10, 1);  // its own part
  EXPECT_NEAR(got[0], 30, 2);
}

TEST(PoseBudget, ABusyCameraDoesNotStarveAnother) {
  const auto got = rates(40, {100, 2}, 60);
  EXPECT_GT(got[1], 19);
  EXPECT_NEAR(got[0] + got[1], 40, 1);
}

TEST(PoseBudget, NoLimitAndNoBurstAfterAGap) {
  PoseBudget free(0, 1);
  EXPECT_EQ(free.take(0, at_s(0), 1000), 1000U);
  PoseBudget budget(40, 1);
  (void)budget.take(0, at_s(0), 1000);
  EXPECT_LE(budget.take(0, at_s(3600), 1000), 20U);
  EXPECT_LE(budget.take(0, at_s(10), 1000), 20U);  // the clock was set back
}

}  // namespace
}  // namespace shrike
