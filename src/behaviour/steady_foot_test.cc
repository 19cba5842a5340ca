#include "behaviour/steady_foot.h"

#include <gtest/gtest.h>
#include <limits>

namespace shrike {
namespace {

/// A person 200 px tall whose feet are at (x, y).
Box person(float x, float y, float height = 200) { return {x - height / 6, y - height, x + height / 6, y}; }
Timestamp at(double seconds) { return Timestamp{}.plus_s(1000 + seconds); }

TEST(SteadyFoot, FollowsAWalker) {
  SteadyFoot foot;
  for (int i = 0; i < 50; ++i) {
    const float x = 100 + 20 * static_cast<float>(i);  // 200 px/s: a height a second, 1.7 m/s
    const auto seen = foot.see(person(x, 500), at(i * 0.1));
    ASSERT_TRUE(seen) << i;
    EXPECT_FLOAT_EQ(seen->x, x);
    EXPECT_FLOAT_EQ(seen->y, 500);
  }
}

TEST(SteadyFoot, HoldsBackWhatNobodyCanDo) {
  const Box jumped = person(700, 500), doubled = person(100, 600, 400), shrunk = person(100, 450, 90);
  for (const Box& bad : {jumped, doubled, shrunk}) {
    SteadyFoot foot;
    EXPECT_TRUE(foot.see(person(100, 500), at(0)));
    EXPECT_FALSE(foot.see(bad, at(0.1)));
    EXPECT_FALSE(foot.see(bad, at(0.2))) << "two in a row";
    EXPECT_TRUE(foot.see(person(105, 500), at(0.3))) << "and the person is still where it was";
  }
}

TEST(SteadyFoot, BelievesFramesThatAgree) {
  SteadyFoot foot;
  EXPECT_TRUE(foot.see(person(100, 500), at(0)));
  EXPECT_FALSE(foot.see(person(700, 500), at(0.1)));
  EXPECT_FALSE(foot.see(person(705, 500), at(0.2)));
  EXPECT_TRUE(foot.see(person(710, 500), at(0.3)));
  EXPECT_TRUE(foot.see(person(715, 500), at(0.4)));
}

TEST(SteadyFoot, JumpsThatDisagreeAreNeverBelieved) {
  SteadyFoot foot;
  EXPECT_TRUE(foot.see(person(100, 500), at(0)));
  for (int i = 1; i < 20; ++i) EXPECT_FALSE(foot.see(person(i % 2 == 0 ? 1900 : 3700, 500), at(i * 0.05))) << i;
}

TEST(SteadyFoot, AfterAWhileUnseenAnyPlaceWillDo) {
  SteadyFoot foot;
  EXPECT_TRUE(foot.see(person(100, 500), at(0)));
  EXPECT_TRUE(foot.see(person(1200, 700, 300), at(3)));
}

TEST(SteadyFoot, IgnoresWhatIsNoBoxOrNoLater) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  SteadyFoot foot;
  EXPECT_FALSE(foot.see(Box{nan, 0, 10, 10}, at(0)));
  EXPECT_FALSE(foot.see(Box{0, 0, inf, 10}, at(0)));
  EXPECT_FALSE(foot.see(Box{10, 10, 10, 50}, at(0))) << "no width";
  EXPECT_FALSE(foot.see(Box{10, 50, 20, 10}, at(0))) << "upside down";
  EXPECT_TRUE(foot.see(person(100, 500), at(1)));
  EXPECT_FALSE(foot.see(person(101, 500), at(1))) << "the same frame";
  EXPECT_FALSE(foot.see(person(101, 500), at(0.5)));
  foot.shift_clock(-3600);
  EXPECT_TRUE(foot.see(person(101, 500), at(-3598.9)));
}

}  // namespace
}  // namespace shrike
