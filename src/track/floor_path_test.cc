#include "track/floor_path.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

Timestamp at(double seconds) { return Timestamp{}.plus_s(100 + seconds); }

TEST(FloorPath, SaysWhereSomebodyWasBetweenSteps) {
  FloorPath path;
  for (double t = 0; t < 5; t += 0.1) path.add(at(t), {t, 2, 0.1, 0, 0.1});
  EXPECT_LE(path.steps().size(), 13U);  // not every sight is a step
  ASSERT_TRUE(path.at(at(2.2)));
  EXPECT_NEAR(path.at(at(2.2))->x_m, 2.2, 0.01);
  EXPECT_FALSE(path.at(at(9)));
  EXPECT_FALSE(path.at(at(-2)));
  EXPECT_NEAR(path.extent_m(), 4.8, 0.2);
}

TEST(FloorPath, DoesNotGuessOverGapsAndForgets) {
  FloorPath path;
  path.add(at(0), {0, 0, 0, 0, 0});
  path.add(at(10), {8, 0, 0, 0, 0});
  EXPECT_FALSE(path.at(at(5)));
  path.add(at(60), {1, 1, 0, 0, 0});
  EXPECT_EQ(path.steps().size(), 1U);
}

TEST(FloorPath, AClockThatWasWrongMovesIt) {
  FloorPath path;
  path.add(at(5), {3, 0, 0, 0, 0});
  path.shift(-5);
  EXPECT_TRUE(path.at(at(0)));
  EXPECT_FALSE(path.at(at(5)));
  EXPECT_FALSE(FloorPath().at(at(0)));
}

}  // namespace
}  // namespace shrike
