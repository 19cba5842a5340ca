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
  const RiskInUse risk = *risk_in_use({});
  const auto a = visit("a", "aisle", 0, 50, {fact("loitering", "aisle", 2.5, 40)});
  const auto b = visit("b", "door", 55, 60, {fact("exit_without_checkout", "door", 3.9, 58)});
  const auto both = merged_record(a, b, risk);
  EXPECT_EQ(both.visit_id, "a");
  EXPECT_EQ(both.evidence.size(), 2U);
  EXPECT_GT(both.risk, 0.5);
  EXPECT_EQ(both.to, at(60));
  EXPECT_EQ(both.parts.size(), 2U);
}

TEST(VisitCorrection, IsWeighedByTheCalibrationInUse) {
  RiskInUse risk = *risk_in_use({});
  const auto a = visit("a", "aisle", 0, 50, {fact("loitering", "aisle", 2.5, 40)});
  const auto b = visit("b", "door", 55, 60, {fact("exit_without_checkout", "door", 3.9, 58)});
  const double shipped = merged_record(a, b, risk).risk;
  risk.calibration.intercept = -2;
  EXPECT_LT(merged_record(a, b, risk).risk, shipped - 0.1);
}

TEST(VisitCorrection, SplitTakesItsEvidenceAlong) {
  const RiskInUse risk = *risk_in_use({});
  const auto a = visit("a", "aisle", 0, 50, {fact("loitering", "aisle", 2.5, 40)});
  const auto b = visit("b", "door", 55, 60, {fact("exit_without_checkout", "door", 3.9, 58)});
  const auto parts = split_record(merged_record(a, b, risk), "b", risk);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->first.visit_id, "a");
  EXPECT_EQ(parts->second.visit_id, "b");
  ASSERT_EQ(parts->first.evidence.size(), 1U);
  EXPECT_EQ(parts->first.evidence[0].evidence.kind, "loitering");
  EXPECT_LT(parts->first.risk, 0.1);
  EXPECT_EQ(parts->second.evidence[0].evidence.kind, "exit_without_checkout");
  EXPECT_EQ(parts->first.to, at(50));
}

TEST(VisitCorrection, ADoubtIsGoneWhereTheOfficerSaysWhoItWas) {
  const RiskInUse risk = *risk_in_use({});
  const auto entered = fact("restricted_entry", "door", 9, 58), doubt = fact("unsure_who", "door", -4, 58);
  const auto a = visit("a", "aisle", 0, 50, {entered, doubt});
  const auto b = visit("b", "door", 55, 60, {entered, doubt});
  const auto c = visit("c", "till", 70, 80, {fact("loitering", "till", 2.5, 75)});
  EXPECT_GT(merged_record(a, b, risk).risk, 0.9) << "it was one of the two";
  const auto other = merged_record(a, c, risk);
  EXPECT_EQ(other.evidence.size(), 3U) << "still not sure";
  const auto parts = split_record(merged_record(c, b, risk), "b", risk);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->first.evidence.size(), 1U);
  EXPECT_GT(parts->second.risk, 0.9);
}

TEST(VisitCorrection, AnOfficersWordOfStaffCountsAndCanBeTakenBack) {
  const RiskInUse risk = *risk_in_use({});
  const auto seen = visit("a", "aisle", 0, 50,
                          {fact("loitering", "aisle", 2.5, 40), fact("exit_without_checkout", "aisle", 3.9, 50),
                           fact("staff_zone", "aisle", -4, 45)});
  const auto staff = staff_record(seen, true, at(60), risk);
  EXPECT_LT(staff.risk, 0.001);
  const auto customer = staff_record(staff, false, at(70), risk);
  EXPECT_GT(customer.risk, 0.4) << "what the zone said of staff must count for nothing now";
  ASSERT_EQ(customer.evidence.size(), 4U);
  EXPECT_DOUBLE_EQ(staff_record(customer, true, at(80), risk).risk, staff.risk);
}

TEST(VisitCorrection, WhatCannotBeSplitIsNot) {
  const RiskInUse risk = *risk_in_use({});
  const auto a = visit("a", "aisle", 0, 50, {}), b = visit("b", "door", 55, 60, {});
  EXPECT_FALSE(split_record(a, "a", risk));
  EXPECT_FALSE(split_record(merged_record(a, b, risk), "nobody", risk));
  EXPECT_FALSE(split_record(merged_record(a, b, risk), "a", risk));
}

}  // namespace
}  // namespace shrike
