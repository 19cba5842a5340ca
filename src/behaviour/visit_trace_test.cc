#include "behaviour/visit_trace.h"

#include <cmath>
#include <gtest/gtest.h>

namespace shrike {
namespace {

constexpr Timestamp kStart{1'770'000'000'000'000};

double stood_s(const PathThinner& path) {
  double sum = 0;
  for (const auto& w : path.waypoints()) sum += w.stood_s;
  return sum;
}

TEST(PathThinner, SomeoneWhoStandsIsOneWaypoint) {
  PathThinner path;
  for (int i = 0; i <= 600; ++i) path.see({0.5F + 0.01F * std::sin(i * 0.1F), 0.5F}, kStart.plus_s(i * 0.1));
  ASSERT_EQ(path.waypoints().size(), 1U);
  EXPECT_NEAR(path.waypoints()[0].stood_s, 60, 1e-6);
}

TEST(PathThinner, AWalkKeepsItsShapeAndItsTime) {
  PathThinner path;
  for (int i = 0; i <= 100; ++i) path.see({0.1F + 0.008F * static_cast<float>(i), 0.5F}, kStart.plus_s(i * 0.1));
  const auto& way = path.waypoints();
  ASSERT_GT(way.size(), 10U);
  EXPECT_NEAR(way.back().x, 0.9, 0.04);
  for (size_t i = 1; i < way.size(); ++i) {
    EXPECT_GT(way[i].at_s, way[i - 1].at_s);
    EXPECT_GT(std::abs(way[i].x - way[i - 1].x), PathThinner::kReach - 1e-6);
  }
  EXPECT_NEAR(stood_s(path), 10, 1e-6);
}

TEST(PathThinner, IsBoundedHoweverLongTheVisitAndLosesNoTime) {
  PathThinner path;
  for (int i = 0; i < 100000; ++i) {
    const float phase = static_cast<float>(i) * 0.05F;
    path.see({0.5F + 0.45F * std::cos(phase), 0.5F + 0.45F * std::sin(1.7F * phase)}, kStart.plus_s(i * 0.1));
    ASSERT_LE(path.waypoints().size(), PathThinner::kWaypointsMax);
  }
  EXPECT_NEAR(stood_s(path), 9999.9, 1e-3);
}

TEST(PathThinner, AGapInWhichNobodyWasSeenIsNotTimeSpentThere) {
  PathThinner path;
  path.see({0.5F, 0.5F}, kStart);
  path.see({0.5F, 0.5F}, kStart.plus_s(1));
  path.see({0.5F, 0.5F}, kStart.plus_s(301));
  EXPECT_NEAR(stood_s(path), 1, 1e-6);
}

TEST(PathThinner, MovesWithTheClock) {
  PathThinner path;
  path.see({0.1F, 0.5F}, kStart);
  path.see({0.2F, 0.5F}, kStart.plus_s(1));
  path.shift_clock(-100);
  path.see({0.3F, 0.5F}, kStart.plus_s(-98));
  EXPECT_EQ(path.begun(), kStart.plus_s(-100));
  EXPECT_NEAR(path.waypoints().back().at_s, 2, 1e-6);
  EXPECT_NEAR(stood_s(path), 2, 1e-6);
}

}  // namespace
}  // namespace shrike
