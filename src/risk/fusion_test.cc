#include "risk/fusion.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <limits>
#include <random>

#include "behaviour/kinds.h"

namespace shrike {
namespace {

RuleBook shipped() { return *make_rule_book({}); }

Evidence fact(const std::string& kind, double llr, const std::string& zone = "") {
  return {.kind = kind, .zone = zone, .llr = llr, .detail = kind};
}

Evidence fact(const std::string& kind) { return fact(kind, find_kind(kind)->llr); }

double risk_of(const std::vector<Evidence>& facts) { return fuse(0.002, facts, shipped()).probability; }

TEST(Fusion, WithoutEvidenceTheRiskIsThePrior) {
  EXPECT_NEAR(risk_of({}), 0.002, 1e-12);
  EXPECT_NEAR(fuse(0.3, {}, shipped()).log_odds, std::log(0.3 / 0.7), 1e-12);
}

TEST(Fusion, AddsEvidenceForAndAgainst) {
  const auto risk = fuse(0.5, std::vector{fact("loitering", 2.5), fact("checkout_visited", -1)}, shipped());
  EXPECT_NEAR(risk.log_odds, 1.5, 1e-12);
  EXPECT_NEAR(risk.probability, 1 / (1 + std::exp(-1.5)), 1e-12);
}

TEST(Fusion, CapsWhatSaysTheSameAndShowsIt) {
  const auto risk = fuse(0.5, std::vector{fact("repeated_entry", 2), fact("loitering", 3.5)}, shipped());
  EXPECT_NEAR(risk.log_odds, 4.0, 1e-12) << "the group's cap";
  ASSERT_EQ(risk.evidence.size(), 2U);
  EXPECT_EQ(risk.evidence[0].evidence.kind, "loitering");
  EXPECT_NEAR(risk.evidence[0].contribution, 3.5, 1e-12) << "the strongest counts in full";
  EXPECT_NEAR(risk.evidence[1].contribution, 0.5, 1e-12);
}

TEST(Fusion, ACapNeverCutsASingleFact) {
  RuleBook book = *make_rule_book(std::vector<RuleConfig>{{.kind = "loitering", .weight = 3}});
  EXPECT_NEAR(fuse(0.5, std::vector{fact("loitering", 2.5)}, book).log_odds, 7.5, 1e-12);
  EXPECT_NEAR(fuse(0.5, std::vector{fact("loitering", 2.5), fact("repeated_entry", 2)}, book).log_odds, 7.5, 1e-12);
}

TEST(Fusion, EvidenceAgainstIsNeverCapped) {
  std::vector<Evidence> facts{fact("loitering", 3.5), fact("repeated_entry", 2)};
  const double before = fuse(0.5, facts, shipped()).log_odds;
  for (int i = 0; i < 5; ++i) facts.push_back(fact("checkout_visited", -2.5, "till " + std::to_string(i)));
  EXPECT_NEAR(fuse(0.5, facts, shipped()).log_odds, before - 12.5, 1e-12);
  const std::vector<Evidence> of_one_group{fact("loitering", 3.5), fact("repeated_entry", 2),
                                           fact("loitering", -9, "elsewhere")};
  EXPECT_NEAR(fuse(0.5, of_one_group, shipped()).log_odds, 4.0 - 9.0, 1e-12);
}

TEST(Fusion, TheSameClothesSeenByManyCamerasAreOneFact) {
  std::vector<Evidence> looks;
  for (int i = 0; i < 7; ++i) looks.push_back(fact("staff_looks", -1.8, fmt::format("aisle {}", i)));
  looks.push_back(fact("tag_left_unpaid", 6));
  const auto risk = fuse(0.5, looks, shipped());
  EXPECT_NEAR(risk.log_odds, 6 - 1.8 - 1, 1e-12);
  looks.push_back(fact("staff_badge", -5));
  EXPECT_NEAR(fuse(0.5, looks, shipped()).log_odds, 6 - 1.8 - 1 - 5, 1e-12) << "a badge is another fact";
}

TEST(Fusion, WeightZeroIsListedWithoutEffect) {
  const auto book = *make_rule_book(std::vector<RuleConfig>{{.kind = "loitering", .weight = 0}});
  const auto risk = fuse(0.002, std::vector{fact("loitering")}, book);
  EXPECT_NEAR(risk.probability, 0.002, 1e-12);
  ASSERT_EQ(risk.evidence.size(), 1U);
  EXPECT_EQ(risk.evidence[0].contribution, 0);
}

TEST(Fusion, WhereGoodsAreUnpaidALongStayAddsNothingAndACoverPurchaseHidesLittle) {
  const Evidence unpaid = fact("item_unpaid", 4.6), stay = fact("loitering", 3.0),
                 paid = fact("checkout_visited", -2.5);
  const double alone = fuse(0.01, std::vector{unpaid}, shipped()).log_odds;
  EXPECT_NEAR(fuse(0.01, std::vector{unpaid, stay}, shipped()).log_odds, alone, 1e-9);
  EXPECT_NEAR(fuse(0.01, std::vector{unpaid, paid}, shipped()).log_odds, alone - 0.65, 1e-9);
  const double doubtful = fuse(0.01, std::vector{fact("item_unpaid", 0.2), paid}, shipped()).log_odds;
  EXPECT_NEAR(doubtful, std::log(0.01 / 0.99) + 0.2 - 2.3, 1e-9) << "a doubt about goods does not undo a purchase";
}

TEST(Fusion, StaysFiniteWhateverComes) {
  const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
  for (const double prior : {-1.0, 0.0, 1.0, 2.0}) {
    EXPECT_TRUE(std::isfinite(fuse(prior, {}, shipped()).log_odds)) << prior;
  }
  const auto risk = fuse(0.002, std::vector{fact("loitering", nan), fact("a", inf), fact("b", -inf)}, shipped());
  EXPECT_NEAR(risk.probability, 0.002, 1e-12);
}

/// Random facts of all shipped kinds and one of nobody's, several of a kind, for and against.
std::vector<Evidence> random_facts(std::mt19937& random) {
  std::vector<Evidence> facts;
  const auto kinds = shipped_kinds();
  const int n = std::uniform_int_distribution(0, 12)(random);
  for (int i = 0; i < n; ++i) {
    const size_t k = std::uniform_int_distribution<size_t>(0, kinds.size())(random);
    // Takes evidence against away, and so is neither for nor against: VisitCorrection has its test.
    if (k < kinds.size() && kinds[k].name == "not_staff") continue;
    const double sign = k == kinds.size() || kinds[k].llr > 0 ? 1 : -1;
    const double llr = sign * std::uniform_real_distribution(0.0, 8.0)(random);
    facts.push_back(fact(k == kinds.size() ? "sensor" : std::string(kinds[k].name), llr, "key" + std::to_string(i)));
  }
  return facts;
}

TEST(Fusion, PropertiesThatHoldForAnyFacts) {
  std::mt19937 random(7);
  const RuleBook book = *make_rule_book(
      std::vector<RuleConfig>{{.kind = "loitering", .weight = 1.7}, {.kind = "staff_zone", .weight = 0.3}});
  for (int round = 0; round < 3000; ++round) {
    auto facts = random_facts(random);
    const double all = fuse(0.01, facts, book).log_odds;
    auto shuffled = facts;
    std::ranges::shuffle(shuffled, random);
    ASSERT_EQ(fuse(0.01, shuffled, book).log_odds, all) << "the order of arrival does not matter, to the last bit";
    for (size_t i = 0; i < facts.size(); ++i) {
      auto rest = facts;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
      const double without = fuse(0.01, rest, book).log_odds;
      if (facts[i].llr >= 0) {
        ASSERT_LE(without, all + 1e-9) << "evidence for never lowers the risk";
      } else {
        ASSERT_GE(without, all - 1e-9) << "evidence against never raises it";
      }
    }
    double sum = std::log(0.01 / 0.99);
    for (const auto& weighed : fuse(0.01, facts, book).evidence) sum += weighed.contribution;
    ASSERT_NEAR(sum, all, 1e-9) << "what is listed is what was counted";
  }
}

TEST(Fusion, ShippedKindsDoWhatAnOperatorExpects) {
  const Evidence loitering = fact("loitering"), left = fact("exit_without_checkout"), paid = fact("checkout_visited");
  EXPECT_GE(risk_of({loitering, left}), 0.5);
  EXPECT_GE(risk_of({fact("restricted_entry")}), 0.5);
  EXPECT_GE(risk_of({fact("repeated_entry", 1.5), left, fact("object_carried_out")}), 0.5);

  EXPECT_GE(risk_of({fact("restricted_entry"), paid}), 0.5) << "who paid does not belong in the stock room either";
  EXPECT_LT(risk_of({fact("restricted_entry", 0), fact("staff_zone")}), 0.001) << "staff, as behaviour says it";
  EXPECT_LT(risk_of({left, fact("object_carried_out")}), 0.5) << "leaving with a bag after a look is no crime";
  EXPECT_LT(risk_of({fact("loitering", 3.5), fact("repeated_entry", 2)}), 0.5) << "nor is taking one's time";
  EXPECT_LT(risk_of({fact("loitering", 3.5), fact("repeated_entry", 2), fact("object_carried_out"), paid}), 0.1)
      << "an honest shopper with every suspicious habit";
  EXPECT_LT(risk_of({loitering, left, paid}), 0.15) << "paid after all";
}

}  // namespace
}  // namespace shrike
