#include "base/ulid.h"

#include <gtest/gtest.h>
#include <set>

namespace shrike {
namespace {

TEST(Ulid, StartsWithItsTime) {
  // The example of the specification: 1469918176385 ms is 01ARYZ6S41.
  EXPECT_EQ(new_ulid(Timestamp{1469918176385 * 1000}).substr(0, 10), "01ARYZ6S41");
}

TEST(Ulid, SortsByTimeAndNeverRepeats) {
  EXPECT_LT(new_ulid(Timestamp{1'000'000}), new_ulid(Timestamp{2'000'000}));
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(new_ulid(Timestamp{1'000'000})).second);
}

TEST(Ulid, KnowsItsOwnForm) {
  EXPECT_TRUE(is_ulid(new_ulid(now_utc())));
  for (const char* text : {"", "01ARYZ6S41", "01ARYZ6S41TSV4RRFFQ69G5FAU", "81ARYZ6S41TSV4RRFFQ69G5FAV",
                           "01ARYZ6S41TSV4RRFFQ69G5FAV1", "01aryz6s41tsv4rrffq69g5fav"}) {
    EXPECT_FALSE(is_ulid(text)) << text;
  }
}

}  // namespace
}  // namespace shrike
