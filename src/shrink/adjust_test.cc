#include "shrink/adjust.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

TEST(Adjust, TakesColumnsOff) {
  const std::vector<double> z{1, 2, 3, 4, 5, 6}, weight(6, 1);
  const Adjuster adjuster({z}, weight);
  for (double r : adjuster.residual({3, 5, 7, 9, 11, 13})) EXPECT_NEAR(r, 0, 1e-9);
  EXPECT_NEAR(adjuster.explained({1, 0, 0, 0, 0, 1}), 0, 1e-9);
  EXPECT_NEAR(adjuster.explained({2, 4, 6, 8, 10, 12}), 1, 1e-9);
}

TEST(Adjust, LeavesOutWhatAddsNothing) {
  const std::vector<double> z{1, 2, 3, 4}, twice{2, 4, 6, 8}, x{1, -1, 1, -1};
  const Adjuster once({z}, std::vector<double>(4, 1)), both({z, twice}, std::vector<double>(4, 1));
  const auto a = once.residual(x), b = both.residual(x);
  for (size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-9);
}

TEST(Adjust, AConfounderTakenOffLeavesNoCorrelation) {
  std::vector<double> z, x, y;
  for (int i = 0; i < 64; ++i) {
    z.push_back(i);
    x.push_back(i + (i % 2 ? 3 : -3));
    y.push_back(2 * i + (i % 4 < 2 ? 5 : -5));
  }
  const Adjuster plain({}, std::vector<double>(64, 1)), adjusted({z}, std::vector<double>(64, 1));
  EXPECT_GT(plain.correlation(plain.residual(x), plain.residual(y)), 0.9);
  EXPECT_LT(std::abs(adjusted.correlation(adjusted.residual(x), adjusted.residual(y))), 0.1);
}

TEST(Adjust, FitsALineUnderWeights) {
  const auto b = least_squares({{1, 1, 1, 1}, {0, 1, 2, 3}}, {1, 3, 5, 99}, {1, 1, 1, 0});
  ASSERT_EQ(b.size(), 2U);
  EXPECT_NEAR(b[0], 1, 1e-6);
  EXPECT_NEAR(b[1], 2, 1e-6);
}

}  // namespace
}  // namespace shrike
