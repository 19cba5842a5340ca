// Reports as retailers really export them: each test is one nasty file, and the figures that a careful person reads in
// it.
#include "ledger/normalise.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ledger/ledger_testing.h"
#include "ledger/xlsx_testing.h"

namespace shrike {
namespace {

const SheetReport& first_sheet(const ImportReport& report) { return report.manifest.sources.at(0).sheets.at(0); }

/// Title rows, metadata, address far to the right, a header in line nine with a sort arrow, a keyless subtotal and a
/// blank line after every site, a Total without units sold, a percentage over 100.
constexpr const char* kSiteReport =
    ",,,,,,,,,Vend Co LLC\n,,,,,,,,,12 Main St\n,,,,,,,,,\"Springfield, IL 62701\"\nProduct Shrink Report\n"
    "Date Range:,03/01/2024 - 03/31/2024\nRun by,J. Smith,,Run on,04/02/2024 8:15 AM\n\n\n"
    "Location \xE2\x96\xBC,Product Code,Product Name,Category,Units "
    "Sold,Spoilage,Shrinkage,Damage,Theft,Overage,Total,Shrink %\n"
    "\"Acme - Lobby, North\",1001,Cola,Drinks,52,0,3,1,0,1,5,5.8%\n"
    "\"Acme - Lobby, North\",1002,\"Chips, BBQ\",Snacks,2,2,5,0,1,0,8,250.0%\n"
    ",,,,54,2,8,1,1,1,13,\n\n"
    "Globex\xC2\xA0- Cafe,1001,Cola,Drinks,\"1,010\",1,0,0,0,2,3,0.0%\n"
    ",,,,\"1,010\",1,0,0,0,2,3,\n\n"
    "Total,,,,,3,8,1,1,3,16,\n";

TEST(Normalise, AReportBySiteWithSubtotals) {
  const TestLedger ledger;
  const auto report = ledger.take("shrink.csv", kSiteReport);
  const auto& sheet = first_sheet(report);
  EXPECT_EQ(sheet.header_row, 9);
  EXPECT_EQ(sheet.taken, 3);
  EXPECT_EQ(sheet.totals.rows, 3);
  EXPECT_EQ(sheet.totals.reconciled, 3);
  EXPECT_EQ(units_of(ledger.report()), "12/4/8/3/5");
  EXPECT_EQ(ledger.query("SELECT sum(sold), min(day), max(days), count(DISTINCT store_id) FROM movement"),
            "1064.000,2024-03-31,31,2");
  EXPECT_EQ(ledger.query("SELECT sku_id, name, category FROM product ORDER BY 1"),
            "1001,Cola,Drinks;1002,Chips, BBQ,Snacks");
}

TEST(Normalise, ASubtotalThatDoesNotAddUpIsTold) {
  const TestLedger ledger;
  std::string wrong(kSiteReport);
  wrong.replace(wrong.find(",,,,54,2,8"), 10, ",,,,54,2,9");
  const auto report = ledger.take("shrink.csv", wrong);
  const auto& totals = first_sheet(report).totals;
  EXPECT_EQ(totals.reconciled, 2);
  ASSERT_EQ(totals.unreconciled, 1);
  EXPECT_EQ(totals.mismatches.at(0).stated, 9);
  EXPECT_EQ(totals.mismatches.at(0).summed, 8);
  EXPECT_EQ(units_of(ledger.report()), "12/4/8/3/5");
}

/// Eight identical copies of a block of rows, as a data frame that was appended to itself; the first three rows of the
/// block are equal, and that is how it was exported.
TEST(Normalise, ABlockThatWasLoadedEightTimesCountsOnce) {
  std::string block;
  for (int i = 0; i < 60; ++i)
    block += fmt::format("Site {},Cola,1001.0,2024-03-{:02},Shrinkage,-{}.0\n", i < 3 ? 0 : i % 7,
                         i < 3 ? 1 : i % 28 + 1, i < 3 ? 2 : i % 9 + 1);
  const auto units = [&](int copies) {
    const TestLedger ledger;
    std::string text = "site,product,product_code,date,reason,units\n";
    for (int i = 0; i < copies; ++i) text += block;
    const auto report = ledger.take("all.csv", text);
    EXPECT_EQ(first_sheet(report).duplicate, (copies - 1) * 60);
    return units_of(ledger.report());
  };
  EXPECT_EQ(units(8), units(1));
}

TEST(Normalise, UnnamedColumnsAndAnIndexAreLeftOut) {
  const TestLedger ledger;
  const auto report =
      ledger.take("frame.csv",
                  ",Unnamed: 0,site,product,product_code,category,Unnamed: 6,units_sold,spoilage_units,shrink_units,"
                  "overage_units,spoilage_cost,shrink_cost,overage_cost\n"
                  "0,0,A,Cola,1001.0,Drinks,,52.0,1.0,3.0,0.0,0.55,1.65,0.0\n"
                  "1,1,A,Chips,1002.0,Snacks,,20.0,0.0,2.0,1.0,0.0,0.8,0.4\n");
  EXPECT_EQ(first_sheet(report).taken, 2);
  const auto losses = ledger.report();
  EXPECT_EQ(units_of(losses), "6/1/5/1/4");
  EXPECT_NEAR(losses.totals.usl.cost.value_or(-1), 2.45, 1e-9);
  EXPECT_NEAR(losses.totals.net.cost.value_or(-1), 2.05, 1e-9);
  EXPECT_EQ(ledger.query("SELECT DISTINCT sku_id FROM movement ORDER BY 1"), "1001;1002");
}

TEST(Normalise, MoneyOnlyWithTheTotalOnTop) {
  const TestLedger ledger;
  const auto report = ledger.take("waste_by_location.tsv",
                                  "Monthly Waste and Shrink\nPeriod:\tFebruary 2024\n\n"
                                  "Location\tSales ($)\tSpoilage ($)\tShrink ($)\tOverage ($)\tNet ($)\tShrink %\n"
                                  "Grand Total\t$3,234.50\t$120.50\t$99.25\t($10.00)\t$209.75\t3.1%\n"
                                  "Site A\t$1,234.50\t$100.00\t$50.25\t($10.00)\t$140.25\t4%\n"
                                  "Site B\t$2,000.00\t$20.50\t$49.00\t$ -\t$69.50\t3%\n");
  EXPECT_EQ(first_sheet(report).taken, 2);
  EXPECT_EQ(first_sheet(report).totals.reconciled, 1);
  const auto losses = ledger.report();
  EXPECT_NEAR(losses.totals.usl.cost.value_or(-1), 99.25, 1e-9);
  EXPECT_NEAR(losses.totals.spoilage.cost.value_or(-1), 120.5, 1e-9);
  EXPECT_NEAR(losses.totals.gain.cost.value_or(-1), 10, 1e-9);
  EXPECT_FALSE(losses.totals.usl.retail.has_value());
  EXPECT_EQ(ledger.query("SELECT DISTINCT day, days FROM movement"), "2024-02-29,29");
}

TEST(Normalise, ALongListWithPeopleMoneyAndHalfDays) {
  const TestLedger ledger;
  ledger.take(
      "detail.csv",
      "Inventory Adjustment Detail\n\n"
      "Customer,Location,Userkey,Item,Category,Date/Time,User,Reason,Old Qty,New Qty,Adjustment,Cost,Total "
      "Cost,Price,Total Price\n"
      "Acme,Acme - Lobby,1001,Cola,Drinks,03/14/2024 02:05 PM,jdoe,Shrinkage,10,8,-2,$0.55,($1.10),$1.75,($3.50)\n"
      "Acme,Acme - Lobby,1001,Cola,Drinks,03/15/2024 12:05 AM,jdoe,Overage,8,9,1,$0.55,$0.55,$1.75,$1.75\n"
      "Acme,Acme - Lobby,1003,Wrap,Fresh,03/16/2024 11:00 AM,jdoe,Waste,4,0,-4,$2.10,($8.40),$4.99,($19.96)\n");
  const auto losses = ledger.report();
  EXPECT_EQ(units_of(losses), "6/4/2/1/1");
  EXPECT_NEAR(losses.totals.usl.retail.value_or(-1), 3.5, 1e-9);
  EXPECT_NEAR(losses.totals.written_off.cost.value_or(-1), 9.5, 1e-9);
  EXPECT_EQ(losses.currency, "USD");
  EXPECT_EQ(ledger.query("SELECT ts FROM movement ORDER BY ts LIMIT 2"), "2024-03-14 14:05:00;2024-03-15 00:05:00");
}

/// Losses written as positive figures beside gains as positive figures: what the operator's own total adds up wrongly.
TEST(Normalise, GainsAreNeverAddedAsLosses) {
  const TestLedger ledger;
  ledger.take("adj.csv",
              "Site,Product,Date,Adj Type,Qty\nA,Cola,3/1/2024,Shrinkage,5\nA,Cola,3/2/2024,Overage,3\n"
              "A,Chips,3/2/2024,Spoilage,2\nTotal,,,,10\n");
  EXPECT_EQ(units_of(ledger.report()), "7/2/5/3/2");
}

TEST(Normalise, SectionsPerSiteNamedByAHeadingRow) {
  const TestLedger ledger;
  const auto report =
      ledger.take("sections.csv",
                  "Waste report,,,\nFrom,2024-01-01,,\nTo,2024-01-31,,\n\n"
                  "Product,Spoilage,Shrinkage,Overage\n"
                  "Lobby North,,,\nCola,1,2,0\nChips,0,1,1\nSubtotal,1,3,1\n"
                  "Cafe,,,\nProduct,Spoilage,Shrinkage,Overage\nCola,4,0,0\nSubtotal,4,0,0\nTotal,5,3,1\n");
  EXPECT_EQ(first_sheet(report).totals.reconciled, 3);
  EXPECT_EQ(units_of(ledger.report()), "8/5/3/1/2");
  EXPECT_EQ(ledger.query("SELECT store_id, count(*) FROM movement GROUP BY 1 ORDER BY 1"), "Cafe,1;Lobby North,4");
}

/// The same month as a CSV and as a workbook: it counts once.
TEST(Normalise, TheSameReportInTwoFormatsCountsOnce) {
  const TestLedger ledger;
  ledger.take("march.csv",
              "Location,Product,Date,Reason,Qty,Total "
              "Cost\nA,Cola,2024-03-01,Shrinkage,-5,-5.00\nA,Cola,2024-03-02,Spoilage,-2,-2.00\n");
  const auto cell = [](const char* at, const char* text) {
    return fmt::format("<c r=\"{}\" t=\"inlineStr\"><is><t>{}</t></is></c>", at, text);
  };
  const auto number = [](const char* at, const char* value, int style) {
    return fmt::format("<c r=\"{}\" s=\"{}\"><v>{}</v></c>", at, style, value);
  };
  std::string rows = "<row r=\"1\">" + cell("A1", "Report 7") + "</row><row r=\"3\">";
  rows += cell("A3", "Location") + cell("B3", "Product") + cell("C3", "Date") + cell("D3", "Reason") +
          cell("E3", "Qty") + cell("F3", "Total Cost") + "</row><row r=\"4\">";
  rows += cell("A4", "A") + cell("B4", "Cola") + number("C4", "45352", 1) + cell("D4", "Shrinkage") +
          number("E4", "-5", 0) + number("F4", "-5", 0) + "</row><row r=\"5\">";
  rows += cell("A5", "A") + cell("B5", "Cola") + number("C5", "45353", 1) + cell("D5", "Spoilage") +
          number("E5", "-2", 0) + number("F5", "-2", 0) + "</row>";
  const auto workbook = testing_xlsx("march", rows);
  const auto report = ledger.import({workbook});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->files[0].outcome, ImportedFile::Outcome::imported) << report->files[0].reason;
  EXPECT_EQ(units_of(ledger.report()), "7/2/5/0/5");
  EXPECT_EQ(warned(report->manifest, "overlapping_exports"), 2);
  std::filesystem::remove(workbook);
}

/// Names in one file, codes in another: they are the same products.
TEST(Normalise, NamesAndCodesMeet) {
  const TestLedger ledger;
  const auto one =
      ledger.write("sales.csv", "Location,Product Code,Product Name,Date,Units Sold\nA,1001,Cola,2024-03-01,20\n");
  const auto two = ledger.write("shrink.csv", "Location,Product,Date,Shrinkage,Spoilage\nA,Cola,2024-03-02,1,2\n");
  const auto report = ledger.import({one, two});
  ASSERT_TRUE(report);
  for (const auto& file : report->files) EXPECT_EQ(file.outcome, ImportedFile::Outcome::imported) << file.reason;
  EXPECT_EQ(ledger.query("SELECT DISTINCT sku_id FROM movement"), "1001");
}

TEST(Normalise, AMonthAColumnIsNotMistakenForAReason) {
  const TestLedger ledger;
  const auto report = ledger.import({ledger.write("pivot.csv", "Product,Jan,Feb,Mar\nCola,1,2,3\n")});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->files[0].outcome, ImportedFile::Outcome::refused);
}

