#include "track/assignment.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>
#include <random>
#include <vector>

namespace shrike {
namespace {

using Table = std::vector<std::vector<float>>;  // gain of a pair; 0 = cannot be made

std::vector<int> solve(Assignment& assignment, const Table& table) {
  const int columns = table.empty() ? 0 : static_cast<int>(table[0].size());
  assignment.begin(static_cast<int>(table.size()), columns);
  for (int r = 0; r < static_cast<int>(table.size()); ++r)
    for (int c = 0; c < columns; ++c)
      if (table[r][c] > 0) assignment.add(r, c, table[r][c]);
  const auto pairs = assignment.solve();
  return {pairs.begin(), pairs.end()};
}

float gain(const Table& table, const std::vector<int>& pairs) {
  float sum = 0;
  std::vector<int> times(table.empty() ? 0 : table[0].size());
  for (size_t r = 0; r < pairs.size(); ++r) {
    if (pairs[r] < 0) continue;
    EXPECT_GT(table[r][pairs[r]], 0) << "a pair that was never offered";
    EXPECT_EQ(++times[pairs[r]], 1) << "column " << pairs[r] << " twice";
    sum += table[r][pairs[r]];
  }
  return sum;
}

// Every way to place the rows, tried one by one.
float best_by_trying(const Table& table, size_t row, std::vector<bool>& taken) {
  if (row == table.size()) return 0;
  float best = best_by_trying(table, row + 1, taken);
  for (size_t c = 0; c < table[row].size(); ++c) {
    if (taken[c] || table[row][c] <= 0) continue;
    taken[c] = true;
    best = std::max(best, table[row][c] + best_by_trying(table, row + 1, taken));
    taken[c] = false;
  }
  return best;
}

TEST(Assignment, TakesTheLargestSumAndNotTheLargestPair) {
  Assignment assignment;
  // Greedy takes .9 and leaves .1 for the other (1.0); the best is .8 + .7.
  EXPECT_EQ(solve(assignment, {{.9F, .8F}, {.7F, .1F}}), (std::vector<int>{1, 0}));
}

TEST(Assignment, LeavesARowAloneWhereThatGainsMore) {
  Assignment assignment;
  EXPECT_EQ(solve(assignment, {{.5F}, {.9F}, {.4F}}), (std::vector<int>{-1, 0, -1}));
  // Two pairs of .2 lose against one of .6.
  EXPECT_EQ(solve(assignment, {{.6F, .2F}, {.2F, 0}}), (std::vector<int>{0, -1}));
}

TEST(Assignment, AcceptsEmptyTablesAndRowsWithoutPairs) {
  Assignment assignment;
  EXPECT_TRUE(solve(assignment, {}).empty());
  assignment.begin(3, 0);
  EXPECT_EQ(assignment.solve().size(), 3U);
  EXPECT_EQ(solve(assignment, {{0, 0}, {0, .3F}, {0, 0}}), (std::vector<int>{-1, 1, -1}));
}

TEST(Assignment, AgreesWithTryingEveryPairingOnRandomTables) {
  std::mt19937 random(7);
  Assignment assignment;
  for (int round = 0; round < 2000; ++round) {
    const size_t rows = random() % 7, columns = 1 + random() % 6;
    const uint32_t density = 1 + random() % 10;
    Table table(rows, std::vector<float>(columns));
    for (auto& row : table)
      for (float& g : row) g = random() % 10 < density ? static_cast<float>(1 + random() % 1000) / 1000 : 0;
    std::vector<bool> taken(columns);
    EXPECT_NEAR(gain(table, solve(assignment, table)), best_by_trying(table, 0, taken), 1e-4) << "round " << round;
  }
}

}  // namespace
}  // namespace shrike
