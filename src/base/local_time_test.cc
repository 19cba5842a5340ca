#include "base/local_time.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

TEST(LocalTime, SpeaksInTheZoneAndInUtcWhereThereIsNoSuchZone) {
  const Timestamp summer{1'782'907'200'000'000};  // 2026-07-01T12:00:00Z
  EXPECT_EQ(local_rfc3339(summer, "Europe/Berlin").substr(0, 19), "2026-07-01T14:00:00");
  EXPECT_EQ(local_rfc3339(summer, "Mars/Olympus").substr(0, 19), "2026-07-01T12:00:00");
}

}  // namespace
}  // namespace shrike
