#include "sense/poslog.h"

#include <filesystem>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sense/till_json.h"
#include "sense/till_reader.h"

namespace shrike {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// A transaction with the header that all need; `body` is its RetailTransaction or other element.
std::string transaction(const std::string& body, const std::string& header = "") {
  return "<Transaction><RetailStoreID>9</RetailStoreID><WorkstationID>34</WorkstationID><SequenceNumber>161"
         "</SequenceNumber><BusinessDayDate>2026-03-01</BusinessDayDate><EndDateTime>2026-03-02T01:30:00</EndDateTime>"
         "<OperatorID OperatorName=\"Jane Doe\">94</OperatorID>" +
         header + body + "</Transaction>";
}

Result<TillTransaction> parse(const std::string& xml, const std::string& zone = "America/New_York") {
  TillContext context;
  context.zone = zone;
  return parse_poslog_transaction(xml, context);
}

std::string sale(const std::string& number, const std::string& amount, const std::string& more = "",
                 const std::string& attributes = "EntryMethod=\"Scanned\"") {
  return fmt::format(
      "<LineItem {}><SequenceNumber>{}</SequenceNumber><Sale><ItemID>4006381333931</ItemID>"
      "<Description>Razor</Description><ExtendedAmount>{}</ExtendedAmount><Quantity>1</Quantity>{}"
      "</Sale></LineItem>",
      attributes, number, amount, more);
}

TEST(Poslog, ReadsASaleWithAllItsFields) {
  const auto t = parse(transaction(
      R"(<RetailTransaction TransactionStatus="Finished"><LineItem EntryMethod="acs:Keyed">
<SequenceNumber>1</SequenceNumber>
<Sale ItemType="Stock"><POSIdentity POSIDType="GTIN"><POSItemID>04006381333931</POSItemID></POSIdentity>
<MerchandiseHierarchy Level="Group">1</MerchandiseHierarchy>
<MerchandiseHierarchy Level="Department">6</MerchandiseHierarchy>
<Description>Razor</Description><RegularSalesUnitPrice>9.99</RegularSalesUnitPrice>
<ActualSalesUnitPrice>7.99</ActualSalesUnitPrice><ExtendedAmount>15.98</ExtendedAmount>
<Quantity UnitOfMeasureCode="EA">2</Quantity></Sale></LineItem>
<LineItem><SequenceNumber>2</SequenceNumber><Tender TenderType="Cash"><Amount>20.00</Amount>
<TenderChange><Amount>4.02</Amount></TenderChange></Tender></LineItem>
<Total TotalType="TransactionGrandAmount" CurrencyCode="USD">15.98</Total></RetailTransaction>)"));
  ASSERT_TRUE(t) << t.error().message;
  EXPECT_EQ(t->kind, TillKind::sale);
  EXPECT_EQ(t->key, (TillKey{"9", "34", "2026-03-01", "161"}));
  EXPECT_EQ(to_rfc3339(*t->end), "2026-03-02T06:30:00.000000Z");
  EXPECT_EQ(t->calendar_day, "2026-03-02");
  EXPECT_FALSE(t->business_day_assumed);
  EXPECT_EQ(t->line_items, 2);
  ASSERT_EQ(t->lines.size(), 1U);
  const auto& line = t->lines[0];
  EXPECT_EQ(line.pos_item_id, "04006381333931");
  EXPECT_EQ(line.item, "04006381333931");
  EXPECT_EQ(line.item_id_type, "GTIN");
  EXPECT_EQ(line.department, "6");
  EXPECT_EQ(line.unit, "EA");
  EXPECT_EQ(line.quantity->value(), 2);
  EXPECT_EQ(line.regular_price->value(), 9.99);
  EXPECT_EQ(line.price->value(), 7.99);
  EXPECT_EQ(line.amount->value(), 15.98);
  EXPECT_EQ(line.entry, TillEntry::keyed);
  EXPECT_EQ(line.entry_method, "acs:Keyed");
  ASSERT_EQ(t->tenders.size(), 1U);
  EXPECT_EQ(t->tenders[0].type, "Cash");
  EXPECT_EQ(t->tenders[0].change.value(), 4.02);
  EXPECT_EQ(t->currency, "USD");
  EXPECT_TRUE(*balance_of(*t).agrees);
}

TEST(Poslog, NeverReadsCardsCustomersOrNames) {
  const auto t = parse(
      transaction("<RetailTransaction>" + sale("1", "5.00") +
                  R"(<LineItem EntryMethod="MSR"><SequenceNumber>2</SequenceNumber><Tender TenderType="CreditDebit">
<Amount>5.00</Amount>
<Authorization><AuthorizationCode>734277</AuthorizationCode><ReferenceNumber>344665</ReferenceNumber></Authorization>
<CreditDebit CardType="Debit"><PrimaryAccountNumber>4111111111111111</PrimaryAccountNumber></CreditDebit>
</Tender></LineItem>
<LineItem><LoyaltyMembership><LoyaltyID>777888999</LoyaltyID></LoyaltyMembership></LineItem>
<Customer><CustomerID>55667788</CustomerID><Name>Jane Roe</Name></Customer></RetailTransaction>)"));
  ASSERT_TRUE(t) << t.error().message;
  const auto text = json_of(*t).dump();
  for (const char* secret : {"4111111111111111", "734277", "344665", "777888999", "55667788", "Jane", "\"94\""}) {
    EXPECT_THAT(text, Not(HasSubstr(secret)));
  }
  EXPECT_EQ(t->operator_id, "operator-1");
  EXPECT_EQ(t->line_items, 3);
}

TEST(Poslog, OperatorsKeepTheirPseudonymThroughAnImportAndIdsComeOnlyWhenAsked) {
  OperatorNames names(OperatorNames::Show::pseudonyms);
  EXPECT_EQ(names.name_of("9", "94"), "operator-1");
  EXPECT_EQ(names.name_of("9", "95"), "operator-2");
  EXPECT_EQ(names.name_of("10", "94"), "operator-3");
  EXPECT_EQ(names.name_of("9", "94"), "operator-1");
  EXPECT_EQ(names.name_of("9", ""), "");
  OperatorNames ids(OperatorNames::Show::ids);
  EXPECT_EQ(ids.name_of("9", "94"), "94");
}

TEST(Poslog, TellsReturnsAndWhetherTheyNameTheirReceipt) {
  const auto t = parse(transaction(
      R"(<RetailTransaction><LineItem><SequenceNumber>1</SequenceNumber><Return><ItemID>11</ItemID>
<ExtendedAmount>3.00</ExtendedAmount><TransactionLink><SequenceNumber>99</SequenceNumber></TransactionLink>
</Return></LineItem>
<LineItem><SequenceNumber>2</SequenceNumber><Return><ItemID>12</ItemID><ExtendedAmount>4.00</ExtendedAmount>
</Return></LineItem>
<Total TotalType="TransactionGrandAmount">-7.00</Total></RetailTransaction>)"));
  ASSERT_TRUE(t) << t.error().message;
  EXPECT_EQ(t->kind, TillKind::returned);
  EXPECT_TRUE(t->lines[0].has_receipt);
  EXPECT_FALSE(t->lines[1].has_receipt);
  EXPECT_TRUE(*balance_of(*t).agrees);
}

TEST(Poslog, TellsOverridesPromotionsAndDiscountsByHandApart) {
  const auto t = parse(transaction(
      "<RetailTransaction>" +
      sale("1", "5.00",
           "<RetailPriceModifier MethodCode=\"PriceOverride\"><Amount Action=\"Replace\">5.00</Amount>"
           "<ReasonCode>DAMAGED</ReasonCode></RetailPriceModifier>") +
      sale("2", "5.00",
           "<RetailPriceModifier><Amount Action=\"Subtract\">1.00</Amount><PromotionID>77</PromotionID>"
           "</RetailPriceModifier>") +
      sale("3", "5.00",
           "<RetailPriceModifier><Amount Action=\"Subtract\">2.00</Amount><ReasonCode>12</ReasonCode>"
           "</RetailPriceModifier>") +
      sale("4", "5.00", "<acs:PriceOverrideAmount>0.00</acs:PriceOverrideAmount>") + "</RetailTransaction>"));
  ASSERT_TRUE(t) << t.error().message;
  EXPECT_TRUE(t->lines[0].price_override);
  EXPECT_EQ(t->lines[0].override_reason, "DAMAGED");
  EXPECT_TRUE(t->lines[0].discounts.empty());
  EXPECT_THAT(t->lines[1].discounts, ElementsAre(TillDiscount{Decimal{1'000'000}, "", "77", false}));
  EXPECT_THAT(t->lines[2].discounts, ElementsAre(TillDiscount{Decimal{2'000'000}, "12", "", true}));
  EXPECT_FALSE(t->lines[3].price_override);
}

TEST(Poslog, PairsVoidedLines) {
  const auto t = parse(transaction("<RetailTransaction>" + sale("1", "5.00") + sale("2", "3.00") +
                                   R"(<LineItem><SequenceNumber>3</SequenceNumber><Voids><ItemLink ReasonCode="Voided">
<SequenceNumber>161</SequenceNumber>
<LineItemSequenceNumber>2</LineItemSequenceNumber><VoidReasonCode>7</VoidReasonCode></ItemLink></Voids></LineItem>
<Total TotalType="TransactionGrandAmount">5.00</Total></RetailTransaction>)"));
  ASSERT_TRUE(t) << t.error().message;
  EXPECT_FALSE(t->lines[0].voided);
  EXPECT_TRUE(t->lines[1].voided);
  EXPECT_EQ(t->lines[1].void_reason, "7");
  EXPECT_TRUE(*balance_of(*t).agrees);
}

struct KindCase {
  const char* xml;
  TillKind kind;
};
class PoslogKind : public ::testing::TestWithParam<KindCase> {};
TEST_P(PoslogKind, IsTold) {
  const auto t = parse(transaction(GetParam().xml));
  ASSERT_TRUE(t) << t.error().message;
  EXPECT_EQ(to_string(t->kind), to_string(GetParam().kind)) << GetParam().xml;
}
INSTANTIATE_TEST_SUITE_P(
    All, PoslogKind,
    ::testing::Values(
        KindCase{"<RetailTransaction/>", TillKind::sale},
        KindCase{"<RetailTransaction TransactionStatus='Suspended'/>", TillKind::suspended},
        KindCase{"<RetailTransaction TransactionStatus='Voided'/>", TillKind::voided},
        KindCase{"<RetailTransaction TransactionStatus='PostVoided'/>", TillKind::post_void},
        KindCase{"<RetailTransaction><TransactionLink ReasonCode='Voided'><SequenceNumber>1</SequenceNumber>"
                 "</TransactionLink></RetailTransaction>",
                 TillKind::post_void},
        KindCase{"<RetailTransaction><TransactionLink ReasonCode='SES:RetrievedSuspend'><SequenceNumber>1"
                 "</SequenceNumber></TransactionLink></RetailTransaction>",
                 TillKind::resumed},
        KindCase{"<PostVoidTransaction><TransactionLink><SequenceNumber>1</SequenceNumber></TransactionLink>"
                 "</PostVoidTransaction>",
                 TillKind::post_void},
        KindCase{"<ControlTransaction><NoSale>2026-03-01T10:00:00</NoSale></ControlTransaction>", TillKind::no_sale},
        KindCase{"<ControlTransaction><ReasonCode>No Sale</ReasonCode></ControlTransaction>", TillKind::no_sale},
        KindCase{"<ControlTransaction><OperatorSignOn/></ControlTransaction>", TillKind::sign_on},
        KindCase{"<ControlTransaction><x:OperatorSignOff/></ControlTransaction>", TillKind::sign_off},
        KindCase{"<ControlTransaction><BusinessEOD/></ControlTransaction>", TillKind::control},
        KindCase{"<TenderControlTransaction><PaidOut/></TenderControlTransaction>", TillKind::tender_control},
        KindCase{"<InventoryControlTransaction/>", TillKind::other}, KindCase{"", TillKind::other}));

TEST(Poslog, ACancelledOrTrainingTransactionSaysSo) {
  const std::string xml = "<Transaction CancelFlag=\"true\" TrainingModeFlag=\"true\">" +
                          transaction("<RetailTransaction>" + sale("1", "5.00") + "</RetailTransaction>").substr(13);
  const auto t = parse(xml);
  ASSERT_TRUE(t) << t.error().message;
  EXPECT_EQ(t->kind, TillKind::voided);
  EXPECT_TRUE(t->training);
}

TEST(Poslog, AnyNamespacePrefixAndBusinessUnitWillDo) {
  const auto t = parse(
      R"(<ix:Transaction xmlns:ix="urn:x"><ix:BusinessUnit><ix:UnitID Name="North">1101</ix:UnitID></ix:BusinessUnit>
<ix:WorkstationID TypeCode="SelfCheckout">002</ix:WorkstationID><ix:SequenceNumber>543</ix:SequenceNumber>
<ix:EndDateTime r:Offset="07:00:00">2023-12-19T11:42:41.0241234</ix:EndDateTime>
<ix:RetailTransaction/></ix:Transaction>)",
      "Asia/Bangkok");
  ASSERT_TRUE(t) << t.error().message;
  EXPECT_EQ(t->key.store, "1101");
  EXPECT_EQ(to_rfc3339(*t->end), "2023-12-19T04:42:41.024123Z");
  EXPECT_EQ(t->key.business_day, "2023-12-19");
  EXPECT_TRUE(t->business_day_assumed);
  EXPECT_TRUE(t->self_checkout.value());
}

TEST(Poslog, CountsASecondPersonsApprovalOnly) {
  const auto t = parse(transaction(
      R"(<RetailTransaction><LineItem><SequenceNumber>1</SequenceNumber><Sale><ItemID>1</ItemID></Sale>
<OperatorBypassApproval><ApproverID>12</ApproverID></OperatorBypassApproval></LineItem>
<LineItem><SequenceNumber>2</SequenceNumber><Sale><ItemID>2</ItemID></Sale>
<OperatorBypassApproval><ApproverID>94</ApproverID></OperatorBypassApproval></LineItem></RetailTransaction>)"));
  ASSERT_TRUE(t) << t.error().message;
  EXPECT_TRUE(t->lines[0].approved);
  EXPECT_FALSE(t->lines[1].approved);
  EXPECT_THAT(json_of(*t).dump(), Not(HasSubstr("\"12\"")));
}

TEST(Poslog, CountsRewardsOnceThoughTheyAreWrittenPerItemAndSummedUp) {
  const auto reward = [](const char* attributes, const char* category, const char* amount) {
    return fmt::format(
        "<LineItem><LoyaltyReward {}><RewardCategory>{}</RewardCategory><ExtendedRewardAmount>{}"
        "</ExtendedRewardAmount></LoyaltyReward></LineItem>",
        attributes, category, amount);
  };
  const auto t = parse(transaction("<RetailTransaction>" + sale("1", "1.26") +
                                   reward("a:detailedData='true'", "Monetary", "-0.19") +
                                   reward("a:summarizedActivity='true'", "Monetary", "-0.19") +
                                   reward("a:summarizedActivity='true'", "CustomOffer", "1") +
                                   "<Total TotalType='TransactionGrandAmount'>1.07</Total></RetailTransaction>"));
  ASSERT_TRUE(t) << t.error().message;
  ASSERT_EQ(t->discounts.size(), 1U);
  EXPECT_EQ(t->discounts[0].amount.value(), 0.19);
  EXPECT_EQ(balance_of(*t).reading, "lines - discounts");
}

TEST(Poslog, NamesTheFieldWhatWasFoundAndWhatWasExpected) {
  const auto number = parse(transaction("<RetailTransaction>" + sale("3", "five") + "</RetailTransaction>"));
  ASSERT_FALSE(number);
  EXPECT_EQ(number.error().message,
            "LineItem 3, Sale/ExtendedAmount: found 'five', expected a number such as 12.50 or -3, below 1000000000");
  const auto day = parse(
      "<Transaction><RetailStoreID>9</RetailStoreID><WorkstationID>1</WorkstationID><SequenceNumber>1"
      "</SequenceNumber><BusinessDayDate>2026-02-30</BusinessDayDate></Transaction>");
  ASSERT_FALSE(day);
  EXPECT_THAT(day.error().message, HasSubstr("BusinessDayDate: found '2026-02-30'"));
  const auto key =
      parse("<Transaction><RetailStoreID>9</RetailStoreID><SequenceNumber>1</SequenceNumber></Transaction>");
  ASSERT_FALSE(key);
  EXPECT_THAT(key.error().message, HasSubstr("till: found nothing"));
  const auto broken = parse("<Transaction><RetailStoreID>9</Oops></Transaction>");
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, HasSubstr("broken XML"));
}

/// Counted in the file with an XML tool, not with this reader.
TEST(Poslog, ReadsARealTillsLog) {
  const std::filesystem::path file = SHRIKE_SOURCE_DIR "/../shared/data/pos/poslog-small.xml";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not here";
  TillContext context;
  context.zone = "America/New_York";
  TillReader reader(context);
  std::vector<TillTransaction> all;
  const auto done = reader.read(file, [&](TillTransaction t) { all.push_back(std::move(t)); });
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(reader.tally().rejected.count, 0);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].kind, TillKind::sign_on);
  EXPECT_EQ(all[0].key, (TillKey{"9", "34", "2017-09-30", "160"}));
  EXPECT_EQ(all[0].calendar_day, "2017-10-01");
  EXPECT_EQ(all[1].kind, TillKind::sale);
  EXPECT_EQ(all[1].line_items, 23);
  ASSERT_EQ(all[1].lines.size(), 1U);
  EXPECT_EQ(all[1].lines[0].item, "00000000067591");
  EXPECT_EQ(all[1].lines[0].quantity->value(), 0.42);
  EXPECT_TRUE(all[1].lines[0].weighed);
  ASSERT_EQ(all[1].tenders.size(), 1U);
  EXPECT_EQ(all[1].tenders[0].amount->value(), 1.07);
  EXPECT_EQ(all[1].total()->value(), 1.07);
  EXPECT_TRUE(*balance_of(all[1]).agrees);
  EXPECT_EQ(all[0].operator_id, all[1].operator_id);
}

}  // namespace
}  // namespace shrike
