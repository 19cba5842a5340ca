#include "ledger/import.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ledger/ledger_testing.h"
#include "ledger/level.h"
#include "ledger/xlsx_testing.h"

namespace shrike {
namespace {

constexpr const char* kAdjustments =
    "store_id,sku_id,date,qty,reason,unit_cost\n"
    "S1,A,2024-01-05,-3,Spoilage,1.50\n"
    "S1,B,2024-01-06,-2,Shrinkage,2.00\n"
    "S1,B,2024-01-07,1,Overage,2.00\n"
    "S2,A,2024-01-08,-4,Theft,1.50\n"
    "S2,A,2024-01-09,-5,Damaged,1.50\n";

TEST(Import, PlainAdjustmentsKeepTheIdentity) {
  const TestLedger ledger;
  const auto report = ledger.take("adjustments.csv", kAdjustments);
  EXPECT_EQ(report.manifest.tables.at("movement"), 5);
  const auto losses = ledger.report();
  EXPECT_EQ(units_of(losses), "10/8/2/1/1");
  EXPECT_EQ(losses.totals.known_theft.units, 4);
  EXPECT_EQ(losses.totals.written_off.cost, 8 * 1.5 + 2 * 2.0);
  EXPECT_EQ(losses.totals.gain.cost, 2.0);
  EXPECT_TRUE(losses.published);
}

TEST(Import, EveryMovementSaysWhereItCameFrom) {
  const TestLedger ledger;
  ledger.take("adjustments.csv", kAdjustments);
  EXPECT_EQ(ledger.query("SELECT sku_id, source, sheet, \"row\" FROM movement WHERE qty = -4"), "A,0,NULL,5");
}

TEST(Import, TheSameFileAgainChangesNothing) {
  const TestLedger ledger;
  ledger.take("adjustments.csv", kAdjustments);
  const auto before = ledger.text_of("manifest.json");
  const auto again = ledger.take("under another name.csv", kAdjustments);
  EXPECT_FALSE(again.changed);
  EXPECT_EQ(again.files.at(0).outcome, ImportedFile::Outcome::already);
  EXPECT_EQ(ledger.text_of("manifest.json"), before);
  EXPECT_EQ(units_of(ledger.report()), "10/8/2/1/1");
}

/// The ledger is a function of the set of files: neither their order nor the threads show in a single byte.
TEST(Import, OrderAndThreadsMakeNoDifference) {
  const std::string sales = "store_id,sku_id,date,qty,net_value\nS1,A,2024-01-02,5,10.00\nS2,B,2024-01-03,6,9.00\n";
  const TestLedger one;
  const TestLedger other;
  ASSERT_TRUE(one.import({one.write("a.csv", kAdjustments), one.write("sales.csv", sales)}));
  ASSERT_TRUE(other.import({other.write("sales.csv", sales)}));
  ASSERT_TRUE(import_files({.into = other.dir(), .files = {other.write("a.csv", kAdjustments)}, .threads = 4},
                           [](const std::string&, double) {}));
  size_t compared = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(one.dir())) {
    const auto name = std::filesystem::relative(entry.path(), one.dir()).string();
    if (!entry.is_regular_file() || name.starts_with("source")) continue;
    EXPECT_TRUE(one.text_of(name) == other.text_of(name)) << name;
    ++compared;
  }
  EXPECT_GT(compared, 15U);
}

TEST(Import, UnknownReasonsBlockFiguresAndNotTheImport) {
  const TestLedger ledger;
  const auto report = ledger.take("adjustments.csv", std::string(kAdjustments) + "S2,A,2024-01-10,-7,Zorblax 9,1.50\n");
  ASSERT_EQ(report.manifest.unmapped.size(), 1U);
  EXPECT_EQ(report.manifest.unmapped[0].reason, "Zorblax 9");
  EXPECT_EQ(report.manifest.unmapped[0].units, 7);
  EXPECT_FALSE(ledger.report().published);
  EXPECT_EQ(units_of(ledger.report()), "10/8/2/1/1");
  ledger.take("reasons.csv", "code,class\nZorblax 9,DONATION\n");
  EXPECT_TRUE(ledger.report().published);
  EXPECT_EQ(units_of(ledger.report()), "17/15/2/1/1");
}

TEST(Import, NamesOfPeopleAreNotKept) {
  const TestLedger ledger;
  ledger.take("adjustments.csv",
              "store_id,sku_id,date,qty,reason,User,Employee Name,Customer Email\n"
              "S1,A,2024-01-05,-3,Spoilage,jdoe77,Johanna Doe,jo@example.org\n");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(ledger.dir())) {
    if (!entry.is_regular_file()) continue;
    const auto text = ledger.text_of(std::filesystem::relative(entry.path(), ledger.dir()).string());
    for (const char* word : {"jdoe77", "Johanna", "jo@example"}) {
      EXPECT_EQ(text.find(word), std::string::npos) << entry.path() << " holds " << word;
    }
  }
}

