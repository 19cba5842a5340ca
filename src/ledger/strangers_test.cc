// Exports in the style of systems that nobody here has: each is a small file as a stranger would hand it over, and the
// totals that a careful person reads in it by hand.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ledger/ledger_testing.h"
#include "ledger/level.h"
#include "ledger/xlsx_testing.h"

namespace shrike {
namespace {

const SheetReport& first_sheet(const ImportReport& report) { return report.manifest.sources.at(0).sheets.at(0); }

bool noted(const SheetReport& sheet, const std::string& code) {
  return std::any_of(sheet.notes.begin(), sheet.notes.end(), [&](const Note& note) { return note.code == code; });
}

/// A material document list as SAP prints it: pipes, rules of dashes, page headers, minus behind, subtotals with stars.
TEST(Strangers, SapListWithPageHeadersAndStars) {
  const TestLedger ledger;
  const std::string rule(60, '-');
  const std::string header =
      "|Plnt|Material|Material Description|MvT|Mat. Doc. |Item|Pstng Date|  Quantity|BUn|Amount in LC|Crcy|User "
      "Name|\n";
  const auto report = ledger.take(
      "MB51.txt",
      "21.11.2025          Material Document List          1\n\n" + rule + "\n" + header + rule +
          "\n|1000|100-100|Milk  |551|4900000001|   1|05.11.2025|       12-|ST |      10,80-|EUR |KMUELLER |\n"
          "|1000|100-100|Milk  |552|4900000002|   1|06.11.2025|        2 |ST |       1,80 |EUR |KMUELLER |\n"
          "|1000|100-200|Butter|702|4900000003|   1|07.11.2025|    1.203-|ST |   2.406,00-|EUR |KMUELLER |\n"
          "|* 1000|     |      |   |          |    |          |    1.213-|ST |   2.415,00-|EUR |         |\n" +
          rule + "\n21.11.2025          Material Document List          2\n" + header +
          "|2000|100-200|Butter|701|4900000003|   2|07.11.2025|        3 |ST |       6,00 |EUR |KMUELLER |\n"
          "|** |        |      |   |          |    |          |    1.210-|ST |   2.409,00-|EUR |         |\n");
  EXPECT_EQ(first_sheet(report).system, "sap_im");
  EXPECT_EQ(first_sheet(report).totals.reconciled, 2);
  const auto losses = ledger.report();
  EXPECT_EQ(units_of(losses), "1213/10/1203/3/1200");
  EXPECT_NEAR(losses.totals.net.cost.value_or(-1), 2400, 1e-9);
}

/// Counts with their book and nothing that posts the difference: the difference is the loss. Once a write-off posts
/// losses of the store, the counts say nothing of their own.
TEST(Strangers, CountsThatNobodyPostsAreUnknownLoss) {
  const TestLedger ledger;
  const auto report = ledger.take("mi24.csv",
                                  "Phys.Inv.Doc.;Item;Material;Plnt;Book quantity;Qty counted;Difference qty;BUn;"
                                  "Difference value;Crcy;Count date;Counted by\n"
                                  "100000001;1;A1;1000;24,000;20,000;4,000-;EA;8,00-;EUR;15.01.2025;HUBER\n"
                                  "100000001;2;A2;1000;10,000;12,000;2,000;EA;5,00;EUR;15.01.2025;HUBER\n"
                                  "100000001;3;A3;1000;50,000;50,000;0,000;EA;0,00;EUR;15.01.2025;HUBER\n");
  EXPECT_EQ(warned(report.manifest, "count_differences"), 2);
  EXPECT_EQ(truth_of(report.manifest).level, TruthLevel::identity);
  EXPECT_EQ(units_of(ledger.report()), "4/0/4/2/2");
  EXPECT_NEAR(ledger.report().totals.net.cost.value_or(-1), 3, 1e-9);
  const auto posted = ledger.take("MSEG.csv",
                                  "MBLNR;MJAHR;ZEILE;BUDAT;WERKS;MATNR;BWART;SHKZG;MENGE;MEINS;DMBTR;WAERS\n"
                                  "49;2025;1;20250115;1000;A1;702;H;4,000;EA;8,00;EUR\n"
                                  "49;2025;2;20250115;1000;A2;701;S;2,000;EA;5,00;EUR\n");
  EXPECT_EQ(warned(posted.manifest, "count_differences"), 0);
  EXPECT_EQ(units_of(ledger.report()), "4/0/4/2/2");
}

TEST(Strangers, StockActionsWithSalesAsNegativeFigures) {
  const TestLedger ledger;
  const auto report = ledger.take("inventory-history.csv",
                                  "Date,Time,Item Name,SKU,Location,Stock Action,Adjustment,Unit Cost,Reported By\n"
                                  "12/31/25,09:14 AM,Mug,M1,Downtown,Stock Received,+24,$3.50,Dana Fox\n"
                                  "12/31/25,10:00 AM,Mug,M2,Downtown,Damage,-2,$3.50,Dana Fox\n"
                                  "01/02/26,11:10 AM,Mug,M1,Downtown,Inventory Re-count,-3,$3.50,Dana Fox\n"
                                  "01/03/26,11:10 AM,Mug,M1,Downtown,Inventory Re-count,1,$3.50,Dana Fox\n"
                                  "01/03/26,12:10 AM,Tea,T1,Downtown,Theft,-1,$2.00,Dana Fox\n"
                                  "01/04/26,12:15 AM,Tea,T1,Downtown,Sale,-7,$2.00,Dana Fox\n");
  EXPECT_TRUE(report.manifest.unmapped.empty());
  EXPECT_EQ(units_of(ledger.report()), "5/2/3/1/2");
  EXPECT_EQ(ledger.query("SELECT kind, qty FROM movement WHERE kind IN ('sale', 'return', 'receipt') ORDER BY 1"),
            "receipt,24.000;sale,-7.000");
}

/// Sales alone, of the kind that data sets for forecasting hold: level 0, and no column of theirs is a loss.
TEST(Strangers, ForecastingDataSetsHoldNoLoss) {
  const std::vector<std::pair<std::string, std::string>> files{
      {"train.csv", "Store,DayOfWeek,Date,Sales,Customers,Open,Promo\n1,5,2015-07-31,5263,555,1,1\n"},
      {"Walmart.csv",
       "Store,Date,Weekly_Sales,Holiday_Flag,Temperature,Fuel_Price\n1,05-02-2010,1643690.9,0,42.31,2.572\n"},
      {"Superstore.csv",
       "Row ID,Order ID,Order Date,Customer Name,Product ID,Category,Product Name,Sales,Quantity\n"
       "1,CA-1,11/18/2016,Claire Gute,FUR-1,Furniture,Bush,261.96,2\n"}};
  for (const auto& [name, text] : files) {
    const TestLedger ledger;
    const auto report = ledger.import({ledger.write(name, text)});
    ASSERT_TRUE(report) << name;
    EXPECT_EQ(truth_of(report->manifest).level, TruthLevel::none) << name;
  }
  const TestLedger ledger;
  ledger.take(files[2].first, files[2].second);
  EXPECT_EQ(ledger.query("SELECT store_id, kind, qty FROM movement"), "(all),sale,-2.000");
}

TEST(Strangers, ACodeBesideItsMeaning) {
  const TestLedger ledger;
  ledger.take("writeoffs.csv",
              "Date,Store,Department,SKU,Reason Code,Reason Description,Qty,Cost Value\n"
              "2025-01-03,101,Meat,M1,01,Spoilage,-3,-30\n2025-01-09,101,Meat,M1,07,Unknown loss,-1,-10\n");
  EXPECT_EQ(units_of(ledger.report()), "4/3/1/0/1");
}

/// "Cost" is of all units where it grows with them, of one where it does not.
TEST(Strangers, ABareCostIsReadAsTheRowsProve) {
  const TestLedger of_all;
  of_all.take("a.csv", "Store,Week,SKU,Reason,Qty,Cost\n1,2025W03,A,Shrink,-2,4.0\n1,2025-W04,A,Waste,-3,6.0\n");
  EXPECT_NEAR(of_all.report().totals.written_off.cost.value_or(-1), 10, 1e-9);
  EXPECT_EQ(of_all.query("SELECT day, days FROM movement ORDER BY 1"), "2025-01-19,7;2025-01-26,7");
  const TestLedger of_one;
  of_one.take("a.csv", "Store,Month,SKU,Reason,Qty,Cost\n1,Jan-25,A,Shrink,-2,4.0\n1,202502,A,Waste,-3,4.0\n");
  EXPECT_NEAR(of_one.report().totals.written_off.cost.value_or(-1), 20, 1e-9);
  EXPECT_EQ(of_one.query("SELECT day, days FROM movement ORDER BY 1"), "2025-01-31,31;2025-02-28,28");
}

TEST(Strangers, MonthsAcrossWithTheMeasureInTheTitle) {
  const TestLedger ledger;
  const auto report = ledger.take("usl.csv",
                                  "Unknown Stock Loss 2025 (at cost)\n\nDepartment,Jan,Feb,Mar,Total\n"
                                  "Bakery,100.50,200.25,(50.00),250.75\nProduce,10,20,30,60\n"
                                  "Grand Total,110.50,220.25,(20.00),310.75\n\nNote: March holds a gain.\n");
  EXPECT_TRUE(noted(first_sheet(report), "periods_across"));
  EXPECT_EQ(first_sheet(report).totals.reconciled, 3);
  const auto losses = ledger.report();
  EXPECT_NEAR(losses.totals.usl.cost.value_or(-1), 360.75, 1e-9);
  EXPECT_NEAR(losses.totals.gain.cost.value_or(-1), 50, 1e-9);
  EXPECT_EQ(losses.by_period.size(), 3U);
  EXPECT_EQ(ledger.query("SELECT DISTINCT category FROM product ORDER BY 1"), "Bakery;Produce");
}

TEST(Strangers, MonthsOverMeasures) {
  const TestLedger ledger;
  ledger.take("writeoff.csv",
              "Stock write-off report\nCurrency: GBP\n\nDepartment,Jan-25,,,Feb-25,,,YTD,,\n"
              ",Written Off,Spoilage,USL,Written Off,Spoilage,USL,Written Off,Spoilage,USL\n"
              "Bakery,100,60,40,80,50,30,180,110,70\nProduce,50,45,5,60,70,-10,110,115,-5\n"
              "Total,150,105,45,140,120,20,290,225,65\n");
  const auto losses = ledger.report();
  EXPECT_NEAR(losses.totals.spoilage.cost.value_or(-1), 225, 1e-9);
  EXPECT_NEAR(losses.totals.usl.cost.value_or(-1), 75, 1e-9);
  EXPECT_NEAR(losses.totals.gain.cost.value_or(-1), 10, 1e-9);
}

TEST(Strangers, MeasuresDownAndMonthsAcross) {
  const TestLedger ledger;
  ledger.take("matrix.csv",
              "Department,Measure,2025-01,2025-02\nBakery,Written off,10,8\nBakery,Spoilage,6,5\nBakery,USL,4,3\n"
              "Meat,Written off,5,6\nMeat,Spoilage,4,7\nMeat,USL,1,-1\n");
  EXPECT_EQ(units_of(ledger.report()), "30/22/8/1/7");
}

TEST(Strangers, MeasuresOverUnitsAndCost) {
  const TestLedger ledger;
  ledger.take("dept.csv",
              "Department,SKU,Spoilage,,Shrinkage,,Overage,\n,,Units,Cost,Units,Cost,Units,Cost\n"
              "Bakery,B1,3,4.5,2,3.0,0,0\nBakery,B2,1,2.0,4,8.0,1,2.0\nTotal,,4,6.5,6,11,1,2\n");
  const auto losses = ledger.report();
  EXPECT_EQ(units_of(losses), "10/4/6/1/5");
  EXPECT_NEAR(losses.totals.written_off.cost.value_or(-1), 17.5, 1e-9);
}

TEST(Strangers, StoresAcrossAndAmountsInParentheses) {
  const TestLedger ledger;
  ledger.take("bystore.csv",
              "Unknown stock loss by store (units) - January 2025\n\nDepartment,Store 101,Store 102,Store 103,Total\n"
              "Bakery,5,3,2,10\nMeat,1,0,-2,-1\nTotal,6,3,0,9\n");
  EXPECT_EQ(units_of(ledger.report()), "11/0/11/2/9");
  EXPECT_EQ(ledger.report().by_store.size(), 3U);
  const TestLedger money;
  const auto report = money.take("loss.csv",
                                 "Store: 55;;;;\nWeek ending: 28.12.2025;;;;\n;;;;\n"
                                 "Department;Sales;Waste;Waste %;Unknown loss\n"
                                 "Dairy;12.345,60 EUR;(123,45 EUR);1,0%;(50,00 EUR)\n"
                                 "Meat;8.000,00 EUR;(200,00 EUR);2,5%;25,00 EUR\n"
                                 "Total;20.345,60 EUR;(323,45 EUR);1,6%;(25,00 EUR)\n");
  EXPECT_EQ(first_sheet(report).totals.reconciled, 1);
  EXPECT_NEAR(money.report().totals.spoilage.cost.value_or(-1), 323.45, 1e-9);
  EXPECT_NEAR(money.report().totals.net.cost.value_or(-1), 25, 1e-9);
  EXPECT_EQ(money.query("SELECT DISTINCT store_id, day, days FROM movement"), "55,2025-12-28,7");
}

/// A measure's name and its figure, row for row, as reporting tools export; what is not known of stays refused.
TEST(Strangers, MeasuresBelowOneAnotherBecomeColumns) {
  const TestLedger ledger;
  const auto report = ledger.take("long.csv",
                                  "period,store,department,metric,value\n2025-01,1,Meat,written_off,100\n"
                                  "2025-01,1,Meat,spoilage,60\n2025-01,1,Meat,usl,40\n2025-02,1,Meat,usl,-5\n"
                                  "2025-02,1,Meat,written_off,80\n2025-02,1,Meat,spoilage,85\n");
  EXPECT_TRUE(noted(first_sheet(report), "measures_below"));
  EXPECT_EQ(units_of(ledger.report()), "185/145/40/5/35");
  EXPECT_EQ(ledger.query("SELECT DISTINCT store_id FROM movement"), "1");
  const TestLedger twice;
  twice.take("long.csv",
             "store,sku,date,metric,qty\n1,A,2025-01-01,spoilage,2\n1,A,2025-01-01,spoilage,3\n"
             "1,A,2025-01-01,shrinkage,4\n");
  EXPECT_EQ(units_of(twice.report()), "9/5/4/0/4") << "no figure covers another";
  const TestLedger other;
  const auto refused = other.import({other.write("long.csv",
                                                 "store,department,metric,value\n1,Meat,spoilage,60\n"
                                                 "1,Meat,footfall,40\n1,Meat,usl,4\n")});
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->files[0].outcome, ImportedFile::Outcome::refused) << "footfall is no loss, and cannot be left out";
}

TEST(Strangers, NoLossStaysOutInSilence) {
  const TestLedger ledger;
  const auto report =
      ledger.take("u.csv",
                  "Store,Item,WO Units,WO Cost,Spoil Units,Spoil Cost,Zorblax Units\n1,A,10,10.00,4,4.00,7\n"
                  "1,B,3,6.00,3,6.00,0\n2,A,5,5.00,0,0,1\n");
  EXPECT_EQ(units_of(ledger.report()), "18/7/11/0/11");
  EXPECT_TRUE(noted(first_sheet(report), "figures_left_out"));
  const TestLedger cell;
  const auto half = cell.take("a.csv", "Department,Date,Reason,Qty,Total Cost\nMeat,2025-01-01,Waste,-2,see note\n");
  EXPECT_EQ(first_sheet(half).cells_left_out, 1);
  EXPECT_EQ(units_of(cell.report()), "2/2/0/0/0");
}

/// People stand in every column that may be left out, in remarks, as a heading and in a reason.
TEST(Strangers, NamesInFreeTextsAreNotKept) {
  const TestLedger ledger;
  ledger.take(
      "adj.csv",
      "Manager: Xaver Quandt\nStore,SKU,Date,Qty,Reason,Entered By,Sold by Zwickel\n"
      "12,A,2025-01-01,-3,Spoilage (Johanna Zwickel),Zwickel,1\n12,A,2025-01-02,-3,Stolen by Petra Maus,Zwickel,1\n"
      "Signed: Xaver Quandt\n");
  ledger.take("loss.csv", "Product,Spoilage,Shrinkage\nCounted by Johanna Zwickel,,\nCola,1,2\n");
  EXPECT_EQ(ledger.query("SELECT reason FROM movement WHERE store_id = '12' ORDER BY 1"), "spoilage;stolen");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(ledger.dir())) {
    if (!entry.is_regular_file()) continue;
    const auto text = ledger.text_of(std::filesystem::relative(entry.path(), ledger.dir()).string());
    for (const char* word : {"Zwickel", "Johanna", "Quandt", "Petra"}) {
      EXPECT_EQ(text.find(word), std::string::npos) << entry.path() << " holds " << word;
    }
  }
}

