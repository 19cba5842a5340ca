#include "sense/flood_gate.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

int passed(FloodGate& gate, const std::string& topic, double now_s, int messages) {
  int count = 0;
  for (int i = 0; i < messages; ++i) count += gate.admit(topic, now_s) ? 1 : 0;
  return count;
}

TEST(FloodGate, ATopicThatFloodsLeavesTheOthersAlone) {
  FloodGate gate({.messages_per_s = 10, .burst = 20});
  EXPECT_EQ(passed(gate, "mad", 0, 1000), 20);
  EXPECT_EQ(passed(gate, "quiet", 0, 5), 5);
  EXPECT_EQ(passed(gate, "mad", 1, 1000), 10);    // what a second gives
  EXPECT_EQ(passed(gate, "mad", 100, 1000), 20);  // never more than a burst
}

TEST(FloodGate, IsBoundedByTopicsAndNewOnesShare) {
  FloodGate gate({.messages_per_s = 1, .burst = 2, .topics_max = 3});
  EXPECT_TRUE(gate.admit("a", 0));
  EXPECT_TRUE(gate.admit("b", 0));
  EXPECT_TRUE(gate.admit("c", 0));
  int others = 0;
  for (int i = 0; i < 1000; ++i) others += gate.admit(std::to_string(i), 0) ? 1 : 0;
  EXPECT_EQ(others, 2);
  EXPECT_LE(gate.topics(), 4U);
  EXPECT_TRUE(gate.admit("a", 0));  // those that were there first keep their own
}

TEST(FloodGate, AClockThatGoesBackGivesNothing) {
  FloodGate gate({.messages_per_s = 10, .burst = 1});
  EXPECT_TRUE(gate.admit("a", 100));
  EXPECT_FALSE(gate.admit("a", 50));
}

}  // namespace
}  // namespace shrike
