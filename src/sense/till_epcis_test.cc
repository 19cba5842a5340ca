#include "sense/till_epcis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace shrike {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

json event() {
  return json::parse(R"({"type":"ObjectEvent","eventID":"urn:uuid:1","eventTime":"2026-03-02T05:30:00.000Z",
"eventTimeZoneOffset":"-06:00","action":"OBSERVE","bizStep":"urn:epcglobal:cbv:bizstep:retail_selling",
"disposition":"retail_sold","readPoint":{"id":"urn:epc:id:sgln:0614141.00729.till3"},
"bizLocation":{"id":"urn:epc:id:sgln:0614141.00729.0"},
"epcList":["urn:epc:id:sgtin:4006381.033393.77","https://id.gs1.org/01/04006381333931/21/78"],
"quantityList":[{"epcClass":"urn:epc:class:lgtin:4006381.033393.L1","quantity":2.5,"uom":"KGM"}],
"bizTransactionList":[{"type":"inv","bizTransaction":"urn:epcglobal:cbv:bt:0614141:receipt-9"}]})");
}

TEST(TillEpcis, ASellingEventIsATransactionWithItsPieces) {
  TillContext context;
  context.zone = "America/Chicago";
  const auto sales = shop_events_of_epcis(event(), context);
  ASSERT_EQ(sales.transactions.size(), 1U);
  const auto& t = sales.transactions[0];
  ASSERT_TRUE(t) << t.error().message;
  EXPECT_EQ(t->key, (TillKey{"urn:epc:id:sgln:0614141.00729.0", "urn:epc:id:sgln:0614141.00729.till3", "2026-03-01",
                             "urn:epcglobal:cbv:bt:0614141:receipt-9"}));
  EXPECT_EQ(t->kind, TillKind::sale);
  ASSERT_EQ(t->lines.size(), 3U);
  EXPECT_EQ(t->lines[0].epc, "urn:epc:id:sgtin:4006381.033393.77");
  EXPECT_EQ(t->lines[0].item, "04006381333931");
  EXPECT_EQ(t->lines[0].entry, TillEntry::scanned);
  EXPECT_EQ(t->lines[1].item, "04006381333931");
  EXPECT_EQ(t->lines[2].quantity->value(), 2.5);
  EXPECT_EQ(t->lines[2].unit, "KGM");
}

TEST(TillEpcis, ReadsDocumentsAndCountsWhatIsNoSale) {
  auto other = event();
  other["bizStep"] = "https://ref.gs1.org/cbv/BizStep-shipping";
  auto second = event();
  second["bizStep"] = "https://ref.gs1.org/cbv/BizStep-retail_selling";
  second.erase("bizTransactionList");
  const json document{{"type", "EPCISDocument"},
                      {"epcisBody", {{"eventList", json::array({event(), other, second, 7})}}}};
  TillContext context;
  const auto sales = shop_events_of_epcis(document, context);
  ASSERT_EQ(sales.transactions.size(), 2U);
  EXPECT_EQ(sales.others, 2);
  EXPECT_EQ(sales.transactions[1]->key.sequence, "urn:uuid:1");
  const json query{{"epcisBody", {{"queryResults", {{"resultsBody", {{"eventList", json::array({event()})}}}}}}}};
  EXPECT_EQ(shop_events_of_epcis(query, context).transactions.size(), 1U);
}

TEST(TillEpcis, PiecesThatGoThroughADoor) {
  json door = event();
  door["bizStep"] = "https://ref.gs1.org/cbv/BizStep-departing";
  door["readPoint"]["id"] = "urn:epc:id:sgln:0614141.00729.exit-b";
  TillContext context;
  const auto events = shop_events_of_epcis(door, context);
  ASSERT_EQ(events.doors.size(), 2U);
  EXPECT_TRUE(events.transactions.empty());
  EXPECT_EQ(events.doors[0].kind, ItemEvent::Kind::carried_out);
  EXPECT_EQ(events.doors[0].zone, "exit-b");
  EXPECT_EQ(to_rfc3339(events.doors[0].to).substr(0, 19), "2026-03-02T05:30:00");
  EXPECT_EQ(events.doors[0].guesses[0].serial, "urn:epc:id:sgtin:4006381.033393.77");
  door["bizStep"] = "arriving";
  EXPECT_EQ(shop_events_of_epcis(door, context).doors[0].kind, ItemEvent::Kind::carried_in);
  for (const char* lacks : {"eventTime", "readPoint"}) {
    json without = door;
    without.erase(lacks);
    EXPECT_EQ(shop_events_of_epcis(without, context).others, 1) << lacks;
  }
}

TEST(TillEpcis, AnEventDeclaredWrongTakesItsOwnPlaceAsAVoid) {
  TillContext context;
  auto wrong = event();
  wrong["errorDeclaration"] = {{"declarationTime", "2026-03-03T00:00:00Z"}, {"reason", "did_not_occur"}};
  const auto first = shop_events_of_epcis(event(), context), second = shop_events_of_epcis(wrong, context);
  EXPECT_EQ(second.transactions[0]->kind, TillKind::voided);
  EXPECT_EQ(second.transactions[0]->reason, "did_not_occur");
  EXPECT_EQ(second.transactions[0]->key, first.transactions[0]->key);
}

TEST(TillEpcis, NamesWhatIsWrong) {
  TillContext context;
  auto bad = event();
  bad["epcList"] = {5};
  EXPECT_THAT(shop_events_of_epcis(bad, context).transactions[0].error().message,
              HasSubstr("lines[0].epc: found false"));
  bad = event();
  bad.erase("readPoint");
  bad.erase("bizLocation");
  EXPECT_THAT(shop_events_of_epcis(bad, context).transactions[0].error().message, HasSubstr("store: found nothing"));
}

}  // namespace
}  // namespace shrike
