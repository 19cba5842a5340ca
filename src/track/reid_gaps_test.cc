#include "track/reid_gaps.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

/// Two people who walk to the right for 20 s at 10 frames/s, one above the other.
std::vector<MotRow> walks() {
  std::vector<MotRow> rows;
  for (int frame = 1; frame <= 200; ++frame)
    for (int64_t id = 1; id <= 2; ++id)
      rows.push_back({.frame = frame,
                      .id = id,
                      .left = 50 + frame * 2.0,
                      .top = id == 1 ? 60.0 : 300.0,
                      .width = 40,
                      .height = 100});
  return rows;
}

const MotSequence kSequence{.name = "two", .fps = 10, .frames = 200, .width = 640, .height = 480};

TEST(ReidGaps, CutsOneGapInTheMiddleOfWhoIsThereLongEnough) {
  const auto gaps = cut_gaps(walks(), 10, 4);
  ASSERT_EQ(gaps.size(), 2U);
  EXPECT_EQ(gaps[0].last - gaps[0].first + 1, 40);
  EXPECT_NEAR((gaps[0].first + gaps[0].last) / 2.0, 100, 2);
  EXPECT_TRUE(cut_gaps(walks(), 10, 18).empty());
}

TEST(ReidGaps, NobodyIsSeenInAGap) {
  GapRun run(kSequence, walks(), 4);
  EXPECT_EQ(run.detections(20).size(), 2U);
  EXPECT_EQ(run.detections(100).size(), 0U);
}

TEST(ReidGaps, CountsWhoIsKnownAgain) {
  GapRun run(kSequence, walks(), 1);
  for (int frame = 1; frame <= 200; ++frame) run.see(frame, run.detections(frame), {});
  EXPECT_EQ(run.visits().gaps, 2);
  EXPECT_EQ(run.visits().again, 2);
  EXPECT_EQ(run.store_visits().again, 2);
  EXPECT_EQ(run.visits().wrong, 0);
}

}  // namespace
}  // namespace shrike
