#include "shrink/stock_days.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ledger/ledger_testing.h"
#include "shrink/from_ledger.h"

namespace shrike {
namespace {

// Rows for the hand-reckoned case: a product in packs of 12 sells one a day from 2 to 9 January, a case is booked on
// the 5th, one piece is written off on the 6th, and on the 20th 12 are missing.
TEST(StockDaysOfALedger, SayWhatCameAndWhatWentOnEachDay) {
  TestLedger ledger;
  std::string sales = "store_id,sku_id,ts,qty,net_value\n";
  for (int day = 2; day <= 9; ++day) sales += fmt::format("S1,A,2024-01-{:02} 12:00:00,1,1\n", day);
  const auto report = ledger.import(
      {ledger.write("products.csv", "sku_id,name,base_uom,pack_qty\nA,Cola,EA,12\n"), ledger.write("sales.csv", sales),
       ledger.write("receipts.csv",
                    "store_id,sku_id,ts_physical,ts_posted,qty_received\nS1,A,2024-01-05 08:00:00,,12\n"),
       ledger.write("adjustments.csv", "store_id,sku_id,ts,qty,reason,count_id\nS1,A,2024-01-06 08:00:00,-1,DAMAGE,\n"),
       ledger.write("count_lines.csv",
                    "count_id,store_id,sku_id,qty_counted,ts_scanned\nC1,S1,A,10,2024-01-01 20:00:00\n"
                    "C2,S1,A,1,2024-01-20 20:00:00\n")});
  ASSERT_TRUE(report) << report.error().message;
  const auto data = losses_of_ledger(ledger.dir(), "this test");
  ASSERT_TRUE(data) << data.error().message;
  auto opened = open_ledger(ledger.dir());
  ASSERT_TRUE(opened) << opened.error().message;
  const auto days = stock_days(*opened, *data);
  ASSERT_TRUE(days) << days.error().message;
  ASSERT_EQ(days->told.size(), 1U);
  const auto& told = days->told[0];
  EXPECT_EQ(data->intervals[told.interval].v, 12);
  constexpr int32_t kFifth = 19727;  // days since 1970
  float sold = 0;
  for (size_t k = told.begin; k < told.end; ++k) {
    const StockDay& day = days->days[k];
    EXPECT_EQ(day.received, day.day == kFifth ? 12 : 0) << day.day;
    EXPECT_EQ(day.out, day.day == kFifth + 1 ? 1 : 0) << day.day;
    EXPECT_TRUE(day.day >= told.first && day.day <= told.last) << day.day;
    sold += day.sold;
  }
  EXPECT_EQ(sold, 8);
}

TEST(StockDays, OnlyALossNearACaseIsAskedFor) {
  LossData data;
  data.products.resize(1);
  data.products[0].pack = 6;
  Interval x;
  x.received = 12;
  x.v = 6;
  EXPECT_TRUE(may_lack_a_case(data, x));
  x.v = 3;
  EXPECT_FALSE(may_lack_a_case(data, x));
  x.uom_gap = 5;  // the book lacks what came in packs: with it, more is missing
  EXPECT_TRUE(may_lack_a_case(data, x));
  x.open = true;
  EXPECT_FALSE(may_lack_a_case(data, x));
}

TEST(StockDays, SalesThatComeInLumpsSayLessOfAnEmptyShelf) {
  LossData data;
  data.stores.resize(1);
  data.products.resize(1);
  Interval x;
  x.sold = 140;
  data.intervals.assign(1, x);
  StockDays days;
  days.told = {{0, 1, 140, 0, 20}};
  std::vector<std::vector<float>> sold(1, std::vector<float>(141, 1));
  for (int week = 0; week < 20; ++week) days.days.push_back({1 + 7 * week, 0, 0, 7, 0});
  settle_pace(days, data, sold);
  EXPECT_NEAR(days.clump, 6, 0.5);  // seven at a time, once a week
  days.days.clear();
  for (int day = 1; day <= 140; ++day) days.days.push_back({day, 0, 0, 1, 0});
  days.told = {{0, 1, 140, 0, 140}};
  settle_pace(days, data, sold);
  EXPECT_EQ(days.clump, 1);
}

}  // namespace
}  // namespace shrike
