#include "sim/day_clock.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

TEST(DayClock, ReadsTimesOfDayAndNothingElse) {
  EXPECT_EQ(day_clock("9:30"), 9 * 3600 + 30 * 60);
  EXPECT_EQ(day_clock("09:30:15"), 9 * 3600 + 30 * 60 + 15);
  EXPECT_EQ(day_clock("00:00"), 0);
  for (const char* wrong :
       {"", "9", "9:", ":30", "9:30:", "9:30:15:1", "24:00", "9:60", "9:30:60", "-1:30", "9.30", "9:3x"})
    EXPECT_FALSE(day_clock(wrong)) << wrong;
}

}  // namespace
}  // namespace shrike
