#include "ledger/mapping.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ledger/ledger_testing.h"

namespace shrike {
namespace {

constexpr const char* kMoved = "SELECT kind, class, qty, usl FROM movement ORDER BY source, \"row\", qty";

TEST(Mapping, SapMaterialDocuments) {
  const TestLedger ledger;
  const auto report =
      ledger.take("MSEG.csv",
                  "MBLNR;MJAHR;ZEILE;BUDAT;WERKS;LGORT;MATNR;BWART;SHKZG;MENGE;MEINS;GRUND;USNAM\n"
                  "4900000001;2024;1;20240105;R001;0001;000000000000004711;101;S;24,000;ST;;MEIER\n"
                  "4900000002;2024;1;05.01.2024;R001;0001;000000000000004711;551;H;2,000;ST;;MEIER\n"
                  "4900000003;2024;1;06.01.2024;R001;0001;000000000000004711;552;S;1,000;ST;;MEIER\n"
                  "4900000004;2024;1;07.01.2024;R001;0001;000000000000004711;702;H;3,000;ST;;MEIER\n"
                  "4900000005;2024;1;08.01.2024;R001;0001;000000000000004711;701;S;1,000;ST;;MEIER\n"
                  "4900000006;2024;1;09.01.2024;R001;0001;000000000000004711;251;H;4,000;ST;;MEIER\n"
                  "4900000007;2024;1;10.01.2024;R001;0001;000000000000004711;551;H;5,000;ST;0099;MEIER\n"
                  "4900000007;2024;1;10.01.2024;R001;0001;000000000000004711;551;H;5,000;ST;0099;MEIER\n");
  EXPECT_EQ(report.manifest.sources.at(0).sheets.at(0).system, "sap_im");
  EXPECT_EQ(ledger.query(kMoved),
            "receipt,NULL,24.000,0.000;adjustment,SPOILAGE,-2.000,0.000;adjustment,SPOILAGE,1.000,0.000;"
            "adjustment,COUNT_VAR,-3.000,3.000;adjustment,COUNT_VAR,1.000,-1.000;sale,NULL,-4.000,0.000;"
            "adjustment,UNMAPPED,-5.000,0.000");
  ASSERT_EQ(report.manifest.unmapped.size(), 1U);
  EXPECT_EQ(report.manifest.unmapped[0].reason, "551/0099");
}

TEST(Mapping, SapCountsInterpretTheirOwnColumns) {
  const TestLedger ledger;
  ledger.take("ISEG.csv",
              "IBLNR;GJAHR;ZEILI;MATNR;WERKS;LGORT;ZLDAT;BUCHM;MENGE;MEINS;USNAZ\n"
              "100000001;2024;1;4711;R001;0001;31.01.2024;12,000;11,000;ST;MEIER\n"
              "100000001;2024;2;4711;R001;0002;31.01.2024;3,000;3,000;ST;MEIER\n");
  EXPECT_EQ(ledger.query("SELECT store_id, sku_id, count_id, qty, zones FROM count_stock"),
            "R001,4711,100000001/2024,14.000,2");
}

TEST(Mapping, OracleAdjustments) {
  const TestLedger ledger;
  const auto report = ledger.take("inv_adj.csv",
                                  "item,location,adj_qty,reason_desc,adj_date,user_id\n"
                                  "100,5,-3,Wastage,05-JAN-24,oper\n100,5,-2,Stock Count Unit Variance,06-JAN-24,oper\n"
                                  "100,5,1,Transfer Overage,07-JAN-24,oper\n100,5,-4,Late Posting,08-JAN-24,oper\n");
  EXPECT_EQ(report.manifest.sources.at(0).sheets.at(0).system, "oracle_retail");
  EXPECT_EQ(ledger.query(kMoved),
            "adjustment,SPOILAGE,-3.000,0.000;adjustment,COUNT_VAR,-2.000,2.000;adjustment,GAIN,1.000,-1.000;"
            "adjustment,LATE_POSTING,-4.000,0.000");
}

TEST(Mapping, SquareInventoryChanges) {
  const TestLedger ledger;
  const auto adjustment = [](const char* id, const char* from, const char* to, const char* quantity) {
    return fmt::format(R"({{"type":"ADJUSTMENT","adjustment":{{"id":"{}","from_state":"{}","to_state":"{}",)"
                       R"("location_id":"L1","catalog_object_id":"ITEM","quantity":"{}",)"
                       R"("occurred_at":"2024-01-0{}T10:00:00Z","team_member_id":"TM1"}}}})"
                       "\n",
                       id, from, to, quantity, id);
  };
  const auto report =
      ledger.take("changes.jsonl",
                  adjustment("1", "NONE", "IN_STOCK", "10") + adjustment("2", "IN_STOCK", "SOLD", "2") +
                      adjustment("3", "IN_STOCK", "WASTE", "1") +
                      R"({"type":"PHYSICAL_COUNT","physical_count":{"id":"4","catalog_object_id":"ITEM",)"
                      R"("location_id":"L1","quantity":"6","state":"IN_STOCK","occurred_at":"2024-01-04T10:00:00Z"}})"
                      "\n");
  EXPECT_EQ(report.manifest.sources.at(0).sheets.at(0).system, "square");
  EXPECT_EQ(ledger.query(kMoved), "receipt,NULL,10.000,0.000;sale,NULL,-2.000,0.000;adjustment,DAMAGE,-1.000,0.000");
  EXPECT_EQ(ledger.query("SELECT store_id, sku_id, qty, ts FROM count_stock"), "L1,ITEM,6.000,2024-01-04 10:00:00");
}

TEST(Mapping, ShopifyAdjustments) {
  const TestLedger ledger;
  const auto report = ledger.take(
      "adjustments.csv",
      "inventory_adjustment_id,inventory_item_id,location_id,created_at,inventory_adjustment_reason,quantity_"
      "adjustment,user_id\n"
      "1,700,44,2024-01-05T08:00:00-05:00,correction,-3,9\n2,700,44,2024-01-05T09:00:00-05:00,damaged,-2,9\n"
      "3,700,44,2024-01-06T09:00:00-05:00,received,12,9\n4,700,44,2024-01-07T09:00:00-05:00,shrinkage,-1,9\n"
      "5,700,44,2024-01-07T09:00:00-05:00,correction,2,9\n");
  EXPECT_EQ(report.manifest.sources.at(0).sheets.at(0).system, "shopify");
  EXPECT_EQ(ledger.query(kMoved),
            "adjustment,CORRECTION,-3.000,3.000;adjustment,DAMAGE,-2.000,0.000;receipt,NULL,12.000,0.000;"
            "adjustment,COUNT_VAR,-1.000,1.000;adjustment,CORRECTION,2.000,-2.000");
}

TEST(Mapping, LightspeedDiscrepancyReportIsACount) {
  const TestLedger ledger;
  const auto report = ledger.take("discrepancy.csv",
                                  "Item,Format,Accounting Group,Location,Opening stock level,Theoretical Stock Level,"
                                  "Last Counted,Last Counted Date,Variance\n"
                                  "Gin,70 cl,Spirits,Bar,10,8,7,2024-01-05 23:10,-1\n");
  EXPECT_EQ(report.manifest.sources.at(0).sheets.at(0).system, "lightspeed");
  EXPECT_EQ(ledger.query("SELECT store_id, sku_id, qty, book_at_snapshot FROM count_stock"),
            "Bar,Gin/70 cl,7.000,8.000");
}

TEST(Mapping, EpcisEvents) {
  const TestLedger ledger;
  const auto event = [](const char* step, const char* disposition, int quantity, int day) {
    return fmt::format(
        R"({{"type":"ObjectEvent","eventTime":"2024-01-0{}T10:00:00+01:00","eventTimeZoneOffset":"+01:00",)"
        R"("action":"OBSERVE","bizStep":"{}","disposition":"{}",)"
        R"("readPoint":{{"id":"urn:epc:id:sgln:4012345.00001.0"}},)"
        R"("bizLocation":{{"id":"urn:epc:id:sgln:4012345.00001.0"}},)"
        R"("quantityList":[{{"epcClass":"urn:epc:class:lgtin:4012345.012345.998877","quantity":{}}}]}})",
        day, step, disposition, quantity);
  };
  const auto report = ledger.take(
      "events.json", R"({"type":"EPCISDocument","schemaVersion":"2.0","epcisBody":{"eventList":[)" +
                         event("receiving", "in_progress", 20, 1) + "," + event("retail_selling", "retail_sold", 4, 2) +
                         "," + event("destroying", "expired", 3, 3) + "," +
                         event("cycle_counting", "sellable_accessible", 11, 4) + "," +
                         event("shipping", "in_transit", 1, 5) + "]}}");
  EXPECT_EQ(report.manifest.sources.at(0).sheets.at(0).system, "epcis");
  EXPECT_EQ(ledger.query("SELECT kind, class, qty FROM movement ORDER BY ts"),
            "receipt,NULL,20.000;sale,NULL,-4.000;adjustment,SPOILAGE,-3.000;transfer_out,NULL,-1.000");
  EXPECT_EQ(ledger.query("SELECT qty, ts FROM count_stock"), "11.000,2024-01-04 09:00:00");
}

TEST(Mapping, AMappingOfOnesOwnOutranksWhatIsShipped) {
  const TestLedger ledger;
  const auto mapping =
      ledger.write("mine.yml",
                   "system: my_pos\nreasons:\n  \"0099\": LOST\n  Bruch: DAMAGE\n"
                   "tables:\n  - table: adjustment\n    into: movement\n    kind: adjustment\n"
                   "    needs: [store, sku, qty, reason]\n"
                   "    columns: {store: [Filiale], sku: [Artikel], qty: [Menge], reason: [Grund], ts: [Datum]}\n");
  const auto file = ledger.write(
      "abschriften.csv", "Filiale;Artikel;Datum;Menge;Grund\n7;A;31.01.2024;-1,5;Bruch\n7;A;31.01.2024;-2;0099\n");
  const auto report =
      import_files({.into = ledger.dir(), .files = {file}, .mappings = {mapping}}, [](const std::string&, double) {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(ledger.query(kMoved), "adjustment,DAMAGE,-1.500,0.000;adjustment,LOST,-2.000,2.000");
}

TEST(Mapping, FaultsAreNamedByLine) {
  const struct {
    const char* text;
    const char* told;
  } cases[] = {
      {"title: x\n", "`system` is missing"},
      {"system: x\nreasons:\n  a: NO_SUCH_CLASS\n", "mine.yml:3"},
      {"system: x\ntables:\n  - table: nonsense\n", "no table 'nonsense'"},
      {"system: x\ntables:\n  - table: product\n    needs: [sku]\n    columns:\n      shoe_size: [a]\n",
       "no column 'shoe_size'"},
      {"system: x\ntables:\n  - table: product\n    columns:\n      sku: [a]\n", "needs `columns` and `needs`"},
      {"system: [x\n", "mine.yml:"},
      {"- a\n", "expected keys"},
  };
  for (const auto& one : cases) {
    const auto mapping = parse_mapping(one.text, "mine.yml");
    ASSERT_FALSE(mapping) << one.text;
    EXPECT_NE(mapping.error().message.find(one.told), std::string::npos) << mapping.error().message;
  }
}

TEST(Mapping, EnglishWordsForReasonsAreKnown) {
  const auto mappings = load_mappings({});
  ASSERT_TRUE(mappings) << mappings.error().message;
  const auto generic =
      std::find_if(mappings->begin(), mappings->end(), [](const auto& m) { return m.system == "generic"; });
  ASSERT_NE(generic, mappings->end());
  const std::pair<const char*, const char*> cases[] = {
      {"Shrinkage", "COUNT_VAR"},        {"SPOILAGE ", "SPOILAGE"},     {"Waste - Expired", "SPOILAGE"},
      {"Damaged in store", "DAMAGE"},    {"Overage", "GAIN"},           {"Theft (known)", "THEFT_KNOWN"},
      {"Product Donation", "DONATION"},  {"Return to Vendor", "RTV"},   {"Out of date", "SPOILAGE"},
      {"Cycle Count Adj.", "COUNT_VAR"}, {"Store use", "INTERNAL_USE"}, {"Missing", "LOST"},
      {"Employee theft", "THEFT_KNOWN"}, {"Broken/Damaged", "DAMAGE"},  {"Stolen", "THEFT_KNOWN"}};
  for (const auto& [text, expected] : cases) {
    const auto* meaning = find_reason(*generic, nullptr, text);
    ASSERT_NE(meaning, nullptr) << text;
    EXPECT_EQ(meaning->reason_class, expected) << text;
  }
  EXPECT_EQ(find_reason(*generic, nullptr, "Zorblax"), nullptr);
}

}  // namespace
}  // namespace shrike
