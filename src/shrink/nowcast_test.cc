#include "shrink/nowcast.h"

#include <gtest/gtest.h>

#include "shrink/backtest.h"
#include "shrink/test_chain.h"

namespace shrike {
namespace {

using test::make_up;

TEST(Nowcast, CoversWhatItPromisesOnCountsToCome) {
  const auto chain = make_up({.stores = 40, .products = 80, .counts = 6, .cell_shape = 2, .seed = 2});
  const Layout layout = layout_of(chain.data);
  FitOptions options;
  options.until_day = 19000 + 30 + 180 * 4;
  const auto nowcaster = Nowcaster::fit(chain.data, layout, options);
  ASSERT_TRUE(nowcaster) << nowcaster.error().message;
  const auto next = next_counts(chain.data, layout, options.until_day, 1e9);
  ASSERT_GT(next.size(), 2500U);
  for (View view : {View::nowcast, View::forecast}) {
    const Score s = score("eb", predict(chain.data, layout, *nowcaster, next, view, 2));
    EXPECT_NEAR(s.coverage_90, 0.9, 0.02);
    EXPECT_NEAR(s.total_ratio, 1, 0.06);
    const Score mean = score("mean", predict(chain.data, layout, options, Baseline::product_mean, next));
    EXPECT_LT(s.mae, 0.9 * mean.mae);
    EXPECT_LT(s.deviance, mean.deviance);
  }
}

TEST(Nowcast, AShelfThatShouldSellAndDoesNotIsProbablyEmpty) {
  auto chain = make_up({.stores = 30, .products = 60, .seed = 3});
  // Every fifteenth product-in-a-store ran out: all of its book was lost, and nothing was sold for sixty days.
  for (size_t i = 0; i < chain.data.intervals.size(); ++i) {
    Interval& x = chain.data.intervals[i];
    x.book_to = 12;
    if (i % 15 != 0) continue;
    x.v = x.open ? 0 : 12;
    x.quiet_days = 60;
  }
  const Layout layout = layout_of(chain.data);
  const auto nowcaster = Nowcaster::fit(chain.data, layout, {});
  ASSERT_TRUE(nowcaster);
  double quiet = 0, busy = 0, n_quiet = 0, n_busy = 0;
  for (size_t i = 0; i < chain.data.intervals.size(); ++i) {
    const Interval& x = chain.data.intervals[i];
    if (!x.open) continue;
    const Outlook o = nowcaster->outlook(chain.data, x, layout.cell[i]);
    (x.quiet_days > 0 ? quiet : busy) += o.empty;
    (x.quiet_days > 0 ? n_quiet : n_busy) += 1;
  }
  EXPECT_GT(quiet / n_quiet, 0.7);
  EXPECT_LT(busy / n_busy, 0.05);
}

TEST(Nowcast, IsBitEqualWhateverTheThreads) {
  const auto chain = make_up({.seed = 4});
  const Layout layout = layout_of(chain.data);
  FitOptions one, three;
  three.threads = 3;
  const auto a = Nowcaster::fit(chain.data, layout, one), b = Nowcaster::fit(chain.data, layout, three);
  ASSERT_TRUE(a && b);
  for (size_t i = 0; i < chain.data.intervals.size(); i += 7) {
    const Interval& x = chain.data.intervals[i];
    const Outlook p = a->outlook(chain.data, x, layout.cell[i]), q = b->outlook(chain.data, x, layout.cell[i]);
    ASSERT_EQ(p.mean, q.mean);
    ASSERT_EQ(p.low, q.low);
    ASSERT_EQ(p.high, q.high);
  }
}

TEST(Backtest, BeatsTheMeansOnAnHonestSplit) {
  const auto chain = make_up({.stores = 30, .products = 60, .counts = 7, .cell_shape = 2, .seed = 6});
  const auto origins = backtest(chain.data, layout_of(chain.data), 2, 0.6, 2);
  ASSERT_TRUE(origins) << origins.error().message;
  ASSERT_EQ(origins->size(), 2U);
  for (const BacktestOrigin& o : *origins) {
    ASSERT_EQ(o.scores.size(), 5U);
    for (size_t k = 2; k < 5; ++k) EXPECT_LT(o.scores[0].mae, o.scores[k].mae) << o.scores[k].predictor;
  }
}

TEST(Backtest, SaysWhatIsMissing) {
  const auto chain = make_up({.counts = 1});
  const auto origins = backtest(chain.data, layout_of(chain.data), 3, 0.5, 1);
  ASSERT_FALSE(origins);
  EXPECT_NE(origins.error().message.find("no interval between two counts"), std::string::npos);
}

}  // namespace
}  // namespace shrike
