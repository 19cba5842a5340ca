#include "risk/visit_correction.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

Timestamp at(double seconds) { return Timestamp{1'770'000'000'000'000}.plus_s(seconds); }

WeighedEvidence fact(const std::string& kind, const std::string& camera, double llr, double when) {
  return {{.kind = kind, .from = at(when), .to = at(when), .source = camera, .zone = {}, .llr = llr, .detail = kind},
          1,
          llr};
}

VisitRecord visit(const std::string& id, const std::string& camera, double from, double to,
                  std::vector<WeighedEvidence> evidence) {
  VisitRecord record{.visit_id = id, .store_id = "s", .camera = camera, .from = at(from), .to = at(to), .prior = 0.002};
  record.evidence = std::move(evidence);
  record.parts = {{camera, id, at(from), at(to), 1}};
  return record;
}

TEST(VisitCorrection, MergedIsWeighedAsOne) {
  const RuleBook rules = *make_rule_book({});
  const auto a = visit("a", "aisle", 0, 50, {fact("loitering", "aisle", 2.5, 40)});
  const auto b = visit("b", "door", 55, 60, {fact("exit_without_checkout", "door", 3.9, 58)});
  const auto both = merged_record(a, b, rules);
  EXPECT_EQ(both.visit_id, "a");
  EXPECT_EQ(both.evidence.size(), 2U);
  EXPECT_GT(both.risk, 0.5);
  EXPECT_EQ(both.to, at(60));
  EXPECT_EQ(both.parts.size(), 2U);
}

TEST(VisitCorrection, SplitTakesItsEvidenceAlong) {
  const RuleBook rules = *make_rule_book({});
  const auto a = visit("a", "aisle", 0, 50, {fact("loitering", "aisle", 2.5, 40)});
  const auto b = visit("b", "door", 55, 60, {fact("exit_without_checkout", "door", 3.9, 58)});
  const auto parts = split_record(merged_record(a, b, rules), "b", rules);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->first.visit_id, "a");
  EXPECT_EQ(parts->second.visit_id, "b");
  ASSERT_EQ(parts->first.evidence.size(), 1U);
  EXPECT_EQ(parts->first.evidence[0].evidence.kind, "loitering");
  EXPECT_LT(parts->first.risk, 0.1);
  EXPECT_EQ(parts->second.evidence[0].evidence.kind, "exit_without_checkout");
  EXPECT_EQ(parts->first.to, at(50));
}

TEST(VisitCorrection, WhatCannotBeSplitIsNot) {
  const RuleBook rules = *make_rule_book({});
  const auto a = visit("a", "aisle", 0, 50, {}), b = visit("b", "door", 55, 60, {});
  EXPECT_FALSE(split_record(a, "a", rules));
  EXPECT_FALSE(split_record(merged_record(a, b, rules), "nobody", rules));
  EXPECT_FALSE(split_record(merged_record(a, b, rules), "a", rules));
}

}  // namespace
}  // namespace shrike
