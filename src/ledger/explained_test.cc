#include "ledger/explained.h"

#include "ledger/ledger_testing.h"

namespace shrike {
namespace {

Timestamp at(const std::string& day) { return *parse_rfc3339(day + "T15:00:00Z"); }

const LossRow* line(const std::vector<LossRow>& rows, const std::string& key) {
  for (const auto& row : rows) {
    if (row.key == key) return &row;
  }
  return nullptr;
}

/// Razors: 5 missing in March, 2 in June, one theft that was seen and booked; blades: one too many in March.
class Explained : public testing::Test {
 protected:
  Explained() {
    const auto imported = ledger.import(
        {ledger.write("headers.csv",
                      "count_id,store_id,kind,scope,ts_start,ts_end\n"
                      "C1,S1,full,all,2024-01-31T20:00:00Z,2024-01-31T21:00:00Z\n"
                      "C2,S1,full,all,2024-03-31T20:00:00Z,2024-03-31T21:00:00Z\n"
                      "C3,S1,full,all,2024-06-30T20:00:00Z,2024-06-30T21:00:00Z\n"),
         ledger.write("lines.csv",
                      "count_id,sku_id,qty_counted\nC1,razor,20\nC1,blade,9\nC2,razor,25\nC2,blade,10\n"
                      "C3,razor,22\nC3,blade,10\n"),
         ledger.write("sales.csv", "store_id,sku_id,date,qty,net_value\nS1,blade,2024-04-02,1,5.00\n"),
         ledger.write("receipts.csv",
                      "store_id,sku_id,date,qty_received,doc,line\nS1,razor,2024-02-01,10,R1,1\n"
                      "S1,blade,2024-04-01,1,R2,1\n"),
         ledger.write("adjustments.csv",
                      "store_id,sku_id,date,qty,reason,unit_cost\nS1,razor,2024-03-31,-5,Count variance,2.00\n"
                      "S1,blade,2024-03-31,1,Count variance,3.00\nS1,razor,2024-06-30,-2,Count variance,2.00\n"
                      "S1,razor,2024-04-11,-1,Theft,2.00\n")});
    EXPECT_TRUE(imported) << imported.error().message;
  }

  LossReport report(const std::vector<ConfirmedGoods>& goods) {
    auto opened = open_ledger(ledger.dir());
    EXPECT_TRUE(opened) << opened.error().message;
    auto losses = loss_report(*opened, kProductsListed, &goods);
    EXPECT_TRUE(losses) << losses.error().message;
    return std::move(*losses);
  }

