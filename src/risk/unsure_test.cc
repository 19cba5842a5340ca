#include "risk/unsure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

namespace shrike {
namespace {

constexpr double kPrior = 0.002;

double risk_of(double log_likelihood) {
  return RiskCalibration{}.probability(RiskCalibration{}.log_odds(kPrior) + log_likelihood);
}

Evidence fact(const std::string& kind, double llr, Whose whose = {}) {
  return {.kind = kind, .source = "cam", .llr = llr, .detail = kind, .whose = std::move(whose)};
}

/// Kinds that no rule is of weigh 1 and share no cap.
class UnsureTest : public testing::Test {
 protected:
  Risk fused(const std::string& id, std::string_view without = {}) {
    const auto find = [&](const std::string& visit) { return VisitCase{kPrior, visits[visit]}; };
    return fuse_unsure(id, find, *make_rule_book({}), {}, without);
  }
  void tell(const std::string& kind, double llr, const Whose& whose) {
    for (const auto& [id, p] : whose.visits) {
      Evidence one = fact(kind, llr, whose);
      one.whose.mine = p;
      visits[id].push_back(one);
    }
  }
  std::map<std::string, std::vector<Evidence>> visits;
};

TEST_F(UnsureTest, WhatIsSureIsWeighedAsEver) {
  visits["a"] = {fact("one", 3), fact("two", 2)};
  EXPECT_DOUBLE_EQ(fused("a").probability, risk_of(5));
  EXPECT_DOUBLE_EQ(fused("nobody").probability, kPrior);
}

TEST_F(UnsureTest, ATheftByOneOfTwoIsAsSureAsByOne) {
  tell("theft", 9, {.part = "p", .visits = {{"a", 0.5}, {"b", 0.4}}});
  EXPECT_NEAR(fused("a").probability, risk_of(9), 1e-9) << "of whoever was there, who is likeliest a";
  EXPECT_NEAR(fused("b").probability, 0.4 * risk_of(9) + 0.6 * kPrior, 1e-9);
  EXPECT_NEAR(fused("a", "p").probability, kPrior, 1e-9);
}

TEST_F(UnsureTest, WhatElseAVisitDidCountsAsFarAsItWasThem) {
  visits["a"] = {fact("paid", -6)};
  tell("theft", 9, {.part = "p", .visits = {{"a", 0.5}, {"b", 0.4}}});
  EXPECT_NEAR(fused("a").probability, 0.5 * risk_of(3) + 0.5 * risk_of(9), 1e-9);
  visits["b"].push_back(fact("lingered", 3));
  EXPECT_NEAR(fused("a").probability, 0.5 * risk_of(3) + 0.4 * risk_of(12) + 0.1 * risk_of(9), 1e-9);
}

TEST_F(UnsureTest, WhatSpeaksAgainstAnotherIsNoExcuse) {
  visits["a"] = {fact("theft", 9)};
  tell("paid", -6, {.part = "p", .visits = {{"b", 0.7}, {"a", 0.3}}});
  EXPECT_NEAR(fused("a").probability, 0.3 * risk_of(3) + 0.7 * risk_of(9), 1e-9);
}

TEST_F(UnsureTest, WhoBeganWithItIsThemWhoeverElseTheyAre) {
  visits["late"] = {fact("left", 4, {.mine = 1, .part = "p", .visits = {{"late", 0.6}, {"early", 0.4}}})};
  visits["early"] = {fact("hid", 3),
                     fact("left", 4, {.mine = 0.4, .part = "p", .visits = {{"late", 0.6}, {"early", 0.4}}})};
  EXPECT_NEAR(fused("late").probability, 0.6 * risk_of(4) + 0.4 * risk_of(7), 1e-9);
  EXPECT_NEAR(fused("early").probability, 0.4 * risk_of(7) + 0.6 * risk_of(3), 1e-9);
  EXPECT_THAT(fused("late").evidence[0].evidence.detail, testing::Eq("left")) << "that it was them is sure";
}

TEST_F(UnsureTest, PartsAreUnsureForOneReason) {
  tell("stood", 3, {.part = "p", .visits = {{"b", 0.4}, {"a", 0.3}}});
  tell("left", 4, {.part = "q", .visits = {{"b", 0.5}, {"a", 0.2}}});
  EXPECT_NEAR(fused("a").probability, 0.7 * kPrior + 0.1 * risk_of(3) + 0.2 * risk_of(7), 1e-9);
}

TEST_F(UnsureTest, TheTableAddsUpAndSaysWhoElseItMayBe) {
  visits["a"] = {fact("paid", -6)};
  tell("theft", 9, {.part = "p", .visits = {{"a", 0.5}, {"b", 0.4}}});
  const Risk risk = fused("a");
  double sum = RiskCalibration{}.log_odds(kPrior);
  for (const WeighedEvidence& weighed : risk.evidence) sum += weighed.contribution;
  EXPECT_NEAR(sum, risk.log_odds, 1e-9);
  EXPECT_NEAR(RiskCalibration{}.probability(sum), risk.probability, 1e-9);
  ASSERT_EQ(risk.evidence.size(), 3U);
  EXPECT_EQ(risk.evidence[0].evidence.detail,
            "theft (50 % sure that this was the same person, 40 % that it was visit b)");
  EXPECT_EQ(risk.evidence[2].evidence.kind, kUnsureWho);
  EXPECT_EQ(risk.evidence[2].evidence.detail, "not sure who it was: 50 % visit a, 40 % visit b");
}

TEST_F(UnsureTest, AFactThatBothHaveIsOneWhereTheyAreOnePerson) {
  visits["early"] = {fact("left", 4)};
  visits["late"] = {fact("left", 4, {.mine = 1, .part = "p", .visits = {{"late", 0.6}, {"early", 0.4}}})};
  EXPECT_NEAR(fused("late").probability, risk_of(4), 1e-9);
}

}  // namespace
}  // namespace shrike
