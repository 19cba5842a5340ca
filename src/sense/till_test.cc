#include "sense/till.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shrike {
namespace {

using ::testing::HasSubstr;

TillLine sold(const std::string& number, const std::string& item, int64_t cents) {
  TillLine line;
  line.number = number;
  line.item = item;
  line.amount = Decimal{cents * 10'000};
  return line;
}

TEST(TillDecimal, ReadsWhatXmlSchemaCallsDecimal) {
  for (const auto& [text, micro] : {std::pair<const char*, int64_t>{"12.50", 12'500'000},
                                    {"-0.19", -190'000},
                                    {"+3", 3'000'000},
                                    {".5", 500'000},
                                    {"7.", 7'000'000},
                                    {" 000000001.000000 ", 1'000'000},
                                    {"0.1234565", 123'457},
                                    {"999999999.999999", 999'999'999'999'999}}) {
    const auto parsed = parse_decimal(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->micro, micro) << text;
  }
}

TEST(TillDecimal, RefusesEverythingElseByName) {
  for (const char* text : {"", ".", "-", "1,50", "1e3", "12.5.0", "NaN", "0x1F", "1000000000", "$3"}) {
    const auto parsed = parse_decimal(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_THAT(parsed.error().message, HasSubstr(std::string("found '") + text + "'"));
  }
}

TEST(TillDecimal, SumsStopAtTheGreatestValueInsteadOfTurningRound) {
  const Decimal huge{std::numeric_limits<int64_t>::max() - 1};
  EXPECT_EQ((huge + huge).micro, std::numeric_limits<int64_t>::max());
  EXPECT_EQ((-huge - huge).micro, -std::numeric_limits<int64_t>::max());
}

TEST(TillItem, OneProductHasOneIdHoweverItIsWritten) {
  EXPECT_EQ(item_of("4006381333931"), "04006381333931");
  EXPECT_EQ(item_of("04006381333931"), "04006381333931");
  EXPECT_EQ(item_of("urn:epc:id:sgtin:4006381.033393.77"), "04006381333931");
  EXPECT_EQ(item_of("https://id.gs1.org/01/04006381333931/21/77"), "04006381333931");
  // A PLU that a till pads to fourteen digits is the GTIN only where its check digit is right.
  EXPECT_EQ(item_of("00000000004011"), "4011");
  EXPECT_EQ(item_of("4011"), "4011");
  EXPECT_EQ(item_of("ab-12"), "AB-12");
  EXPECT_EQ(item_of("00000000"), "");
}

TEST(TillKind, IsToldByStatusWordsOfSeveralVendors) {
  EXPECT_EQ(kind_of_status("SES:Suspended"), TillKind::suspended);
  EXPECT_EQ(kind_of_status("SuspendedRetrieved"), TillKind::resumed);
  EXPECT_EQ(kind_of_status("SuspendedDeleted"), TillKind::voided);
  EXPECT_EQ(kind_of_status("PostVoided"), TillKind::post_void);
  EXPECT_EQ(kind_of_status("Voided"), TillKind::voided);
  EXPECT_EQ(kind_of_status("Canceled"), TillKind::voided);
  EXPECT_EQ(kind_of_status("Finished"), std::nullopt);
  EXPECT_EQ(kind_of_status(""), std::nullopt);
}

TEST(TillKind, WordsGoThereAndBack) {
  for (int i = 0; i <= static_cast<int>(TillKind::other); ++i) {
    const auto kind = static_cast<TillKind>(i);
    EXPECT_EQ(till_kind(to_string(kind)), kind);
  }
}

TEST(TillLineVoids, AMarkedLineIsTheOneThatWasTakenOff) {
  std::vector<TillLine> lines{sold("1", "A", 500), sold("2", "B", 300)};
  lines[1].voided = true;
  apply_line_voids(lines);
  EXPECT_TRUE(lines[0].counts());
  EXPECT_TRUE(lines[1].voided);
  EXPECT_TRUE(lines[1].is_item());
}

TEST(TillLineVoids, AnEntryThatNamesItsLineTakesThatOff) {
  std::vector<TillLine> lines{sold("1", "A", 500), sold("2", "A", 500), sold("3", "A", -500)};
  lines[2].voids_line = "1";
  lines[2].void_reason = "wrong item";
  apply_line_voids(lines);
  EXPECT_TRUE(lines[0].voided);
  EXPECT_EQ(lines[0].void_reason, "wrong item");
  EXPECT_FALSE(lines[1].voided);
  EXPECT_FALSE(lines[2].is_item());
}

TEST(TillLineVoids, ANegativeEntryWithoutNameTakesOffTheLastOfItsKind) {
  std::vector<TillLine> lines{sold("1", "A", 500), sold("2", "B", 500), sold("3", "A", -500)};
  lines[2].voided = true;
  apply_line_voids(lines);
  EXPECT_TRUE(lines[0].voided);
  EXPECT_TRUE(lines[1].counts());
  EXPECT_EQ(lines[2].voids_line, "1");
  EXPECT_FALSE(lines[2].voided);
}

TEST(TillLineVoids, AnEntryThatFitsNothingIsItselfVoided) {
  std::vector<TillLine> lines{sold("1", "A", 500), sold("2", "C", -100)};
  lines[1].voids_line = "9";
  apply_line_voids(lines);
  EXPECT_TRUE(lines[0].counts());
  EXPECT_TRUE(lines[1].voided);
  EXPECT_TRUE(lines[1].is_item());
}

TillTransaction basket(int64_t total_cents) {
  TillTransaction t;
  t.kind = TillKind::sale;
  t.lines = {sold("1", "A", 500), sold("2", "B", 300)};
  t.totals = {{"TransactionGrandAmount", Decimal{total_cents * 10'000}}};
  return t;
}

TEST(TillBalance, FindsHowASourceReckons) {
  auto t = basket(800);
  EXPECT_EQ(balance_of(t).reading, "lines - discounts");
  t = basket(730);
  t.lines[0].discount = Decimal{700'000};
  EXPECT_EQ(balance_of(t).reading, "lines - line discounts - discounts");
  t = basket(780);
  t.lines[0].discount = Decimal{700'000};
  t.discounts = {{Decimal{200'000}, "", "P", false}};
  EXPECT_EQ(balance_of(t).reading, "lines - discounts");
  t = basket(864);
  t.tax = Decimal{640'000};
  EXPECT_EQ(balance_of(t).reading, "lines - discounts + tax");
}

TEST(TillBalance, SaysWhereLinesAndTotalDiffer) {
  const auto balance = balance_of(basket(810));
  ASSERT_TRUE(balance.agrees);
  EXPECT_FALSE(*balance.agrees);
  EXPECT_EQ(balance.lines.micro, 8'000'000);
  auto nothing = basket(0);
  nothing.lines.clear();
  EXPECT_FALSE(balance_of(nothing).agrees);
}

TEST(TillBalance, DecidesWhetherAMarkedLineIsTheOneTakenOffOrTheEntryThatTakesItOff) {
  auto entry = basket(500);  // A, B, B taken off
  entry.lines.push_back(sold("3", "B", 300));
  entry.lines[2].voided = true;
  entry.lines[2].void_reason = "7";
  auto line = entry;  // A, B, another B taken off
  line.totals[0].amount = Decimal{8'000'000};
  auto neither = entry;
  neither.totals[0].amount = Decimal{1'000'000};
  settle_voids_by_total(entry);
  EXPECT_TRUE(entry.lines[1].voided);
  EXPECT_EQ(entry.lines[1].void_reason, "7");
  EXPECT_FALSE(entry.lines[2].is_item());
  EXPECT_TRUE(*balance_of(entry).agrees);
  settle_voids_by_total(line);
  EXPECT_TRUE(line.lines[1].counts());
  EXPECT_TRUE(line.lines[2].is_item());
  const auto before = neither;
  settle_voids_by_total(neither);
  EXPECT_EQ(neither, before);
}

TEST(TillBalance, ReturnsCountNegativeWhateverTheirSignInTheSource) {
  auto t = basket(-800);
  for (auto& line : t.lines) line.returned = true;
  EXPECT_TRUE(*balance_of(t).agrees);
  t.totals[0].amount = Decimal{8'000'000};
  EXPECT_TRUE(*balance_of(t).agrees);
}

TEST(TillBalance, TakesTheGrandAmountBeforeAnyOther) {
  auto t = basket(800);
  t.totals.insert(t.totals.begin(), {{"", Decimal{1}}, {"acs:TransactionNetAmount", Decimal{2}}});
  EXPECT_EQ(t.total()->micro, 8'000'000);
}

}  // namespace
}  // namespace shrike
