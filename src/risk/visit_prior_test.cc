#include "risk/visit_prior.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

RiskConfig losing() {
  RiskConfig risk;
  risk.prior = 0.004;
  risk.visits_a_day = 500;
  risk.units_a_day = {{"razors", 1.5}, {"spirits", 0.5}};
  return risk;
}

TEST(VisitPrior, IsTheConfigurationsWhereNothingIsKnownByZone) {
  EXPECT_DOUBLE_EQ(VisitPrior(RiskConfig{}).of({"razors"}, 3), 0.002);
}

TEST(VisitPrior, BeginsAsTheStoresAndThenTellsZonesApart) {
  VisitPrior prior(losing());
  EXPECT_NEAR(prior.of({"razors", "spirits"}, 12), 0.004, 1e-9)
      << "every visit goes everywhere, until they are counted";
  EXPECT_NEAR(prior.of({"bakery"}, 12), 0.0004, 1e-9);
  for (int i = 0; i < 950; ++i)
    prior.count(i % 10 == 0 ? std::set<std::string>{"razors"} : std::set<std::string>{}, 12);
  // 95 of 950 went to the razors, and 50 that are only assumed: 1.5 / (500 × 0.145).
  EXPECT_NEAR(prior.of({"razors"}, 12), 1.5 / (500 * 145.0 / 1000), 1e-9);
}

TEST(VisitPrior, KnowsQuietHours) {
  RiskConfig risk = losing();
  risk.loss_hours[10] = risk.loss_hours[20] = 0.5;
  VisitPrior prior(risk);
  EXPECT_NEAR(prior.of({"razors"}, 10), 0.003, 1e-9);
  for (int i = 0; i < 2000; ++i) prior.count({"razors"}, i % 10 == 0 ? 20 : 10);
  EXPECT_GT(prior.of({"razors"}, 20), 2.5 * prior.of({"razors"}, 10)) << "as much is lost to a ninth of the people";
  EXPECT_LE(prior.of({"razors"}, 20), 3 * 0.003 + 1e-9) << "within bounds";
}

}  // namespace
}  // namespace shrike
