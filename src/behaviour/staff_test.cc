#include "behaviour/staff.h"

#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random>

#include "behaviour/kinds.h"

namespace shrike {
namespace {

Timestamp at(double seconds) { return Timestamp{1'770'000'000'000'000}.plus_s(seconds); }

std::vector<float> look_of(unsigned seed, float noise = 0, unsigned noise_seed = 0) {
  std::mt19937 random(seed), more(noise_seed);
  std::uniform_real_distribution<float> value(0, 1);
  std::vector<float> look(48);
  float squares = 0;
  for (float& v : look) {
    v = std::pow(value(random), 3.F) + noise * value(more);
    squares += v * v;
  }
  for (float& v : look) v /= std::sqrt(squares);
  return look;
}

/// Shows somebody for so long; the newest llr of staff_looks.
double show(StaffWatch& staff, const std::string& visit, double begin, double seconds, bool in_zone,
            const std::vector<float>& look) {
  double llr = 0;
  for (double t = begin; t < begin + seconds; t += 0.5)
    for (const VisitEvidence& said : staff.see({"cam", visit, 1, at(t), in_zone, look})) llr = said.evidence.llr;
  return llr;
}

TEST(StaffWatch, AUniformIsLearntFromStaffZonesAndKnownElsewhere) {
  StaffWatch staff({.badges = {}, .learn_s = 60});
  EXPECT_EQ(show(staff, "a", 0, 70, true, look_of(1, 0.05F, 1)), 0);
  EXPECT_EQ(staff.uniforms(), 0U) << "one visit is no uniform";
  (void)show(staff, "b", 100, 70, true, look_of(1, 0.05F, 2));
  EXPECT_EQ(staff.uniforms(), 1U);
  for (unsigned i = 0; i < 20; ++i)
    EXPECT_GE(show(staff, fmt::format("customer {}", i), 200 + i, 25, false, look_of(100 + i)), -0.5);
  EXPECT_LT(show(staff, "colleague", 400, 10, false, look_of(1, 0.05F, 3)), -0.7);
}

TEST(StaffWatch, WhoPassesThroughAStaffZoneTeachesNothing) {
  StaffWatch staff({.badges = {}, .learn_s = 60});
  for (int i = 0; i < 5; ++i) (void)show(staff, std::to_string(i), 100 * i, 20, true, look_of(1));
  EXPECT_EQ(staff.uniforms(), 0U);
}

TEST(StaffWatch, WhereCustomersDressAlikeLooksSayNothing) {
  StaffWatch staff({.badges = {}, .learn_s = 60});
  (void)show(staff, "a", 0, 70, true, look_of(1));
  (void)show(staff, "b", 100, 70, true, look_of(1, 0.02F, 2));
  for (unsigned i = 0; i < 300; ++i) (void)show(staff, fmt::format("c{}", i), 200 + i, 25, false, look_of(1, 0.02F, i));
  EXPECT_EQ(show(staff, "d", 900, 10, false, look_of(1, 0.02F, 999)), 0);
}

TEST(StaffWatch, BadgesAreKnownByTheirBeginning) {
  const StaffWatch staff({.badges = {{"floor-team", "E2801160"}, {"office", "urn:epc:id:sgtin:0614141.8"}}});
  EXPECT_EQ(staff.badge_of("E280116060000201"), "floor-team");
  EXPECT_EQ(staff.badge_of("urn:epc:id:sgtin:0614141.812345.7"), "office");
  EXPECT_EQ(staff.badge_of("30361FAB"), "");
  const StaffSight sight{"cam", "v", 1, at(0), false, {}};
  const auto alone = staff.badge_evidence(sight, "gate", "floor-team", 1);
  EXPECT_NEAR(alone.evidence.llr, find_kind("staff_badge")->llr, 1e-9);
  const auto among = staff.badge_evidence(sight, "gate", "floor-team", 3);
  EXPECT_GT(among.evidence.llr, -0.5);
  EXPECT_LT(among.evidence.llr, 0);
}

}  // namespace
}  // namespace shrike
