#include "behaviour/bystanders.h"

#include <cmath>
#include <gtest/gtest.h>

namespace shrike {
namespace {

constexpr Timestamp kNow{1'772'355'600'000'000};

ZoneFact alarm(double s) {
  return {.kind = "gate_alarm",
          .from = kNow.plus_s(s),
          .to = kNow.plus_s(s),
          .source = "gate",
          .zone = "door",
          .detail = "the gate alarmed"};
}

TEST(Bystanders, AreWhoeverWasThere) {
  const auto rules = make_rule_book({}).value();
  Bystanders bystanders(rules);
  bystanders.see("a", "front", 1, {"door"}, kNow);
  bystanders.see("b", "aisle", 2, {"razors"}, kNow);
  const auto one = bystanders.evidence_of(alarm(1));
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].visit_id, "a");
  EXPECT_EQ(one[0].camera, "front");
  EXPECT_EQ(one[0].evidence.kind, "gate_alarm");
  EXPECT_DOUBLE_EQ(one[0].evidence.llr, rules.find("gate_alarm")->llr);
  EXPECT_EQ(one[0].evidence.detail, "the gate alarmed");
  EXPECT_TRUE(bystanders.evidence_of(alarm(10)).empty());   // long gone
  EXPECT_TRUE(bystanders.evidence_of(alarm(-10)).empty());  // not yet there
}

TEST(Bystanders, OfSeveralPeopleOneIsMeant) {
  const auto rules = make_rule_book({}).value();
  Bystanders bystanders(rules);
  for (const char* visit : {"a", "b", "c"}) bystanders.see(visit, "front", 1, {"door"}, kNow);
  const auto three = bystanders.evidence_of(alarm(0));
  ASSERT_EQ(three.size(), 3U);
  const double llr = rules.find("gate_alarm")->llr;
  EXPECT_NEAR(three[0].evidence.llr, std::log((std::exp(llr) + 2) / 3), 1e-12);
  EXPECT_LT(three[0].evidence.llr, llr);
  EXPECT_GT(three[0].evidence.llr, 0);
  EXPECT_EQ(three[0].evidence.detail, "the gate alarmed while 3 were there");
}

TEST(Bystanders, OnePersonOnTwoPicturesIsOne) {
  Bystanders bystanders(make_rule_book({}).value());
  bystanders.see("a", "front", 1, {"door"}, kNow);
  bystanders.see("b", "back", 2, {"door"}, kNow);
  const auto one = bystanders.evidence_of(alarm(0), [](const std::string&) { return "store-visit"; });
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].visit_id, "store-visit");
  EXPECT_EQ(one[0].evidence.detail, "the gate alarmed");
}

TEST(Bystanders, AKindThatIsSwitchedOffOrUnknownSaysNothing) {
  const std::vector<RuleConfig> off{{.kind = "gate_alarm", .enabled = false}};
  Bystanders bystanders(make_rule_book(off).value());
  bystanders.see("a", "front", 1, {"door"}, kNow);
  EXPECT_TRUE(bystanders.evidence_of(alarm(0)).empty());
}

TEST(Bystanders, ForgetAfterAMinute) {
  Bystanders bystanders(make_rule_book({}).value());
  for (int i = 0; i < 1'000; ++i) bystanders.see("a", "front", 1, {"door"}, kNow.plus_s(i));
  EXPECT_EQ(bystanders.evidence_of(alarm(999)).size(), 1U);
  EXPECT_TRUE(bystanders.evidence_of(alarm(100)).empty());
}

}  // namespace
}  // namespace shrike
