#include "watch/live.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

TEST(LiveBoard, ShowsTheNewestFrameOfACamera) {
  LiveBoard board;
  EXPECT_FALSE(board.frame("door"));
  board.put_frame("door", {.seq = 1});
  board.put_frame("door", {.seq = 2});
  EXPECT_EQ(board.frame("door")->seq, 2);
}

TEST(LiveBoard, HoldsTheRiskOfAVisitUntilItIsForgotten) {
  LiveBoard board;
  EXPECT_DOUBLE_EQ(board.risk("a"), 0);
  board.put_risk("a", 0.7);
  EXPECT_DOUBLE_EQ(board.risk("a"), 0.7);
  board.forget_risk("a");
  EXPECT_DOUBLE_EQ(board.risk("a"), 0);
}

TEST(LiveBoard, PicturesAreWantedOnlyWhileSomeoneLooks) {
  LiveBoard board;
  EXPECT_FALSE(board.wanted("door"));
  board.want("door");
  EXPECT_TRUE(board.wanted("door"));
  EXPECT_FALSE(board.wanted("aisle"));
}

TEST(LiveBoard, ShowsWhoseClockIsOffAndForgetsIt) {
  LiveBoard board;
  board.put_status({.name = "door", .state = "live"});
  board.put_status({.name = "till", .state = "live"});
  board.put_clocks({{"till", 5.25}});
  board.put_status({.name = "till", .state = "live"});
  ASSERT_EQ(board.statuses().size(), 2U);
  EXPECT_EQ(board.statuses()[0].clock_offset_s, 0);
  EXPECT_EQ(board.statuses()[1].clock_offset_s, 5.25);
  board.put_clocks({});
  EXPECT_EQ(board.statuses()[1].clock_offset_s, 0);
}

}  // namespace
}  // namespace shrike
