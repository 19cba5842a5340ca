#include "shrink/siblings.h"

#include <gtest/gtest.h>

#include "shrink/test_chain.h"

namespace shrike {
namespace {

CellLoss counted(size_t interval, double day, double loss, double sold = 100) { return {interval, day, loss, 1, sold}; }

TEST(Siblings, ASpanEndsWhereBothWereCounted) {
  const std::vector<CellLoss> a{counted(0, 10, 1), counted(1, 20, 2), counted(2, 30, 4)};
  const std::vector<CellLoss> b{counted(7, 20, -1), counted(8, 40, -5)};
  const auto spans = shared_spans(a, b);
  ASSERT_EQ(spans.size(), 1U);  // day 30 and day 40: each alone
  EXPECT_EQ(spans[0].a, 3);
  EXPECT_EQ(spans[0].b, -1);
  EXPECT_EQ(spans[0].sold_a, 200);
  ASSERT_EQ(spans[0].of_a.size(), 2U);
  EXPECT_EQ(spans[0].of_a[1].interval, 1U);
  EXPECT_EQ(spans[0].of_a[1].sold, 100);
  ASSERT_EQ(spans[0].of_b.size(), 1U);
  EXPECT_EQ(spans[0].of_b[0].interval, 7U);
  EXPECT_TRUE(shared_spans(a, {}).empty());
}

TEST(Siblings, OnlyALossThatAnotherGainsIsAMixUp) {
  const MixedShares shares{0.002, 0.002, 0.002, 0.002, 0.002};
  const auto probability = [&](double a, double b) {
    const SharedSpan span{a, b, 1, 1, 200, {{0, 200}}, {{1, 200}}};
    return believe(weigh_mix_up({&span, 1}, 2), shares).probability;
  };
  EXPECT_GT(probability(9, -8), 0.95);
  EXPECT_LT(probability(9, 1), 0.05);
  EXPECT_LT(probability(-8, 9), 0.05);  // the other way round: b is sold and a is scanned
  EXPECT_LT(probability(0, 0), 0.05);
}

TEST(Siblings, ItsUnitsAndRateAreWhatWentOver) {
  const SharedSpan span{11, -9, 1, 1, 200, {{0, 200}}, {{1, 200}}};
  const auto belief = believe(weigh_mix_up({&span, 1}, 2), {0.002, 0.002, 0.002, 0.002, 0.002});
  ASSERT_EQ(belief.units.size(), 1U);
  EXPECT_NEAR(belief.units[0], 10, 1.5);
  EXPECT_NEAR(belief.rate, 0.05, 0.02);
}

TEST(Siblings, SharesAreLearntFromTheChain) {
  const SharedSpan even{1, 1, 1, 1, 200, {{0, 200}}, {{1, 200}}}, odd{11, -9, 1, 1, 200, {{0, 200}}, {{1, 200}}};
  std::vector<MixUp> pairs(10, weigh_mix_up({&odd, 1}, 2));
  pairs.resize(100, weigh_mix_up({&even, 1}, 2));
  double all = 0;
  for (const double share : shares_mixed_up(pairs, pairs.size())) all += share;
  EXPECT_NEAR(all, 0.1, 0.02);
  double fewer = 0;
  for (const double share : shares_mixed_up({pairs.data(), 10}, 1000)) fewer += share;
  EXPECT_NEAR(fewer, 0.01, 0.003);
}

/// One product of a store lost nine; three of its siblings gained, one of them nine. What was lost once went over once.
TEST(Siblings, OneLossIsExplainedOnce) {
  std::vector<double> left{9, -9, -7, -6};
  SiblingPairs pairs{1000, {}};
  for (const size_t b : {2U, 1U, 3U})
    pairs.odd.push_back({0, b, {{left[0], left[b], 1, 1, 200, {{0, 200}}, {{b, 200}}}}});
  const auto beliefs = explain_pairs(pairs, {2, true}, 0, left);
  ASSERT_EQ(beliefs.size(), 3U);
  double units = 0;
  for (const MixedBelief& x : beliefs) units += x.probability * x.units.front();
  EXPECT_NEAR(units, 9, 2);
  EXPECT_NEAR(left[0], 0, 2);
  EXPECT_NEAR(left[0] + left[1] + left[2] + left[3], -13, 1e-9);  // nothing is made up
  EXPECT_GT(beliefs[1].probability, beliefs[0].probability);
}

TEST(Siblings, WhatIsUnlikelyExplainsNothing) {
  std::vector<double> left{9, -9};
  SiblingPairs pairs{1000, {{0, 1, {{9, -9, 1, 1, 200, {{0, 200}}, {{1, 200}}}}}}};
  EXPECT_GT(explain_pairs(pairs, {2, true}, 0.3, left).front().probability, 0.9);
  EXPECT_LT(left[0], 2);
  left = {9, -9};
  pairs.odd.front().spans.front() = {9, -9, 1, 1, 200, {{0, 200}}, {{1, 200}}};
  EXPECT_GT(explain_pairs(pairs, {2, true}, 1.1, left).front().probability, 0.9);
  EXPECT_EQ(left, (std::vector<double>{9, -9}));
}

/// A product that a store keeps scanning as its sibling: both are expected to go on so, and neither says anything of
/// theft.
TEST(Siblings, TheModelExpectsAMixUpToGoOn) {
  auto chain = test::make_up({.stores = 12, .products = 40, .units_a_day = 0.002, .seed = 7});
  chain.data.groups = {"G"};
  for (const size_t p : {4U, 5U}) chain.data.products[p].group = 0;
  const auto at = [&](int store, int product) {
    std::vector<size_t> out;
    for (size_t i = 0; i < chain.data.intervals.size(); ++i) {
      const Interval& x = chain.data.intervals[i];
      if (x.store == store && x.product == product) out.push_back(i);
    }
    return out;
  };
  for (const size_t i : at(2, 4)) chain.data.intervals[i].v += 6;
  for (const size_t i : at(2, 5)) chain.data.intervals[i].v -= 6;
  for (const size_t i : at(2, 4)) chain.data.intervals[i].sold = 120;
  const Layout layout = layout_of(chain.data);
  FitOptions options;
  options.siblings = true;
  const auto model = fit_losses(chain.data, layout, options);
  ASSERT_TRUE(model);
  const auto rate = [&](size_t i) { return model->rate_mean(chain.data, layout, i); };
  EXPECT_NEAR(rate(at(2, 4).front()), 6, 2);
  EXPECT_NEAR(rate(at(2, 5).front()), -6, 2);
  EXPECT_LT(std::abs(rate(at(3, 4).front())), 1.5);
  for (size_t c = 0; c < model->cell_mixed_up.size(); ++c) {
    const bool planted = layout.cell_store[c] == 2 && (layout.cell_product[c] == 4 || layout.cell_product[c] == 5);
    EXPECT_TRUE(planted || std::abs(model->cell_mixed_up[c]) < 2e-3F) << c;
  }
  FitOptions plain;
  const auto without = fit_losses(chain.data, layout, plain);
  ASSERT_TRUE(without);
  EXPECT_TRUE(without->cell_mixed_up.empty());
  EXPECT_GE(without->rate_mean(chain.data, layout, at(2, 5).front()), 0);
}

}  // namespace
}  // namespace shrike