/// A bare "Cost" of a summary is that of all units: nothing there has a price each, and the total row adds it up.
TEST(Strangers, CostOfASummaryIsOfAllUnits) {
  const std::string rows = "A,Spoilage,10,12.00,24.00\nA,Shrinkage,5,5.00,9.00\nA,Overage,2,2.00,4.00\n";
  for (const std::string total : {"", "Total,,17,19.00,37.00\n"}) {
    const TestLedger ledger;
    const auto report = ledger.take("loss summary.csv", "Store,Reason,Units,Cost,Retail\n" + rows + total);
    const auto losses = ledger.report();
    EXPECT_EQ(units_of(losses), "15/10/5/2/3");
    EXPECT_NEAR(losses.totals.written_off.cost.value_or(-1), 17, 1e-9);
    EXPECT_NEAR(losses.totals.written_off.retail.value_or(-1), 33, 1e-9);
    EXPECT_TRUE(noted(first_sheet(report), "value_of_all"));
  }
  // Of products the total row proves it; without one a bare cost stays that of one unit.
  const std::string products = "1,Spoilage,10,12.00\n2,Shrinkage,5,5.00\n3,Spoilage,4,3.00\n";
  for (const auto& [total, cost] : {std::pair{"Total,,19,20.00\n", 20.0}, {"", 157.0}}) {
    const TestLedger ledger;
    (void)ledger.take("losses.csv", "SKU,Reason,Units,Cost\n" + products + total);
    EXPECT_NEAR(ledger.report().totals.written_off.cost.value_or(-1), cost, 1e-9) << total;
  }
}

