#include "track/tracker.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

PictureAt at(int frame, double fps = 10) { return {Timestamp{}.plus_s(frame / fps), 640, 480}; }

TEST(Tracker, KeepsTheIdOfTwoWhoWalkPastEachOther) {
  Tracker tracker;
  for (int i = 0; i < 30; ++i) {
    Detections seen;
    const auto step = static_cast<float>(8 * i);
    seen.add({100 + step, 200, 150 + step, 350}, 0.9F, 0);
    seen.add({400 - step, 240, 450 - step, 390}, 0.9F, 0);
    const auto tracks = tracker.update(seen, at(i));
    ASSERT_EQ(tracks.size(), 2U) << "frame " << i;
    EXPECT_NEAR(tracks[0].box.x1, 100 + step, 1e-3) << "frame " << i;
    EXPECT_EQ(tracks[0].id, 1);
    EXPECT_EQ(tracks[1].id, 2);
  }
}

TEST(Tracker, NeverMatchesAPersonWithAnObject) {
  Tracker tracker;
  Detections seen;
  seen.add({100, 100, 200, 300}, 0.9F, 0);
  EXPECT_EQ(tracker.update(seen, at(0))[0].id, 1);
  seen.classes[0] = 26;
  const auto tracks = tracker.update(seen, at(1));
  EXPECT_EQ(tracks.back().id, 2);
  EXPECT_EQ(tracks.back().label, 26);
}

}  // namespace
}  // namespace shrike