TEST(Normalise, AColumnThatAddsUpTheOthersIsNoLossOfItsOwn) {
  const TestLedger ledger;
  const auto report = ledger.take("loss.csv",
                                  "Location,Product,Spoilage,Shrinkage,Overage,Loss\n"
                                  "A,Cola,1,2,0,3\nA,Chips,0,4,1,4\nB,Cola,2,0,0,2\nB,Chips,3,3,2,6\n");
  EXPECT_EQ(units_of(ledger.report()), "15/6/9/3/6");
  const auto& notes = first_sheet(report).notes;
  EXPECT_TRUE(std::any_of(notes.begin(), notes.end(), [](const auto& note) { return note.code == "sum_column"; }));
}

/// The identity itself: a report that states what was written off, and of it what was spoilage.
TEST(Normalise, WrittenOffLessSpoilageIsUnknownLoss) {
  const TestLedger ledger;
  ledger.take("identity.csv",
              "Store,Product,Written Off,Spoilage,Overage\nA,Cola,5,2,0\nA,Chips,4,0,1\nB,Cola,3,3,0\nB,Chips,0,0,2\n");
  EXPECT_EQ(units_of(ledger.report()), "12/5/7/3/4");
}

TEST(Normalise, ASummaryBesideItsDetailsCountsOnce) {
  const TestLedger ledger;
  ledger.take("detail.csv",
              "Location,Product,Date,Reason,Qty\nA,Cola,2024-03-01,Shrinkage,-5\nA,Chips,2024-03-09,Spoilage,-2\n"
              "B,Cola,2024-03-05,Shrinkage,-1\nB,Cola,2024-03-20,Overage,1\n");
  const auto report = ledger.take(
      "by location.csv", "Period,March 2024\n\nLocation,Shrinkage,Spoilage,Overage\nA,5,2,0\nB,1,0,1\nTotal,6,2,1\n");
  EXPECT_EQ(units_of(ledger.report()), "8/2/6/1/5");
  EXPECT_EQ(warned(report.manifest, "summary_sheets"), 4);
}