TEST(Strangers, VarianceIsSignedAsBookAndCountProve) {
  for (const auto& [names, rows] :
       {std::pair{"System Qty,Counted Qty,Variance", "10,7,3,3.00;5,6,-1,-1.00;9,5,4,4.00"},
        {"System Qty,Counted Qty,Variance", "10,7,-3,-3.00;5,6,1,1.00;9,5,-4,-4.00"},
        {"System,Actual,Difference", "10,7,3,3.00;5,6,-1,-1.00;9,5,4,4.00"},
        {"Book Qty,Physical Qty,Shortage/(Overage)", "10,7,3,3.00;5,6,(1),(1.00);9,5,4,4.00"}}) {
    const TestLedger ledger;
    std::string text = fmt::format("Store,SKU,{},Variance Value\n", names);
    int sku = 0;
    std::string row;
    for (const char c : std::string(rows) + ";") {
      if (c != ';') {
        row += c;
        continue;
      }
      text += fmt::format("A,{},{}\n", ++sku, row);
      row.clear();
    }
    (void)ledger.take("stocktake.csv", text);
    EXPECT_EQ(units_of(ledger.report()), "7/0/7/1/6") << text;
  }
}

/// What stands beside "From:" and "To:" is the report's period; two dates in a row are no months across.
TEST(Strangers, ALabelRowWithTwoDatesIsNoHeader) {
  const TestLedger ledger;
  (void)ledger.take("Shrink Report.csv",
                    "Shrink Report\nFrom:,1/1/2024,To:,1/31/2024\n\n"
                    "Vend Item,Units Sold,Spoilage,Spoilage Cost,Shrink,Shrink Cost\n"
                    "Coke,30,3,3.30,2,2.20\nDiet,20,0,0,5,5.50\nBar,10,1,0.70,-1,-0.70\n"
                    "Gum,5,2,1.00,4,2.00\nChips,50,1,0.50,0,0\nCake,40,2,4.00,1,2.00\n");
  const auto losses = ledger.report();
  EXPECT_EQ(units_of(losses), "21/9/12/1/11");
  EXPECT_EQ(losses.first_day, "2024-01-31");
}

