#include "sense/till_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace shrike {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const char* const kSale = R"({"store":"9","till":"34","sequence":161,"business_day":"2026-03-01",
"end":"2026-03-02T01:30:00","operator":"94","tax":"0.40","currency":"EUR","total":5.40,
"lines":[{"line":"1","item_id":"4006381333931","quantity":"2","amount":8,"entry_method":"Scanned",
"discounts":[{"amount":3,"reason":"12","manual":true}]},{"line":"2","item_id":"7","amount":1,"voided":"yes"}],
"tenders":[{"line":"3","type":"Cash","amount":10,"change":"4.60"}],
"links":[{"sequence":"150","reason":"SuspendedRetrieved"}]})";

TEST(TillJson, ReadsTheDocumentedForm) {
  TillContext context;
  context.zone = "Europe/Paris";
  const auto t = till_from_json(json::parse(kSale), context);
  ASSERT_TRUE(t) << t.error().message;
  EXPECT_EQ(t->key, (TillKey{"9", "34", "2026-03-01", "161"}));
  EXPECT_EQ(to_rfc3339(*t->end), "2026-03-02T00:30:00.000000Z");
  EXPECT_EQ(t->kind, TillKind::sale);
  EXPECT_EQ(t->operator_id, "operator-1");
  EXPECT_EQ(t->lines[0].item, "04006381333931");
  EXPECT_EQ(t->lines[0].entry, TillEntry::scanned);
  EXPECT_TRUE(t->lines[1].voided);
  EXPECT_EQ(t->total()->value(), 5.4);
  EXPECT_EQ(balance_of(*t).reading, "lines - line discounts - discounts + tax");
  EXPECT_EQ(t->links[0].sequence, "150");
}

TEST(TillJson, WhatIsPrintedIsReadBackTheSame) {
  TillContext context;
  const auto t = till_from_json(json::parse(kSale), context);
  ASSERT_TRUE(t) << t.error().message;
  TillContext other;
  other.zone = "Asia/Tokyo";  // the object says its own zone
  const auto again = till_from_json(json::parse(json_of(*t).dump()), other);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, *t) << json_of(*again).dump(1) << json_of(*t).dump(1);
}

TEST(TillJson, NamesTheFaultyField) {
  const auto fault = [](const char* path, const json& value) {
    auto object = json::parse(kSale);
    object[json::json_pointer(path)] = value;
    TillContext context;
    const auto t = till_from_json(object, context);
    return t ? std::string("read") : t.error().message;
  };
  EXPECT_EQ(fault("/lines/1/amount", "two"),
            "lines[1].amount: found 'two', expected a number such as 12.50 or -3, below 1000000000");
  EXPECT_EQ(fault("/lines/1/amount", 1e12),
            "lines[1].amount: found 1000000000000.0, expected a number below 1000000000");
  EXPECT_THAT(fault("/lines/0/discounts/0/manual", "maybe"),
              HasSubstr("lines[0].discounts[0].manual: found \"maybe\", expected true or false"));
  EXPECT_THAT(fault("/store", json::array({1})), HasSubstr("store: found an array, expected a text"));
  EXPECT_THAT(fault("/end", "yesterday"), HasSubstr("end: found 'yesterday'"));
  EXPECT_THAT(fault("/kind", "theft"), HasSubstr("kind: found 'theft', expected one of sale"));
  EXPECT_THAT(fault("/zone", "Mars/Olympus"), HasSubstr("zone: found 'Mars/Olympus'"));
  EXPECT_THAT(fault("/tenders", "cash"), HasSubstr("tenders: found \"cash\", expected a list"));
  EXPECT_THAT(fault("/till", nullptr), HasSubstr("till: found nothing"));
  EXPECT_EQ(fault("/something_else", "4111111111111111"), "read");
}

TEST(TillJson, AListOfLinesHasABound) {
  auto object = json::parse(kSale);
  object["lines"] = json::array();
  for (size_t i = 0; i <= kTillEntriesMax; ++i) object["lines"].push_back(json::object());
  TillContext context;
  const auto t = till_from_json(object, context);
  ASSERT_FALSE(t);
  EXPECT_THAT(t.error().message, HasSubstr("lines: found 16385 elements"));
}

TEST(TillJson, ListedSelfCheckoutsMakeAllOthersStaffed) {
  TillContext context;
  context.self_checkout = {"9/34"};
  auto object = json::parse(kSale);
  EXPECT_EQ(till_from_json(object, context)->self_checkout, true);
  object["store"] = "10";
  EXPECT_EQ(till_from_json(object, context)->self_checkout, false);
  TillContext none;
  EXPECT_EQ(till_from_json(object, none)->self_checkout, std::nullopt);
}

}  // namespace
}  // namespace shrike