  TestLedger ledger;
};

TEST_F(Explained, ATheftComesOffWhatTheNextCountFoundMissing) {
  const auto losses = report({{"I1", "S1", "razor", at("2024-02-10"), 2}});
  EXPECT_EQ(units_of(losses), "7/0/7/1/6") << "the books stay as they are";
  EXPECT_EQ(losses.totals.explained.units, 2);
  EXPECT_EQ(losses.totals.explained.cost, 4.0);
  EXPECT_EQ(less(losses.totals.net, losses.totals.explained).units, 4);
  ASSERT_NE(line(losses.by_product, "razor"), nullptr);
  EXPECT_EQ(line(losses.by_product, "razor")->explained.units, 2);
  EXPECT_EQ(line(losses.by_product, "blade")->explained.units, 0);
  EXPECT_EQ(line(losses.by_store, "S1")->explained.units, 2);
  EXPECT_EQ(line(losses.by_period, "2024-03-01")->explained.units, 2) << "when it was booked, not when it happened";
  EXPECT_EQ(line(losses.by_period, "2024-06-01")->explained.units, 0);
}

TEST_F(Explained, NoMoreThanWasMissingIsExplainedAndTheRestIsNamed) {
  const auto losses = report({{"I1", "S1", "razor", at("2024-05-01"), 3},
                              {"I2", "S1", "razor", at("2024-08-01"), 1},
                              {"I3", "S1", "blade", at("2024-02-11"), 1},
                              {"I4", "S9", "razor", at("2024-02-11"), 1},
                              {"I5", "S1", "toy", at("2024-02-11"), 1}});
  ASSERT_TRUE(losses.explained);
  EXPECT_EQ(losses.explained->incidents, 5U);
  EXPECT_EQ(losses.explained->confirmed, 7);
  EXPECT_EQ(losses.explained->explained, 2) << "June found two missing, whatever was confirmed";
  EXPECT_EQ(losses.explained->not_found, 2) << "one razor of June, the blade";
  EXPECT_EQ(losses.explained->not_counted, 1) << "nobody has counted since August";
  EXPECT_EQ(losses.explained->elsewhere, 2);
  EXPECT_EQ(losses.totals.gain.units, 1) << "a gain is no loss that could be explained";
  EXPECT_EQ(less(losses.totals.usl, losses.totals.explained).units, 5);
}

TEST_F(Explained, OneWriteOffExplainsAUnitOnce) {
  const auto losses =
      report({{"I1", "S1", "razor", at("2024-05-01"), 1.5}, {"I2", "S1", "razor", at("2024-05-02"), 1}});
  EXPECT_EQ(losses.explained->explained, 2);
  EXPECT_EQ(losses.explained->not_found, 0.5);
}

TEST_F(Explained, WhatWasBookedAsTheftWasNeverUnknown) {
  const auto losses = report({{"I1", "S1", "razor", at("2024-04-10"), 1}});
  EXPECT_EQ(losses.explained->known_theft, 1);
  EXPECT_EQ(losses.explained->explained, 0);
  EXPECT_EQ(losses.totals.explained.units, 0);
}

TEST_F(Explained, WithoutIncidentsNothingIsSaid) {
  EXPECT_FALSE(ledger.report().explained);
  EXPECT_EQ(ledger.report().totals.explained.units, 0);
}

TEST(LossReport, ListsTheProductsThatLostMostAndRanksAllOfThem) {
  const TestLedger ledger;
  std::string rows = "store_id,sku_id,date,qty,reason,unit_cost\n";
  for (int i = 1; i <= 9; ++i) {
    rows += "S1,P" + std::to_string(i) + ",2024-01-05,-" + std::to_string(i) + ",Shrinkage,1.00\n";
    rows += "S1,P" + std::to_string(i) + ",2024-02-05,-" + std::to_string(10 - i) + ",Shrinkage,1.00\n";
  }
  rows += "S1,P1,2024-02-06,-90,Shrinkage,1.00\n";
  ledger.take("adjustments.csv", rows);
  auto opened = open_ledger(ledger.dir());
  ASSERT_TRUE(opened);
  const auto all = loss_report(*opened), some = loss_report(*opened, 2);
  ASSERT_TRUE(all && some) << (all ? some : all).error().message;
  ASSERT_EQ(all->by_product.size(), 9U);
  ASSERT_EQ(some->by_product.size(), 2U);
  EXPECT_EQ(some->by_product[0].key, "P1");
  EXPECT_EQ(some->by_product[0].usl.units, 100);
  EXPECT_EQ(some->by_product[1].key, all->by_product[1].key);
  EXPECT_EQ(some->products.of, 9U);
  EXPECT_EQ(some->products.for_80_percent, 6U) << "100 + 5 · 10 of 180 are 83 %";
  EXPECT_EQ(some->products.gini, all->products.gini);
  EXPECT_NEAR(some->products.gini, 0.444, 0.001);
  ASSERT_EQ(some->products.curve.size(), 9U);
  EXPECT_NEAR(some->products.curve[0].second, 100.0 / 180, 1e-12);
  ASSERT_FALSE(some->movers.empty());
  EXPECT_EQ(some->movers[0].what, "store");
  EXPECT_EQ(some->movers[1].key, "P1");
  EXPECT_EQ(some->movers[1].now.units, 99);
}

}  // namespace
}  // namespace shrike