/// A loss without a reason is a loss: it is kept, listed, and holds back publication.
TEST(Strangers, ALossWithoutAReasonIsKeptAndListed) {
  const TestLedger ledger;
  const auto report = ledger.take("adjustments.csv",
                                  "Date,Store,SKU,Qty,Reason,Total Cost\n2024-03-01,S1,A,-10,Spoilage,-10.00\n"
                                  "2024-03-02,S1,B,-4,,-4.00\n2024-03-03,S1,C,-6,N/A,-6.00\n"
                                  "2024-03-04,S1,D,-3,Shrink,-3.00\n");
  EXPECT_EQ(first_sheet(report).rejected, 0);
  ASSERT_EQ(report.manifest.unmapped.size(), 1U);
  EXPECT_EQ(report.manifest.unmapped[0].reason, "(no reason)");
  auto losses = ledger.report();
  EXPECT_FALSE(losses.published);
  EXPECT_EQ(units_of(losses), "13/10/3/0/3");
  EXPECT_NEAR(losses.totals.unmapped.units, 10, 1e-9);
  (void)ledger.take("classes.csv", "code,class\n(no reason),LOST\n");
  losses = ledger.report();
  EXPECT_TRUE(losses.published);
  EXPECT_EQ(units_of(losses), "23/10/13/0/13");
}