TEST(Import, ABadRowIsRejectedWithItsReasonAndTheOthersGoIn) {
  const TestLedger ledger;
  const auto report = ledger.take("adjustments.csv", std::string(kAdjustments) +
                                                         "S1,A,2024-02-30,-3,Spoilage,1\n"
                                                         "S1,A,2024-02-29,lots,Spoilage,1\n"
                                                         "S1,,2024-02-29,-1,Spoilage,1\n"
                                                         "S1,A,2024-02-29,-1,Spoilage,1\n");
  EXPECT_EQ(report.manifest.tables.at("movement"), 6);
  EXPECT_EQ(report.manifest.sources.at(0).sheets.at(0).rejected, 3);
  const auto rejects = ledger.text_of("rejects.csv");
  for (const char* word : {"2024-02-30", "lots", ",7,", ",8,", ",9,"}) {
    EXPECT_NE(rejects.find(word), std::string::npos) << word << "\n" << rejects;
  }
}

TEST(Import, EncodingsAndLineEndsMakeNoDifference) {
  std::string crlf;
  for (const char c : std::string(kAdjustments)) {
    if (c == '\n') crlf.push_back('\r');
    crlf.push_back(c);
  }
  std::string utf16("\xFF\xFE");
  for (const char c : crlf) {
    utf16.push_back(c);
    utf16.push_back('\0');
  }
  std::string tabs(kAdjustments);
  std::replace(tabs.begin(), tabs.end(), ',', '\t');
  std::string semicolons(kAdjustments);
  std::replace(semicolons.begin(), semicolons.end(), ',', ';');
  for (const auto& text : {std::string("\xEF\xBB\xBF").append(crlf), utf16, tabs, semicolons}) {
    const TestLedger ledger;
    ledger.take("adjustments.csv", text);
    EXPECT_EQ(units_of(ledger.report()), "10/8/2/1/1") << text.substr(0, 60);
  }
}

TEST(Import, NumbersAsPeopleWriteThem) {
  const TestLedger ledger;
  ledger.take("waste.csv",
              "Store,Item,Date,Quantity,Reason,Total Cost\n"
              "S1,A,1/5/2024,\"(1,200)\",Waste,\"$(1,800.50)\"\n"
              "S1,B,01/25/2024,3-,Shrink,\"USD 6.00-\"\n"
              "S1,C,\"Jan 26, 2024\",-2,\"Short,\nlate\",\xE2\x82\xAC 4.00\n");
  EXPECT_EQ(ledger.query("SELECT sku_id, qty, cost, day FROM movement ORDER BY sku_id"),
            "A,-1200.000,-1800.5000,2024-01-05;B,-3.000,-6.0000,2024-01-25;C,-2.000,-4.0000,2024-01-26");
}

TEST(Import, TwoCurrenciesAreNeverAdded) {
  const TestLedger ledger;
  const auto report = ledger.take("adjustments.csv",
                                  "store_id,sku_id,date,qty,reason,unit_cost,currency\n"
                                  "S1,A,2024-01-05,-3,Shrink,1.50,USD\nS2,A,2024-01-05,-3,Shrink,1.50,CAD\n");
  EXPECT_EQ(warned(report.manifest, "currencies"), 2);
  const auto losses = ledger.report();
  EXPECT_FALSE(losses.totals.usl.cost.has_value());
  EXPECT_EQ(losses.totals.usl.units, 6);
  ASSERT_EQ(losses.by_currency.size(), 2U);
  EXPECT_EQ(losses.by_currency[0].usl.cost, 4.5);
}

