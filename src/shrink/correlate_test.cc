#include "shrink/correlate.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "shrink/test_chain.h"

namespace shrike {
namespace {

using test::MadeUp;
using test::make_up;

constexpr CorrelateOptions kQuick{.permutations = 500, .bootstraps = 200, .controls = 100};

/// A chain whose stores have places, areas of their own, and one value each.
MadeUp placed_chain(int stores, uint64_t seed, double store_shape = 0) {
  auto chain =
      make_up({.stores = stores, .products = 40, .units_a_day = 0.02, .store_shape = store_shape, .seed = seed});
  for (size_t s = 0; s < chain.data.stores.size(); ++s) {
    auto& store = chain.data.stores[s];
    store.area = store.id;
    store.lat = 48 + 0.4 * static_cast<double>(s % 9);
    store.lon = 2 + 0.3 * static_cast<double>(s / 9);
  }
  return chain;
}

Covariate random_covariate(const std::string& name, size_t stores, uint64_t seed) {
  boost::random::mt19937_64 engine(seed);
  Covariate c{name, "test", {}, true, ""};
  for (size_t s = 0; s < stores; ++s) c.value.push_back(static_cast<double>(engine() % 10000));
  return c;
}

/// Losses of each store × exp(effect · standardised value).
void plant(MadeUp& chain, const Covariate& c, double effect) {
  boost::random::mt19937_64 engine(99);
  for (size_t i = 0; i < chain.data.intervals.size(); ++i) {
    Interval& x = chain.data.intervals[i];
    if (x.open) continue;
    const double z = (c.value[static_cast<size_t>(x.store)] - 5000) / 2900;
    x.v =
        static_cast<float>(boost::random::poisson_distribution<>(chain.mean[i] * std::exp(effect * z) + 1e-9)(engine));
  }
}

TEST(Correlate, FindsWhatWasPlantedInBothHalvesOfTime) {
  auto chain = placed_chain(60, 3);
  std::vector<Covariate> covariates;
  for (int i = 0; i < 6; ++i)
    covariates.push_back(random_covariate(fmt::format("index {}", i), 60, 100 + static_cast<uint64_t>(i)));
  plant(chain, covariates[2], 0.3);
  const auto found = correlate_losses(chain.data, layout_of(chain.data), covariates, {}, kQuick);
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->tests.size(), 6U);
  EXPECT_EQ(found->tests[0].name, "index 2");
  EXPECT_EQ(found->tests[0].label, AssociationLabel::replicated);
  EXPECT_GT(found->tests[0].gain, 0);
  EXPECT_NEAR(found->tests[0].loss_ratio, std::exp(0.3), 0.12);
  for (size_t i = 1; i < 6; ++i) EXPECT_EQ(found->tests[i].label, AssociationLabel::noise) << found->tests[i].name;
}

TEST(Correlate, CallsNonsenseNoise) {
  int called = 0, tested = 0;
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    const auto chain = placed_chain(40, seed, 8);
    std::vector<Covariate> covariates;
    for (uint64_t i = 0; i < 10; ++i)
      covariates.push_back(random_covariate(fmt::format("n{}", i), 40, seed * 1000 + i));
    const auto found = correlate_losses(chain.data, layout_of(chain.data), covariates, {}, kQuick);
    ASSERT_TRUE(found);
    for (const auto& t : found->tests) called += t.label != AssociationLabel::noise ? 1 : 0;
    tested += static_cast<int>(found->tests.size());
  }
  EXPECT_EQ(tested, 80);
  EXPECT_LE(called, 2);
}

TEST(Correlate, EarlierTestsCount) {
  auto chain = placed_chain(40, 5);
  const auto c = random_covariate("x", 40, 7);
  plant(chain, c, 0.25);
  auto options = kQuick;
  const auto alone = correlate_losses(chain.data, layout_of(chain.data), {c}, {}, options);
  ASSERT_TRUE(alone);
  EXPECT_TRUE(alone->tests[0].discovery);
  options.earlier.assign(400, 0.9);  // tried four hundred others before
  const auto after = correlate_losses(chain.data, layout_of(chain.data), {c}, {}, options);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->all_tests, 401U);
  EXPECT_FALSE(after->tests[0].discovery);
  EXPECT_EQ(after->tests[0].label, AssociationLabel::noise);
}