TEST(Strangers, RowsLeftOutAreWarnedOf) {
  const TestLedger ledger;
  const auto report = ledger.take("adjustments.csv",
                                  "Date,Store,SKU,Qty,Reason\n2024-03-01,S1,A,-10,Spoilage\n"
                                  "2024-02-30,S1,B,-4,Shrink\n");
  EXPECT_EQ(warned(report.manifest, "rejected"), 1);
}

/// Two words of one column; a column that restates others by its name; part of a whole.
TEST(Strangers, ColumnsOfSeveralWords) {
  EXPECT_EQ(losses_of("Customer,SKU,Spoilage Units,Shrink/Theft Units\nA,1,3,2\nA,2,0,5\nB,3,1,-1\nB,4,2,4\n"),
            "17/6/11/1/10");
  EXPECT_EQ(losses_of("Customer,SKU,Total Spoilage Units,Total Shrink Units\nA,1,3,2\nA,2,0,5\nB,3,1,-1\n"),
            "11/4/7/1/6");
  EXPECT_EQ(losses_of("Month,Shrink,Known Shrink,Unknown Shrink\n2024-01,100,60,40\n2024-02,80,50,30\n"
                      "2024-03,90,25,65\n"),
            "270/135/135/0/135");
  EXPECT_EQ(losses_of("SKU,Spoilage,Variance,Total Loss\n1,4,-3,7\n2,1,-2,3\n3,2,4,-2\n4,2,-6,8\n"), "20/9/11/4/7");
  const TestLedger ledger;
  (void)ledger.take("summary.csv",
                    "Month,Written off \xC2\xA3,of which spoilage \xC2\xA3,Unknown \xC2\xA3,Found \xC2\xA3\n"
                    "Jan 2024,100,60,40,5\nFeb 2024,80,50,30,0\nMar 2024,90,30,60,10\n");
  EXPECT_NEAR(ledger.report().totals.written_off.cost.value_or(-1), 270, 1e-9);
  EXPECT_NEAR(ledger.report().totals.spoilage.cost.value_or(-1), 140, 1e-9);
}

