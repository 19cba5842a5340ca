#include "video/backoff.h"

#include <gtest/gtest.h>
#include <set>

namespace shrike {
namespace {

TEST(Backoff, DoublesUpToTheLongest) {
  Backoff backoff({.first_s = 1, .max_s = 8}, 7);
  for (const double expected_s : {1, 2, 4, 8, 8, 8}) {
    const double wait_s = backoff.next_s();
    EXPECT_GE(wait_s, 0.75 * expected_s);
    EXPECT_LE(wait_s, 1.25 * expected_s);
  }
  for (int i = 0; i < 1000; ++i) EXPECT_LE(backoff.next_s(), 10.0);
  backoff.reset();
  EXPECT_LE(backoff.next_s(), 1.25);
}

TEST(Backoff, CamerasDoNotWaitEquallyLong) {
  std::set<double> waits;
  for (uint32_t seed = 0; seed < 20; ++seed) waits.insert(Backoff({}, seed).next_s());
  EXPECT_GE(waits.size(), 15U);
}

}  // namespace
}  // namespace shrike
