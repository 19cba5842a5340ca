#include "shrink/expect.h"

#include <gtest/gtest.h>
#include <numeric>

#include "shrink/plan.h"
#include "shrink/priors.h"
#include "shrink/test_chain.h"

namespace shrike {
namespace {

using test::make_up;

struct Fitted {
  test::MadeUp chain;
  Layout layout;
  Nowcaster nowcaster;
};

Fitted fitted(const test::TestChain& made) {
  Fitted out;
  out.chain = make_up(made);
  out.layout = layout_of(out.chain.data);
  auto nowcaster = Nowcaster::fit(out.chain.data, out.layout, {});
  EXPECT_TRUE(nowcaster);
  out.nowcaster = std::move(*nowcaster);
  return out;
}

TEST(Expect, TotalsHoldThePlantedLossOfOpenIntervals) {
  int inside = 0, stores = 0;
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    const Fitted f = fitted({.stores = 25, .cell_shape = 2, .seed = seed});
    const auto cells = cell_outlooks(f.chain.data, f.layout, f.nowcaster, 60, 2).value();
    ASSERT_EQ(cells.size(), 25U * 60U);
    std::vector<double> planted(25, 0);
    for (const CellOutlook& c : cells)
      planted[static_cast<size_t>(f.chain.data.intervals[c.interval].store)] += f.chain.mean[c.interval];
    for (const GroupOutlook& g : group_outlooks(f.chain.data, f.nowcaster, cells, GroupBy::store)) {
      const double p = planted[static_cast<size_t>(g.index)];
      inside += p >= g.since.low && p <= g.since.high ? 1 : 0;
      ++stores;
    }
    const auto chain = group_outlooks(f.chain.data, f.nowcaster, cells, GroupBy::chain);
    ASSERT_EQ(chain.size(), 1U);
    EXPECT_NEAR(chain[0].since.mean / std::accumulate(planted.begin(), planted.end(), 0.0), 1, 0.08);
    EXPECT_NEAR(chain[0].next.mean, chain[0].since.mean + chain[0].ahead.mean, 1e-6);
    EXPECT_NEAR(chain[0].ahead.mean / chain[0].since.mean, 60.0 / 180, 0.12);
    EXPECT_NEAR(chain[0].since_cost.mean, 2 * chain[0].since.mean, 1e-6);
  }
  EXPECT_GE(inside, stores * 85 / 100);  // the planted mean is steadier than what a count would show
}

TEST(Expect, GroupsAddUpToTheChain) {
  const Fitted f = fitted({});
  const auto cells = cell_outlooks(f.chain.data, f.layout, f.nowcaster, 30, 1).value();
  const double all = group_outlooks(f.chain.data, f.nowcaster, cells, GroupBy::chain)[0].since.mean;
  for (GroupBy by : {GroupBy::store, GroupBy::category, GroupBy::product, GroupBy::cell}) {
    double sum = 0;
    for (const GroupOutlook& g : group_outlooks(f.chain.data, f.nowcaster, cells, by)) sum += g.since.mean;
    EXPECT_NEAR(sum, all, 1e-6 * std::abs(all)) << to_string(by);
  }
}

TEST(Plan, SpendsItsHoursWhereMostIsFound) {
  const Fitted f = fitted({.store_shape = 2, .seed = 4});
  const auto cells = cell_outlooks(f.chain.data, f.layout, f.nowcaster, 0, 1).value();
  for (PlanAim aim : {PlanAim::loss, PlanAim::information}) {
    const PlanOptions options{.hours = 3, .line_s = 60, .store_min = 20, .aim = aim};
    const CountPlan plan = plan_counts(f.chain.data, cells, options);
    EXPECT_LE(plan.hours, 3);
    EXPECT_GT(plan.hours, 2.4);
    ASSERT_FALSE(plan.stores.empty());
    EXPECT_GT(plan.loss, 1.2 * plan.loss_at_random);
    EXPECT_LT(plan.loss, plan.loss_of_all);
    size_t lines = 0;
    for (const PlannedStore& s : plan.stores) {
      lines += s.cells.size();
      EXPECT_NEAR(s.hours, 20.0 / 60 + static_cast<double>(s.cells.size()) / 60, 1e-9);
      for (uint32_t k : s.cells) EXPECT_EQ(f.chain.data.intervals[cells[k].interval].store, s.store);
    }
    EXPECT_EQ(lines, plan.lines);
  }
}

TEST(Plan, TakesAllWhereTimeIsPlentyAndNothingWhereThereIsNone) {
  const Fitted f = fitted({.stores = 4});
  const auto cells = cell_outlooks(f.chain.data, f.layout, f.nowcaster, 0, 1).value();
  const CountPlan all = plan_counts(f.chain.data, cells, {.hours = 1000});
  EXPECT_EQ(all.lines, cells.size());
  EXPECT_NEAR(all.loss, all.loss_of_all, 1e-6);
  EXPECT_EQ(plan_counts(f.chain.data, cells, {.hours = 0.2, .store_min = 30}).lines, 0U);
}

TEST(Priors, AddUpAndFollowThePlanogram) {
  const Fitted f = fitted({.stores = 6});
  std::map<std::string, std::string> zone_of;
  for (int p = 0; p < 30; ++p)
    zone_of[f.chain.data.products[static_cast<size_t>(p)].sku] = p < 10 ? "spirits" : "snacks";
  const Priors priors = theft_priors(f.chain.data, f.layout, f.nowcaster, zone_of, 2).value();
  ASSERT_EQ(priors.stores.size(), 6U);
  for (const StorePriors& s : priors.stores) {
    EXPECT_EQ(s.products.size(), 60U);
    ASSERT_EQ(s.zones.size(), 3U);  // both, and what stands in none
    double zones = 0, products = 0;
    for (const ZonePrior& z : s.zones) {
      zones += z.units.mean;
      EXPECT_LT(z.units.low, z.units.mean);
      EXPECT_GT(z.units.high, z.units.mean);
      EXPECT_NEAR(z.mean_theft_retail, 3, 1e-6);
    }
    for (const ProductPrior& p : s.products) products += p.units.mean;
    EXPECT_NEAR(zones, s.units.mean, 1e-9);
    EXPECT_NEAR(products, s.units.mean, 1e-9);
    EXPECT_NEAR(s.units.mean / (60 * 0.01 * f.chain.store[static_cast<size_t>(s.store)]), 1, 0.6);
  }
}

TEST(Priors, UnrecordedSpoilageIsNotTheft) {
  auto chain = make_up({.stores = 40, .product_shape = 6, .seed = 5});
  boost::random::mt19937_64 engine(3);
  // A third of the categories keep five to thirty days, and lose as much again as spoilage that nobody recorded.
  for (size_t p = 0; p < chain.data.products.size(); ++p) {
    if (chain.data.products[p].category < 2) chain.data.products[p].shelf_life_d = 5 + static_cast<double>(p % 26);
  }
  for (Interval& x : chain.data.intervals) {
    const double life = chain.data.products[static_cast<size_t>(x.product)].shelf_life_d;
    if (x.open || life <= 0) continue;
    x.v += static_cast<float>(boost::random::poisson_distribution<>(0.4 * x.sold / life + 1e-9)(engine));
  }
  const Layout layout = layout_of(chain.data);
  const auto nowcaster = Nowcaster::fit(chain.data, layout, {});
  ASSERT_TRUE(nowcaster);
  const Priors priors = theft_priors(chain.data, layout, *nowcaster, {}, 1).value();
  EXPECT_NEAR(priors.spoilage_a_unit, 0.4, 0.15);
  double said = 0, planted = 0;
  for (const StorePriors& s : priors.stores) said += s.units.mean;
  for (size_t i = 0; i < chain.mean.size(); ++i)
    planted += chain.data.intervals[i].open ? chain.mean[i] / chain.data.intervals[i].days() : 0;
  EXPECT_NEAR(said / planted, 1, 0.2);
}

}  // namespace
}  // namespace shrike
