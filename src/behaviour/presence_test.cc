#include "behaviour/presence.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

Timestamp at(double seconds) { return Timestamp{1'770'000'000'000'000}.plus_s(seconds); }

class PresenceTest : public testing::Test {
 protected:
  /// Walks from y_m on, `speed` metres a second, seen five times a second.
  void walks(const std::string& visit, double from_s, double to_s, double x_m, double y_m, double speed = 0,
             const std::vector<std::string>& zones = {}) {
    for (double t = from_s; t <= to_s; t += 0.2)
      presence.see(visit, zones, at(t), StoodAt{x_m, y_m + (t - from_s) * speed, 0.1});
  }
  Presence presence;
};

TEST_F(PresenceTest, TwoMeetWhoStandWithinReachAtTheSameMoment) {
  walks("a", 0, 60, 2, 2);
  walks("b", 0, 30, 8, 2);
  EXPECT_FALSE(presence.met("a", "b", at(0), at(60)));
  walks("b", 40, 45, 3, 3);
  EXPECT_TRUE(presence.met("a", "b", at(0), at(60)));
  EXPECT_TRUE(presence.met("b", "a", at(0), at(60)));
  EXPECT_FALSE(presence.met("a", "b", at(50), at(60))) << "not since";
  EXPECT_FALSE(presence.met("a", "nobody", at(0), at(60)));
  EXPECT_FALSE(presence.met("a", "a", at(0), at(60)));
}

TEST_F(PresenceTest, WhoIsFirstSeenWhereSomebodyWasLostMayBeThem) {
  walks("lost", 0, 20, 2, 2);
  walks("found", 25, 30, 6, 2);
  walks("far", 22, 30, 20, 2);
  walks("late", 200, 210, 2, 2);
  EXPECT_TRUE(presence.met("lost", "found", at(5), at(30)));
  EXPECT_FALSE(presence.met("lost", "far", at(5), at(30))) << "18 m in two seconds";
  EXPECT_FALSE(presence.met("lost", "late", at(5), at(210)));
  EXPECT_FALSE(presence.met("found", "lost", at(5), at(30)));
}

TEST_F(PresenceTest, WhoWasLostOnTheWayToADoorIsNearIt) {
  EXPECT_FALSE(presence.lost_at("anybody", "exit"));
  walks("before", 0, 5, 5, 15, 0, {"exit"});
  walks("runner", 100, 103, 5, 2, 3);  // lost at 11 m, on the way to 14 m
  walks("away", 100, 103, 5, 20, -3);  // lost as far from it, after passing it: going the other way
  walks("stands", 100, 103, 5, 11);
  EXPECT_TRUE(presence.lost_at("runner", "exit"));
  EXPECT_FALSE(presence.lost_at("away", "exit"));
  EXPECT_FALSE(presence.lost_at("stands", "exit"));
  ASSERT_EQ(presence.lost_near("exit", at(104), at(104.5)).size(), 1U);
  EXPECT_EQ(presence.lost_near("exit", at(104), at(104.5))[0].visit_id, "runner");
  EXPECT_TRUE(presence.lost_near("exit", at(110), at(111)).empty()) << "long ago";
  walks("runner", 106, 107, 5, 2);
  EXPECT_TRUE(presence.lost_near("exit", at(104), at(104.5)).empty()) << "seen again";
}

}  // namespace
}  // namespace shrike
