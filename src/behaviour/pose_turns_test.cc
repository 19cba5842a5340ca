#include "behaviour/pose_turns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shrike {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Timestamp at_s(double s) { return Timestamp{1'000'000'000}.plus_s(s); }

/// Ten frames a second for `seconds`, two poses a frame: how many each of `wishes` got.
std::vector<int> shares(std::vector<PoseWish> wishes, double seconds) {
  PoseTurns turns;
  std::vector<int> got(wishes.size());
  for (int frame = 0; frame < static_cast<int>(seconds * 10); ++frame) {
    const Timestamp now = at_s(0.1 * frame);
    auto order = turns.order(now, wishes);
    order.resize(std::min<size_t>(order.size(), 2));
    for (const size_t i : order) {
      turns.posed(wishes[i].visit_id, now);
      ++got[i];
    }
  }
  return got;
}

TEST(PoseTurns, EverybodyGetsTheirTurn) {
  const auto got = shares({{"a", 0}, {"b", 0}, {"c", 0}, {"d", 0}, {"e", 0}}, 60);
  for (const int n : got) EXPECT_NEAR(n, 240, 60);
}

TEST(PoseTurns, TurnsAreOfSomeSecondsNotOfSingleFrames) {
  PoseTurns turns;
  const std::vector<PoseWish> wishes{{"a", 0}, {"b", 0}};
  std::string who;
  int changes = 0;
  for (int frame = 0; frame < 200; ++frame) {
    const Timestamp now = at_s(0.1 * frame);
    const auto& next = wishes[turns.order(now, wishes).front()].visit_id;
    if (!who.empty() && next != who) ++changes;
    who = next;
    turns.posed(who, now);
  }
  EXPECT_NEAR(changes, 20 / PoseTurns::kTurn_s, 1);
}

TEST(PoseTurns, TheMostSuspiciousIsNeverLeftOut) {
  const auto got = shares({{"a", 0}, {"b", 0.4}, {"c", 0.05}, {"d", 0}, {"e", 0.3}, {"f", 0.02}}, 30);
  EXPECT_EQ(got[1], 300);
  EXPECT_EQ(got[4], 300);
}

TEST(PoseTurns, NobodyIsLookedAtMoreOftenThanStepsAreRead) {
  PoseTurns turns;
  const std::vector<PoseWish> wishes{{"a", 0.9}};
  turns.posed("a", at_s(0));
  EXPECT_THAT(turns.order(at_s(0.04), wishes), IsEmpty());
  EXPECT_THAT(turns.order(at_s(0.08), wishes), ElementsAre(0));
}

TEST(PoseTurns, WhoLeftIsForgotten) {
  PoseTurns turns;
  turns.posed("a", at_s(0));
  EXPECT_EQ(turns.held(), 1U);
  turns.forget("a");
  EXPECT_EQ(turns.held(), 0U);
}

}  // namespace
}  // namespace shrike
