#include "shrink/loss_model.h"

#include <cmath>
#include <gtest/gtest.h>
#include <numeric>

#include "shrink/numeric.h"
#include "shrink/test_chain.h"

namespace shrike {
namespace {

using test::make_up;

std::vector<double> means_of(const LossData& data, const Layout& layout, const LossModel& model) {
  std::vector<double> mean(data.intervals.size());
  for (size_t i = 0; i < mean.size(); ++i) mean[i] = model.rate_mean(data, layout, i);
  return mean;
}

TEST(LossModel, FindsThePlantedMultipliersAndTheExponent) {
  const auto chain = make_up({.stores = 40, .products = 120, .counts = 5, .units_a_day = 0.02});
  const Layout layout = layout_of(chain.data);
  const auto model = fit_losses(chain.data, layout, {});
  ASSERT_TRUE(model) << model.error().message;
  auto effect = [&](Level l) {
    const auto& e = model->effect[static_cast<size_t>(l)];
    return std::vector<double>(e.begin(), e.end());
  };
  EXPECT_GT(spearman(effect(Level::store), chain.store), 0.95);
  EXPECT_GT(spearman(effect(Level::product), chain.product), 0.93);
  EXPECT_NEAR(model->exponents[static_cast<size_t>(Driver::sales_rate)], 0.5, 0.1);
  double told = 0, planted = 0;
  const auto mean = means_of(chain.data, layout, *model);
  for (size_t i = 0; i < mean.size(); ++i) {
    if (!chain.data.intervals[i].open) continue;
    told += mean[i];
    planted += chain.mean[i];
  }
  EXPECT_NEAR(told / planted, 1, 0.05);
}

TEST(LossModel, ShrinksHarderWhereStoresAreAlike) {
  const auto alike = make_up({.store_shape = 0, .seed = 3}), apart = make_up({.store_shape = 3, .seed = 3});
  const auto a = fit_losses(alike.data, layout_of(alike.data), {}),
             b = fit_losses(apart.data, layout_of(apart.data), {});
  ASSERT_TRUE(a && b);
  const auto l = static_cast<size_t>(Level::store);
  EXPECT_GT(a->alpha[l], 60);
  EXPECT_LT(b->alpha[l], 10);
}

TEST(LossModel, IsBitEqualWhateverTheThreads) {
  const auto chain = make_up({.cell_shape = 1.5, .seed = 5});
  const Layout layout = layout_of(chain.data);
  FitOptions one, three;
  three.threads = 3;
  const auto a = fit_losses(chain.data, layout, one), b = fit_losses(chain.data, layout, three);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->base, b->base);
  EXPECT_EQ(a->exponents, b->exponents);
  EXPECT_EQ(a->alpha, b->alpha);
  EXPECT_EQ(a->effect, b->effect);
}

TEST(LossModel, LooksNeitherAheadNorAtWhatIsHeldOut) {
  auto chain = make_up({.seed = 7});
  const Layout layout = layout_of(chain.data);
  FitOptions options;
  options.until_day = 19000 + 30 + 365;
  options.held_out.assign(chain.data.intervals.size(), 0);
  for (size_t i = 0; i < options.held_out.size(); i += 5) options.held_out[i] = 1;
  const auto before = fit_losses(chain.data, layout, options);
  for (size_t i = 0; i < chain.data.intervals.size(); ++i) {
    if (!learns_from(chain.data, i, options)) chain.data.intervals[i].v = 1000;  // spoil everything it must not see
  }
  const auto after = fit_losses(chain.data, layout, options);
  ASSERT_TRUE(before && after);
  EXPECT_EQ(before->effect, after->effect);
  EXPECT_EQ(before->base, after->base);
}

TEST(LossModel, GainsAreNotClipped) {
  auto chain = make_up({.store_shape = 0, .product_shape = 0, .seed = 9});
  // Every loss of one unit is found again at half of the counts: the net is what must be told.
  double net = 0;
  for (size_t i = 0; i < chain.data.intervals.size(); ++i) {
    Interval& x = chain.data.intervals[i];
    if (!x.open && i % 2 == 0) x.v -= 1;
    if (!x.open) net += x.v;
  }
  const Layout layout = layout_of(chain.data);
  const auto model = fit_losses(chain.data, layout, {});
  ASSERT_TRUE(model);
  double told = 0;
  const auto mean = means_of(chain.data, layout, *model);
  for (size_t i = 0; i < mean.size(); ++i) told += chain.data.intervals[i].open ? 0 : mean[i];
  EXPECT_NEAR(told / net, 1, 0.05);
}

TEST(LossModel, RefusesToLearnFromNothing) {
  auto chain = make_up({.counts = 1});  // only open intervals
  const auto model = fit_losses(chain.data, layout_of(chain.data), {});
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().kind, Error::Kind::bad_input);
}

TEST(LossModel, AttentionKnowsOnlyWhatWasSuspectedBefore) {
  auto chain = make_up({.counts = 6});
  for (size_t i = 0; i < chain.data.intervals.size(); i += 6) {
    for (size_t k : {1, 2}) chain.data.intervals[i + k].kind = CountKind::targeted;
  }
  const Layout layout = layout_of(chain.data);
  EXPECT_EQ(std::vector<uint8_t>(layout.attention.begin(), layout.attention.begin() + 7),
            (std::vector<uint8_t>{0, 0, 1, 2, 2, 2, 0}));
}

TEST(LossModel, LosesMoreWhereACountWasAskedForBefore) {
  auto chain = make_up({.stores = 30, .products = 80, .counts = 6, .product_shape = 0, .seed = 12});
  // Every seventh product in a store loses three times as much once it was suspected, and its full counts show it.
  for (size_t i = 0; i < chain.data.intervals.size(); i += 42) {
    chain.data.intervals[i].kind = CountKind::targeted;
    for (size_t k = 1; k < 6; ++k) chain.data.intervals[i + k].v *= 3;
  }
  const Layout layout = layout_of(chain.data);
  FitOptions options;
  options.flat[static_cast<size_t>(Level::cell)] = true;
  const auto model = fit_losses(chain.data, layout, options);
  ASSERT_TRUE(model);
  const size_t open = 5;
  Asked asked{chain.data.intervals[open], layout.cell[open], 0};
  const double calm = model->rate_mean(chain.data, asked, 6);
  asked.attention = layout.attention[open];
  EXPECT_NEAR(model->effect[static_cast<size_t>(Level::attention)][1], 3, 0.6);
  EXPECT_NEAR(model->rate_mean(chain.data, asked, 6) / calm, std::sqrt(3.0), 0.2) << "half of it is told, as a power";
}

TEST(LossModel, AFlatLevelStaysOut) {
  const auto chain = make_up({.store_shape = 2, .seed = 4});
  FitOptions options;
  options.flat[static_cast<size_t>(Level::store)] = true;
  const auto model = fit_losses(chain.data, layout_of(chain.data), options);
  ASSERT_TRUE(model);
  for (float e : model->effect[static_cast<size_t>(Level::store)]) EXPECT_EQ(e, 1.0F);
}

}  // namespace
}  // namespace shrike
