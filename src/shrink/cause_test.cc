#include "shrink/cause.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "shrink/test_chain.h"

namespace shrike {
namespace {

using test::MadeUp;
using test::make_up;

Interval& interval(MadeUp& chain, int store, int product, int k) {
  return *std::find_if(chain.data.intervals.begin(), chain.data.intervals.end(),
                       [&](const Interval& x) { return x.store == store && x.product == product && k-- == 0; });
}

CauseReport explained(const MadeUp& chain, const std::vector<float>& spoiled = {}) {
  auto report = explain_losses(chain.data, layout_of(chain.data), {.spoiled = spoiled});
  EXPECT_TRUE(report);
  return report ? std::move(*report) : CauseReport{};
}

double units(const MadeUp& chain, const CauseReport& r, const Interval& x, Cause cause) {
  return static_cast<double>(
      r.units[static_cast<size_t>(&x - chain.data.intervals.data())][static_cast<size_t>(cause)]);
}

TEST(CauseOfLoss, UnitsAddUpToVExactly) {
  const auto chain = make_up({.stores = 10, .products = 30, .seed = 4});
  const auto r = explained(chain);
  for (size_t i = 0; i < chain.data.intervals.size(); ++i) {
    double sum = 0;
    for (float u : r.units[i]) sum += static_cast<double>(u);
    EXPECT_NEAR(sum, static_cast<double>(chain.data.intervals[i].v), 1e-3);
  }
  double share = 0;
  for (const auto& t : r.totals) share += t.share;
  EXPECT_NEAR(share, 1, 1e-9);
  EXPECT_EQ(r.totals.back().cause, Cause::unexplained);
}

TEST(CauseOfLoss, ACaseMissingIsADelivery) {
  auto chain = make_up({.stores = 20, .products = 40, .units_a_day = 0.003, .seed = 5});
  chain.data.vendors = {"good", "bad"};
  for (size_t p = 0; p < chain.data.products.size(); ++p) {
    chain.data.products[p].pack = 12;
    chain.data.products[p].vendor = p < 8 ? 1 : 0;
  }
  int planted = 0;
  for (size_t i = 0; i < chain.data.intervals.size();
       i += 5) {  // now here, now there: what is always so is no delivery
    Interval& x = chain.data.intervals[i];
    if (x.open || x.product >= 8) continue;
    x.v += 12;
    ++planted;
  }
  const auto r = explained(chain);
  ASSERT_EQ(r.vendors.size(), 2U);
  EXPECT_EQ(r.vendors[0].vendor, 1);
  EXPECT_TRUE(r.vendors[0].stands_out);
  EXPECT_FALSE(r.vendors[1].stands_out);
  EXPECT_NEAR(r.vendors[0].missing, planted, 0.1 * planted);
  EXPECT_NEAR(r.totals[static_cast<size_t>(Cause::receiving)].net, 12.0 * planted, 1.5 * planted);
}

TEST(CauseOfLoss, ACountErrorIsTakenBackByTheNextCount) {
  auto chain = make_up({.stores = 12, .products = 40, .units_a_day = 0.0005, .seed = 6});
  interval(chain, 3, 7, 0).v += 2;
  interval(chain, 3, 7, 1).v = -2;
  const auto r = explained(chain);
  EXPECT_GT(units(chain, r, interval(chain, 3, 7, 0), Cause::count_error), 1.2);
  EXPECT_LT(units(chain, r, interval(chain, 3, 7, 1), Cause::count_error), -1.2);
}

TEST(CauseOfLoss, ASiblingThatIsScannedGainsWhatTheOtherLoses) {
  auto chain = make_up({.stores = 12, .products = 40, .units_a_day = 0.002, .seed = 7});
  chain.data.groups = {"G"};
  for (size_t p : {4U, 5U, 6U}) chain.data.products[p].group = 0;
  for (int k = 0; k < 3; ++k) {
    interval(chain, 2, 4, k).v += 5;
    interval(chain, 2, 5, k).v -= 5;
  }
  const auto r = explained(chain);
  ASSERT_EQ(r.siblings.size(), 1U);
  EXPECT_EQ(r.siblings[0].store, 2);
  EXPECT_EQ(r.siblings[0].sold, 4);
  EXPECT_EQ(r.siblings[0].scanned, 5);
  EXPECT_NEAR(r.siblings[0].units, 15, 2.5);
}

TEST(CauseOfLoss, GoodsThatMovedAreFoundAtBothEnds) {
  auto chain = make_up({.stores = 12, .products = 40, .units_a_day = 0.0005, .seed = 8});
  interval(chain, 1, 9, 1).v += 8;
  interval(chain, 6, 9, 1).v -= 8;
  const auto r = explained(chain);
  ASSERT_FALSE(r.transfers.empty());
  EXPECT_EQ(r.transfers[0].from, 1);
  EXPECT_EQ(r.transfers[0].to, 6);
  EXPECT_EQ(r.transfers[0].product, 9);
  EXPECT_GT(r.transfers[0].probability, 0.5);
}

TEST(CauseOfLoss, PacksBookedAsUnitsAreWhatTheDocumentsSay) {
  auto chain = make_up({.stores = 6, .products = 20, .seed = 9});
  Interval& x = interval(chain, 0, 0, 1);
  x.uom_gap = 22;
  x.v -= 22;
  const auto r = explained(chain);
  EXPECT_NEAR(units(chain, r, x, Cause::pack_fault), -22, 1e-6);
  EXPECT_NEAR(r.totals[static_cast<size_t>(Cause::pack_fault)].found, 22, 1e-6);
}

TEST(CauseOfLoss, AStoreThatKeysNoSpoilageIsListed) {
  auto chain = make_up({.stores = 15, .products = 40, .units_a_day = 0.002, .seed = 10});
  for (auto& p : chain.data.products) p.shelf_life_d = 10;
  std::vector<float> spoiled;
  for (Interval& x : chain.data.intervals) {
    const bool silent = x.store == 4 && !x.open;
    spoiled.push_back(silent ? 0.0F : 0.05F * x.sold);
    if (silent) x.v += std::round(0.05F * x.sold);
  }
  const auto r = explained(chain, spoiled);
  ASSERT_EQ(r.spoilage.size(), 1U);
  EXPECT_EQ(r.spoilage[0].store, 4);
  EXPECT_GT(r.spoilage[0].missing, 0.5 * r.spoilage[0].usual);
}

TEST(CauseOfLoss, AnHonestChainLeavesNoLeads) {
  auto chain = make_up({.stores = 20, .products = 60, .seed = 11});
  chain.data.vendors = {"a", "b", "c"};
  for (size_t p = 0; p < chain.data.products.size(); ++p) {
    chain.data.products[p].pack = 12;
    chain.data.products[p].vendor = static_cast<int>(p % 3);
    chain.data.products[p].group = static_cast<int>(p / 2);
  }
  const auto r = explained(chain);
  for (const auto& v : r.vendors) EXPECT_FALSE(v.stands_out);
  EXPECT_LE(r.siblings.size(), 2U);
  EXPECT_TRUE(r.transfers.empty());
  EXPECT_TRUE(r.spoilage.empty());
  EXPECT_FALSE(r.notes.empty());  // that spoilage is not known is said
}

}  // namespace
}  // namespace shrike
