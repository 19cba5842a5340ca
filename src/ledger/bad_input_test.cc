// Input that is wrong in one way each: named in the message or counted as a warning, and nothing else lost.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ledger/duck.h"
#include "ledger/ledger_testing.h"
#include "ledger/xlsx_testing.h"

namespace shrike {
namespace {

constexpr const char* kCounts = "count_id,store_id,sku_id,qty_counted,ts_scanned\n";

std::string refusal(const TestLedger& ledger, const std::filesystem::path& file) {
  const auto report = ledger.import({file});
  EXPECT_TRUE(report) << (report ? "" : report.error().message);
  if (!report || report->files.at(0).outcome != ImportedFile::Outcome::refused) return "it was taken";
  return report->files.at(0).reason;
}

TEST(BadInput, NegativeCountsAreRejected) {
  const TestLedger ledger;
  const auto report =
      ledger.take("counts.csv", std::string(kCounts) + "C1,S1,A,-3,2024-01-01 20:00\nC1,S1,B,3,2024-01-01 20:00\n");
  EXPECT_EQ(report.manifest.tables.at("count"), 1);
  EXPECT_NE(ledger.text_of("rejects.csv").find("below zero"), std::string::npos);
}

TEST(BadInput, OverlappingCountsBothStandAndAreCounted) {
  const TestLedger ledger;
  const auto report =
      ledger.take("counts.csv", std::string(kCounts) + "C1,S1,A,3,2024-01-01 20:00\nC2,S1,A,4,2024-01-01 20:00\n");
  EXPECT_EQ(report.manifest.tables.at("count"), 2);
  EXPECT_EQ(warned(report.manifest, "overlapping_counts"), 1);
}

TEST(BadInput, AStoreAndAProductOnlyInSalesAreCounted) {
  const TestLedger ledger;
  ledger.take("adj.csv", "store_id,sku_id,date,qty,reason\nS1,A,2024-01-05,-3,Spoilage\n");
  ledger.take("receipts.csv", "store_id,sku_id,date,qty_received\nS1,A,2024-01-03,20\n");
  const auto report = ledger.take(
      "sales.csv",
      "store_id,sku_id,date,qty,net_value\nS1,A,2024-01-02,5,10\nS9,A,2024-01-02,5,10\nS1,Z,2024-01-02,1,1\n");
  EXPECT_EQ(warned(report.manifest, "only_sales_stores"), 1);
  EXPECT_EQ(warned(report.manifest, "only_sales_products"), 1);
  EXPECT_EQ(report.manifest.tables.at("store"), 2);
}

TEST(BadInput, ACountWithoutAHeaderIsRejectedByRow) {
  const TestLedger ledger;
  const auto report = ledger.take("lines.csv", "count_id,sku_id,qty_counted\nC1,A,3\n");
  EXPECT_EQ(report.manifest.tables.at("count"), 0);
  EXPECT_NE(ledger.text_of("rejects.csv").find("no header that names the store"), std::string::npos);
}

TEST(BadInput, AParquetWithAWrongSchemaIsNamed) {
  const TestLedger ledger;
  const auto file = ledger.write("wrong.parquet", "");
  auto duck = Duck::open({});
  ASSERT_TRUE(duck);
  ASSERT_TRUE(
      duck->run("COPY (SELECT 1 AS colour, [1, 2] AS sizes) TO " + sql_text(file.string()) + " (FORMAT parquet)"));
  const auto told = refusal(ledger, file);
  EXPECT_NE(told.find("wrong.parquet"), std::string::npos) << told;
  EXPECT_NE(told.find("colour"), std::string::npos) << told;
}

TEST(BadInput, AParquetOfTheRightSchemaIsRead) {
  const TestLedger ledger;
  const auto file = ledger.write("adj.parquet", "");
  auto duck = Duck::open({});
  ASSERT_TRUE(duck);
  ASSERT_TRUE(
      duck->run("COPY (SELECT 'S1' AS store_id, 7 AS sku_id, DATE '2024-02-29' AS date, -2.5::DECIMAL(9,2) AS qty, "
                "'Shrink' AS reason, TIMESTAMP '2024-03-01 10:00:00' AS posted_at) TO " +
                sql_text(file.string()) + " (FORMAT parquet)"));
  const auto report = ledger.import({file});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->files.at(0).outcome, ImportedFile::Outcome::imported) << report->files.at(0).reason;
  EXPECT_EQ(ledger.query("SELECT sku_id, qty, day FROM movement"), "7,-2.500,2024-02-29");
}

TEST(BadInput, ACutOffFileOfEachKindIsNamed) {
  const TestLedger ledger;
  for (const auto& [name, content] : {std::pair{"a.parquet", "PAR1\1\2\3"},
                                      {"b.xlsx", "PK\3\4 and no more"},
                                      {"c.json", "{\"events\": [{\"a\": 1}"},
                                      {"d.csv", ""}}) {
    const auto told = refusal(ledger, ledger.write(name, content));
    EXPECT_NE(told.find(name), std::string::npos) << told;
  }
}

TEST(BadInput, PackFaultsDoNotHide) {
  // Received as cases, booked as pieces: the difference is a multiple of pack − 1 and stays in the variance.
  const TestLedger ledger;
  ledger.take("products.csv", "sku_id,name,base_uom,pack_qty\nA,Cola,EA,12\n");
  ledger.take("adj.csv", "store_id,sku_id,date,qty,reason\nS1,A,2024-01-05,-1,Spoilage\n");
  ledger.take("sales.csv", "store_id,sku_id,ts,qty,net_value\nS1,A,2024-01-06 10:00,1,1\n");
  ledger.take("receipts.csv", "store_id,sku_id,ts_physical,qty_received\nS1,A,2024-01-04 08:00,2\n");
  ledger.take("counts.csv", std::string(kCounts) + "C1,S1,A,10,2024-01-01 20:00\nC2,S1,A,32,2024-01-10 20:00\n");
  EXPECT_EQ(ledger.query("SELECT v FROM interval WHERE t1 IS NOT NULL"), "-22.000");
}

TEST(BadInput, AnUnknownClassInAReasonMapIsCounted) {
  const TestLedger ledger;
  ledger.take("adj.csv", "store_id,sku_id,date,qty,reason\nS1,A,2024-01-05,-3,Zorblax\n");
  const auto report = ledger.take("map.csv", "code,class\nZorblax,NO_SUCH\n");
  EXPECT_EQ(warned(report.manifest, "unknown_class"), 1);
  EXPECT_EQ(report.manifest.unmapped.size(), 1U);
}

TEST(BadInput, AnUnfinishedImportIsRefusedAndTheNextOneMends) {
  const TestLedger ledger;
  const char* text = "store_id,sku_id,date,qty,reason\nS1,A,2024-01-05,-3,Spoilage\n";
  auto report = ledger.take("adj.csv", text);
  report.manifest.ready = false;
  ASSERT_TRUE(write_manifest(ledger.dir(), report.manifest));
  const auto refused = open_ledger(ledger.dir());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("interrupted"), std::string::npos);
  ledger.take("adj.csv", text);
  EXPECT_EQ(ledger.report().totals.spoilage.units, 3);
}

/// A cell that is read must not depend on how many distinct keys there are.
TEST(BadInput, ManyDistinctProductsAreOnlyMany) {
  const TestLedger ledger;
  std::string text = "store_id,sku_id,date,qty,reason\n";
  for (int i = 0; i < 20'000; ++i) text += fmt::format("S{},P{:06},2024-01-05,-1,Shrink\n", i % 300, i);
  const auto report = ledger.take("many.csv", text);
  EXPECT_EQ(report.manifest.tables.at("product"), 20'000);
  EXPECT_EQ(ledger.report().totals.usl.units, 20'000);
}

}  // namespace
}  // namespace shrike
