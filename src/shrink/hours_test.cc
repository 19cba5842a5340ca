#include "shrink/hours.h"

#include <gtest/gtest.h>
#include <numeric>

namespace shrike {
namespace {

Hours at(std::initializer_list<std::pair<int, double>> units) {
  Hours out{};
  for (auto [hour, n] : units) out[static_cast<size_t>(hour)] = n;
  return out;
}

TEST(Hours, AZoneThatSoldLittleKeepsTheStoresHours) {
  const Hours store = at({{10, 0.5}, {18, 0.5}});
  const HourProfile none = profile_of({}, store), much = profile_of(at({{18, 5000}}), store);
  EXPECT_EQ(none.share, store);
  EXPECT_NEAR(much.share[18], 1, 0.01);
  EXPECT_NEAR(std::accumulate(much.share.begin(), much.share.end(), 0.0), 1, 1e-12);
}

TEST(Hours, ADayIsSplitWithIntervalsThatNarrowWithWhatWasSold) {
  const Estimate day{2.4, 1.6, 3.4};
  const Hours store = at({{10, 0.25}, {18, 0.75}});
  const auto little = by_hour(day, profile_of(at({{10, 1}, {18, 3}}), store)),
             much = by_hour(day, profile_of(at({{10, 1e6}, {18, 3e6}}), store));
  double sum = 0;
  for (const Estimate& e : little) {
    sum += e.mean;
    EXPECT_LE(e.low, e.mean);
    EXPECT_GE(e.high, e.mean);
  }
  EXPECT_NEAR(sum, day.mean, 1e-9);
  EXPECT_NEAR(much[18].mean, 1.8, 1e-3);
  EXPECT_GT(little[18].high - little[18].low, much[18].high - much[18].low);
  EXPECT_GT((much[18].high - much[18].low) / 0.75, 0.9 * (day.high - day.low)) << "what is not known of the day stays";
  EXPECT_EQ(much[3].mean, 0);
  EXPECT_EQ(much[3].high, 0);
}

}  // namespace
}  // namespace shrike
