#include "track/identity_odds.h"

#include <cmath>
#include <gtest/gtest.h>
#include <numeric>

namespace shrike {
namespace {

/// By counting every way in which newcomers can be people.
std::vector<double> counted(const std::vector<IdentityOdds>& entries, int rows) {
  std::vector<double> sums(entries.size(), 0);
  double total = 0;
  std::vector<size_t> chosen;
  const auto walk = [&](auto&& self, int row, double weight) -> void {
    if (row == rows) {
      total += weight;
      for (const size_t k : chosen) sums[k] += weight;
      return;
    }
    self(self, row + 1, weight);
    for (size_t k = 0; k < entries.size(); ++k) {
      if (entries[k].row != row) continue;
      bool taken = false;
      for (const size_t other : chosen) taken = taken || entries[other].column == entries[k].column;
      if (taken) continue;
      chosen.push_back(k);
      self(self, row + 1, weight * entries[k].odds);
      chosen.pop_back();
    }
  };
  walk(walk, 0, 1);
  for (double& sum : sums) sum /= total;
  return sums;
}

TEST(IdentityOdds, OneNewcomerAndOnePersonAreTheOdds) {
  EXPECT_NEAR(identity_probabilities({{0, 0, 3}}, 1, 1)[0], 0.75, 1e-9);
}

TEST(IdentityOdds, TwoAlikePeopleShareANewcomer) {
  const auto p = identity_probabilities({{0, 0, 50}, {0, 1, 50}}, 1, 2);
  EXPECT_NEAR(p[0], 50.0 / 101, 1e-6);
  EXPECT_NEAR(p[1], 50.0 / 101, 1e-6);
}

TEST(IdentityOdds, WhatIsExactWithoutLoops) {
  const std::vector<IdentityOdds> chain = {{0, 0, 4}, {1, 0, 2}, {1, 1, 5}, {2, 1, 0.5}};
  const auto p = identity_probabilities(chain, 3, 2), exact = counted(chain, 3);
  for (size_t k = 0; k < chain.size(); ++k) EXPECT_NEAR(p[k], exact[k], 1e-5);
}

TEST(IdentityOdds, IsNearWithLoopsAndKeepsTheSums) {
  const std::vector<IdentityOdds> full = {{0, 0, 20}, {0, 1, 1}, {0, 2, 3}, {1, 0, 2}, {1, 1, 9},
                                          {1, 2, 1},  {2, 0, 4}, {2, 1, 4}, {2, 2, 6}};
  const auto p = identity_probabilities(full, 3, 3), exact = counted(full, 3);
  std::vector<double> rows(3, 0), columns(3, 0);
  for (size_t k = 0; k < full.size(); ++k) {
    EXPECT_NEAR(p[k], exact[k], 0.08);
    rows[static_cast<size_t>(full[k].row)] += p[k];
    columns[static_cast<size_t>(full[k].column)] += p[k];
  }
  for (const auto& sums : {rows, columns})
    for (const double sum : sums) EXPECT_LE(sum, 1.0001);
}

TEST(IdentityOdds, ACertainRivalLeavesLittle) {
  const auto p = identity_probabilities({{0, 0, 1000}, {1, 0, 10}}, 2, 1);
  EXPECT_GT(p[0], 0.95);
  EXPECT_LT(p[1], 0.02);
  EXPECT_TRUE(identity_probabilities({}, 3, 0).empty());
}

}  // namespace
}  // namespace shrike
