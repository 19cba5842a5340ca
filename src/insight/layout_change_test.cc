#include "insight/layout_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/shop_testing.h"

namespace shrike {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr LayoutOptions kQuick{.draws = 400};

Journeys shop_of(int days, int change, const Habits& before, const Habits& after, uint64_t seed) {
  MadeUpShop shop(seed);
  for (int d = 0; d < days; ++d) shop.day(d, d < change ? before : after);
  return join_traces(shop.traces);
}

const Change* find(const LayoutChange& found, const std::string& where, const std::string& what) {
  for (const Change& c : found.changes) {
    if (c.where == where && c.what.starts_with(what)) return &c;
  }
  return nullptr;
}

LayoutChange compare(const Journeys& journeys, int change, const LayoutOptions& options = kQuick) {
  auto found = compare_layout(journeys, "UTC", kMonday.us / 86'400'000'000 + change, options);
  EXPECT_TRUE(found) << found.error().message;
  return std::move(*found);
}

TEST(LayoutChange, FindsWhatChangedAndSaysByHowMuch) {
  const auto found = compare(shop_of(28, 14, {}, {.razors = 0.5, .razors_s = 40}, 1), 14);
  EXPECT_TRUE(found.enough);
  EXPECT_TRUE(found.weekends_apart);
  const Change* went = find(found, "razors", "went in");
  ASSERT_NE(went, nullptr);
  EXPECT_TRUE(went->stands_out);
  EXPECT_NEAR(went->difference.value, 0.2, 0.05);
  EXPECT_LT(went->difference.low, 0.2);
  EXPECT_GT(went->difference.high, 0.2);
  const Change* dwell = find(found, "razors", "time of those");
  ASSERT_NE(dwell, nullptr);
  EXPECT_TRUE(dwell->stands_out);
  EXPECT_NEAR(dwell->difference.value, 20, 5);
  EXPECT_FALSE(find(found, "bread", "stopped")->stands_out);
}

TEST(LayoutChange, WhereNothingChangedLittleStandsOut) {
  int out = 0, all = 0, covered = 0;
  for (uint64_t seed = 1; seed <= 15; ++seed) {
    const auto found = compare(shop_of(20, 10, {}, {}, seed), 10, {.draws = 200, .seed = seed});
    for (const Change& c : found.changes) {
      ++all;
      out += c.stands_out ? 1 : 0;
      covered += c.difference.low <= 0 && c.difference.high >= 0 ? 1 : 0;
    }
  }
  EXPECT_GT(all, 100);
  EXPECT_LE(out, all / 20);
  EXPECT_GT(covered, all * 85 / 100);
}

TEST(LayoutChange, MoreWeekendDaysAreNoChange) {
  // Three weekdays more before, a weekend more after; twice as many come at weekends.
  MadeUpShop shop(5);
  const Habits habits{.visits_a_day = 200, .weekend_factor = 3};
  for (int d : {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}) shop.day(d, habits);  // 6 weekend days apart
  for (int d : {18, 19, 20, 24, 25, 26, 27, 32, 33, 34}) shop.day(d, habits);
  const auto found = compare(join_traces(shop.traces), 14);
  EXPECT_TRUE(found.weekends_apart);
  const Change* visits = find(found, "", "visits an open hour");
  ASSERT_NE(visits, nullptr);
  EXPECT_FALSE(visits->stands_out) << visits->difference.value;
}

TEST(LayoutChange, TooFewDaysAreNotJudged) {
  const auto found = compare(shop_of(7, 4, {}, {.razors = 0.9}, 1), 4);
  EXPECT_FALSE(found.enough);
  EXPECT_THAT(found.notes, Contains(HasSubstr("Too few days: 4 before and 3 after")));
  const Change* went = find(found, "razors", "went in");
  ASSERT_NE(went, nullptr);
  EXPECT_FALSE(went->stands_out);
  EXPECT_TRUE(std::isnan(went->difference.low));
  const auto journeys = shop_of(3, 3, {}, {}, 1);
  EXPECT_FALSE(compare_layout(journeys, "UTC", kMonday.us / 86'400'000'000 + 100, kQuick));
}

}  // namespace
}  // namespace shrike
