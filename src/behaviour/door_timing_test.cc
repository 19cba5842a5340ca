#include "behaviour/door_timing.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

TEST(DoorTiming, BeforeAnythingIsKnownSomeSecondsAreAllAlike) {
  const DoorTiming timing;
  EXPECT_GT(timing.fit("door", 0), 0.9);
  EXPECT_GT(timing.fit("door", 2), 0.7);
  EXPECT_LT(timing.fit("door", 9), 0.1);
}

TEST(DoorTiming, LearnsHowLongPeopleAreSeenAtThisDoor) {
  DoorTiming timing;
  for (int i = 0; i < 60; ++i) timing.learn("door", i % 2 == 0 ? 1.3 : 1.7);
  EXPECT_GT(timing.fit("door", 1.5), 0.95);
  EXPECT_LT(timing.fit("door", 3.5), 0.35) << "two seconds off is somebody else";
  EXPECT_GT(timing.fit("other", 3.5), timing.fit("door", 3.5)) << "each door by itself";
}

TEST(DoorTiming, NobodyIsRuledOutAndSomebodyFarOffTeachesNothing) {
  DoorTiming timing;
  for (int i = 0; i < 60; ++i) timing.learn("door", 1.5);
  const double before = timing.fit("door", 1.5);
  timing.learn("door", -400);
  EXPECT_DOUBLE_EQ(timing.fit("door", 1.5), before);
  EXPECT_GT(timing.fit("door", 1e6), 0);
}

}  // namespace
}  // namespace shrike