/// Which way a difference went may stand in its reason; what goods are says more than how they came.
TEST(Strangers, WhatAReasonSaysBesides) {
  const std::string header = "Date,Store,Product,Qty,Reason\n";
  EXPECT_EQ(losses_of(header + "2024-01-13,A,Coke,2,Stock count adj -\n2024-01-14,A,Coke,1,Stock count adj +\n"
                               "2024-01-15,A,Bar,3,Expired\n2024-01-16,A,Gum,4,Inventory Adjustment (-)\n"),
            "9/3/6/1/5");
  EXPECT_EQ(
      losses_of(header + "2024-01-13,A,Coke,10,over ripe\n2024-01-14,A,Coke,4,over date\n2024-01-14,A,Bar,6,knocked "
                         "over\n2024-01-15,A,Bar,2,could not be found\n2024-01-15,A,Bar,5,short date\n"),
      "27/25/2/0/2");
  EXPECT_EQ(losses_of(header + "2024-01-13,A,Coke,-3,Received damaged\n2024-01-14,A,Coke,-4,Stock transfer loss\n"
                               "2024-01-14,A,Bar,-2,customer return - damaged\n2024-01-15,A,Bar,20,Stock received\n"),
            "9/5/4/0/4");
}

/// What nothing names is left out, but not in silence where its name speaks of a loss.
TEST(Strangers, AColumnOfLossesThatNothingNamesIsWarnedOf) {
  const TestLedger ledger;
  const auto report =
      ledger.take("report.csv", "Customer,SKU,Spoilage,Shrink after audit,Facings\nA,1,3,2,4\nB,2,1,4,5\n");
  EXPECT_TRUE(noted(first_sheet(report), "figures_left_out"));
  EXPECT_EQ(warned(report.manifest, "losses_left_out"), 1);
  EXPECT_EQ(units_of(ledger.report()), "4/4/0/0/0");
}

TEST(Strangers, CurrencyInTheHeaderIsNoOtherColumn) {
  const TestLedger ledger;
  (void)ledger.take(
      "adjustments.csv",
      "Date,Store,SKU,Qty,Reason,Total Cost ($),Total Retail (USD)\n2024-01-13,A,1,-3,Expired,-3.00,-6.00\n"
      "2024-01-14,A,2,-2,Shrink,-4.00,-6.00\n");
  EXPECT_NEAR(ledger.report().totals.usl.cost.value_or(-1), 4, 1e-9);
  EXPECT_NEAR(ledger.report().totals.usl.retail.value_or(-1), 6, 1e-9);
}

/// Customers as labels above their blocks, or in the first row of them alone; two blocks of equal rows are two.
TEST(Strangers, CustomersOfBlocks) {
  const std::string header = "Product Code,Product,Spoilage,Shrink\n", rows = "1,Coke,1,3\n2,Bar,0,2\n";
  const TestLedger labelled;
  (void)labelled.take("Shrink.csv", "Shrink Report\nDate Range:,1/1/2024 - 1/31/2024\n\nCustomer:,Amazon\n" + header +
                                        rows + ",,1,5\n\nCustomer:,Ford\n" + header + rows + ",,1,5\n");
  EXPECT_EQ(units_of(labelled.report()), "12/2/10/0/10");
  EXPECT_EQ(labelled.query("SELECT count(DISTINCT store_id) FROM movement"), "2");
  const TestLedger once;
  const auto report = once.take("Shrink.csv",
                                "Customer,Product Code,Product,Spoilage,Shrink\nAmazon,1,Coke,1,3\n,2,Bar,0,2\n"
                                "Amazon Total,,,1,5\nFord,1,Coke,1,3\n,2,Bar,0,2\nFord Total,,,1,5\n");
  EXPECT_EQ(units_of(once.report()), "12/2/10/0/10");
  EXPECT_EQ(once.query("SELECT count(DISTINCT store_id) FROM movement"), "2");
  EXPECT_TRUE(noted(first_sheet(report), "names_said_once"));
}

/// A total beside nothing that it restates is the loss itself; one less what was found gets that back.
TEST(Strangers, ATotalThatAloneCarriesALossIsTaken) {
  EXPECT_EQ(losses_of("SKU,Spoilage,Gross Shrink,Overage,Net Shrink\n1,4,3,0,3\n2,1,0,2,-2\n3,2,5,1,4\n4,3,6,0,6\n"),
            "24/10/14/3/11");
  EXPECT_EQ(losses_of("SKU,Spoilage,Total Shrinkage,Overage\n1,4,3,0\n2,1,0,2\n3,2,5,1\n4,3,6,0\n"), "24/10/14/3/11");
  EXPECT_EQ(losses_of("SKU,Spoilage,Overage,Net Shrinkage\n1,4,0,3\n2,1,2,-2\n3,2,1,4\n4,3,0,6\n"), "24/10/14/3/11");
  EXPECT_EQ(losses_of("SKU,Spoilage,Shrink,Total Overage\n1,4,3,0\n2,1,0,2\n3,2,5,1\n4,3,6,0\n"), "24/10/14/3/11");
}

/// Found is found, however the rest is signed.
TEST(Strangers, OverageIsNeverALoss) {
  const TestLedger ledger;
  (void)ledger.take("report.csv", "SKU,Spoilage,Shrink,Overage\n1,-4,-3,0\n2,-1,0,-2\n3,-2,-5,-1\n4,-3,-6,0\n");
  EXPECT_EQ(units_of(ledger.report()), "24/10/14/3/11");
}

