#include "sense/till_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/folder_testing.h"
#include "sense/poslog_text.h"

namespace shrike {
namespace {

using ::testing::HasSubstr;

struct Got {
  Result<void> done;
  std::vector<TillTransaction> all;
  TillTally tally;
};

Got read(const std::filesystem::path& file, TillContext context = {}) {
  TillReader reader(std::move(context));
  std::vector<TillTransaction> all;
  auto done = reader.read(file, [&](TillTransaction t) { all.push_back(std::move(t)); });
  return {std::move(done), std::move(all), reader.tally()};
}

std::string transaction(int number, const std::string& description = "Razor") {
  return "<Transaction><RetailStoreID>9</RetailStoreID><WorkstationID>34</WorkstationID><SequenceNumber>" +
         std::to_string(number) +
         "</SequenceNumber><BusinessDayDate>2026-03-01</BusinessDayDate><RetailTransaction><LineItem><Sale><ItemID>1"
         "</ItemID><Description>" +
         description + "</Description></Sale></LineItem></RetailTransaction></Transaction>\n";
}

std::string utf16le(const std::string& ascii) {
  std::string out = "\xFF\xFE";
  for (const char c : ascii) {
    out += c;
    out += '\0';
  }
  return out;
}

TEST(TillReader, TheRestLoadsWhereOneTransactionIsBad) {
  const TestFolder folder;
  auto bad = transaction(2);
  bad.replace(bad.find("2026-03-01"), 10, "2026-13-01");
  const auto got = read(folder.write("log.xml", "<POSLog>\n" + transaction(1) + bad + transaction(3) +
                                                    "<Transaction><RetailStoreID>9</RetailStoreID>"));
  ASSERT_TRUE(got.done) << got.done.error().message;
  ASSERT_EQ(got.all.size(), 2U);
  EXPECT_EQ(got.all[1].key.sequence, "3");
  ASSERT_EQ(got.tally.rejected.count, 2);
  EXPECT_THAT(got.tally.rejected.first[0].place, HasSubstr("log.xml, transaction 2 (row 3)"));
  EXPECT_THAT(got.tally.rejected.first[0].what, HasSubstr("BusinessDayDate: found '2026-13-01', expected a day"));
  EXPECT_THAT(got.tally.rejected.first[1].what, HasSubstr("expected </Transaction>"));
}

TEST(TillReader, ReadsLogsInTheEncodingThatTheyAreIn) {
  const TestFolder folder;
  const std::string open = "<?xml version='1.0' encoding='ISO-8859-1'?><POSLog>";
  const auto latin = read(folder.write("latin.xml", open + transaction(1, "Caf\xE9") + "</POSLog>"));
  ASSERT_EQ(latin.all.size(), 1U);
  EXPECT_EQ(latin.all[0].lines[0].description, "Café");
  EXPECT_EQ(latin.tally.notes.count, 0);

  const auto wide = read(folder.write("wide.xml", utf16le("<POSLog>" + transaction(1) + transaction(2))));
  EXPECT_EQ(wide.all.size(), 2U);

  // Says UTF-8 and is not: mended, and told.
  const auto wrong = read(folder.write("wrong.xml", "<?xml version='1.0' encoding='UTF-8'?><POSLog>" +
                                                        transaction(1, "Caf\xE9") + transaction(2) + "</POSLog>"));
  ASSERT_EQ(wrong.all.size(), 2U);
  EXPECT_EQ(wrong.all[0].lines[0].description, "Café");
  ASSERT_EQ(wrong.tally.notes.count, 1);
  EXPECT_THAT(wrong.tally.notes.first[0].place, HasSubstr("transaction 1"));

  const auto unknown = read(folder.write("unknown.xml", "<?xml version='1.0' encoding='KLINGON-1'?><POSLog/>"));
  ASSERT_FALSE(unknown.done);
  EXPECT_THAT(unknown.done.error().message, HasSubstr("found the encoding 'KLINGON-1'"));
}

TEST(TillReader, KnowsAnEncodingFromItsFirstBytes) {
  using namespace std::string_view_literals;
  EXPECT_EQ(xml_encoding("<POSLog/>"), "UTF-8");
  EXPECT_EQ(xml_encoding("\xEF\xBB\xBF<?xml encoding='ISO-8859-1'?>"), "UTF-8");
  EXPECT_EQ(xml_encoding("<?xml version=\"1.0\" encoding=\"windows-1252\"?>"), "WINDOWS-1252");
  EXPECT_EQ(xml_encoding("<?xml version=\"1.0\" encoding=\"utf-16\"?>"), "UTF-8");
  EXPECT_EQ(xml_encoding("<\0?\0"sv), "UTF-16LE");
  EXPECT_EQ(xml_encoding("\xFE\xFF\0<"sv), "UTF-16BE");
}

TEST(TillReader, WhatTheLogSaysForAllHoldsWhereATransactionIsSilent) {
  const TestFolder folder;
  const auto got = read(
      folder.write("log.xml",
                   "<POSLog><RetailStoreID>12</RetailStoreID><BusinessDayDate>2026-03-05</BusinessDayDate><Transaction>"
                   "<WorkstationID>1</WorkstationID><SequenceNumber>7</SequenceNumber></Transaction>" +
                       transaction(8) + "</POSLog>"));
  ASSERT_EQ(got.all.size(), 2U);
  EXPECT_EQ(got.all[0].key, (TillKey{"12", "1", "2026-03-05", "7"}));
  EXPECT_EQ(got.all[1].key, (TillKey{"9", "34", "2026-03-01", "8"}));
}

TEST(TillReader, ReadsJsonLinesAroundABrokenOne) {
  const TestFolder folder;
  const std::string good = R"({"store":"1","till":"2","business_day":"2026-03-01","sequence":)";
  const auto got = read(folder.write("lines.jsonl", good + "1}\n\n{\"store\":}\n" + good + "2,\"tax\":\"x\"}\n" + good +
                                                        "3,\"description\":\"Caf\xE9\"}"));
  ASSERT_TRUE(got.done) << got.done.error().message;
  EXPECT_EQ(got.all.size(), 2U);
  ASSERT_EQ(got.tally.rejected.count, 2);
  EXPECT_THAT(got.tally.rejected.first[0].place, HasSubstr("row 3"));
  EXPECT_THAT(got.tally.rejected.first[1].what, HasSubstr("tax: found 'x'"));
  EXPECT_EQ(got.tally.notes.count, 1);
  // The first line broken does not make the file another format.
  EXPECT_EQ(read(folder.write("first.jsonl", "{\"store\":}\n" + good + "2}\n")).all.size(), 1U);
}

TEST(TillReader, ReadsJsonListsAndWrappedLists) {
  const TestFolder folder;
  const std::string one = R"({"store":"1","till":"2","business_day":"2026-03-01","sequence":1})";
  EXPECT_EQ(read(folder.write("a.json", "[\n" + one + "\n]")).all.size(), 1U);
  EXPECT_EQ(read(folder.write("b.json", "{\n\"transactions\": [" + one + "," + one + "]}")).all.size(), 2U);
  EXPECT_EQ(read(folder.write("c.json", one)).all.size(), 1U);
  EXPECT_FALSE(read(folder.write("d.json", "[{")).done);
  EXPECT_FALSE(read(folder.write("e.json", "{\n\"transactions\": 5}")).done);
}

TEST(TillReader, PutsRowsTogetherThoughTwoTillsAreMixed) {
  const TestFolder folder;
  const auto got = read(folder.write(
      "rows.csv",
      "Store,Till,Sequence,Business Day,End,Operator,Line,Item_ID,Quantity,Amount,Entry,Voided,Tender,Tender_Amount,"
      "Total,Card\n"
      "9,1,100,2026-03-01,2026-03-01 10:00:00,94,1,4006381333931,1,5.00,scanned,,,,8.00,4111\n"
      "9,2,700,2026-03-01,2026-03-01 10:00:05,95,1,11,1,1.00,keyed,,Cash,1.00,1.00,4111\n"
      "9,1,100,2026-03-01,2026-03-01 10:00:00,94,2,12,1,3.00,keyed,no,Cash,8.00,8.00,4111\n"
      "\n"
      "9,1,101,2026-03-01,2026-03-01 10:02:00,94,1,12,1,three,keyed,,,,3.00,4111\n"
      "9,1,102,2026-03-01,2026-03-01 10:03:00,94,1,12,1,3.00,keyed,yes,,,,4111\n"));
  ASSERT_TRUE(got.done) << got.done.error().message;
  ASSERT_EQ(got.all.size(), 3U);
  EXPECT_EQ(got.all[0].key.sequence, "100");
  ASSERT_EQ(got.all[0].lines.size(), 2U);
  EXPECT_EQ(got.all[0].lines[1].entry, TillEntry::keyed);
  EXPECT_EQ(got.all[0].tenders[0].amount->value(), 8);
  EXPECT_TRUE(*balance_of(got.all[0]).agrees);
  ASSERT_EQ(got.tally.rejected.count, 1);
  EXPECT_THAT(got.tally.rejected.first[0].place, HasSubstr("rows 6 to 6"));
  EXPECT_THAT(got.tally.rejected.first[0].what, HasSubstr("row 6.amount: found 'three'"));
  ASSERT_EQ(got.tally.notes.count, 1);
  EXPECT_THAT(got.tally.notes.first[0].what, HasSubstr("1 columns are not read: Card"));
}

TEST(TillReader, RefusesAFileThatIsNoTillsByName) {
  const TestFolder folder;
  EXPECT_THAT(read(folder.path()).done.error().message, HasSubstr("is a folder"));
  EXPECT_THAT(read(folder.path() / "none.xml").done.error().message, HasSubstr("cannot be opened"));
  EXPECT_THAT(read(folder.write("empty", " \n")).done.error().message, HasSubstr("is empty"));
  EXPECT_THAT(read(folder.write("x.csv", "a,b\n1,2\n")).done.error().message, HasSubstr("found no column 'store'"));
  EXPECT_THAT(read(folder.write("y.csv", "store,till,sequence,Store\n")).done.error().message,
              HasSubstr("found the column 'store' twice"));
  EXPECT_THAT(read(folder.write("z.xml", "<!-- only this -->")).done.error().message,
              HasSubstr("found no XML element"));
}

}  // namespace
}  // namespace shrike
