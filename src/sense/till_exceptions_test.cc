#include "sense/till_exceptions.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "sense/till_testing.h"

namespace shrike {
namespace {

const TillRate* rate_of(const TillExceptions& found, const std::string& id, TillMeasure measure) {
  for (const auto& rate : found.rates) {
    if (found.subjects[rate.subject].id == id && rate.measure == measure) return &rate;
  }
  return nullptr;
}

int64_t listed(const TillExceptions& found) {
  return std::count_if(found.rates.begin(), found.rates.end(), [](const TillRate& r) { return r.listed; });
}

TEST(TillExceptions, ListsTheOneWhoVoidsMoreWithTheTransactionsBehindIt) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const auto book = TillMaker({.seed = seed, .transactions = 600, .odd_cashier = 4, .odd_times = 8}).make();
    const auto found = till_exceptions(book, {});
    ASSERT_EQ(listed(found), 1) << seed;
    const auto& rate = found.rates[0];
    EXPECT_EQ(found.subjects[rate.subject].id, "operator-4");
    EXPECT_EQ(rate.measure, TillMeasure::voids);
    EXPECT_EQ(static_cast<int64_t>(rate.events.size()), rate.count.events);
    EXPECT_GT(rate.peer.shrunk_low, rate.peer.peers_median);
    for (const auto& event : rate.events) EXPECT_EQ(book.all().at(event.key).transaction.operator_id, "operator-4");
  }
}

TEST(TillExceptions, ListsNobodyWhereNobodyDiffersBeyondTheUsual) {
  for (uint64_t seed = 1; seed <= 25; ++seed) {
    const auto found = till_exceptions(TillMaker({.seed = seed, .transactions = 120}).make(), {});
    EXPECT_EQ(listed(found), 0) << "seed " << seed << ", " << to_string(found.rates[0].measure) << " p "
                                << found.rates[0].peer.p;
    EXPECT_GT(found.tests, 100);
  }
}

TillTransaction sale(int number, const std::string& who) {
  TillTransaction t;
  t.key = {"9", "34", "2026-03-01", std::to_string(number)};
  t.kind = TillKind::sale;
  t.operator_id = who;
  TillLine line;
  line.number = "1";
  line.entry = TillEntry::scanned;
  t.lines = {line};
  return t;
}

TEST(TillExceptions, CountsEachMeasureOfItsOwnBase) {
  TillBook book;
  auto two = sale(1, "a");
  two.lines.push_back(two.lines[0]);
  two.lines[1].number = "2";
  two.lines[1].voided = true;
  two.lines[1].entry = TillEntry::keyed;
  two.lines[1].approved = true;
  book.add(two);
  auto weighed = sale(2, "a");
  weighed.lines[0].weighed = true;
  weighed.lines[0].entry = TillEntry::keyed;
  weighed.lines[0].price_override = true;
  book.add(weighed);
  auto opened = sale(3, "a");
  opened.kind = TillKind::no_sale;
  opened.lines.clear();
  book.add(opened);
  auto put_aside = sale(4, "a");
  put_aside.kind = TillKind::suspended;
  book.add(put_aside);
  auto undone = sale(5, "a");
  undone.kind = TillKind::voided;
  book.add(undone);
  auto practice = sale(6, "a");
  practice.training = true;
  practice.kind = TillKind::voided;
  book.add(practice);
  book.add(sale(7, ""));
  book.link();
  const auto found = till_exceptions(book, {});
  const auto count = [&](TillMeasure m) {
    const auto* rate = rate_of(found, "a", m);
    return rate == nullptr ? std::pair<int64_t, int64_t>{-1, -1} : std::pair{rate->count.events, rate->count.base};
  };
  using Pair = std::pair<int64_t, int64_t>;
  EXPECT_EQ(count(TillMeasure::voids), Pair(1, 3));
  EXPECT_EQ(count(TillMeasure::line_voids), Pair(1, 3));
  EXPECT_EQ(count(TillMeasure::no_sales), Pair(1, 3));
  EXPECT_EQ(count(TillMeasure::price_overrides), Pair(1, 3));
  EXPECT_EQ(count(TillMeasure::keyed), Pair(1, 2));
  EXPECT_EQ(count(TillMeasure::never_resumed), Pair(1, 1));
  EXPECT_EQ(count(TillMeasure::discounts), Pair(-1, -1)) << "nobody gave one: nothing to compare";
  EXPECT_EQ(found.without_operator, 1);
  EXPECT_EQ(found.tests, 0);
}

TEST(TillExceptions, MissingReceiptsCountOnlyWhereTheSourceNamesReceipts) {
  TillBook silent, naming;
  for (int i = 0; i < 4; ++i) {
    auto back = sale(i, "operator-" + std::to_string(i));
    back.kind = TillKind::returned;
    back.lines[0].returned = true;
    silent.add(back);
    back.lines[0].has_receipt = i > 0;
    naming.add(back);
  }
  EXPECT_EQ(rate_of(till_exceptions(silent, {}), "operator-0", TillMeasure::returns_without_receipt), nullptr);
  const auto found = till_exceptions(naming, {});
  ASSERT_NE(rate_of(found, "operator-0", TillMeasure::returns_without_receipt), nullptr);
  EXPECT_EQ(rate_of(found, "operator-0", TillMeasure::returns_without_receipt)->count.events, 1);
  EXPECT_EQ(rate_of(found, "operator-1", TillMeasure::returns_without_receipt)->count.events, 0);
}

TEST(TillExceptions, SelfCheckoutsAreComparedAmongThemselves) {
  TillBook book;
  for (int i = 0; i < 8; ++i) {
    auto t = sale(i, i < 4 ? "operator-" + std::to_string(i) : "");
    t.key.till = std::to_string(i);
    if (i >= 4) t.self_checkout = true;
    t.lines[0].voided = i == 0 || i == 4;
    book.add(t);
  }
  const auto found = till_exceptions(book, {});
  ASSERT_EQ(found.subjects.size(), 8U);
  EXPECT_EQ(std::count_if(found.subjects.begin(), found.subjects.end(), [](const auto& s) { return s.self_checkout; }),
            4);
  for (const auto& rate : found.rates) EXPECT_EQ(rate.peer.peers, 3);
  EXPECT_EQ(found.without_operator, 0);
}

}  // namespace
}  // namespace shrike