/// Section 8 of the brief: what two snapshots and the sales between them leave over was called shrink, with no
/// receipts.
TEST(Strangers, ResidualsOfSnapshotsAreRefused) {
  const TestLedger ledger;
  const auto report =
      ledger.import({ledger.write("Inventory Report.csv",
                                  "Customer,SKU,Start Inventory,End Inventory,Units Sold,Shrink\nA,1,39,9,13,17\n"
                                  "A,2,20,14,12,0\nA,3,30,20,5,5\nB,1,18,9,6,3\nB,2,10,40,12,0\n")});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->files.at(0).outcome, ImportedFile::Outcome::refused);
  EXPECT_NE(report->files.at(0).reason.find("with nothing of what was received"), std::string::npos)
      << report->files.at(0).reason;
}

TEST(Strangers, SharesAreNoUnits) {
  const TestLedger ledger;
  const auto report = ledger.import(
      {ledger.write("rates.csv", "Customer,SKU,Shrink,Spoilage\nA,1,93%,11%\nA,2,264%,34%\nB,1,5%,0%\n")});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->files.at(0).outcome, ImportedFile::Outcome::refused);
  EXPECT_NE(report->files.at(0).reason.find("hold shares"), std::string::npos) << report->files.at(0).reason;
}

/// A whole report several times over, with its address, title and totals.
TEST(Strangers, AReportRepeatedWithItsTitleCountsOnce) {
  std::string once =
      ",,,,Acme Micro Markets\n,,,,,1200 Industrial Pkwy\nLoss Report\nDate Range:,01/01/2024 - 01/31/2024\n\n"
      "Customer,SKU,Units Sold,Spoilage,Shrink\n";
  for (const std::string customer : {"Ford", "Honda", "Kia"}) {
    for (int sku = 1; sku <= 10; ++sku) once += fmt::format("{},{},{},1,{}\n", customer, sku, 3 * sku, sku);
    once += ",,165,10,55\n\n";
  }
  once += "Total,,,30,165\n\n";
  const TestLedger ledger;
  (void)ledger.take("loss.csv", once + once + once);
  EXPECT_EQ(units_of(ledger.report()), "195/30/165/0/165");
}

/// Money of all units beside the units of one loss: totals prove it, or every quotient is whole cents.
TEST(Strangers, MoneyOfAllUnitsIsProvedByTotalsOrByQuotients) {
  const TestLedger report;
  (void)report.take(
      "report.csv",
      "Customer,SKU,Product,Units Sold,Units Spoiled,Cost,Retail\nA,1,Coke,9,3,2.55,6.75\nA,2,Bar,9,4,3.40,"
      "9.00\n,,,18,7,5.95,15.75\n");
  EXPECT_NEAR(report.report().totals.spoilage.cost.value_or(-1), 5.95, 1e-9);
  EXPECT_NEAR(report.report().totals.spoilage.retail.value_or(-1), 15.75, 1e-9);
  const std::string header = "Date,Store,SKU,Reason,Units,Cost\n";
  const TestLedger all;
  (void)all.take("adjustments.csv", header +
                                        "2024-03-01,A,1,Shrink,3,2.61\n2024-03-01,A,2,Shrink,7,8.96\n2024-03-01,A,3,"
                                        "Shrink,4,3.64\n2024-03-01,A,4,Shrink,6,7.02\n2024-03-01,A,5,Shrink,5,6.15\n");
  EXPECT_NEAR(all.report().totals.usl.cost.value_or(-1), 28.38, 1e-9);
  const TestLedger each;
  (void)each.take("adjustments.csv", header +
                                         "2024-03-01,A,1,Shrink,3,0.87\n2024-03-01,A,2,Shrink,7,1.28\n2024-03-01,A,3,"
                                         "Shrink,4,0.91\n2024-03-01,A,4,Shrink,6,1.17\n2024-03-01,A,5,Shrink,5,1.23\n");
  EXPECT_NEAR(each.report().totals.usl.cost.value_or(-1), 28.38, 1e-9);
}

/// Of a type and the reason beside it the one counts that says what became of the goods.
TEST(Strangers, ATypeDoesNotHideTheReason) {
  for (const std::string type : {"Transaction Type", "Type"}) {
    for (const std::string what : {"Inventory Adjustment", "Write-off", "Cycle Count"}) {
      const std::string day = "2024-05-01,Denver,";
      EXPECT_EQ(losses_of("Date,Location,Item," + type + ",Reason,Quantity\n" + day + "A," + what + ",Spoilage,-2\n" +
                          day + "B," + what + ",Shrinkage,-3\n" + day + "C," + what + ",Damaged,-4\n"),
                "9/6/3/0/3")
          << type << " " << what;
    }
  }
  EXPECT_EQ(losses_of("Date,Location,Item,Type,Reason,Quantity\n2024-05-01,1,A,Waste,Unknown,-2\n2024-05-01,1,B,"
                      "Sale,Spoilage,-3\n"),
            "2/2/0/0/0");
  EXPECT_EQ(
      losses_of("Date,Type,Adjustment Account,Location,Item,Quantity\n4/1/2024,Inventory Adjustment,5220 Inventory "
                "Shrinkage,1,A,-2\n4/2/2024,Inventory Adjustment,5230 Damaged Goods,1,B,-3\n"),
      "5/3/2/0/2");
}

