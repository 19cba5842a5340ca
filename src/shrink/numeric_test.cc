#include "shrink/numeric.h"

#include <cmath>
#include <gtest/gtest.h>
#include <numeric>

namespace shrike {
namespace {

TEST(Numeric, NegativeBinomialsSayTheSameThreeWays) {
  const double mu = 3.7, r = 1.4;
  const auto p = nb_pmf(mu, r, 400);
  double sum = 0, mean = 0, square = 0;
  for (int k = 0; k < 400; ++k) {
    const double at = p[static_cast<size_t>(k)];
    EXPECT_NEAR(std::log(at), nb_log_pmf(k, mu, r), 1e-9);
    sum += at;
    mean += k * at;
    square += k * k * at;
  }
  EXPECT_NEAR(sum, 1, 1e-9);
  EXPECT_NEAR(mean, mu, 1e-6);
  EXPECT_NEAR(square - mean * mean, mu + mu * mu / r, 1e-4);
  const NbBelow below = nb_below(mu, r, 5);
  const double tail = std::accumulate(p.begin() + 5, p.end(), 0.0);
  EXPECT_NEAR(below.tail, tail, 1e-9);
  EXPECT_NEAR(below.mean, (p[1] + 2 * p[2] + 3 * p[3] + 4 * p[4]) / (1 - tail), 1e-9);
  EXPECT_EQ(nb_below(mu, r, 0).mean, 0);
}

TEST(Numeric, GoldenSectionFindsThePeak) {
  EXPECT_NEAR(golden_max([](double x) { return -(x - 1.3) * (x - 1.3); }, -4, 9, 40), 1.3, 1e-4);
}

TEST(Numeric, CholeskySolvesAndRefuses) {
  const auto x = solve_spd({4, 1, 1, 3}, {1, 2});
  ASSERT_EQ(x.size(), 2U);
  EXPECT_NEAR(4 * x[0] + x[1], 1, 1e-12);
  EXPECT_NEAR(x[0] + 3 * x[1], 2, 1e-12);
  EXPECT_TRUE(solve_spd({1, 2, 2, 1}, {1, 1}).empty());
}

TEST(Numeric, RanksShareTies) {
  EXPECT_EQ(ranks({5, 1, 5, 9}), (std::vector<double>{2.5, 1, 2.5, 4}));
  EXPECT_NEAR(spearman({1, 2, 3, 4}, {10, 20, 30, 400}), 1, 1e-12);
  EXPECT_EQ(spearman({1, 1, 1}, {1, 2, 3}), 0);
}

TEST(Numeric, AucCountsPairs) {
  // positives 0.9 and 0.4 against negatives 0.5, 0.4, 0.1: of six pairs 3 + 1.5 are won
  EXPECT_NEAR(auc({0.9, 0.5, 0.4, 0.4, 0.1}, {true, false, true, false, false}), 4.5 / 6, 1e-12);
  EXPECT_EQ(auc({1, 2}, {true, true}), 0.5);
}

TEST(Numeric, BenjaminiHochbergAsInThePaper) {
  // the fifteen p-values of Benjamini & Hochberg (1995), table in section 4: four discoveries at 0.05
  const std::vector<double> p{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                              0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
  const auto found = benjamini_hochberg(p, 0.05);
  EXPECT_EQ(std::count(found.begin(), found.end(), true), 4);
  EXPECT_TRUE(found[3] && !found[4]);
}

TEST(Numeric, HashIsUniformAndRepeats) {
  double sum = 0, square = 0;
  for (uint64_t k = 0; k < 20000; ++k) {
    const double u = hash_uniform(3, k);
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    sum += u;
    square += u * u;
  }
  EXPECT_NEAR(sum / 20000, 0.5, 0.01);
  EXPECT_NEAR(square / 20000, 1.0 / 3, 0.01);
  EXPECT_EQ(hash_uniform(3, 7), hash_uniform(3, 7));
  EXPECT_NE(hash_uniform(3, 7), hash_uniform(4, 7));
}

}  // namespace
}  // namespace shrike
