#include "ledger/blocks.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

namespace shrike {
namespace {

/// `n` rows of which about one in five repeats an earlier one: legitimate repeats inside a block.
std::vector<uint64_t> block_with_repeats(size_t n, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<uint64_t> rows;
  for (size_t i = 0; i < n; ++i) {
    rows.push_back(i > 5 && random() % 5 == 0 ? rows[random() % rows.size()] : random());
  }
  return rows;
}

size_t rows_dropped(const DuplicateRows& found) {
  size_t n = found.scattered.size();
  for (const auto& block : found.blocks) n += block.count;
  return n;
}

TEST(Blocks, EightCopiesLeaveOneWithItsRepeats) {
  for (const bool dated : {true, false}) {
    const auto one = block_with_repeats(1020, 7);
    std::vector<uint64_t> rows;
    for (int copy = 0; copy < 8; ++copy) rows.insert(rows.end(), one.begin(), one.end());
    EXPECT_EQ(rows_dropped(find_duplicates(rows, dated)), 7 * one.size());
  }
}

TEST(Blocks, CopiesThatWereSortedAfterwardsAreFoundByMultiplicity) {
  const auto one = block_with_repeats(300, 8);
  std::vector<uint64_t> rows;
  for (int copy = 0; copy < 3; ++copy) rows.insert(rows.end(), one.begin(), one.end());
  std::sort(rows.begin(), rows.end());
  const auto found = find_duplicates(rows, false);
  EXPECT_EQ(found.copies, 3);
  ASSERT_EQ(rows_dropped(found), 2 * one.size());
  std::vector<uint64_t> kept;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!std::binary_search(found.scattered.begin(), found.scattered.end(), i)) kept.push_back(rows[i]);
  }
  auto expected = one;
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(kept, expected);
}

TEST(Blocks, ACopyBetweenOtherRowsIsFound) {
  const auto before = block_with_repeats(400, 1);
  const auto block = block_with_repeats(120, 2);
  const auto between = block_with_repeats(300, 3);
  auto rows = before;
  rows.insert(rows.end(), block.begin(), block.end());
  rows.insert(rows.end(), between.begin(), between.end());
  rows.insert(rows.end(), block.begin(), block.end());
  rows.insert(rows.end(), before.begin(), before.begin() + 5);  // five rows that repeat are no block
  const auto found = find_duplicates(rows, true);
  ASSERT_EQ(found.blocks.size(), 1U);
  EXPECT_EQ(found.blocks[0].first, 820U);
  EXPECT_EQ(found.blocks[0].count, 120U);
  EXPECT_EQ(found.blocks[0].original, 400U);
}

TEST(Blocks, LegitimateRepeatsAreKept) {
  EXPECT_EQ(rows_dropped(find_duplicates(block_with_repeats(5000, 4), true)), 0U);
  EXPECT_EQ(rows_dropped(find_duplicates(std::vector<uint64_t>(500, 42), true)), 0U)
      << "one row, five hundred times: nobody can tell";
  // Six products sold day after day in the same order, no date in the file.
  std::vector<uint64_t> daily;
  for (int day = 0; day < 40; ++day) {
    for (uint64_t product = 0; product < 6; ++product) daily.push_back(product);
  }
  EXPECT_EQ(rows_dropped(find_duplicates(daily, false)), 0U);
}

TEST(Blocks, SmallDatedBlocksAreFound) {
  const std::vector<uint64_t> rows{1, 2, 3, 3, 1, 2, 3, 3, 1, 2, 3, 3};
  EXPECT_EQ(rows_dropped(find_duplicates(rows, true)), 8U);
  EXPECT_EQ(rows_dropped(find_duplicates(std::vector<uint64_t>{1, 2, 1, 2}, true)), 0U);
  EXPECT_EQ(rows_dropped(find_duplicates({}, true)), 0U);
}

}  // namespace
}  // namespace shrike
