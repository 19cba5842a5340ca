// `shrike sense till` as a user runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/folder_testing.h"
#include "cli/program_testing.h"
#include "sense/till_json.h"
#include "sense/till_testing.h"

namespace shrike {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string sale(int number, const std::string& amount) {
  return "<Transaction><RetailStoreID>9</RetailStoreID><WorkstationID>34</WorkstationID><SequenceNumber>" +
         std::to_string(number) +
         "</SequenceNumber><BusinessDayDate>2026-03-01</BusinessDayDate><EndDateTime>2026-03-02T01:30:00</EndDateTime>"
         "<OperatorID>operator-7</OperatorID><RetailTransaction><LineItem EntryMethod='Scanned'><SequenceNumber>1"
         "</SequenceNumber><Sale><ItemID>4006381333931</ItemID><Description>Razor</Description><ExtendedAmount>" +
         amount + "</ExtendedAmount></Sale></LineItem></RetailTransaction></Transaction>";
}

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(json::parse(line));
  return out;
}

TEST(SenseTill, TellsAPersonWhatWasReadAndWhatWasNot) {
  const TestFolder folder;
  const auto log = folder.write(
      "log.xml", "<POSLog>" + sale(1, "5.00") + sale(1, "5.00") + sale(2, "many") + sale(4, "3.00") + "</POSLog>");
  const auto answer = run_shrike("sense till " + log.string() + " --zone Europe/Paris");
  EXPECT_EQ(answer.code, 0);
  EXPECT_THAT(answer.text, AllOf(HasSubstr("2 transactions with 2 lines of 1 tills, business days 2026-03-01"),
                                 HasSubstr("calendar days 2026-03-02"), HasSubstr("2 transaction numbers are missing"),
                                 HasSubstr("1 repeated"), HasSubstr("1 transactions were left out"),
                                 HasSubstr("transaction 3 (row 1): LineItem 1, Sale/ExtendedAmount: found 'many'"),
                                 Not(HasSubstr("operator-7")), Not(HasSubstr("read as UTC"))));
  EXPECT_THAT(run_shrike("sense till " + log.string()).text, HasSubstr("read as UTC"));
}

TEST(SenseTill, PrintsJsonThatItReadsBackTheSame) {
  const TestFolder folder;
  const auto log = folder.write("log.xml", "<POSLog>" + sale(1, "5.00") + sale(2, "3.00") + "</POSLog>");
  const auto first = run_shrike("sense till " + log.string() + " --json --zone Europe/Paris", false);
  ASSERT_EQ(first.code, 0);
  const auto objects = lines_of(first.text);
  ASSERT_EQ(objects.size(), 2U);
  EXPECT_EQ(objects[0]["store"], "9");
  EXPECT_EQ(objects[0]["sequence"], "1");
  EXPECT_EQ(objects[0]["end"], "2026-03-02T00:30:00.000000Z");
  EXPECT_EQ(objects[0]["operator"], "operator-1");
  EXPECT_EQ(objects[1]["lines"][0]["amount"], 3.0);
  const auto again = run_shrike("sense till " + folder.write("again.jsonl", first.text).string() + " --json", false);
  EXPECT_EQ(again.text, first.text);
}

TEST(SenseTill, ShowsTheTillsOwnIdsOnlyWhenAsked) {
  const TestFolder folder;
  const auto log = folder.write("log.xml", "<POSLog>" + sale(1, "5.00") + "</POSLog>");
  EXPECT_THAT(run_shrike("sense till " + log.string() + " --json").text, Not(HasSubstr("operator-7")));
  EXPECT_THAT(run_shrike("sense till " + log.string() + " --json --names").text, HasSubstr("operator-7"));
}

TEST(SenseTill, ExitsWithTwoOnBadInput) {
  const TestFolder folder;
  const auto log = folder.write("log.xml", "<POSLog>" + sale(1, "x") + "</POSLog>").string();
  const auto nothing = run_shrike("sense till " + log);
  EXPECT_EQ(nothing.code, 2);
  EXPECT_THAT(nothing.text, HasSubstr("no transaction could be read"));
  EXPECT_EQ(run_shrike("sense till " + folder.path().string() + "/absent.xml").code, 2);
  EXPECT_EQ(run_shrike("sense till " + log + " --zone Nowhere/Land").code, 2);
  EXPECT_EQ(run_shrike("sense till").code, 2);
}

TEST(SenseTill, ListsPossibleExceptionsWithTheirLinesAndAccusesNobody) {
  const TestFolder folder;
  std::string text;
  const auto book =
      TillMaker({.seed = 2, .cashiers = 12, .self_checkouts = 4, .transactions = 300, .odd_cashier = 3, .odd_times = 8})
          .make();
  for (const auto& [key, booked] : book.all()) text += json_of(booked.transaction).dump() + "\n";
  const auto file = folder.write("tills.jsonl", text).string();
  const auto answer = run_shrike("sense till " + file + " --exceptions");
  EXPECT_EQ(answer.code, 0);
  EXPECT_THAT(answer.text,
              AllOf(HasSubstr("Possible exceptions: 1 of"), HasSubstr("voided or post-voided transactions"),
                    HasSubstr("90 % interval"), HasSubstr("median of 11 peers"), HasSubstr("not a finding against")));
  for (const char* word : {"theft", "thief", "fraud", "steal", "suspicious", "guilty"}) {
    EXPECT_THAT(answer.text, Not(HasSubstr(word)));
  }
  const auto printed = json::parse(run_shrike("sense till " + file + " --exceptions --json", false).text);
  int possible = 0;
  for (const auto& rate : printed["rates"]) {
    if (!rate["possible_exception"].get<bool>()) continue;
    ++possible;
    EXPECT_EQ(rate["measure"], "voids");
    EXPECT_EQ(rate["evidence"].size(), rate["events"].get<size_t>());
    EXPECT_LT(rate["shrunk_interval"][0], rate["shrunk"]);
  }
  EXPECT_EQ(possible, 1);
}

}  // namespace
}  // namespace shrike
