#include "shrink/promotion.h"

#include <gtest/gtest.h>

#include "shrink/backtest.h"
#include "shrink/test_chain.h"

namespace shrike {
namespace {

using test::make_up;
using test::make_up_with_prices;

TEST(Promotion, IsEarnedWhereThereIsMoreToKnowAndKeepsItsIntervals) {
  const auto chain = make_up_with_prices({.stores = 40, .products = 60, .counts = 8, .seed = 8});
  const Layout layout = layout_of(chain.data);
  const double day = 19000 + 30 + 180 * 6;
  const auto trained = train_and_judge(chain.data, layout, {}, day);
  ASSERT_TRUE(trained) << trained.error().message;
  ASSERT_EQ(trained->size(), 1U);
  for (const Trial& t : trained->front().trials) {
    EXPECT_TRUE(t.promoted()) << t.why();
    EXPECT_GT(t.gain, 0.05);
    EXPECT_LT(t.gain_low, t.gain);
    EXPECT_GT(t.gain_high, t.gain);
    EXPECT_EQ(t.areas, 40U);
  }
  FitOptions fit;
  fit.until_day = day;
  const auto nowcaster = Nowcaster::fit(chain.data, layout, fit, trained->front().speaker());
  ASSERT_TRUE(nowcaster) << nowcaster.error().message;
  Nowcaster baseline = *nowcaster;
  baseline.let_speak({});
  const auto which = next_counts(chain.data, layout, day, 1e9);
  ASSERT_GT(which.size(), 2000U);
  for (View view : {View::nowcast, View::forecast}) {
    const Score s = score("trees", predict(chain.data, layout, *nowcaster, which, view, 2).value());
    EXPECT_LT(s.deviance, 0.95 * score("eb", predict(chain.data, layout, baseline, which, view, 2).value()).deviance);
    EXPECT_NEAR(s.coverage_90, 0.9, 0.02);
    EXPECT_NEAR(s.total_ratio, 1, 0.06);
  }
}

TEST(Promotion, IsNotGivenWhereThereIsNothingMore) {
  const auto chain = make_up({.stores = 30, .products = 60, .counts = 6, .seed = 5});
  const auto trained = train_and_judge(chain.data, layout_of(chain.data), {});
  ASSERT_TRUE(trained) << trained.error().message;
  for (const Trial& t : trained->front().trials) {
    EXPECT_FALSE(t.promoted()) << t.why();
    EXPECT_NEAR(t.gain, 0, 0.02);
  }
  EXPECT_FALSE(trained->front().speaker().in(View::nowcast));
  EXPECT_FALSE(trained->front().speaker().in(View::forecast));
}

TEST(Promotion, FollowsTheRule) {
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
  EXPECT_TRUE(judge(chain.data, which, "good", poor, good).promoted());
  EXPECT_FALSE(judge(chain.data, which, "same", good, good).promoted());
  const Trial b = judge(chain.data, which, "biased", poor, biased);
  EXPECT_FALSE(b.promoted());
  EXPECT_NE(b.why().find("total"), std::string::npos) << b.why();
  Trial t{.counts = 500, .areas = 20, .gain = 0.03, .gain_low = 0.01, .gain_high = 0.05, .total_ratio = 1.04};
  EXPECT_TRUE(t.promoted());
  t.gain_low = -0.001;
  EXPECT_FALSE(t.promoted());
  EXPECT_NE(t.why().find("holds 0"), std::string::npos) << t.why();
  t = {.counts = 500, .gain = 0.019, .gain_low = 0.01, .total_ratio = 1};
  EXPECT_FALSE(t.promoted());
  EXPECT_NE(t.why().find("less than the 2 %"), std::string::npos) << t.why();
}

TEST(Promotion, LooksAtNothingAfterItsDay) {
  auto chain = make_up_with_prices({.stores = 30, .products = 50, .counts = 7, .seed = 3});
  const Layout layout = layout_of(chain.data);
  const double day = 19000 + 30 + 180 * 5;
  const TrainOptions options{.threads = 1};
  const auto before = train_and_judge(chain.data, layout, options, day);
  for (Interval& x : chain.data.intervals) {
    if (x.day_to > day) x.v = 40;
  }
  const auto after = train_and_judge(chain.data, layout, options, day);
  ASSERT_TRUE(before && after);
  for (size_t v = 0; v < kViews; ++v) EXPECT_EQ(before->front().trials[v].deviance, after->front().trials[v].deviance);
}

TEST(Promotion, SaysWhatIsMissing) {
  const auto none = make_up({.counts = 1});
  const auto refused = train_and_judge(none.data, layout_of(none.data), {});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("no interval between two counts"), std::string::npos);
  const auto few = make_up({.stores = 3, .products = 20, .counts = 5});
  const auto refused_too = train_and_judge(few.data, layout_of(few.data), {});
  ASSERT_FALSE(refused_too);
  EXPECT_EQ(refused_too.error().kind, Error::Kind::bad_input);
}

}  // namespace
}  // namespace shrike
