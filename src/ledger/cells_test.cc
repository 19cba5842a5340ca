#include "ledger/cells.h"

#include <gtest/gtest.h>
#include <ostream>

namespace shrike {
namespace {

struct NumberCase {
  const char* text;
  bool comma;
  int64_t scaled;  ///< thousandths
};
void PrintTo(const NumberCase& one, std::ostream* out) { *out << one.text; }

class Numbers : public testing::TestWithParam<NumberCase> {};
TEST_P(Numbers, AreReadExactly) {
  const auto [text, comma, scaled] = GetParam();
  const auto number = parse_number(text, {.comma_decimal = comma}, 3);
  ASSERT_TRUE(number) << text << ": " << number.error().message;
  EXPECT_EQ(number->scaled, scaled) << text;
}
INSTANTIATE_TEST_SUITE_P(Cells, Numbers,
                         testing::Values(NumberCase{"5", false, 5000}, NumberCase{" 1,234.50 ", false, 1234500},
                                         NumberCase{"1.234,50", true, 1234500},
                                         NumberCase{"(1,234.5)", false, -1234500}, NumberCase{"5-", false, -5000},
                                         NumberCase{"-$5.25", false, -5250}, NumberCase{"$-5.25", false, -5250},
                                         NumberCase{"($5.25)", false, -5250}, NumberCase{"€ 1.000", true, 1000000},
                                         NumberCase{"1 234,5", true, 1234500},
                                         NumberCase{"1\xC2\xA0"
                                                    "234,5 €",
                                                    true, 1234500},
                                         NumberCase{"1'234.5", false, 1234500},
                                         NumberCase{"\xE2\x88\x92"
                                                    "7",
                                                    false, -7000},
                                         NumberCase{"26065%", false, 26065000}, NumberCase{"1e3", false, 1000000},
                                         NumberCase{"2.5E-1", false, 250}, NumberCase{".5", false, 500},
                                         NumberCase{"5.", false, 5000}, NumberCase{"+3", false, 3000},
                                         NumberCase{"USD 12", false, 12000}, NumberCase{"1,234,567", false, 1234567000},
                                         NumberCase{"999999999999999", false, 999999999999999000},
                                         NumberCase{"0.0005", false, 1}, NumberCase{"9.9996", false, 10000}));

TEST(Cells, NumbersThatAreNoneAreRefused) {
  for (const char* text : {"", "abc", "12a", "1,23", "1,2345", "0,125", "1..2", "1,234,56", "--", "()", "1 2", "1e",
                           "12345678901234567890", "$"}) {
    EXPECT_FALSE(parse_number(text, {}, 3)) << text;
  }
  EXPECT_FALSE(parse_number("1.23", {.comma_decimal = true}, 3));
}

TEST(Cells, RoundingAndCurrencyAreTold) {
  EXPECT_TRUE(parse_number("0.33333", {}, 3)->rounded);
  EXPECT_FALSE(parse_number("0.33300", {}, 3)->rounded);
  EXPECT_EQ(parse_number("£3", {}, 2)->currency, "GBP");
  EXPECT_EQ(parse_number("3 CHF", {}, 2)->currency, "CHF");
  EXPECT_TRUE(parse_number("12 %", {}, 2)->percent);
}

TEST(Cells, ACellCanProveTheDecimalMark) {
  EXPECT_EQ(comma_decimal_evidence("12,5"), CellEvidence::yes);
  EXPECT_EQ(comma_decimal_evidence("1.234.567"), CellEvidence::yes);
  EXPECT_EQ(comma_decimal_evidence("0,125"), CellEvidence::yes);
  EXPECT_EQ(comma_decimal_evidence("12.5"), CellEvidence::no);
  EXPECT_EQ(comma_decimal_evidence("1,234,567"), CellEvidence::no);
  EXPECT_EQ(comma_decimal_evidence("1,234"), CellEvidence::either);
  EXPECT_EQ(comma_decimal_evidence("1.234"), CellEvidence::either);
  EXPECT_EQ(comma_decimal_evidence("17"), CellEvidence::none);
}

struct TimeCase {
  const char* text;
  bool day_first;
  TimeForm form;
  int64_t day;
  int64_t second;
};
void PrintTo(const TimeCase& one, std::ostream* out) { *out << one.text; }
class Times : public testing::TestWithParam<TimeCase> {};
TEST_P(Times, AreReadExactly) {
  const auto& expected = GetParam();
  const auto time = parse_time(expected.text, {.day_first = expected.day_first});
  ASSERT_TRUE(time) << expected.text << ": " << time.error().message;
  EXPECT_EQ(time->form, expected.form) << expected.text;
  EXPECT_EQ(time->us, (expected.day * 86400 + expected.second) * 1'000'000) << expected.text;
}
constexpr int64_t kD = 19753;  // 2024-01-31
INSTANTIATE_TEST_SUITE_P(Cells, Times,
                         testing::Values(TimeCase{"2024-01-31", false, TimeForm::date, kD, 0},
                                         TimeCase{"20240131", false, TimeForm::date, kD, 0},
                                         TimeCase{"31.01.2024", false, TimeForm::date, kD, 0},
                                         TimeCase{"31/01/2024", true, TimeForm::date, kD, 0},
                                         TimeCase{"1/31/24", false, TimeForm::date, kD, 0},
                                         TimeCase{"31-Jan-2024", false, TimeForm::date, kD, 0},
                                         TimeCase{"January 31, 2024", false, TimeForm::date, kD, 0},
                                         TimeCase{"Wed, 31 Jan 2024", false, TimeForm::date, kD, 0},
                                         TimeCase{"2024-01-31T14:05:09Z", false, TimeForm::utc, kD, 50709},
                                         TimeCase{"2024-01-31 14:05", false, TimeForm::local, kD, 50700},
                                         TimeCase{"2024-01-31T14:05:09+02:00", false, TimeForm::utc, kD, 43509},
                                         TimeCase{"2024-01-31 14:05:09 -0500", false, TimeForm::utc, kD, 68709},
                                         TimeCase{"01/31/2024 2:05 PM", false, TimeForm::local, kD, 50700},
                                         TimeCase{"01/31/2024 12:00 AM", false, TimeForm::local, kD, 0},
                                         TimeCase{"20240131140509", false, TimeForm::local, kD, 50709},
                                         TimeCase{"20240131T140509", false, TimeForm::local, kD, 50709},
                                         TimeCase{"Jan 31, 2024, 2 pm", false, TimeForm::local, kD, 50400},
                                         TimeCase{"2024-02", false, TimeForm::month, kD + 1, 0},
                                         TimeCase{"Feb 2024", false, TimeForm::month, kD + 1, 0},
                                         TimeCase{"2024-02-29", false, TimeForm::date, kD + 29, 0},
                                         TimeCase{"2024-01-31 24:00", false, TimeForm::local, kD + 1, 0},
                                         TimeCase{"1/31/2024 10:00 EST", false, TimeForm::utc, kD, 54000},
                                         TimeCase{"1969-12-31", false, TimeForm::date, -1, 0}));

TEST(Cells, DaysThatDoNotExistAreRefused) {
  for (const char* text :
       {"2023-02-29", "2024-13-01", "31/31/2024", "2024-01-32", "0001-01-01", "9999-12-31", "12", "", "soon",
        "2024-01-31 25:00", "2024-01-31 10:61", "1/2/3/4", "2024-01-31T10:00:00+25:00", "2024-01-31 10:00 XYZ"}) {
    EXPECT_FALSE(parse_time(text, {})) << text;
  }
}

TEST(Cells, FractionsOfASecondAreKeptToTheMicrosecond) {
  EXPECT_EQ(parse_time("1970-01-01 00:00:01.2345678", {})->us, 1'234'567);
  EXPECT_EQ(parse_time_of_day("12:34:56"), (12 * 3600 + 34 * 60 + 56) * 1'000'000LL);
  EXPECT_EQ(parse_time_of_day("123456"), (12 * 3600 + 34 * 60 + 56) * 1'000'000LL);
}

TEST(Cells, ADateCanProveItsOrder) {
  EXPECT_EQ(day_first_evidence("25/01/2024"), CellEvidence::yes);
  EXPECT_EQ(day_first_evidence("01/25/2024 10:00"), CellEvidence::no);
  EXPECT_EQ(day_first_evidence("01/02/2024"), CellEvidence::either);
  EXPECT_EQ(day_first_evidence("02/02/2024"), CellEvidence::none);
  EXPECT_EQ(day_first_evidence("2024-01-25"), CellEvidence::none);
}

TEST(Cells, NamesCompareWithoutDecoration) {
  EXPECT_EQ(normal_name("\xEF\xBB\xBF Shrink ($) \xE2\x96\xBC"), "shrink $");
  EXPECT_EQ(normal_name("Product_Code"), "product code");
  EXPECT_EQ(normal_name("Qty.  Sold"), "qty sold");
  EXPECT_EQ(normal_name("Shrink%"), "shrink %");
  EXPECT_EQ(normal_name("\xC2\xA0Site\xC2\xA0Name\xC2\xA0"), "site name");
  EXPECT_EQ(normal_name("Menge (€)"), "menge $");
}

TEST(Cells, NothingIsSaidInManyWays) {
  for (const char* text : {"", " ", "-", "N/A", "NULL", "nan", "\xC2\xA0", "\xE2\x80\x94"})
    EXPECT_TRUE(is_blank(text)) << text;
  for (const char* text : {"0", "x", "-1", "none left"}) EXPECT_FALSE(is_blank(text)) << text;
}

TEST(Cells, BytesThatAreNoUtf8AreReadAsWindows1252) {
  std::string text = "caf\xE9 \x80 5";
  EXPECT_TRUE(mend_utf8(text));
  EXPECT_EQ(text, "café € 5");
  EXPECT_FALSE(mend_utf8(text));
}

TEST(Cells, DayOfRoundsDownBefore1970) {
  EXPECT_EQ(day_of(0), 0);
  EXPECT_EQ(day_of(-1), -1);
  EXPECT_EQ(day_of(86'400'000'000 - 1), 0);
  EXPECT_EQ(day_of(-86'400'000'000), -1);
}

TEST(Cells, MonthsWeeksAndDayNumbers) {
  const auto read = [](std::string_view text) {
    const auto time = parse_time(text, {});
    return time ? std::to_string(day_of(time->us)) + "/" + std::to_string(static_cast<int>(time->form)) : "no";
  };
  // 2025-01-01 is day 20089.
  for (const char* month : {"2025-01", "202501", "Jan-25", "Jan'25", "January 2025", "2025 Jan"})
    EXPECT_EQ(read(month), "20089/3") << month;
  // The first week of 2025 begins on 30 December 2024; that of 2021 on 4 January.
  for (const char* week : {"2025W01", "2025-W01", "W01 2025", "Week 1 2025", "2025 wk 1"})
    EXPECT_EQ(read(week), "20087/4") << week;
  EXPECT_EQ(read("2021W01"), "18631/4");
  EXPECT_EQ(read("45658"), "20089/2");
  EXPECT_EQ(read("45658.0"), "20089/2");
  for (const char* no : {"2025W54", "202513", "12345", "99999", "Jan 25", "W01"}) EXPECT_EQ(read(no), "no") << no;
}

}  // namespace
}  // namespace shrike
