#include "behaviour/zone_rates.h"

#include <array>
#include <boost/math/distributions/negative_binomial.hpp>
#include <gtest/gtest.h>
#include <random>

namespace shrike {
namespace {

/// Two zones: every visit of ten minutes goes to the first about twice, to the second about once in four.
ZoneRates usual_shop(int visits) {
  ZoneRates rates(2);
  std::mt19937 random(3);
  std::poisson_distribution<int> often(2), seldom(0.25);
  for (int i = 0; i < visits; ++i) rates.learn(std::array{often(random), seldom(random)}, 600);
  return rates;
}

TEST(ZoneRates, TheTailIsTheNegativeBinomials) {
  const boost::math::negative_binomial_distribution<> nb(3.0, 3.0 / (3.0 + 1.5));
  EXPECT_NEAR(at_least_given_any(4, 1.5, 3), cdf(complement(nb, 3)) / (1 - pdf(nb, 0)), 1e-9);
  EXPECT_EQ(at_least_given_any(1, 1.5, 3), 1);
  EXPECT_EQ(at_least_given_any(0, 1.5, 3), 1);
}

TEST(ZoneRates, SaysNothingBeforeItKnowsTheShop) {
  EXPECT_EQ(usual_shop(20).excess(1, std::array{2, 9}, 600).probability, 1);
}

TEST(ZoneRates, ManyEntriesWhereOthersGoOnceAreUnusual) {
  const ZoneRates rates = usual_shop(500);
  const auto often = rates.excess(0, std::array{3, 0}, 600), seldom = rates.excess(1, std::array{2, 3}, 600);
  EXPECT_GT(often.probability, 0.2) << "three times where others go twice";
  EXPECT_LT(seldom.probability, 0.02) << "three times where one in four goes once";
  EXPECT_NEAR(seldom.usual, 0.25, 0.05);
}

TEST(ZoneRates, AnHourGivesTimeForMoreThanTenMinutes) {
  const ZoneRates rates = usual_shop(500);
  EXPECT_GT(rates.excess(1, std::array{12, 4}, 3600).probability,
            20 * rates.excess(1, std::array{2, 4}, 600).probability);
}

TEST(ZoneRates, WhoMovesAboutALotGoesEverywhereOften) {
  const ZoneRates rates = usual_shop(500);
  EXPECT_GT(rates.excess(1, std::array{12, 3}, 600).probability,
            3 * rates.excess(1, std::array{1, 3}, 600).probability);
}

TEST(ZoneRates, ShopsChange) {
  ZoneRates rates = usual_shop(500);
  const double before = rates.excess(1, std::array{2, 3}, 600).probability;
  for (int i = 0; i < 3000; ++i) rates.learn(std::array{2, 2}, 600);
  EXPECT_GT(rates.excess(1, std::array{2, 3}, 600).probability, 10 * before);
}

TEST(ZoneRates, FalseAlarmsAreAsRareAsTheySay) {
  const ZoneRates rates = usual_shop(2000);
  std::mt19937 random(4);
  std::poisson_distribution<int> often(2), seldom(0.25);
  int alarms = 0;
  constexpr int kVisits = 20000;
  for (int i = 0; i < kVisits; ++i) {
    const std::array entries{often(random), seldom(random)};
    alarms += rates.excess(1, entries, 600).probability < 0.05 ? 1 : 0;
  }
  EXPECT_LT(alarms, 0.05 * kVisits);
  EXPECT_GT(alarms, 0);
}

}  // namespace
}  // namespace shrike
