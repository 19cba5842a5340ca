#include "sense/sensor_clock.h"

#include <gtest/gtest.h>
#include <random>

namespace shrike {
namespace {

constexpr Timestamp kStart{1'772'355'600'000'000};

TEST(SensorClock, FindsAClockThatIsSevenMinutesOffDespiteLateMessages) {
  SensorClock offset;
  std::minstd_rand random(7);
  std::exponential_distribution<double> delay_s(5);  // mean 0.2 s
  for (int i = 0; i < 200; ++i) {
    const Timestamp made = kStart.plus_s(i);
    offset.observe(made.plus_s(420), made.plus_s(0.01 + delay_s(random)));
  }
  EXPECT_NEAR(offset.offset_s(), 420, 0.03);
  const Timestamp made = kStart.plus_s(200);
  EXPECT_NEAR(seconds_between(made, offset.observe(made.plus_s(420), made.plus_s(60))), 0, 0.03);
}

TEST(SensorClock, FollowsAClockThatIsSet) {
  SensorClock offset(60);
  for (int i = 0; i < 30; ++i) offset.observe(kStart.plus_s(i), kStart.plus_s(i));
  offset.observe(kStart.plus_s(30 + 3600), kStart.plus_s(30));
  EXPECT_NEAR(offset.offset_s(), 3600, 1e-6);
  for (int i = 31; i < 100; ++i) offset.observe(kStart.plus_s(i - 10), kStart.plus_s(i));
  EXPECT_NEAR(offset.offset_s(), -10, 1e-6);
}

TEST(SensorClock, NoTimeIsLaterThanItsArrivalAndNoNumberOverflows) {
  SensorClock offset;
  for (const int64_t stated : {INT64_MIN, INT64_MAX, int64_t{0}, kStart.us})
    EXPECT_LE(offset.observe({stated}, kStart), kStart);
}

}  // namespace
}  // namespace shrike
