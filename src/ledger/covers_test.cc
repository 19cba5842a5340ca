#include "ledger/covers.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ledger/ledger_testing.h"

namespace shrike {
namespace {

struct Line {
  std::string store, product;
  int spoilage = 0, shrinkage = 0, overage = 0;
};

std::string report_of(const std::string& period, const std::vector<Line>& lines) {
  auto text = fmt::format("Shrink Report\nPeriod:,{}\n\nLocation,Product,Spoilage,Shrinkage,Overage\n", period);
  for (const auto& line : lines)
    text += fmt::format("{},{},{},{},{}\n", line.store, line.product, line.spoilage, line.shrinkage, line.overage);
  return text;
}

const std::string kJanuary =
    report_of("01/01/2025 - 01/31/2025", {{"A", "Cola", 1, 2, 0}, {"A", "Chips", 0, 3, 1}, {"B", "Cola", 2, 0, 0}});
const std::string kFebruary =
    report_of("02/01/2025 - 02/28/2025", {{"A", "Cola", 2, 1, 0}, {"A", "Chips", 1, 0, 0}, {"B", "Cola", 0, 4, 2}});

TEST(Covers, AYearToDateThatItsMonthsMakeUpCountsOnce) {
  const TestLedger ledger;
  ledger.take("ytd.csv", report_of("01/01/2025 - 02/28/2025",
                                   {{"A", "Cola", 3, 3, 0}, {"A", "Chips", 1, 3, 1}, {"B", "Cola", 2, 4, 2}}));
  EXPECT_EQ(units_of(ledger.report()), "16/6/10/3/7");
  ledger.take("jan.csv", kJanuary);
  const auto report = ledger.take("feb.csv", kFebruary);
  EXPECT_EQ(units_of(ledger.report()), "16/6/10/3/7");
  EXPECT_EQ(ledger.report().by_period.size(), 2U);
  EXPECT_GT(warned(report.manifest, "summary_sheets"), 0);
  EXPECT_EQ(warned(report.manifest, "overlapping_periods"), 0);
}

/// The year to date goes a month further than the months that are here: only that month is left of it.
TEST(Covers, WhatOnlyTheYearToDateHoldsIsKept) {
  const TestLedger ledger;
  ledger.take("jan.csv", kJanuary);
  ledger.take("feb.csv", kFebruary);
  const auto report = ledger.take(
      "ytd.csv",
      report_of("01/01/2025 - 03/31/2025", {{"A", "Cola", 8, 3, 0}, {"A", "Chips", 1, 9, 1}, {"B", "Cola", 2, 4, 2}}));
  EXPECT_EQ(units_of(ledger.report()), "27/11/16/3/13");
  EXPECT_GT(warned(report.manifest, "partly_covered"), 0);
  EXPECT_EQ(ledger.query("SELECT sku_id, qty, day, days FROM movement WHERE day > DATE '2025-03-01' AND qty <> 0 "
                         "ORDER BY 1, 2"),
            "Chips,-6.000,2025-03-31,31;Cola,-5.000,2025-03-31,31");
}

/// Two shops that happen to report overlapping months: nothing is a part of anything, both count, and it is said.
TEST(Covers, ReportsThatMerelyOverlapBothCount) {
  const TestLedger ledger;
  ledger.take("jan.csv", kJanuary);
  const auto report = ledger.take(
      "quarter.csv",
      report_of("01/01/2025 - 03/31/2025", {{"A", "Cola", 0, 9, 0}, {"A", "Chips", 4, 1, 0}, {"B", "Cola", 1, 5, 3}}));
  EXPECT_EQ(units_of(ledger.report()), "28/8/20/4/16");
  EXPECT_GT(warned(report.manifest, "overlapping_periods"), 0);
}

TEST(Covers, DaysBesideTheMonthsThatSumThemUp) {
  const TestLedger ledger;
  ledger.take("detail.csv",
              "Location,Product,Date,Reason,Qty\nA,Cola,2025-01-03,Shrinkage,-2\nA,Cola,2025-01-09,Shrinkage,-3\n"
              "A,Chips,2025-01-09,Expired,-4\nB,Cola,2025-01-20,Overage,1\n");
  ledger.take("shrink 2025-01.csv",
              "Location,Product,Spoilage,Shrinkage,Overage\nA,Cola,0,5,0\nA,Chips,4,0,0\nB,Cola,0,0,1\n");
  EXPECT_EQ(units_of(ledger.report()), "9/4/5/1/4");
  // By department, too, of which the days know nothing.
  ledger.take("departments 2025-01.csv", "Department,Spoilage,Shrinkage,Overage\nDrinks,0,5,1\nSnacks,4,0,0\n");
  EXPECT_EQ(units_of(ledger.report()), "9/4/5/1/4");
}

}  // namespace
}  // namespace shrike