TEST(Correlate, RefusesWhatCannotBeToldApart) {
  const auto chain = placed_chain(40, 6, 8);
  std::vector<double> sold(40, 0), constant(40, 7), two(40, 0), rare(40, std::nan(""));
  for (const Interval& x : chain.data.intervals) {
    if (!x.open) sold[static_cast<size_t>(x.store)] += x.sold;
  }
  two[3] = two[4] = 1;
  for (size_t s = 0; s < 15; ++s) rare[s] = static_cast<double>(s);
  const std::vector<Covariate> covariates{{"turnover again", "t", sold, false, ""},
                                          {"constant", "t", constant, false, ""},
                                          {"two stores", "t", two, false, ""},
                                          {"rarely known", "t", rare, false, ""},
                                          {"a text", "t", constant, false, "'x' at S001 is no number"}};
  const auto found = correlate_losses(chain.data, layout_of(chain.data), covariates, {}, kQuick);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->tests.empty());
  ASSERT_EQ(found->refused.size(), 6U);  // and turnover itself
  EXPECT_NE(found->refused[0].reason.find("told apart"), std::string::npos) << found->refused[0].reason;
  EXPECT_NE(found->refused[1].reason.find("the same"), std::string::npos);
  EXPECT_NE(found->refused[2].reason.find("only 2 stores"), std::string::npos);
  EXPECT_NE(found->refused[3].reason.find("15 of the 40"), std::string::npos);
  EXPECT_NE(found->refused[4].reason.find("no number"), std::string::npos);
  EXPECT_NE(found->refused[5].reason.find("denominator"), std::string::npos);
}

TEST(Correlate, WeatherIsWeighedOverTheIntervalsAndShortLagsRefused) {
  const auto chain = placed_chain(30, 8, 8);
  DailyCovariate rain{"rain", "weather", {}};
  rain.by_store.resize(30);
  for (size_t s = 0; s < 30; ++s) {
    for (int d = 0; d < 600; ++d) rain.by_store[s].push_back({19000.0 + d, static_cast<double>(s)});
  }
  const auto found = correlate_losses(chain.data, layout_of(chain.data), {}, {rain}, kQuick);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->tests.size(), 1U);
  EXPECT_NEAR(found->tests[0].x[5], 5, 1e-9);
  EXPECT_TRUE(std::any_of(found->refused.begin(), found->refused.end(),
                          [](const auto& r) { return r.reason.find("180 days apart") != std::string::npos; }));
}

TEST(Correlate, IsTheSameToTheLastBitWhateverTheThreads) {
  const auto chain = placed_chain(30, 9, 8);
  std::vector<Covariate> covariates;
  for (uint64_t i = 0; i < 5; ++i) covariates.push_back(random_covariate(fmt::format("n{}", i), 30, i));
  auto options = kQuick;
  const auto one = correlate_losses(chain.data, layout_of(chain.data), covariates, {}, options);
  options.threads = 4;
  const auto four = correlate_losses(chain.data, layout_of(chain.data), covariates, {}, options);
  ASSERT_TRUE(one && four);
  for (size_t i = 0; i < one->tests.size(); ++i) {
    EXPECT_EQ(one->tests[i].name, four->tests[i].name);
    EXPECT_EQ(one->tests[i].p, four->tests[i].p);
    EXPECT_EQ(one->tests[i].low, four->tests[i].low);
    EXPECT_EQ(one->tests[i].gain, four->tests[i].gain);
  }
}

TEST(Correlate, NeedsTenStores) {
  const auto chain = placed_chain(9, 2);
  const auto found = correlate_losses(chain.data, layout_of(chain.data), {}, {}, kQuick);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, Error::Kind::bad_input);
  EXPECT_NE(found.error().message.find("at least 10 stores"), std::string::npos);
}

}  // namespace
}  // namespace shrike
