#include "train/loss_net_training.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace shrike {
namespace {

/// Counts whose loss is what the baseline says; or `factor` times that where both features are high.
ChallengeRows counts(size_t n, double factor) {
  ChallengeRows rows;
  rows.names = {"a", "b"};
  std::mt19937 random(7);
  std::uniform_real_distribution<float> uniform(0, 1);
  for (size_t i = 0; i < n; ++i) {
    const float a = uniform(random), b = uniform(random);
    rows.x.insert(rows.x.end(), {a, b});
    rows.store.push_back(static_cast<int32_t>(i % 40));
    rows.category.push_back(static_cast<int32_t>(i % 5));
    rows.product.push_back(static_cast<int32_t>(i % 100));
    const double mean = 1.5;
    rows.log_offset.push_back(static_cast<float>(std::log(mean)));
    std::poisson_distribution<int> loss(mean * (a > 0.5F && b > 0.5F ? factor : 1));
    rows.y.push_back(static_cast<float>(loss(random)));
  }
  return rows;
}

double mean_where(const ChallengeRows& rows, const std::vector<double>& mean, bool both) {
  double sum = 0;
  size_t n = 0;
  for (size_t i = 0; i < rows.rows(); ++i) {
    if ((rows.x[2 * i] > 0.6F && rows.x[2 * i + 1] > 0.6F) != both) continue;
    sum += mean[i];
    ++n;
  }
  return sum / static_cast<double>(n);
}

TEST(LossNetTraining, FindsWhatTwoFeaturesSayTogether) {
  const auto rows = counts(6000, 3);
  const auto net = train_loss_net(rows, {});
  ASSERT_TRUE(net) << net.error().message;
  const auto mean = predict(*net, rows);
  ASSERT_TRUE(mean);
  EXPECT_NEAR(mean_where(rows, *mean, true), 4.5, 0.7);
  EXPECT_NEAR(mean_where(rows, *mean, false), 1.8, 0.5);
}

TEST(LossNetTraining, LeavesTheBaselineAloneWhereItIsRight) {
  const auto rows = counts(6000, 1);
  const auto net = train_loss_net(rows, {});
  ASSERT_TRUE(net) << net.error().message;
  const auto mean = predict(*net, rows);
  ASSERT_TRUE(mean);
  double error = 0;
  for (double m : *mean) error += std::abs(m / 1.5 - 1);
  EXPECT_LT(error / static_cast<double>(mean->size()), 0.1);
}

TEST(LossNetTraining, TheSameSeedGivesTheSameNet) {
  const auto rows = counts(1500, 2);
  const auto one = train_loss_net(rows, {.seed = 3}), two = train_loss_net(rows, {.seed = 3});
  ASSERT_TRUE(one);
  ASSERT_TRUE(two);
  EXPECT_EQ(to_text(*one), to_text(*two));
  EXPECT_NE(to_text(*one), to_text(*train_loss_net(rows, {.seed = 4})));
}

TEST(LossNetTraining, TooLittleIsSaid) {
  EXPECT_FALSE(train_loss_net(counts(100, 1), {}));
  auto rows = counts(1000, 1);
  rows.y.clear();
  EXPECT_FALSE(train_loss_net(rows, {}));
}

}  // namespace
}  // namespace shrike
