#include "sense/till_follow.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/folder_testing.h"

namespace shrike {
namespace {

using testing::HasSubstr;

constexpr Timestamp kNow{1'772'355'600'000'000};

std::string line(int number, Timestamp end, double amount = 5) {
  return fmt::format(
      R"({{"store":"9","till":"34","business_day":"2026-03-01","sequence":"{}","kind":"sale","end":"{}",)"
      R"("lines":[{{"number":"1","item":"4006381333931","amount":{}}}]}})"
      "\n",
      number, to_rfc3339(end), amount);
}

TEST(TillFollower, HandsEachTransactionOnOnceAndAgainWhenItChanges) {
  const TestFolder folder;
  std::string log = line(1, kNow.plus_s(-86'400)) + line(2, kNow.plus_s(-60));
  TillFollower follower(folder.write("tills.jsonl", log), {});
  auto fresh = follower.look(kNow);
  ASSERT_EQ(fresh.size(), 1U);  // the one of yesterday is history
  EXPECT_EQ(fresh[0].key.sequence, "2");
  EXPECT_EQ(follower.state().old, 1U);
  EXPECT_TRUE(follower.look(kNow.plus_s(1)).empty());

  log += line(3, kNow.plus_s(2)) + R"({"store":"9","till":"34",)";  // the last line is still being written
  folder.write("tills.jsonl", log);
  fresh = follower.look(kNow.plus_s(3));
  ASSERT_EQ(fresh.size(), 1U);
  EXPECT_EQ(fresh[0].key.sequence, "3");
  EXPECT_EQ(follower.state().left_out, 1U);
  EXPECT_THAT(follower.state().last_fault, HasSubstr("row 4"));

  log = log.substr(0, log.rfind('{')) + line(3, kNow.plus_s(2), 7.5) + line(4, kNow.plus_s(4));
  folder.write("tills.jsonl", log);
  fresh = follower.look(kNow.plus_s(5));
  ASSERT_EQ(fresh.size(), 2U);
  EXPECT_EQ(fresh[0].key.sequence, "3");
  EXPECT_EQ(fresh[0].lines[0].amount, Decimal{7'500'000});
  EXPECT_EQ(follower.state().left_out, 0U);
  EXPECT_EQ(follower.state().clock, "");
}

TEST(TillFollower, ReadsFilesThatComeIntoAFolder) {
  const TestFolder folder;
  TillFollower follower(folder.path() / "out", {});
  EXPECT_TRUE(follower.look(kNow).empty());
  EXPECT_THAT(follower.state().problem, HasSubstr("is not there"));
  folder.write("out/1.jsonl", line(1, kNow));
  folder.write("out/.2.jsonl", line(2, kNow));
  EXPECT_EQ(follower.look(kNow).size(), 1U);
  EXPECT_EQ(follower.state().problem, "");
  std::filesystem::rename(folder.path() / "out/.2.jsonl", folder.path() / "out/2.jsonl");
  EXPECT_EQ(follower.look(kNow).size(), 1U);
}

TEST(TillFollower, FindsATillWhoseClockIsSevenMinutesOff) {
  for (const double off_s : {420.0, -420.0}) {
    const TestFolder folder;
    TillFollower follower(folder.path() / "tills.jsonl", {});
    std::string log;
    for (int i = 0; i < 5; ++i) {
      const Timestamp now = kNow.plus_s(100.0 * i);
      log += line(i, now.plus_s(off_s - (i == 3 ? 2 : 30)));
      folder.write("tills.jsonl", log);
      (void)follower.look(now);
    }
    EXPECT_NEAR(follower.state().clock_offset_s, off_s, 3);
    EXPECT_THAT(follower.state().clock,
                HasSubstr(off_s > 0 ? "till 9/34 is 7.0 min fast" : "till 9/34 is 7.0 min slow"));
  }
}

}  // namespace
}  // namespace shrike
