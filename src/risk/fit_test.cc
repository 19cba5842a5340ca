#include "risk/fit.h"

#include <cmath>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

#include "base/folder_testing.h"
#include "risk/budget.h"

namespace shrike {
namespace {

using testing::HasSubstr;

/// Visits whose evidence is worth what `worth` says of what Shrike ships: kind → true weight.
std::vector<JudgedVisit> judged(int n, const std::map<std::string, double>& worth, double intercept, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> even(0, 1);
  std::vector<JudgedVisit> visits;
  const RuleBook book = *make_rule_book({});
  for (int i = 0; i < n; ++i) {
    JudgedVisit visit{.visit_id = fmt::format("visit {}", i), .prior = 0.1};
    double log_odds = std::log(0.1 / 0.9) + intercept;
    for (const auto& [kind, weight] : worth) {
      if (even(random) < 0.5) continue;
      const double llr = book.find(kind)->llr;
      visit.evidence.push_back({.kind = kind, .source = "cam", .llr = llr});
      log_odds += weight * llr;
    }
    visit.theft = even(random) < 1 / (1 + std::exp(-log_odds));
    visits.push_back(std::move(visit));
  }
  return visits;
}

const std::map<std::string, double> kWorth{
    {"loitering", 0.0}, {"item_unpaid", 1.0}, {"exit_without_checkout", 0.6}, {"paid", 0.5}};

TEST(RiskFit, FindsWhatEvidenceIsWorthAndCalibrates) {
  const auto visits = judged(4000, kWorth, -0.5, 7);
  const auto fit = fit_risk(visits, *make_rule_book({}), "now");
  ASSERT_TRUE(fit) << fit.error().message;
  for (const KindWeight& kind : fit->weights.kinds) {
    EXPECT_NEAR(kind.weight, kWorth.at(kind.kind), 0.15) << kind.kind;
    EXPECT_LE(kind.low, kind.weight);
    EXPECT_GE(kind.high, kind.weight);
  }
  EXPECT_LT(fit->fitted.ece, 0.03);
  EXPECT_GT(fit->shipped.ece, 0.1);
  EXPECT_LT(fit->fitted.log_loss, fit->shipped.log_loss);
}

TEST(RiskFit, IntervalsHoldTheTruthNineTimesOutOfTen) {
  int held = 0, all = 0;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const auto fit = fit_risk(judged(1500, kWorth, 0, seed), *make_rule_book({}), "now");
    for (const KindWeight& kind : fit->weights.kinds) {
      if (kWorth.at(kind.kind) == 0) continue;  // at the bound
      held += kWorth.at(kind.kind) >= kind.low && kWorth.at(kind.kind) <= kind.high ? 1 : 0;
      ++all;
    }
  }
  EXPECT_GE(held, 0.8 * all);
}

TEST(RiskFit, FewVerdictsChangeLittle) {
  const auto fit = fit_risk(judged(60, kWorth, 0, 3), *make_rule_book({}), "now");
  ASSERT_TRUE(fit) << fit.error().message;
  for (const KindWeight& kind : fit->weights.kinds) EXPECT_NEAR(kind.weight, 1, 0.75) << kind.kind;
  EXPECT_THAT(fit_risk(judged(6, kWorth, 0, 3), *make_rule_book({}), "now").error().message, HasSubstr("at least 5"));
}

TEST(RiskFit, ReadsLinesAndNamesFaults) {
  const auto visits = parse_judged(
      "{\"visit_id\":\"a\",\"verdict\":\"theft\",\"prior\":0.01,\"evidence\":[{\"kind\":\"paid\",\"llr\":-3}]}\n\n"
      "{\"verdict\":\"unsure\"}\n{\"theft\":false}\n",
      "v.jsonl");
  ASSERT_TRUE(visits) << visits.error().message;
  ASSERT_EQ(visits->size(), 2U);
  EXPECT_TRUE(visits->front().theft);
  EXPECT_EQ(visits->front().evidence[0].llr, -3);
  const auto told = [](const char* text) { return parse_judged(text, "v.jsonl").error().message; };
  EXPECT_THAT(told("\n{"), HasSubstr("v.jsonl:2: is no JSON object"));
  EXPECT_THAT(told("{\"verdict\":\"guilty\"}"), HasSubstr("verdict 'guilty'"));
  EXPECT_THAT(told("{\"theft\":true,\"prior\":2}"), HasSubstr("v.jsonl:1: prior"));
  EXPECT_THAT(told("{\"theft\":true,\"evidence\":[{}]}"), HasSubstr("without kind and llr"));
}

TEST(RiskWeights, AreWrittenReadAppliedAndRolledBack) {
  const TestFolder folder;
  const auto file = folder.path() / "weights.json";
  RiskWeights first{.version = "one", .thefts = 9, .honest = 8, .kinds = {{"paid", 0.5, 0.3, 0.7, 1, 2}}};
  first.calibration = {0.9, -0.2};
  RiskWeights second = first;
  second.version = "two";
  ASSERT_TRUE(write_weights(first, file));
  EXPECT_EQ(*read_weights(file), first);
  EXPECT_FALSE(roll_back(file)) << "there was nothing before";
  ASSERT_TRUE(write_weights(second, file));
  EXPECT_EQ(*roll_back(file), "one");
  EXPECT_EQ(*read_weights(file), first);
  EXPECT_EQ(*roll_back(file), "two");
  auto book = *make_rule_book({});
  const std::vector<RuleConfig> rules{{.kind = "loitering", .weight = 2}};
  first.kinds.push_back({.kind = "loitering", .weight = 0.1});
  apply_weights(first, book, rules);
  EXPECT_DOUBLE_EQ(book.find("paid")->weight, 0.5);
  EXPECT_DOUBLE_EQ(book.find("loitering")->weight, 1) << "what the configuration says is its own";
  EXPECT_THAT(parse_weights("{}", "w.json").error().message, HasSubstr("w.json: no text 'version'"));
  EXPECT_THAT(parse_weights(R"({"version":"x","kinds":{"paid":{"weight":99}}})", "w.json").error().message,
              HasSubstr("kinds.paid.weight"));
}

TEST(Budget, TakesTheLowestThresholdThatKeepsIt) {
  std::vector<double> risks{0.95, 0.9, 0.8, 0.6, 0.6, 0.3, 0.2, 0.001, 0.05};
  const auto choice = choose_threshold(risks, 1, 0.4);
  EXPECT_NEAR(choice.threshold, 0.6, 1e-6) << "0.05 + 0.1 + 0.2 fit, the two at 0.6 do not";
  EXPECT_GT(choice.threshold, 0.6);
  EXPECT_NEAR(choice.false_alerts_a_day, 0.35, 1e-9);
  EXPECT_NEAR(choice.thefts_a_day, 2.65, 1e-9);
  EXPECT_DOUBLE_EQ(choose_threshold(risks, 1, 100).threshold, 0.1);
  EXPECT_DOUBLE_EQ(choose_threshold({}, 0, 3).threshold, 0.1);
  EXPECT_GT(choose_threshold(risks, 1, 0).threshold, 0.95);
}

TEST(Budget, RatesAndSharesHaveIntervals) {
  const auto rate = rate_a_day(3, 2);
  EXPECT_DOUBLE_EQ(rate.mean, 1.5);
  EXPECT_NEAR(rate.low, 0.409, 0.01);
  EXPECT_NEAR(rate.high, 3.877, 0.01);
  EXPECT_EQ(rate_a_day(0, 1).low, 0);
  EXPECT_NEAR(rate_a_day(0, 1).high, 2.996, 0.01);
  const auto share = share_of(8, 10);
  EXPECT_LT(share.low, 0.8);
  EXPECT_GT(share.low, 0.5);
  EXPECT_EQ(share_of(0, 0).high, 1);
}

}  // namespace
}  // namespace shrike
