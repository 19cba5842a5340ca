#include "shrink/compare.h"

#include <gtest/gtest.h>

#include "shrink/numeric.h"
#include "shrink/test_chain.h"

namespace shrike {
namespace {

using test::make_up;

TEST(Compare, FindsPlantedStoresAndOnlyThose) {
  auto chain = make_up({.stores = 60, .products = 80, .store_shape = 15, .cell_shape = 2, .seed = 2});
  for (Interval& x : chain.data.intervals) {
    if (x.store < 3) x.v *= 4;
  }
  const auto c = compare_stores(chain.data, layout_of(chain.data), {});
  ASSERT_TRUE(c) << c.error().message;
  int found = 0, false_ones = 0;
  for (const StoreStanding& s : c->stores) (s.store < 3 ? found : false_ones) += s.outlier ? 1 : 0;
  EXPECT_EQ(found, 3);
  EXPECT_LE(false_ones, 1);
  for (int s = 0; s < 3; ++s) EXPECT_GT(c->stores[static_cast<size_t>(s)].worst_decile, 0.85);
}

TEST(Compare, OutliersDoNotHideEachOther) {
  int found = 0, false_ones = 0;
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    auto chain = make_up({.stores = 60, .products = 80, .store_shape = 30, .cell_shape = 2, .seed = seed});
    for (Interval& x : chain.data.intervals) {
      if (x.store < 6) x.v *= 2.5F;
    }
    const auto c = compare_stores(chain.data, layout_of(chain.data), {});
    ASSERT_TRUE(c) << c.error().message;
    for (const StoreStanding& s : c->stores) (s.store < 6 ? found : false_ones) += s.outlier ? 1 : 0;
  }
  EXPECT_GE(found, 57);  // of 60
  EXPECT_LE(false_ones, 6);
}

TEST(Compare, FlagsHardlyAnythingInQuietChains) {
  int flagged = 0, leads = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const auto chain = make_up({.stores = 30, .products = 60, .store_shape = 0, .cell_shape = 1, .seed = seed});
    CompareOptions options;
    options.from_day = 19000 + 200;
    const auto c = compare_stores(chain.data, layout_of(chain.data), options);
    ASSERT_TRUE(c);
    bool any = false, any_lead = false;
    for (const StoreStanding& s : c->stores) any |= s.outlier;
    for (const CategoryLead& l : c->leads) any_lead |= l.found;
    flagged += any ? 1 : 0;
    leads += any_lead ? 1 : 0;
  }
  EXPECT_LE(flagged, 3);
  EXPECT_LE(leads, 4);
}

TEST(Compare, ALeadIsACategoryOutOfLineWithItsStore) {
  auto chain = make_up({.stores = 40, .products = 90, .store_shape = 10, .seed = 3});
  CompareOptions options;
  options.from_day = 19000 + 250;
  for (Interval& x : chain.data.intervals) {
    if (x.store == 7 && chain.data.products[static_cast<size_t>(x.product)].category == 2 &&
        x.day_to > options.from_day)
      x.v *= 5;
  }
  const auto c = compare_stores(chain.data, layout_of(chain.data), options);
  ASSERT_TRUE(c);
  EXPECT_TRUE(c->has_reference);
  ASSERT_FALSE(c->leads.empty());
  EXPECT_EQ(c->leads[0].store, 7);
  EXPECT_EQ(c->leads[0].category, 2);
  EXPECT_TRUE(c->leads[0].found);
  EXPECT_GT(c->leads[0].cost, 0);
}

TEST(Compare, AStoreThatSellsMoreIsNotForThatReasonAnOutlier) {
  auto chain = make_up({.stores = 40, .products = 60, .store_shape = 0, .exposure_exponent = 1, .seed = 5});
  // Ten stores sell and lose five times as much: exposure explains it.
  boost::random::mt19937_64 engine(8);
  for (size_t i = 0; i < chain.data.intervals.size(); ++i) {
    Interval& x = chain.data.intervals[i];
    if (x.store >= 10) continue;
    x.sold *= 5;
    x.received *= 5;
    if (!x.open) x.v = static_cast<float>(boost::random::poisson_distribution<>(5 * chain.mean[i] + 1e-9)(engine));
  }
  const auto c = compare_stores(chain.data, layout_of(chain.data), {});
  ASSERT_TRUE(c);
  std::vector<double> ratio, big;
  for (const StoreStanding& s : c->stores) {
    EXPECT_FALSE(s.outlier) << s.store;
    ratio.push_back(s.ratio);
    big.push_back(s.store < 10 ? 1 : 0);
  }
  EXPECT_LT(std::abs(correlation(ratio, big)), 0.5);
}

TEST(Compare, RanksComeWithIntervals) {
  const auto chain = make_up({.stores = 30, .products = 40, .store_shape = 5, .seed = 6});
  const auto c = compare_stores(chain.data, layout_of(chain.data), {});
  ASSERT_TRUE(c);
  double worst = 0;
  int holds = 0;
  const auto truth = ranks(chain.store);
  for (const StoreStanding& s : c->stores) {
    EXPECT_LE(s.rank_low, s.rank_high);
    worst += s.worst_decile;
    const double r = truth[static_cast<size_t>(s.store)];
    holds += r >= s.rank_low - 0.5 && r <= s.rank_high + 0.5 ? 1 : 0;
  }
  EXPECT_NEAR(worst, 3, 1e-6);  // three of thirty are the worst tenth
  EXPECT_GE(holds, 22);         // 90 % of 30 nominal
}

TEST(Compare, NeedsCountsInThePeriod) {
  const auto chain = make_up({});
  CompareOptions options;
  options.from_day = 30000;
  options.to_day = 31000;
  EXPECT_FALSE(compare_stores(chain.data, layout_of(chain.data), options));
}

}  // namespace
}  // namespace shrike
