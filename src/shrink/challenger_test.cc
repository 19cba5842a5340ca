#include "shrink/challenger.h"

#include <cmath>
#include <filesystem>
#include <gtest/gtest.h>

#include "shrink/from_ledger.h"
#include "shrink/test_chain.h"

namespace shrike {
namespace {

using test::make_up;

namespace fs = std::filesystem;

/// Goods above a price lose three times as much in stores above a size: a meeting of two features, which no multiplier
/// of the baseline has for products and stores that it has hardly seen.
test::MadeUp chain_with_a_secret(double factor) {
  auto chain = make_up({.stores = 60, .products = 80, .counts = 6, .units_a_day = 0.004, .seed = 8});
  boost::random::mt19937_64 engine(4);
  for (size_t i = 0; i < chain.data.intervals.size(); ++i) {
    Interval& x = chain.data.intervals[i];
    chain.data.stores[static_cast<size_t>(x.store)].area_m2 = 300 + 20.0 * x.store;
    x.unit_cost = static_cast<float>(1 + x.product % 7);
    const bool both = x.store >= 30 && x.product % 7 >= 4;
    if (!x.open)
      x.v =
          static_cast<float>(boost::random::poisson_distribution<>(chain.mean[i] * (both ? factor : 1) + 1e-9)(engine));
  }
  return chain;
}

TEST(Challenger, IsPromotedWhereThereIsMoreToKnow) {
  const auto chain = chain_with_a_secret(8);
  const auto trained = train_and_judge(chain.data, layout_of(chain.data), {});
  ASSERT_TRUE(trained) << trained.error().message;
  EXPECT_GT(trained->trial.gain, 0.01) << trained->trial.why;
  EXPECT_LT(trained->trial.gain_low, trained->trial.gain);
  EXPECT_GT(trained->trial.gain_high, trained->trial.gain);
  EXPECT_EQ(trained->trial.areas, 60U);
}

TEST(Challenger, IsNotPromotedWhereThereIsNothingMore) {
  const auto chain = make_up({.stores = 30, .products = 60, .counts = 6, .seed = 5});
  const auto trained = train_and_judge(chain.data, layout_of(chain.data), {});
  ASSERT_TRUE(trained) << trained.error().message;
  EXPECT_FALSE(trained->trial.promoted);
  EXPECT_NEAR(trained->trial.gain, 0, 0.02);
}

TEST(Challenger, RuleOfPromotion) {
  const auto chain = make_up({.stores = 30, .seed = 2});
  std::vector<uint32_t> which;
  std::vector<double> poor, good, biased;
  for (uint32_t i = 0; i < chain.data.intervals.size(); ++i) {
    if (chain.data.intervals[i].open) continue;
    which.push_back(i);
    poor.push_back(1.8);
    good.push_back(chain.mean[i]);
    biased.push_back(1.1 * chain.mean[i]);
  }
  EXPECT_TRUE(judge(chain.data, which, "good", poor, good).promoted);
  EXPECT_FALSE(judge(chain.data, which, "same", good, good).promoted);
  const Trial b = judge(chain.data, which, "biased", poor, biased);
  EXPECT_FALSE(b.promoted);
  EXPECT_NE(b.why.find("total"), std::string::npos) << b.why;
}

TEST(Challenger, ComesBackFromItsFolderTheSame) {
  const auto chain = make_up({.stores = 30, .products = 50, .counts = 6, .seed = 6});
  const Layout layout = layout_of(chain.data);
  const auto trained = train_and_judge(chain.data, layout, {});
  ASSERT_TRUE(trained) << trained.error().message;
  const fs::path folder = fs::path(testing::TempDir()) / "shrike_challenger_test";
  ASSERT_TRUE(save_trained(*trained, fingerprint_of(chain.data), folder));
  std::string fingerprint;
  const auto loaded = load_trained(folder, fingerprint);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(fingerprint, fingerprint_of(chain.data));
  EXPECT_EQ(loaded->trial.why, trained->trial.why);
  const auto nowcaster = Nowcaster::fit(chain.data, layout, {});
  ASSERT_TRUE(nowcaster);
  const auto rows = challenge_rows(chain.data, layout, *nowcaster, {0, 1, 2, 50, 99});
  const auto a = trained->model->predict(rows), b = loaded->model->predict(rows);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(*a, *b);
  auto other = chain.data;
  other.intervals[3].v += 1;
  EXPECT_NE(fingerprint_of(other), fingerprint);
  fs::remove_all(folder);
  EXPECT_FALSE(load_trained(folder, fingerprint));
}

}  // namespace
}  // namespace shrike