TEST(Normalise, APeriodColumnWithoutADateLosesNoLoss) {
  const TestLedger ledger;
  const auto report = ledger.take("weeks.csv", "Period,Location,Product,Shrinkage\nWeek 5,A,Cola,3\nWeek 6,A,Cola,2\n");
  EXPECT_EQ(first_sheet(report).taken, 2);
  EXPECT_EQ(ledger.report().totals.usl.units, 5);
}

TEST(Normalise, ShrinkPercentagesAreNoQuantities) {
  const TestLedger ledger;
  ledger.take(
      "rates.csv",
      "Location,Product,Shrink Qty,Shrink %,Shrink Rate,Spoilage Qty,Spoilage Percent\nA,Cola,3,12.5%,0.125,1,0.5%\n");
  EXPECT_EQ(units_of(ledger.report()), "4/1/3/0/3");
}

TEST(Normalise, RealSalesFilesAreRead) {
  const std::filesystem::path data = std::filesystem::path(SHRIKE_SOURCE_DIR) / "../shared/data/ledger";
  if (!std::filesystem::exists(data)) GTEST_SKIP() << "shared/data/ledger is not here";
  const TestLedger ledger;
  const auto report = ledger.import({data / "completejourney_products.csv", data / "completejourney_transactions.csv",
                                     data / "freshretailnet_daily.csv", data / "us_county_acs.csv"});
  ASSERT_TRUE(report) << report.error().message;
  for (const auto& file : report->files) EXPECT_EQ(file.outcome, ImportedFile::Outcome::imported) << file.reason;
  EXPECT_EQ(ledger.query("SELECT count(*) FROM movement WHERE day < DATE '2018-01-01' AND kind = 'sale'"), "75000");
  EXPECT_GT(report->manifest.tables.at("movement"), 75'000 + 40'000);
  EXPECT_GT(report->manifest.tables.at("area_covariate"), 3'000 * 6);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(ledger.dir() / "source")) {
    EXPECT_EQ(entry.path().string().find("household"), std::string::npos);
  }
}

}  // namespace
}  // namespace shrike
