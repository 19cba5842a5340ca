#include "video/presentation_clock.h"

#include <gtest/gtest.h>
#include <random>

namespace shrike {
namespace {

using Anchor = PresentationClock::Anchor;
constexpr Timestamp kNoon{1'800'000'000'000'000};
constexpr double kFrame_s = 0.04;

TEST(PresentationClock, ARecordingKeepsItsOwnTime) {
  PresentationClock clock(Anchor::start);
  clock.restart(kNoon);
  for (const double s : {5.0, 5.04, 5.5, 45.0}) {
    EXPECT_EQ(clock.arrived(s, s, kFrame_s, now_utc()), 0);
    EXPECT_EQ(clock.at(s).us, kNoon.plus_s(s - 5.0).us) << s;
  }
}

TEST(PresentationClock, AStepBackInARecordingGoesOnWhereItWas) {
  PresentationClock clock(Anchor::start);
  clock.restart(kNoon);
  clock.arrived(0, 0, kFrame_s, kNoon);
  clock.arrived(30, 30, kFrame_s, kNoon);
  clock.arrived(0, 0, kFrame_s, kNoon);
  EXPECT_NEAR(seconds_between(kNoon, clock.at(0)), 30.04, 1e-6);
  EXPECT_NEAR(seconds_between(kNoon, clock.at(1)), 31.04, 1e-6);
}

TEST(PresentationClock, ARecordingBeginsWithItsFirstPictureAndNotItsFirstPacket) {
  PresentationClock clock(Anchor::start);
  clock.restart(kNoon);
  clock.arrived(-0.08, 0, kFrame_s, kNoon);
  EXPECT_EQ(clock.at(0), kNoon);
  clock.arrived(9.92, 10, kFrame_s, kNoon);
  clock.arrived(0, 0.08, kFrame_s, kNoon);
  EXPECT_NEAR(seconds_between(kNoon, clock.at(0.08)), 10.04, 1e-6) << "right after the last picture that was shown";
}

TEST(PresentationClock, AWildTimestampDoesNotOpenAGap) {
  PresentationClock clock(Anchor::start);
  clock.restart(kNoon);
  clock.arrived(1, 1, kFrame_s, kNoon);
  clock.arrived(1e6, 1e6, kFrame_s, kNoon);
  EXPECT_NEAR(seconds_between(kNoon, clock.at(1e6)), 0.04, 1e-6);
}

TEST(PresentationClock, ALiveStreamTakesItsFastestPacketsAsRight) {
  PresentationClock clock(Anchor::arrival);
  std::mt19937 random(1);
  std::uniform_real_distribution<double> delay_s(0.0, 0.3);
  clock.restart({});
  double worst_s = 0;
  for (int i = 0; i < 2000; ++i) {
    const double s = i * kFrame_s;
    clock.arrived(s, s, kFrame_s, kNoon.plus_s(s + delay_s(random)));
    if (i > 500) worst_s = std::max(worst_s, std::abs(seconds_between(kNoon.plus_s(s), clock.at(s))));
  }
  EXPECT_LT(worst_s, 0.02);
}

TEST(PresentationClock, FollowsTheDriftOfACamerasClock) {
  for (const double drift : {100e-6, -100e-6}) {
    PresentationClock clock(Anchor::arrival);
    clock.restart({});
    double s = 0;
    for (int i = 0; i < 100'000; ++i) {
      s = i * kFrame_s;
      clock.arrived(s, s, kFrame_s, kNoon.plus_s(s * (1 + drift)));
    }
    EXPECT_NEAR(seconds_between(kNoon.plus_s(s * (1 + drift)), clock.at(s)), 0, 0.005) << drift;
  }
}

TEST(PresentationClock, TimeNeverGoesBack) {
  PresentationClock clock(Anchor::arrival);
  std::mt19937 random(2);
  std::uniform_int_distribution<int> what(0, 40);
  Timestamp now = kNoon;
  Timestamp last{0};
  double s = 0;
  clock.restart({});
  for (int i = 0; i < 5000; ++i) {
    now = now.plus_s(kFrame_s);
    s += kFrame_s;
    switch (what(random)) {
      case 0:
        now = now.plus_s(-3600);  // someone sets the machine's clock
        break;
      case 1:
        now = now.plus_s(20);
        break;
      case 2:
        s -= 1000;  // the camera starts again
        break;
      case 3:
        s += 5000;
        break;
      case 4:
        clock.restart({});
        break;
      default:
        break;
    }
    clock.arrived(s, s, kFrame_s, now);
    ASSERT_GT(clock.at(s), last) << i;
    last = clock.at(s);
  }
}

TEST(PresentationClock, SaysHowFarBehindTheStreamIs) {
  PresentationClock clock(Anchor::arrival);
  clock.restart({});
  clock.arrived(0, 0, kFrame_s, kNoon);
  EXPECT_NEAR(clock.arrived(1, 1, kFrame_s, kNoon.plus_s(1)), 0, 1e-6);
  EXPECT_NEAR(clock.arrived(2, 2, kFrame_s, kNoon.plus_s(5)), 3, 1e-3);
}

}  // namespace
}  // namespace shrike