/// A column beside the reason may say which way the stock went.
TEST(Strangers, IncreaseAndDecrease) {
  EXPECT_EQ(losses_of("Date,Store,SKU,Adj Type,Reason,Qty\n2024-05-01,1,A,Increase,Count correction,3\n2024-05-02,1,B,"
                      "Decrease,Spoilage,2\n2024-05-03,1,C,Decrease,Count correction,4\n"),
            "6/2/4/3/1");
  EXPECT_EQ(losses_of("Date,Store,SKU,Reason,Adj Type,Qty\n2024-05-01,1,A,Count correction,+,3\n2024-05-02,1,B,"
                      "Spoilage,-,2\n2024-05-03,1,C,Count correction,-,4\n"),
            "6/2/4/3/1");
}

/// Beside a change, a bare quantity is the level after it.
TEST(Strangers, AChangeComesBeforeALevel) {
  EXPECT_EQ(losses_of("Date,Store,SKU,Reason,Quantity,Adjustment\n2024-05-01,1,A,Shrink,6,-4\n2024-05-02,1,B,Spoilage,"
                      "2,-4\n2024-05-03,1,B,Count,12,3\n"),
            "8/4/4/3/1");
}

/// A number or a trend that is called an adjustment or a change is no quantity.
/// The plainest summary there is: no product, no store.
TEST(Strangers, WhatWasLostForEachReasonAndNothingElse) {
  EXPECT_EQ(losses_of("Reason,Quantity,Amount\nShrinkage,12,144.50\nSpoilage,30,88.10\nDamage,4,20.00\n"),
            "46/34/12/0/12");
  EXPECT_EQ(losses_of("Loss Summary\nMay 2024\n\nReason,Quantity,Amount\nShrinkage,12,144.50\nSpoilage,30,88.10\n"
                      "Total,42,232.60\n"),
            "42/30/12/0/12");
  EXPECT_EQ(losses_of("Date,Reason,Units\n2024-05-01,Shrinkage,12\n2024-05-02,Spoilage,30\n2024-05-03,Found,4\n"),
            "42/30/12/4/8");
}

TEST(Strangers, AnAdjustmentsNumberIsNoQuantity) {
  EXPECT_EQ(losses_of("Adjustment #,Date,Location,Item,Quantity,Reason\n10452,2024-05-01,Oak,Cola,-3,Spoilage\n10453,"
                      "2024-05-02,Oak,Bar,-2,Shrink\n"),
            "5/3/2/0/2");
  EXPECT_EQ(
      losses_of("Store,Item,Qty,Reason,Change\nOak,Cola,3,Spoilage,1\nOak,Bar,2,Shrink,-1\nElm,Cola,5,Spoilage,2\n"
                "Elm,Bar,4,Shrink,0\n"),
      "14/8/6/0/6");
}

/// Cases are as many units as their row says.
TEST(Strangers, CasesOfTheirRow) {
  EXPECT_EQ(
      losses_of("Date,Store,SKU,Reason,Qty,UOM,Case Pack\n2024-05-01,1,A,Spoilage,-2,CS,12\n2024-05-02,1,B,Shrink,"
                "-3,EA,12\n2024-05-03,1,C,Shrink,-1,CS,6\n"),
      "33/24/9/0/9");
}

/// Of two zones that were counted, one states the book.
TEST(Strangers, TheBookStandsOnceForAllZones) {
  EXPECT_EQ(
      losses_of("Date,Store,SKU,Zone,Expected,Counted,Unit Cost\n2024-05-01,1,A,Front,10,4,1\n2024-05-01,1,A,Back,"
                ",4,1\n2024-05-01,1,B,Front,3,2,1\n2024-05-01,1,B,Back,,2,1\n"),
      "2/0/2/1/1");
}

/// A kind in the title, with the cost of one and of all; codes that a spreadsheet was told to keep as they are.
TEST(Strangers, CostOfOneBesideCostOfAll) {
  const TestLedger ledger;
  (void)ledger.take("shrink.csv",
                    "Shrink Report\nItem #,Description,Qty,Cost,Extended Cost\nA,Apple,2,1.50,3.00\nB,Pear,3,"
                    "0.70,2.10\nTotal,,5,,5.10\n");
  EXPECT_NEAR(ledger.report().totals.usl.cost.value_or(0), 5.10, 1e-9);
  const TestLedger codes;
  (void)codes.take("adjustments.csv",
                   "Date,Store,SKU,Reason,Qty\n2024-05-01,\"=\"\"101\"\"\",\"=\"\"0012\"\"\",Shrink,-1\n");
  EXPECT_EQ(codes.query("SELECT store_id, sku_id FROM movement"), "101,0012");
}

}  // namespace
}  // namespace shrike
