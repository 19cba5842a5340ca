#include "shrink/delivery_path.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

constexpr int kLast = 60;

/// A shelf that sells a unit a day while it has one: `counted` at first, `booked` units on each delivery day, of which
/// `came` came, and `lost` one by one on the days named.
struct Shelf {
  int counted = 8, booked = 12;
  std::vector<std::pair<int, int>> came;  // day, units
  std::vector<int> lost;
};

struct Told {
  StockDays days;
  Interval interval;
};

Told told_of(const Shelf& shelf) {
  Told out;
  int there = shelf.counted, book = shelf.counted;
  for (int day = 1; day <= kLast; ++day) {
    StockDay x;
    x.day = day;
    for (const auto& [on, units] : shelf.came) {
      if (on != day) continue;
      x.received = static_cast<float>(shelf.booked);
      there += units;
    }
    x.sold = there > 0 ? 1.0F : 0.0F;
    there -= there > 0 ? 1 : 0;
    for (const int on : shelf.lost) there -= on == day && there > 0 ? 1 : 0;
    book += static_cast<int>(x.received) - static_cast<int>(x.sold);
    out.interval.sold += x.sold;
    out.interval.received += x.received;
    if (x.received > 0 || x.sold > 0) out.days.days.push_back(x);
  }
  out.interval.count_from = static_cast<float>(shelf.counted);
  out.interval.v = static_cast<float>(book - there);
  out.interval.day_to = kLast;
  out.days.pace = {{}};
  out.days.told = {{0, 1, kLast, 0, out.days.days.size()}};
  return out;
}

/// How many times as likely the days and the count are with a case missing, both counts right.
double odds(const Told& told, double mean = 6) {
  const auto path = path_likelihood({told.days, told.days.told[0], told.interval, told.interval.v, 6, mean, 3, 1});
  const auto& right = path.by_error[kCountErrorMax][kCountErrorMax];
  return right[1] / right[0];
}

TEST(DeliveryPath, ADryShelfShowsWhetherACaseNeverCameOrUnitsWentOneByOne) {
  // Sold out with nothing missing, then a delivery of which half came: at once six are missing, and no more come.
  const Told jump = told_of({.came = {{20, 6}, {40, 12}}});
  const Told creep = told_of({.came = {{20, 12}, {40, 12}}, .lost = {2, 5, 22, 25, 43, 47}});
  ASSERT_EQ(jump.interval.v, 6);
  ASSERT_EQ(creep.interval.v, 6);
  EXPECT_GT(odds(jump), 30);
  EXPECT_LT(odds(creep), 0.3);
}

TEST(DeliveryPath, WhereTheShelfNeverRanDryTheDaysAddNothing) {
  const Told told = told_of({.counted = 90, .came = {{20, 6}}});
  const Told other = told_of({.counted = 90, .came = {{20, 12}}, .lost = {3, 11, 19, 30, 41, 55}});
  ASSERT_EQ(told.interval.v, 6);
  EXPECT_NEAR(odds(told), odds(other), 1e-6 * odds(told));
}

TEST(DeliveryPath, ACountOffByOneIsWeighed) {
  Told told = told_of({.came = {{20, 6}, {40, 12}}});
  told.interval.v += 1;  // one too few was counted at the end
  const auto path = path_likelihood({told.days, told.days.told[0], told.interval, told.interval.v, 6, 1, 3, 1});
  const auto& right = path.by_error[kCountErrorMax][kCountErrorMax];
  const auto& one_short = path.by_error[kCountErrorMax][kCountErrorMax - 1];
  EXPECT_GT(one_short[1], right[1]);  // nothing was there to lose when it was counted
}

}  // namespace
}  // namespace shrike
