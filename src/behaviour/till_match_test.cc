#include "behaviour/till_match.h"

#include <cmath>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

#include "behaviour/till_clock.h"

namespace shrike {
namespace {

using testing::Each;
using testing::Ge;
using testing::SizeIs;

Timestamp at(double seconds) { return Timestamp{1'770'000'000'000'000}.plus_s(seconds); }

Receipt receipt(double at_s, std::vector<std::string> products, const std::string& till = "1") {
  Receipt one{.key = {.till = till, .sequence = fmt::format("{}", at_s)}, .time = at(at_s), .heard = at(at_s)};
  for (auto& product : products) one.pieces.push_back({.product = product});
  return one;
}

Shopper shopper(const std::string& id, double from_s, double to_s, std::map<std::string, double> holds = {}) {
  return {id, at(0), at(to_s + 20), {{"tills", at(from_s), at(to_s)}}, std::move(holds)};
}

MatchSettings settings() {
  return {.offset_s = [](const std::string&) { return 0.0; },
          .is_sensed = [](const std::string&) { return true; },
          .place = [](const std::string&, const std::string&) { return 0.0; }};
}

TEST(TillMatch, WhoStoodThereWhenItPrintedPaidIt) {
  const std::vector<Receipt> receipts{receipt(100, {"A"}), receipt(200, {"B"})};
  const std::vector<Shopper> shoppers{shopper("second", 150, 205), shopper("first", 60, 104),
                                      shopper("late", 400, 500)};
  const auto claims = match_receipts(receipts, shoppers, settings());
  ASSERT_THAT(claims, Each(SizeIs(Ge(1U))));
  EXPECT_EQ(claims[0][0].shopper, 1U);
  EXPECT_EQ(claims[1][0].shopper, 0U);
  EXPECT_GT(claims[0][0].p, 0.9);
}

TEST(TillMatch, GoodsTellTwoInOneQueueApartAndTheRestIsOdds) {
  const std::vector<Receipt> receipts{receipt(100, {"A", "A", "B"})};
  std::vector<Shopper> shoppers{shopper("x", 60, 110, {{"C", 2}}), shopper("y", 60, 110, {{"A", 2}, {"B", 1}})};
  auto claims = match_receipts(receipts, shoppers, settings());
  EXPECT_EQ(claims[0][0].shopper, 1U);
  EXPECT_GT(claims[0][0].p, 0.95);
  shoppers[0].holds = shoppers[1].holds;
  claims = match_receipts(receipts, shoppers, settings());
  EXPECT_NEAR(claims[0][0].p, claims[0][1].p, 1e-6) << "nothing tells them apart";
}

TEST(TillMatch, TwoReceiptsAtOnceAreNotOnePersons) {
  const std::vector<Receipt> receipts{receipt(100, {"A"}, "1"), receipt(102, {"A"}, "2")};
  const std::vector<Shopper> shoppers{shopper("x", 60, 101, {{"A", 1}}), shopper("y", 60, 115, {{"A", 1}})};
  const auto claims = match_receipts(receipts, shoppers, settings());
  double x = 0, y = 0;
  for (const auto& of : claims) {
    for (const Payer& claim : of) (claim.shopper == 0 ? x : y) += claim.p;
  }
  EXPECT_NEAR(x, 1, 0.1);
  EXPECT_NEAR(y, 1, 0.1) << "each has one, whichever it is";
}

TEST(TillMatch, WhoWasNeverSeenAtACheckoutHardlyPaid) {
  const std::vector<Shopper> shoppers{{.visit_id = "v", .from = at(0), .to = at(300)}};
  const auto claims = match_receipts(std::vector{receipt(100, {"A"})}, shoppers, settings());
  EXPECT_TRUE(claims[0].empty() || claims[0][0].p < 0.5);
  auto holding = shoppers;
  holding[0].holds = {{"A", 1}};
  auto unwatched = settings();
  unwatched.checkouts_watched = false;
  EXPECT_GT(match_receipts(std::vector{receipt(100, {"A"})}, holding, unwatched)[0][0].p, 0.5);
}

/// A day of a till whose clock is `ahead_s` ahead: people come every 40 s or so, two thirds of them to another till.
/// Its receipts lie in a file that is read every `read_every_s`; 0: each comes two to eight seconds after it was
/// printed.
TillClocks busy_till(double ahead_s, int people, unsigned seed, double read_every_s = 300) {
  TillClocks clocks;
  std::mt19937 random(seed);
  std::exponential_distribution<double> next(1 / 40.0);
  std::uniform_real_distribution<double> paying(20, 120), leaving(3, 15);
  double t = 0;
  for (int i = 0; i < people; ++i) {
    t += next(random);
    const double from = t, paid = from + paying(random), to = paid + leaving(random);
    const double heard = read_every_s > 0 ? std::ceil(paid / read_every_s) * read_every_s : paid + 2 + i % 7;
    if (i % 3 == 0) clocks.receipt("7", at(paid + ahead_s), at(heard));
    clocks.stop({"tills", at(from), at(to)});
  }
  return clocks;
}

TEST(TillClocks, FindSevenMinutes) {
  for (const double ahead_s : {-420.0, 420.0, 90.0}) {
    for (unsigned seed = 1; seed <= 3; ++seed) {
      const auto clocks = busy_till(ahead_s, 240, seed);
      EXPECT_NEAR(clocks.offset_s("7"), ahead_s, 10) << "seed " << seed;
      EXPECT_TRUE(clocks.all()[0].found);
    }
  }
}

TEST(TillClocks, LeaveARightClockAlone) {
  for (unsigned seed = 1; seed <= 5; ++seed) EXPECT_EQ(busy_till(0, 240, seed).offset_s("7"), 0) << seed;
}

TEST(TillClocks, BelieveMessagesThatComeAtOnceFromTheFourthOn) {
  for (const double ahead_s : {-420.0, -70.0, 90.0, 5000.0}) {
    const auto clocks = busy_till(ahead_s, 12, 1, 0);
    EXPECT_NEAR(clocks.offset_s("7"), ahead_s, 8) << ahead_s;
    EXPECT_TRUE(clocks.all()[0].found);
    EXPECT_NEAR(clocks.late_s(), 10, 4);
  }
  EXPECT_EQ(busy_till(10, 12, 1, 0).offset_s("7"), 0) << "near enough";
  EXPECT_FALSE(busy_till(-70, 9, 1, 0).all()[0].found) << "three receipts";
}

TEST(TillClocks, TakeNoFileForAClock) {
  for (const double read_every_s : {60.0, 300.0, 3600.0})
    for (unsigned seed = 1; seed <= 5; ++seed) {
      const auto clocks = busy_till(0, 240, seed, read_every_s);
      EXPECT_EQ(clocks.offset_s("7"), 0) << "read every " << read_every_s << " s, seed " << seed;
    }
}

TEST(TillClocks, SayNothingFromFewReceipts) {
  EXPECT_FALSE(busy_till(420, 12, 1).all()[0].found);
  EXPECT_EQ(TillClocks().offset_s("9"), 0);
}

}  // namespace
}  // namespace shrike