TEST(Import, DaylightSavingAndLeapDay) {
  const TestLedger ledger;
  ledger.take("stores.csv", "store_id,name,tz\nS1,One,Europe/Berlin\n");
  ledger.take("adjustments.csv",
              "store_id,sku_id,ts,qty,reason\n"
              "S1,A,2024-02-29 08:00:00,-1,Shrink\n"        // winter: UTC+1
              "S1,B,2024-03-31 02:30:00,-1,Shrink\n"        // skipped hour
              "S1,C,2024-10-27 02:30:00,-1,Shrink\n"        // repeated hour
              "S1,D,2024-10-27T02:30:00+01:00,-1,Shrink\n"  // its second pass, by offset
              "S1,E,2024-07-01,-1,Shrink\n");
  EXPECT_EQ(ledger.query("SELECT sku_id, ts, day FROM movement ORDER BY sku_id"),
            "A,2024-02-29 07:00:00,2024-02-29;B,2024-03-31 01:30:00,2024-03-31;C,2024-10-27 00:30:00,2024-10-27;"
            "D,2024-10-27 01:30:00,2024-10-27;E,2024-07-01 10:00:00,2024-07-01");
}

TEST(Import, FutureDatesAreKeptAndCounted) {
  const TestLedger ledger;
  const auto report = ledger.take("adjustments.csv", std::string(kAdjustments) + "S1,A,2199-01-05,-3,Spoilage,1.50\n");
  EXPECT_EQ(warned(report.manifest, "future"), 1);
  EXPECT_EQ(units_of(ledger.report()), "13/11/2/1/1");
}

TEST(Import, DuplicateDocumentsCountOnceAsPostedLast) {
  const TestLedger ledger;
  const auto report = ledger.take("adjustments.csv",
                                  "doc,line,store_id,sku_id,ts,ts_posted,qty,reason\n"
                                  "D1,1,S1,A,2024-01-05,2024-01-05,-3,Shrink\n"
                                  "D1,1,S1,A,2024-01-05,2024-01-09,-4,Shrink\n"
                                  "D1,2,S1,A,2024-01-05,2024-01-05,-1,Shrink\n");
  EXPECT_EQ(warned(report.manifest, "document_twice"), 1);
  EXPECT_EQ(ledger.report().totals.usl.units, 5);
}

/// Two exports that overlap by some days: each day counts once, from the fuller file.
TEST(Import, OverlappingExportsCountEachDayOnce) {
  const TestLedger ledger;
  std::string january = "store_id,sku_id,date,qty,reason\n";
  std::string both = january;
  for (int day = 1; day <= 28; ++day) january += fmt::format("S1,A,2024-01-{:02},-{},Shrink\n", day, day);
  for (int day = 20; day <= 28; ++day) both += fmt::format("S1,A,2024-01-{:02},-{},Shrink\n", day, day);
  both += "S1,A,2024-01-28,-100,Shrink\nS1,A,2024-02-01,-1,Shrink\n";
  ledger.take("january.csv", january);
  const auto report = ledger.take("later.csv", both);
  EXPECT_EQ(ledger.report().totals.usl.units, 28 * 29 / 2 + 100 + 1);
  EXPECT_GT(warned(report.manifest, "overlapping_exports"), 0);
}

TEST(Import, PacksBecomeBaseUnits) {
  const TestLedger ledger;
  ledger.take("products.csv", "sku_id,name,base_uom,pack_qty\nA,Cola,EA,12\nB,Milk,EA,\n");
  const auto report =
      ledger.take("receipts.csv",
                  "store_id,sku_id,date,qty_received,uom,doc,line\n"
                  "S1,A,2024-01-05,2,CASE,R1,1\nS1,A,2024-01-05,2,EA,R1,2\nS1,B,2024-01-05,2,CASE,R1,3\n");
  EXPECT_EQ(ledger.query("SELECT sku_id, qty FROM movement ORDER BY \"row\""), "A,24.000;A,2.000;B,2.000");
  EXPECT_EQ(warned(report.manifest, "unknown_uom"), 1);
}

TEST(Import, WhatIsNoExportIsRefusedByName) {
  const TestLedger ledger;
  const auto report = ledger.import({ledger.write("notes.csv", "Dear all,\nplease find attached\n"),
                                     ledger.write("adjustments.csv", kAdjustments),
                                     ledger.write("people.csv", "name,birthday\nAnn,2001-01-01\n"),
                                     ledger.write("half.csv", "store_id,sku_id,date\nS1,A,2024-01-01\n")});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->files[0].outcome, ImportedFile::Outcome::refused);
  EXPECT_NE(report->files[0].reason.find("notes.csv"), std::string::npos) << report->files[0].reason;
  EXPECT_EQ(report->files[1].outcome, ImportedFile::Outcome::imported);
  EXPECT_EQ(report->files[2].outcome, ImportedFile::Outcome::refused);
  EXPECT_NE(report->files[3].reason.find("lacks qty"), std::string::npos) << report->files[3].reason;
  EXPECT_EQ(units_of(ledger.report()), "10/8/2/1/1");
}

