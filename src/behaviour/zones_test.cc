#include "behaviour/zones.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

Timestamp at(double seconds) { return Timestamp{}.plus_s(1000 + seconds); }

/// Shows `watch` the frames from..to (s) at `fps`, all inside or all outside; returns the events seen.
std::vector<ZoneWatch::Event> show(ZoneWatch& watch, bool inside, double from, double to, double fps = 10) {
  std::vector<ZoneWatch::Event> events;
  for (int i = 0; from + i / fps < to - 1e-6; ++i) {
    if (const auto event = watch.see(inside, at(from + i / fps))) events.push_back(*event);
  }
  return events;
}

using enum ZoneWatch::Event;

TEST(ZoneWatch, CountsAStayFromItsFirstFrameToItsLast) {
  ZoneWatch watch(3);
  EXPECT_TRUE(show(watch, false, 0, 2).empty());
  EXPECT_EQ(show(watch, true, 2, 12), std::vector{entered});
  EXPECT_TRUE(watch.facts().inside);
  EXPECT_EQ(show(watch, false, 12, 14), std::vector{left});
  const ZoneFacts& facts = watch.facts();
  EXPECT_FALSE(facts.inside);
  EXPECT_EQ(facts.entries, 1);
  EXPECT_EQ(facts.newest.from, at(2));
  EXPECT_EQ(facts.newest.to, at(11.9));
  EXPECT_NEAR(facts.newest.dwell_s, 9.9, 1e-5);
  EXPECT_EQ(facts.first_entered, at(2));
}

TEST(ZoneWatch, DwellIsInSecondsWhateverTheFrameRate) {
  for (const double fps : {2.0, 5.0, 10.0, 30.0}) {
    ZoneWatch watch(3);
    show(watch, true, 0, 20, fps);
    EXPECT_NEAR(watch.facts().newest.dwell_s, 20 - 1 / fps, 1e-4) << fps;
  }
}

TEST(ZoneWatch, FlickerBelowTheInertiaChangesNothing) {
  ZoneWatch outside(3);
  for (int i = 0; i < 300; ++i)
    EXPECT_FALSE(outside.see(i % 3 != 0, at(i * 0.1))) << "two frames in, one out, for ever";
  EXPECT_EQ(outside.facts().entries, 0);

  ZoneWatch inside(3);
  show(inside, true, 0, 1);
  for (int i = 0; i < 300; ++i) EXPECT_FALSE(inside.see(i % 3 == 2, at(1 + i * 0.1)));
  EXPECT_EQ(inside.facts().entries, 1);
  EXPECT_NEAR(inside.facts().newest.dwell_s, 30.9, 1e-4) << "the stay goes on";
}

TEST(ZoneWatch, SteppingAsideIsNoNewEntryAndNoDwell) {
  ZoneWatch watch(3);
  show(watch, true, 0, 10);
  show(watch, false, 10, 13);
  EXPECT_EQ(show(watch, true, 13, 20), std::vector{entered});
  EXPECT_EQ(watch.facts().entries, 1);
  EXPECT_NEAR(watch.facts().newest.dwell_s, 9.9 + 6.9, 1e-4);
  show(watch, false, 20, 26);
  show(watch, true, 26, 28);
  EXPECT_EQ(watch.facts().entries, 2);
  EXPECT_NEAR(watch.facts().newest.dwell_s, 1.9, 1e-4);
  EXPECT_NEAR(watch.facts().longest.dwell_s, 16.8, 1e-4);
  EXPECT_FALSE(watch.facts().longest_goes_on());
  ASSERT_TRUE(watch.facts().last_stop);
  EXPECT_EQ(watch.facts().last_stop->from, at(0)) << "two seconds are no stop";
}

TEST(ZoneWatch, GapsBetweenFramesCountUpToALimit) {
  ZoneWatch watch(3);
  show(watch, true, 0, 1);
  watch.see(true, at(25));  // the motion gate skipped 24 s
  EXPECT_NEAR(watch.facts().newest.dwell_s, 25, 1e-4);
  watch.see(true, at(625));
  EXPECT_NEAR(watch.facts().newest.dwell_s, 25, 1e-4) << "where it was for ten minutes nobody knows";
  EXPECT_EQ(watch.facts().entries, 1);
  ZoneWatch scattered(3);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(scattered.see(true, at(i * 40))) << "frames so far apart are not in a row";
}

TEST(ZoneWatch, ClosesAStayThatGoesOn) {
  ZoneWatch watch(1);
  EXPECT_EQ(watch.close(), std::nullopt);
  show(watch, true, 0, 7);
  EXPECT_EQ(watch.close(), left);
  EXPECT_NEAR(watch.facts().newest.dwell_s, 6.9, 1e-4);
  EXPECT_EQ(watch.close(), std::nullopt);
}

TEST(ZoneWatch, AClockThatIsSetBackAddsNoDwell) {
  ZoneWatch watch(3);
  show(watch, true, 3600, 3610);
  watch.shift_clock(-3605);
  show(watch, true, 5, 10);
  EXPECT_NEAR(watch.facts().newest.dwell_s, 9.9 + 5, 1e-4);
  EXPECT_EQ(watch.facts().newest.from, at(-5));
  EXPECT_EQ(watch.facts().entries, 1);
}

TEST(StandsIn, TakesTheMiddleOfTheFeetInPartsOfThePicture) {
  const Polygon right_half{{0.5F, 0}, {1, 0}, {1, 1}, {0.5F, 1}};
  EXPECT_TRUE(stands_in(right_half, {700, 300}, 1280, 720));
  EXPECT_FALSE(stands_in(right_half, {600, 300}, 1280, 720));
  EXPECT_TRUE(stands_in(right_half, {700, 720}, 1280, 720)) << "a box cut off by the picture's edge";
  EXPECT_TRUE(stands_in(right_half, {1300, 900}, 1280, 720));
  EXPECT_FALSE(stands_in({{0.5F, 0}, {1, 0}}, {700, 300}, 1280, 720));
}

}  // namespace
}  // namespace shrike
