#include "shrink/nowcast.h"

#include <cmath>
#include <gtest/gtest.h>

#include "shrink/backtest.h"
#include "shrink/test_chain.h"

namespace shrike {
namespace {

using test::make_up;

/// What is said of one interval.
Outlook outlook(const Nowcaster& nowcaster, const LossData& data, const Layout& layout, uint32_t i, View view) {
  const auto parts = nowcaster.parts(data, asked_of(data, layout, {i}), view, 1).value();
  return nowcaster.outlook(parts[0], spread_of(parts[0]), data.intervals[i], view);
}

/// Multiplies what the baseline expects.
class Times final : public Challenger {
 public:
  explicit Times(double factor) : factor_(factor) {}
  [[nodiscard]] ChallengerKind kind() const override { return ChallengerKind::trees; }
  [[nodiscard]] Result<std::vector<double>> predict(const ChallengeRows& rows) const override {
    if (factor_ <= 0) return fail("out of order");
    std::vector<double> out;
    for (float offset : rows.log_offset) out.push_back(factor_ * std::exp(static_cast<double>(offset)));
    return out;
  }
  [[nodiscard]] Result<void> save(const std::filesystem::path&) const override { return {}; }

 private:
  double factor_;
};

Speaker times(double factor, double learnt_until, std::array<bool, kViews> views = {true, true}) {
  return {.model = std::make_shared<Times>(factor), .views = views, .learnt_until = learnt_until};
}

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
    const Score s = score("eb", predict(chain.data, layout, *nowcaster, next, view, 2).value());
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
  for (uint32_t i = 0; i < chain.data.intervals.size(); ++i) {
    const Interval& x = chain.data.intervals[i];
    if (!x.open) continue;
    const Outlook o = outlook(*nowcaster, chain.data, layout, i, View::nowcast);
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
  for (const Speaker& speaker : {Speaker{}, times(1.3, 19000 + 180 * 2)}) {
    const auto a = Nowcaster::fit(chain.data, layout, one, speaker),
               b = Nowcaster::fit(chain.data, layout, three, speaker);
    ASSERT_TRUE(a && b);
    for (uint32_t i = 0; i < chain.data.intervals.size(); i += 7) {
      for (View view : {View::nowcast, View::forecast}) {
        const Outlook p = outlook(*a, chain.data, layout, i, view), q = outlook(*b, chain.data, layout, i, view);
        ASSERT_EQ(p.mean, q.mean);
        ASSERT_EQ(p.low, q.low);
        ASSERT_EQ(p.high, q.high);
      }
    }
  }
}

TEST(Speaker, MultipliesWhatTheBaselineExpectsWhereItSpeaksAndWithinItsReach) {
  const auto chain = make_up({.seed = 5});
  const Layout layout = layout_of(chain.data);
  auto nowcaster = Nowcaster::fit(chain.data, layout, {});
  ASSERT_TRUE(nowcaster) << nowcaster.error().message;
  const auto asked = asked_of(chain.data, layout, {0, 1, 77});
  const auto loss = [&](View view) {
    std::vector<double> out;
    const auto parts = nowcaster->parts(chain.data, asked, view, 1).value();
    for (const SpreadParts& p : parts) out.push_back(p.loss_mean);
    return out;
  };
  const auto now = loss(View::nowcast), ahead = loss(View::forecast);
  nowcaster->let_speak(times(2, 0, {true, false}));
  for (size_t k = 0; k < asked.size(); ++k) EXPECT_NEAR(loss(View::nowcast)[k] / now[k], 2, 1e-4);
  EXPECT_EQ(loss(View::forecast), ahead);
  nowcaster->let_speak(times(1000, 0));
  EXPECT_NEAR(loss(View::nowcast)[0] / now[0], std::exp(LossNet::kReach), 1e-4);
  nowcaster->let_speak(times(-1, 0));
  const auto broken = nowcaster->parts(chain.data, asked, View::nowcast, 1);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().message, "out of order");
  nowcaster->let_speak({});
  EXPECT_EQ(loss(View::nowcast), now);
}

TEST(Speaker, IsCalibratedOnCountsThatItHasNotLearntFrom) {
  const auto chain = make_up({.stores = 30, .products = 60, .counts = 7, .seed = 6});
  const Layout layout = layout_of(chain.data);
  FitOptions fit;
  fit.until_day = 19000 + 30 + 180 * 5;
  const auto which = next_counts(chain.data, layout, fit.until_day, 1e9);
  const auto score_of = [&](const Speaker& speaker) {
    const auto nowcaster = Nowcaster::fit(chain.data, layout, fit, speaker);
    return score("", predict(chain.data, layout, nowcaster.value(), which, View::forecast, 2).value());
  };
  // Where what it says was measured, its intervals hold even of twice too much; else they do not.
  const Score baseline = score_of({}), measured = score_of(times(2, 19000 + 180 * 3)),
              unmeasured = score_of(times(2, fit.until_day));
  EXPECT_NEAR(baseline.coverage_90, 0.9, 0.02);
  EXPECT_NEAR(measured.coverage_90, 0.9, 0.03);
  EXPECT_LT(unmeasured.coverage_90, 0.85);
  // Twice as much everywhere is no redistribution: once measured, its total is the baseline's.
  EXPECT_NEAR(measured.total_ratio / baseline.total_ratio, 1, 0.02);
  EXPECT_NEAR(unmeasured.total_ratio / baseline.total_ratio, 2, 0.1);
}

TEST(Backtest, BeatsTheMeansOnAnHonestSplit) {
  const auto chain = make_up({.stores = 30, .products = 60, .counts = 7, .cell_shape = 2, .seed = 6});
  const auto origins = backtest(chain.data, layout_of(chain.data), {.origins = 2, .from = 0.6, .threads = 2});
  ASSERT_TRUE(origins) << origins.error().message;
  ASSERT_EQ(origins->size(), 2U);
  for (const BacktestOrigin& o : *origins) {
    ASSERT_EQ(o.scores.size(), 5U);
    for (size_t k = 2; k < 5; ++k) EXPECT_LT(o.scores[0].mae, o.scores[k].mae) << o.scores[k].predictor;
  }
}

TEST(Backtest, ShowsAChallengerOnlyWhereItHadLearntNothingLater) {
  const auto chain = make_up({.counts = 7, .seed = 7});
  BacktestOptions options{.origins = 3, .from = 0.4};
  options.challenger = times(1.1, 19000 + 0.75 * 6 * 180, {true, false});
  const auto origins = backtest(chain.data, layout_of(chain.data), options);
  ASSERT_TRUE(origins) << origins.error().message;
  for (const BacktestOrigin& o : *origins) {
    const bool may = o.day >= options.challenger.learnt_until;
    EXPECT_EQ(o.scores.size(), may ? 6U : 5U) << o.day;
    EXPECT_EQ(o.scores[2].predictor, may ? "nowcast, trees" : "product mean");
  }
  EXPECT_EQ(origins->front().scores.size(), 5U);
  EXPECT_EQ(origins->back().scores.size(), 6U);
}

TEST(Backtest, SaysWhatIsMissing) {
  const auto chain = make_up({.counts = 1});
  const auto origins = backtest(chain.data, layout_of(chain.data), {});
  ASSERT_FALSE(origins);
  EXPECT_NE(origins.error().message.find("no interval between two counts"), std::string::npos);
}

}  // namespace
}  // namespace shrike