TEST(Import, AnEmptyFolderAndAMissingFileAreNamed) {
  const TestLedger ledger;
  const TestFolder empty;
  const auto nothing = ledger.import({empty.path()});
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().kind, Error::Kind::bad_input);
  EXPECT_NE(nothing.error().message.find(empty.path().string()), std::string::npos);
  const auto missing = ledger.import({empty.path() / "sales.csv"});
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->files[0].outcome, ImportedFile::Outcome::refused);
}

TEST(Import, LevelsOfTruthRefuseWhatTheDataDoNotCarry) {
  const TestLedger ledger;
  auto report = ledger.take("sales.csv", "store_id,sku_id,date,qty,net_value\nS1,A,2024-01-02,5,10.00\n");
  EXPECT_EQ(truth_of(report.manifest).level, TruthLevel::none);
  auto opened = open_ledger(ledger.dir());
  ASSERT_TRUE(opened);
  const auto refused = loss_report(*opened);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("adjustment"), std::string::npos);

  report = ledger.take("adjustments.csv", kAdjustments);
  EXPECT_EQ(truth_of(report.manifest).level, TruthLevel::identity);
  const auto rolled = require_level(report.manifest, TruthLevel::roll_forward, "intervals");
  ASSERT_FALSE(rolled);
  EXPECT_NE(rolled.error().message.find("receipt"), std::string::npos);
  EXPECT_NE(rolled.error().message.find("count_line"), std::string::npos);

  ledger.take("receipts.csv", "store_id,sku_id,date,qty_received\nS1,A,2024-01-03,20\n");
  report = ledger.take(
      "lines.csv", "count_id,store_id,sku_id,qty_counted,count_date\nC1,S1,A,30,2024-01-01\nC2,S1,A,40,2024-01-10\n");
  EXPECT_EQ(truth_of(report.manifest).level, TruthLevel::roll_forward);
  report = ledger.take(
      "headers.csv",
      "count_id,store_id,kind,scope,ts_start,ts_end\n"
      "C1,S1,full,all,2024-01-01 22:00,2024-01-01 23:00\nC2,S1,full,all,2024-01-10 22:00,2024-01-10 23:00\n");
  EXPECT_EQ(truth_of(report.manifest).level, TruthLevel::calibrated);
}

TEST(Import, ASheetAMonthInOneWorkbook) {
  const TestLedger ledger;
  const auto row = [](int number, std::initializer_list<std::string> cells) {
    std::string out = fmt::format("<row r=\"{}\">", number);
    char column = 'A';
    for (const auto& cell : cells) {
      const bool is_number = !cell.empty() && cell.find_first_not_of("0123456789.-") == std::string::npos;
      if (!cell.empty()) {
        out += is_number ? fmt::format("<c r=\"{}{}\"><v>{}</v></c>", column, number, cell)
                         : fmt::format("<c r=\"{}{}\" t=\"inlineStr\"><is><t>{}</t></is></c>", column, number, cell);
      }
      ++column;
    }
    return out + "</row>";
  };
  const auto file = testing_xlsx(
      "month", row(1, {"", "", "", "Acme Vending"}) + row(3, {"Location:", "Lobby, North"}) +
                   row(4, {"Date Range", "01/01/2024 - 01/31/2024"}) +
                   row(6, {"Product", "Category", "Unnamed: 2", "Spoilage", "Shrinkage", "Overage", "Total"}) +
                   row(7, {"Cola", "Drinks", "", "2", "3", "1", "6"}) +
                   row(8, {"Chips", "Snacks", "", "1", "", "", "1"}) + row(9, {"Total", "", "", "3", "3", "1", "7"}));
  const auto report = ledger.import({file});
  ASSERT_TRUE(report);
  ASSERT_EQ(report->files[0].outcome, ImportedFile::Outcome::imported) << report->files[0].reason;
  const auto& sheet = report->manifest.sources.at(0).sheets.at(0);
  EXPECT_EQ(sheet.taken, 2);
  EXPECT_EQ(sheet.totals.reconciled, 1);
  EXPECT_EQ(units_of(ledger.report()), "6/3/3/1/2");
  EXPECT_EQ(ledger.query("SELECT DISTINCT store_id, day, days, day_only FROM movement"),
            "Lobby, North,2024-01-31,31,true");
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace shrike
