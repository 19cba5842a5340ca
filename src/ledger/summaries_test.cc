// Summaries for people as strangers write them: names across, headings, sheets that add up others.

#include <gtest/gtest.h>

#include "ledger/ledger_testing.h"
#include "ledger/preamble.h"
#include "ledger/xlsx_testing.h"

namespace shrike {
namespace {

using Cells = std::vector<std::vector<std::string>>;

/// A workbook with sheets of texts and numbers.
std::filesystem::path workbook(const TestLedger& ledger, const std::string& name,
                               const std::vector<std::pair<std::string, Cells>>& sheets) {
  const auto file = ledger.write(name, "");
  const std::string type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet";
  std::string list, targets;
  std::vector<std::pair<std::string, std::string>> parts;
  for (size_t s = 0; s < sheets.size(); ++s) {
    const auto id = std::to_string(s + 1);
    list += R"(<sheet name=")" + sheets[s].first + R"(" sheetId=")" + id + R"(" r:id="rId)" + id + R"("/>)";
    targets +=
        R"(<Relationship Id="rId)" + id + R"(" Type=")" + type + R"(" Target="worksheets/sheet)" + id + R"(.xml"/>)";
    std::string rows;
    for (const auto& row : sheets[s].second) {
      rows += "<row>";
      for (const auto& cell : row) {
        const bool number = !cell.empty() && cell.find_first_not_of("0123456789.-") == std::string::npos;
        rows += number ? "<c><v>" + cell + "</v></c>" : R"(<c t="inlineStr"><is><t>)" + cell + "</t></is></c>";
      }
      rows += "</row>";
    }
    parts.emplace_back("xl/worksheets/sheet" + id + ".xml",
                       "<worksheet><sheetData>" + rows + "</sheetData></worksheet>");
  }
  parts.emplace_back("xl/workbook.xml", R"(<workbook xmlns:r="r"><sheets>)" + list + "</sheets></workbook>");
  parts.emplace_back("xl/_rels/workbook.xml.rels", "<Relationships>" + targets + "</Relationships>");
  std::filesystem::remove(file);
  testing_zip(file, parts);
  return file;
}

std::string losses_of(const std::vector<std::pair<std::string, Cells>>& sheets,
                      const std::string& name = "Shrink.xlsx") {
  const TestLedger ledger;
  const auto imported = ledger.import({workbook(ledger, name, sheets)});
  EXPECT_TRUE(imported) << (imported ? "" : imported.error().message);
  return units_of(ledger.report());
}

/// A sheet a month or a market, and one that adds them up: it counts once, whatever else says what its sheets are.
TEST(Summaries, ASheetThatAddsUpTheOthers) {
  const Cells jan{{"Store", "Spoilage Units", "Shrink Units"}, {"101", "3", "2"}, {"102", "1", "5"}};
  const Cells feb{{"Store", "Spoilage Units", "Shrink Units"}, {"101", "4", "1"}, {"102", "2", "2"}};
  const Cells sum{{"Store", "Spoilage Units", "Shrink Units"}, {"101", "7", "3"}, {"102", "3", "7"}};
  const Cells other{{"Store", "Spoilage Units", "Shrink Units"}, {"101", "9", "0"}, {"102", "0", "1"}};
  EXPECT_EQ(losses_of({{"Jan", jan}, {"Feb", feb}}), "20/10/10/0/10");
  EXPECT_EQ(losses_of({{"Jan", jan}, {"Feb", feb}, {"YTD", sum}}), "20/10/10/0/10");
  EXPECT_EQ(losses_of({{"Total", sum}, {"Jan 2024", jan}, {"Feb 2024", feb}}), "20/10/10/0/10");
  EXPECT_EQ(losses_of({{"Lobby", jan}, {"Plant 4", feb}, {"All Markets", sum}}), "20/10/10/0/10");
  EXPECT_EQ(losses_of({{"Jan", jan}, {"Feb", feb}, {"YTD", other}}), "30/19/11/0/11") << "this one adds up nothing";
}

TEST(Summaries, SheetsNamedAfterMonthsAreOfThem) {
  const TestLedger ledger;
  const Cells jan{{"Store", "Spoilage Units", "Shrink Units"}, {"101", "3", "2"}, {"102", "1", "5"}};
  const Cells feb{{"Store", "Spoilage Units", "Shrink Units"}, {"101", "4", "1"}, {"102", "2", "2"}};
  ASSERT_TRUE(ledger.import({workbook(ledger, "Shrink 2024.xlsx", {{"Jan", jan}, {"Feb 2024", feb}})}));
  EXPECT_EQ(ledger.query("SELECT day, sum(-qty) FROM movement GROUP BY day ORDER BY day"),
            "2024-01-31,11.000;2024-02-29,9.000");
}

TEST(Summaries, PeriodsInNames) {
  const auto days = [](const char* name) {
    const auto period = period_in_name(name);
    return period ? std::make_pair(period->from, period->to) : std::make_pair(int64_t{0}, int64_t{0});
  };
  EXPECT_EQ(days("shrink_20240501_20240531.csv"), std::make_pair(int64_t{19844}, int64_t{19874}));
  EXPECT_EQ(days("shrink 2024-05-01 to 2024-05-31.csv"), std::make_pair(int64_t{19844}, int64_t{19874}));
  EXPECT_EQ(days("Shrink May 2024.xlsx"), std::make_pair(int64_t{19844}, int64_t{19874}));
  EXPECT_EQ(days("Shrink Jan-Mar 2024.csv"), std::make_pair(int64_t{19723}, int64_t{19813}));
  EXPECT_EQ(days("shrink_2024-05.csv"), std::make_pair(int64_t{19844}, int64_t{19874}));
  EXPECT_FALSE(period_in_name("Shrink by 20 stores.csv"));
  EXPECT_EQ(year_in("Shrink 2024.xlsx"), "2024");
  EXPECT_EQ(year_in("store 20241.csv"), "");
}

/// Names of markets over the same measures, with a total at the right; pandas' way to tell equal names apart.
TEST(Summaries, NamedMarketsAcross) {
  const TestLedger ledger;
  (void)ledger.take(
      "loss.csv",
      "Loss report\n,Lakeside,,Mercy Hospital,,Total,\nDepartment,Spoilage Units,Shrink Units,Spoilage Units,"
      "Shrink Units,Spoilage Units,Shrink Units\nBeverage,8,2,2,5,10,7\nSnacks,5,7,1,4,6,11\n"
      "Total,13,9,3,9,16,18\n");
  EXPECT_EQ(units_of(ledger.report()), "34/16/18/0/18");
  EXPECT_EQ(ledger.query("SELECT store_id, sum(-qty) FROM movement GROUP BY 1 ORDER BY 1"),
            "Lakeside,22.000;Mercy Hospital,12.000");
  const TestLedger titled;
  (void)titled.take(
      "Shrink by Location.csv",
      "Shrink by Location\n,,Lakeside,,Mercy Hospital,\nItem #,Item,Units,Cost,Units,Cost\n1,Cola,2,1.70,1,"
      "0.85\n2,Bar,3,2.13,4,2.84\nTotal,,5,3.83,5,3.69\n");
  EXPECT_EQ(units_of(titled.report()), "10/0/10/0/10");
  const TestLedger pandas;
  (void)pandas.take("loss.csv",
                    ",Spoilage,,Shrink,\nMarket,Qty,Cost,Qty.1,Cost.1\nLakeside,3,4.5,2,3.0\nMercy,8,12.0,6,9.0\n");
  EXPECT_EQ(units_of(pandas.report()), "19/11/8/0/8");
}

/// Reasons down, markets across; a variance of values is money; figures in thousands are refused.
TEST(Summaries, MoneyAcrossAndOfDifferences) {
  const TestLedger across;
  (void)across.take("Loss summary.csv",
                    "Loss summary $\nReason,Lakeside,Mercy,Total\nSpoilage,47.86,37.17,85.03\nShrink,10.20,5.05,15.25\n"
                    "Total,58.06,42.22,100.28\n");
  EXPECT_EQ(across.query("SELECT store_id, round(sum(-cost), 2) FROM movement GROUP BY 1 ORDER BY 1"),
            "Lakeside,58.06;Mercy,42.22");
  const TestLedger values;
  (void)values.take(
      "inventory.csv",
      "Date,Store,Department,Expected Value,Actual Value,Variance\n2024-05-01,101,Dairy,1000.5,980.25,-20.25\n"
      "2024-05-01,101,Meat,500,510,10\n2024-05-01,102,Dairy,800,760,-40\n");
  EXPECT_EQ(units_of(values.report()), "0/0/0/0/0");
  EXPECT_NEAR(values.report().totals.usl.cost.value_or(0), 60.25, 1e-9);
  const TestLedger thousands;
  const auto refused = thousands.import({thousands.write(
      "loss.csv", "Loss by store ($ in thousands)\nStore,Spoilage $,Shrink $\n101,1.2,3.4\n102,2.2,1.4\n")});
  ASSERT_TRUE(refused);
  EXPECT_NE(refused->files.at(0).reason.find("in thousands"), std::string::npos) << refused->files.at(0).reason;
}

/// What is compared across, or how it is measured, is no store.
TEST(Summaries, WhatStandsAcrossMayBeNoStore) {
  const auto stores_of = [](const std::string& text) {
    const TestLedger ledger;
    const auto imported = ledger.import({ledger.write("loss.csv", text)});
    EXPECT_TRUE(imported);
    return ledger.query("SELECT string_agg(DISTINCT store_id, ' ' ORDER BY store_id) FROM movement");
  };
  for (const std::string names : {"Reason,Quantity,Amount", "Reason,Units,Cost", "Reason,This Month,Last Month"}) {
    const auto stores = stores_of(names + "\nExpired,12,18.00\nDamaged,4,6.50\nShrink,30,41.20\n");
    EXPECT_EQ(stores.find("Quantity"), std::string::npos) << stores;
    EXPECT_EQ(stores.find("Units"), std::string::npos) << stores;
    EXPECT_EQ(stores.find("Month"), std::string::npos) << stores;
  }
  for (const std::string names : {",MTD,,YTD,", ",This Year,,Last Year,"})
    EXPECT_EQ(
        stores_of(names + "\nStore,Spoilage $,Shrink $,Spoilage $,Shrink $\nOak,10.00,5.00,52.00,26.00\nElm,8.00,3.00,"
                          "49.00,24.00\n")
            .find("YTD"),
        std::string::npos);
  EXPECT_EQ(
      stores_of(",Lakeside,,Mercy,,Company,\nDepartment,Spoilage $,Shrink $,Spoilage $,Shrink $,Spoilage $,Shrink "
                "$\nDairy,1.5,2.5,3.5,4.5,5,7\nMeat,2.5,1.5,1.5,2.5,4,4\n"),
      "Lakeside Mercy");
}

/// Below a report that says whose it is, headings are its departments; they go on over pages.
TEST(Summaries, DepartmentsAsHeadings) {
  for (const std::string mark : {"", "Department: "}) {
    const TestLedger ledger;
    (void)ledger.take("shrink.csv", "Store: 12\nItem,Description,Spoilage Units,Shrink Units\n" + mark +
                                        "Beverage\n1,Cola,3,2\n2,Tea,1,0\n" + mark + "Snacks\n3,Bar,2,4\n" + mark +
                                        "Snacks (continued)\n4,Nuts,1,1\n");
    EXPECT_EQ(
        ledger.query("SELECT store_id, p.category, sum(-qty) FROM movement JOIN product p USING (sku_id) GROUP BY "
                     "ALL ORDER BY ALL"),
        "12,Beverage,6.000;12,Snacks,8.000")
        << mark;
  }
}

/// Known losses written against unknown ones are losses both.
TEST(Summaries, SpoilageAgainstShrink) {
  EXPECT_EQ(losses_of({{"S",
                        {{"Store", "Spoilage Units", "Shrink Units"},
                         {"1", "3", "-2"},
                         {"2", "4", "-1"},
                         {"3", "5", "-6"},
                         {"4", "1", "-1"}}}}),
            "23/13/10/0/10");
  EXPECT_EQ(losses_of({{"S",
                        {{"Store", "Spoilage Units", "Shrink Units"},
                         {"1", "-3", "2"},
                         {"2", "-4", "1"},
                         {"3", "-5", "6"},
                         {"4", "-1", "1"}}}}),
            "13/13/0/10/-10")
      << "signed as the stock, what is above nothing was found";
  EXPECT_EQ(losses_of({{"S",
                        {{"Store", "Spoilage Units", "Variance Units"},
                         {"1", "-3", "2"},
                         {"2", "-4", "1"},
                         {"3", "-5", "6"},
                         {"4", "-1", "1"}}}}),
            "13/13/0/10/-10")
      << "of a variance nobody says that it is a loss";
}

}  // namespace
}  // namespace shrike
