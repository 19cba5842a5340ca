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

TEST(LiveBoard, TellsEverySubscriberAndForgetsThoseThatLeft) {
  LiveBoard board;
  const auto a = board.subscribe();
  auto b = board.subscribe();
  board.publish({"incident", "1"});
  EXPECT_EQ(a->pop()->json, "1");
  EXPECT_EQ(b->pop()->json, "1");
  b.reset();
  board.publish({"incident", "2"});
  EXPECT_EQ(a->pop()->json, "2");
}

TEST(LiveBoard, ASubscriberThatSleepsLosesTheOldest) {
  LiveBoard board;
  const auto sleeper = board.subscribe();
  for (int i = 0; i < 1000; ++i) board.publish({"incident", std::to_string(i)});
  EXPECT_EQ(sleeper->dropped() + sleeper->size(), 1000U);
  EXPECT_EQ(sleeper->pop()->json, std::to_string(sleeper->dropped()));
}

TEST(LiveBoard, PicturesAreWantedOnlyWhileSomeoneLooks) {
  LiveBoard board;
  EXPECT_FALSE(board.wanted("door"));
  board.want("door");
  EXPECT_TRUE(board.wanted("door"));
  EXPECT_FALSE(board.wanted("aisle"));
}

}  // namespace
}  // namespace shrike
