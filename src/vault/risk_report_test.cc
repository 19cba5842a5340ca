#include "vault/risk_report.h"

#include <gtest/gtest.h>

#include "base/folder_testing.h"
#include "base/ulid.h"
#include "risk/fusion.h"

namespace shrike {
namespace {

class RiskReportTest : public testing::Test {
 protected:
  RiskReportTest() : store_(IncidentStore::open(folder_.path()).value()) {}

  void keep(double ago_days, double llr) {
    VisitRecord visit{.visit_id = new_ulid(now_.plus_s(-86400 * ago_days)),
                      .store_id = "s",
                      .camera = "door",
                      .from = now_.plus_s(-86400 * ago_days),
                      .to = now_.plus_s(-86400 * ago_days + 60),
                      .prior = 0.01};
    const Evidence fact{.kind = "loitering",
                        .from = visit.from,
                        .to = visit.to,
                        .source = "door",
                        .zone = {},
                        .llr = llr,
                        .detail = "long"};
    const Risk risk = fuse(visit.prior, std::vector{fact}, risk_in_use(site_)->rules);
    visit.risk = risk.probability;
    visit.evidence = risk.evidence;
    ASSERT_TRUE(store_.save_visit(visit));
  }

  Timestamp now_ = now_utc();
  TestFolder folder_;
  SiteConfig site_;
  IncidentStore store_;
};

TEST_F(RiskReportTest, OfNothingIsNothing) {
  const RiskReport report = risk_report(store_, site_, 28, now_).value();
  EXPECT_EQ(report.visits, 0);
  EXPECT_EQ(report.days, 0);
  EXPECT_EQ(report.precision.of, 0);
  EXPECT_EQ(report.threshold, site_.risk.threshold);
}

TEST_F(RiskReportTest, TheBudgetChoosesTheThresholdOnceADayIsKnown) {
  site_.risk.false_alerts_a_day = 0.5;
  keep(0.1, 6);
  EXPECT_EQ(risk_report(store_, site_, 28, now_)->threshold, site_.risk.threshold) << "too little is known";
  keep(2, 6);
  keep(2.1, 3);
  const RiskReport report = risk_report(store_, site_, 28, now_).value();
  EXPECT_EQ(report.visits, 3);
  EXPECT_EQ(report.threshold, report.at_budget.threshold);
  EXPECT_LE(report.at_budget.false_alerts_a_day, 0.5);
}

TEST_F(RiskReportTest, ACanaryIsScoredBesideAndChangesNothing) {
  keep(1, 4);    // logit .01 + 4 = -.6: not an incident; with twice the weight one
  keep(2, 6);    // by both
  keep(3, 0.5);  // by neither
  RiskInUse canary = *risk_in_use(site_);
  canary.version = "candidate";
  for (auto& rule : canary.rules.kinds)
    if (rule.name == "loitering") rule.weight = 2;
  const auto report = canary_report(store_, *risk_in_use(site_), canary, 0.5, now_.plus_s(-86400 * 28)).value();
  EXPECT_EQ(report.visits, 3);
  EXPECT_EQ(report.both, 1);
  EXPECT_EQ(report.only_canary, 1);
  EXPECT_EQ(report.only_in_use, 0);
  ASSERT_EQ(report.changed.size(), 1U);
  EXPECT_LT(report.changed[0].risk, 0.5);
  EXPECT_EQ(to_json(report)["canary"], "candidate");
}

TEST_F(RiskReportTest, NamesWeightsThatCannotBeRead) {
  site_.risk.canary = "/nowhere/weights.json";
  const auto report = risk_report(store_, site_, 28, now_);
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().message.find("/nowhere/weights.json"), std::string::npos);
}

}  // namespace
}  // namespace shrike
