#include "sense/till_book.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

namespace shrike {
namespace {

TillTransaction at(int number, int minute, const std::string& day = "2026-03-01", const std::string& till = "34") {
  TillTransaction t;
  t.key = {"9", till, day, std::to_string(number)};
  t.kind = TillKind::sale;
  t.end = Timestamp{1'772'355'600'000'000 + int64_t{minute} * 60'000'000};
  return t;
}

TillTransaction with_items(TillTransaction t, const std::vector<std::string>& items) {
  for (const auto& item : items) {
    TillLine line;
    line.number = std::to_string(t.lines.size() + 1);
    line.item = item;
    t.lines.push_back(line);
  }
  return t;
}

TEST(TillBook, IsTheSameHoweverOftenAndInWhateverOrderMessagesCome) {
  std::vector<TillTransaction> messages;
  for (int i = 0; i < 60; ++i) messages.push_back(at(i, i));
  for (int i = 0; i < 60; i += 3) messages.push_back(at(i, i));
  for (unsigned seed = 1; seed <= 5; ++seed) {
    std::shuffle(messages.begin(), messages.end(), std::mt19937(seed));
    TillBook book;
    for (const auto& t : messages) book.add(t);
    book.link();
    EXPECT_EQ(book.all().size(), 60U);
    EXPECT_EQ(book.counts().messages, 80);
    EXPECT_EQ(book.counts().repeated, 20);
    EXPECT_EQ(book.counts().replaced, 0);
    EXPECT_GT(book.counts().out_of_order, 0);
    EXPECT_TRUE(book.gaps().empty());
  }
}

TEST(TillBook, AChangedRepeatReplacesAndIsCounted) {
  TillBook book;
  book.add(at(1, 0));
  auto changed = at(1, 0);
  changed.kind = TillKind::voided;
  book.add(changed);
  book.add(changed);
  EXPECT_EQ(book.all().size(), 1U);
  EXPECT_EQ(book.all().begin()->second.transaction.kind, TillKind::voided);
  EXPECT_EQ(book.counts().replaced, 1);
  EXPECT_EQ(book.counts().repeated, 1);
  EXPECT_EQ(book.replaced(), std::vector<TillKey>{changed.key});
}

TEST(TillBook, TheSameNumberOnAnotherDayOrTillIsAnotherTransaction) {
  TillBook book;
  book.add(at(1, 0));
  book.add(at(1, 0, "2026-03-02"));
  book.add(at(1, 0, "2026-03-01", "35"));
  EXPECT_EQ(book.all().size(), 3U);
  EXPECT_EQ(book.counts().repeated + book.counts().replaced, 0);
}

TEST(TillBook, CountsWhatCameAfterAHigherNumberOrALaterDay) {
  TillBook book;
  for (const int number : {1, 2, 5, 4, 6}) book.add(at(number, number));
  book.add(at(7, 100, "2026-03-02"));
  book.add(at(3, 3));
  EXPECT_EQ(book.counts().out_of_order, 2);
}

TEST(TillBook, ListsMissingNumbersWithinADayAndBetweenDays) {
  TillBook book;
  for (const int number : {10, 11, 14, 15}) book.add(at(number, number));
  for (const int number : {17, 18}) book.add(at(number, number, "2026-03-02"));
  const auto gaps = book.gaps();
  ASSERT_EQ(gaps.size(), 2U);
  EXPECT_EQ(gaps[0].from, 12);
  EXPECT_EQ(gaps[0].to, 13);
  EXPECT_EQ(gaps[0].missing(), 2);
  EXPECT_EQ(gaps[1].from, 16);
  EXPECT_EQ(gaps[1].to, 16);
  EXPECT_EQ(gaps[1].day_before, "2026-03-01");
  EXPECT_EQ(gaps[1].day_after, "2026-03-02");
}

TEST(TillBook, ACounterThatStartsAgainLeavesNoGap) {
  TillBook daily;
  for (const int number : {1, 2, 3}) daily.add(at(number, number));
  for (const int number : {1, 2}) daily.add(at(number, number, "2026-03-02"));
  EXPECT_TRUE(daily.gaps().empty());
  TillBook full;
  int minute = 0;
  for (const int number : {9997, 9998, 9999, 1, 2}) full.add(at(number, minute++));
  EXPECT_TRUE(full.gaps().empty());
  // The same numbers, but the low ones first: then thousands are missing.
  TillBook missing;
  for (const int number : {1, 2, 9997, 9998, 9999}) missing.add(at(number, minute++));
  ASSERT_EQ(missing.gaps().size(), 1U);
  EXPECT_EQ(missing.gaps()[0].missing(), 9994);
}

TEST(TillBook, LinksAPostVoidToWhatItUndoes) {
  TillBook book;
  auto undo = at(3, 3);
  undo.kind = TillKind::post_void;
  undo.links = {{"", "", "", "1", "Voided"}};
  auto other = at(4, 4, "2026-03-01", "35");
  other.kind = TillKind::post_void;
  other.links = {{"9", "34", "2026-03-01", "99", ""}};
  book.add(undo);
  book.add(other);
  book.add(at(1, 1));  // comes after what undoes it
  book.add(at(1, 1, "2026-03-02"));
  book.link();
  EXPECT_EQ(book.all().at(at(1, 1).key).undone_by, undo.key);
  EXPECT_FALSE(book.all().at({"9", "34", "2026-03-02", "1"}).undone_by);
  EXPECT_EQ(book.all().at(undo.key).undoes, at(1, 1).key);
  EXPECT_EQ(book.counts().undone, 1);
  EXPECT_EQ(book.counts().post_voids_without_target, 1);
  book.link();
  EXPECT_EQ(book.counts().undone, 1);
}

TEST(TillBook, LinksSuspendedTransactionsByNameOrByWhatIsInThem) {
  TillBook book;
  auto named = with_items(at(1, 1), {"A"}), alike = with_items(at(2, 2), {"B", "C"});
  auto lost = with_items(at(3, 3), {"D"}), late = with_items(at(9, 90), {"B", "C"});
  for (auto* t : {&named, &alike, &lost, &late}) t->kind = TillKind::suspended;
  auto takes_named = with_items(at(4, 4, "2026-03-01", "35"), {"A", "E"});
  takes_named.links = {{"", "34", "", "1", "SES:RetrievedSuspend"}};
  auto takes_alike = with_items(at(5, 5, "2026-03-01", "36"), {"C", "X", "B"});
  takes_alike.kind = TillKind::resumed;
  for (const auto& t : {named, alike, lost, late, takes_named, takes_alike}) book.add(t);
  book.link();
  EXPECT_EQ(book.all().at(named.key).resumed_by, takes_named.key);
  EXPECT_EQ(book.all().at(alike.key).resumed_by, takes_alike.key);
  EXPECT_FALSE(book.all().at(lost.key).resumed_by);
  EXPECT_FALSE(book.all().at(late.key).resumed_by);
  EXPECT_EQ(book.counts().resumed, 2);
  EXPECT_EQ(book.counts().never_resumed, 2);
}

TEST(TillBook, ANumberIsDigitsOnly) {
  EXPECT_EQ(sequence_number("00160"), 160);
  for (const char* text : {"", "12a", "-3", " 4", "1234567890123456"}) EXPECT_FALSE(sequence_number(text)) << text;
}

}  // namespace
}  // namespace shrike
