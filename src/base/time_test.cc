#include "base/time.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

TEST(Time, PrintsAndReadsBackUtc) {
  const Timestamp t{1'772'357'400'250'000};
  EXPECT_EQ(to_rfc3339(t), "2026-03-01T09:30:00.250000Z");
  EXPECT_EQ(parse_rfc3339(to_rfc3339(t)).value(), t);
  EXPECT_EQ(parse_rfc3339("2026-03-01T10:30:00.25+01:00").value(), t);
}

TEST(Time, ShowsTheStoresOwnClockOverADaylightSavingChange) {
  const auto before = parse_rfc3339("2026-03-29T00:59:59Z").value();
  EXPECT_EQ(to_rfc3339(before, "Europe/Paris").value(), "2026-03-29T01:59:59.000+01:00");
  EXPECT_EQ(to_rfc3339(before.plus_s(1), "Europe/Paris").value(), "2026-03-29T03:00:00.000+02:00");
  EXPECT_EQ(local_hour(before, "Europe/Paris").value(), 1);
  EXPECT_EQ(local_hour(before.plus_s(1), "Europe/Paris").value(), 3);
}

TEST(Time, ReadsTheStoresOwnClock) {
  EXPECT_EQ(parse_local("2026-07-01T12:00:00.5", "Europe/Paris")->us, parse_rfc3339("2026-07-01T10:00:00.5Z")->us);
  EXPECT_EQ(parse_local("2026-10-25T02:30:00", "Europe/Paris")->us, parse_rfc3339("2026-10-25T00:30:00Z")->us)
      << "comes twice: the first";
  EXPECT_TRUE(parse_local("2026-03-29T02:30:00", "Europe/Paris")) << "never comes: the change itself";
  EXPECT_FALSE(parse_local("2026-07-01T12:00:00Z", "Europe/Paris"));
  EXPECT_FALSE(parse_local("2026-07-01T12:00:00", "Mars/Olympus"));
  EXPECT_FALSE(parse_local("2026-03-01Tealme03-01T1je", "UTC")) << "found by fuzzing";
}

TEST(Time, RefusesWhatIsNotATime) {
  for (const char* text : {"", "yesterday", "2026-02-30T00:00:00Z", "2026-03-01T09:30:00", "2026-03-01T09:30:00Zx"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
  for (const char* text : {"2000-01-01T00:00:00-/06:00", "2000-01-01T00:00:00/+06:00", "2000-01-01T00:00:00+6:00"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text << ", found by fuzzing";
  }
  EXPECT_FALSE(to_rfc3339(Timestamp{0}, "Europe/Atlantis"));
  EXPECT_FALSE(zone_exists("Europe/Atlantis"));
  EXPECT_TRUE(zone_exists("UTC"));
}

}  // namespace
}  // namespace shrike
