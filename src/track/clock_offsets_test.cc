#include "track/clock_offsets.h"

#include <gtest/gtest.h>
#include <random>

namespace shrike {
namespace {

/// A walk of 12 s through (x, y) with a bend, by a clock that is `late_s` ahead, seen with some noise.
FloorPath walk(double start_s, double x, double y, double turn, double late_s, std::mt19937& random) {
  std::normal_distribution<double> noise(0, 0.15);
  FloorPath path;
  double heading = turn;
  for (double t = 0; t < 12; t += 0.2) {
    heading += 0.05 * turn;
    x += 0.2 * std::cos(heading);
    y += 0.2 * std::sin(heading);
    path.add(Timestamp{}.plus_s(1000 + start_s + t + late_s), {x + noise(random), y + noise(random), 0.05, 0, 0.05});
  }
  return path;
}

std::vector<ClockOffset> offsets(double late_s, int people, bool same) {
  std::mt19937 random(4);
  std::uniform_real_distribution<double> place(2, 12), turn(-2, 2);
  ClockOffsets clocks;
  for (int i = 0; i < people; ++i) {
    const double x = place(random), y = place(random), bend = turn(random);
    const FloorPath a = walk(30 * i, x, y, bend, 0, random);
    const FloorPath b = same ? walk(30 * i, x, y, bend, late_s, random)
                             : walk(30 * i, place(random), place(random), turn(random), late_s, random);
    if (i % 2 == 0)
      clocks.compare("aisle", a, "door", b);
    else
      clocks.compare("door", b, "aisle", a);
  }
  return clocks.known();
}

TEST(ClockOffsets, FiveSecondsAreFound) {
  const auto found = offsets(5, 6, true);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].camera, "aisle");
  EXPECT_EQ(found[0].other, "door");
  EXPECT_NEAR(found[0].seconds, 5, 0.3);
  EXPECT_GE(found[0].people, 4);
}

TEST(ClockOffsets, BothSignsAndNone) {
  ASSERT_EQ(offsets(-3, 6, true).size(), 1U);
  EXPECT_NEAR(offsets(-3, 6, true)[0].seconds, -3, 0.3);
  ASSERT_EQ(offsets(0, 6, true).size(), 1U);
  EXPECT_NEAR(offsets(0, 6, true)[0].seconds, 0, 0.3);
}

TEST(ClockOffsets, DifferentPeopleAgreeOnNothing) { EXPECT_TRUE(offsets(5, 40, false).empty()); }

TEST(ClockOffsets, WhatIsBeyondTheSearchIsNotTakenForItsEdge) {
  EXPECT_TRUE(offsets(10.4, 12, true).empty());
  EXPECT_TRUE(offsets(-10.4, 12, true).empty());
  ASSERT_EQ(offsets(9.5, 12, true).size(), 1U);
  EXPECT_NEAR(offsets(9.5, 12, true)[0].seconds, 9.5, 0.3);
}

TEST(ClockOffsets, ThreePeopleAreTooFew) { EXPECT_TRUE(offsets(5, 3, true).empty()); }

TEST(ClockOffsets, WhoStandsStillTellsNoTime) {
  ClockOffsets clocks;
  FloorPath still;
  for (double t = 0; t < 30; t += 0.5) still.add(Timestamp{}.plus_s(t), {4, 4, 0.05, 0, 0.05});
  for (int i = 0; i < 20; ++i) clocks.compare("a", still, "b", still);
  EXPECT_TRUE(clocks.known().empty());
}

TEST(ClockOffsets, WhatIsForgottenIsLearntAnew) {
  std::mt19937 random(4);
  ClockOffsets clocks;
  for (int i = 0; i < 5; ++i)
    clocks.compare("a", walk(30 * i, 4 + i, 4, 1, 0, random), "b", walk(30 * i, 4 + i, 4, 1, 2, random));
  ASSERT_EQ(clocks.known().size(), 1U);
  clocks.forget("b");
  EXPECT_TRUE(clocks.known().empty());
}

}  // namespace
}  // namespace shrike
