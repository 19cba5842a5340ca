#include "behaviour/basket_evidence.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <set>

#include "behaviour/basket_settle.h"

namespace shrike {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Timestamp at(double seconds) { return Timestamp{1'770'000'000'000'000}.plus_s(seconds); }

class BasketEvidenceTest : public testing::Test {
 protected:
  static Piece piece(const std::string& product, double p, const std::string& zone = "razors") {
    static int64_t act = 0;
    return {.act = act++, .products = {{product, 1}}, .zone = zone, .taken = at(10), .p = p, .sensed = true};
  }
  Receipt& pay(std::vector<std::string> lines, double p, bool self_checkout = false) {
    auto& receipt = receipts.emplace_back(std::make_unique<Receipt>());
    *receipt = {.key = {.till = "2"}, .time = at(80), .heard = at(81), .self_checkout = self_checkout};
    for (auto& product : lines) receipt->pieces.push_back({.product = product});
    basket.receipts.push_back({receipt.get(), p, 0.01});
    return *receipt;
  }
  std::vector<Evidence> evidence() { return basket_evidence(basket, world, book); }
  double llr(const std::string& kind) {
    for (const Evidence& one : evidence()) {
      if (one.kind == kind) return one.llr;
    }
    return 0;
  }

  BasketEvidenceTest() {
    basket.left = true;
    basket.left_at = at(100);
    basket.exit = "exit B";
    basket.stay = "12 s in razors";
    basket.paid_anyway = 0.01;
  }

  Planogram planogram{{{.zone = "razors", .sku_id = "R", .name = "Razor", .price = 12.5, .unit_weight_g = 80},
                       {.zone = "razors", .sku_id = "B", .name = "Blades", .price = 5},
                       {.zone = "fruit", .sku_id = "O", .name = "Onions", .price = 1},
                       {.zone = "bakery", .sku_id = "C", .name = "Cake", .price = 20}}};
  Products products{planogram};
  std::set<std::string> unsensed = {};
  BasketWorld world{products,
                    [this](const std::string& id) { return products.find(id) != nullptr && !unsensed.contains(id); },
                    [](const std::string& serial) { return serial == "sold"; }};
  RuleBook book = *make_rule_book({});
  BasketCase basket;
  std::vector<std::unique_ptr<Receipt>> receipts;
};

TEST_F(BasketEvidenceTest, WhatLeavesUnpaidIsToldInOneClause) {
  basket.pieces = {piece("R", 0.99), piece("R", 0.99)};
  const auto told = evidence();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].kind, "item_unpaid");
  EXPECT_EQ(told[0].detail, "12 s in razors, 2 taken, 0 paid, left by exit B");
  EXPECT_EQ(told[0].zone, "razors");
  EXPECT_GT(told[0].llr, 4.6);
  ASSERT_THAT(told[0].goods, SizeIs(1));
  EXPECT_EQ(told[0].goods[0].first, "R");
  EXPECT_NEAR(told[0].goods[0].second, 1.98, 0.05);
  basket.left = false;
  EXPECT_THAT(evidence(), IsEmpty()) << "it may still be paid";
}

TEST_F(BasketEvidenceTest, GrowsWithProbabilityPiecesAndPrice) {
  basket.pieces = {piece("R", 0.6)};
  const double doubtful = llr("item_unpaid");
  EXPECT_GT(doubtful, 0);
  basket.pieces = {piece("R", 0.95)};
  const double sure = llr("item_unpaid");
  EXPECT_GT(sure, doubtful + 1);
  basket.pieces = {piece("R", 0.95), piece("R", 0.95)};
  EXPECT_GT(llr("item_unpaid"), sure + 0.5);
  basket.pieces = {piece("C", 0.95, "bakery")};
  EXPECT_GT(llr("item_unpaid"), sure) << "dearer";
  basket.pieces.assign(40, piece("C", 0.99));
  EXPECT_LT(llr("item_unpaid"), 7.5);
  basket.pieces = {piece("R", 0.45), piece("R", 0.45), piece("R", 0.45)};
  EXPECT_EQ(llr("item_unpaid"), 0) << "more likely somebody else's, each of them";
}

TEST_F(BasketEvidenceTest, WhatHandsAloneTellOfMayAllHaveBeenPutBackUnseen) {
  basket.pieces = {piece("R", 0.99), piece("R", 0.99), piece("R", 0.99)};
  const double by_scales = llr("item_unpaid");
  for (Piece& one : basket.pieces) one.sensed = false;
  const double by_hands = llr("item_unpaid");
  EXPECT_GT(by_hands, 2);
  EXPECT_LT(by_hands, by_scales - 1) << "three hands are one doubt, three scales are none";
  basket.pieces.push_back(piece("B", 0.99));
  EXPECT_NEAR(llr("item_unpaid"), by_scales, 1) << "one that a scale tells of is gone";
}

TEST_F(BasketEvidenceTest, WhatIsSurelyGoneIsNoMoreTheirsThanSensorsSay) {
  const auto risk = [&] { return 1 / (1 + (1 - basket.prior) / basket.prior * std::exp(-llr("item_unpaid"))); };
  for (const double share : {0.55, 0.7, 0.9}) {
    basket.pieces.assign(8, piece("C", share, "bakery"));
    for (Piece& one : basket.pieces) one.share = share;
    EXPECT_LT(risk(), share) << "another took them otherwise, who may as well be a thief";
    EXPECT_GT(risk(), share - 0.15);
  }
}

TEST_F(BasketEvidenceTest, AReceiptDoesNotCoverATagThatWentOutUnsold) {
  pay({"O", "B"}, 0.97);
  EXPECT_LT(llr("paid"), -4) << "nobody saw anything taken";
  basket.tags = {{.product = "R", .serial = "S", .zone = "exit B", .time = at(100), .p = 0.97, .share = 0.98}};
  EXPECT_GT(llr("tag_left_unpaid"), 4);
  EXPECT_GT(llr("paid"), -0.5);
  basket.tags[0].serial = "sold";
  EXPECT_LT(llr("paid"), -4);
}

TEST_F(BasketEvidenceTest, GoodsThatTheDoorDidNotTellOfWereLessLikelyCarriedOut) {
  basket.pieces = {piece("R", 0.99), piece("R", 0.99)};
  const double without_tags = llr("item_unpaid");
  double rate = 0;
  world.tag_rate = [&](const std::string& product, const std::string& zone) {
    EXPECT_EQ(product, "R");
    EXPECT_EQ(zone, "razors");
    return rate;
  };
  EXPECT_DOUBLE_EQ(llr("item_unpaid"), without_tags) << "where the door tells of none, that it told of none is nothing";
  rate = 0.95;
  const double silent = llr("item_unpaid");
  EXPECT_LT(silent, without_tags - 1);
  EXPECT_GT(silent, without_tags - 2.5) << "thieves hide tags";
  basket.tags = {{.product = "R", .serial = "s1", .zone = "exit B", .time = at(101), .p = 0.9}};
  EXPECT_NEAR(llr("item_unpaid"), without_tags, 1e-9) << "it told of one: the other may be hidden";
  basket.tags[0].serial = "sold";
  EXPECT_NEAR(llr("item_unpaid"), silent, 1e-9) << "one that was paid for is no word on the others";
}

TEST_F(BasketEvidenceTest, SaysWhoWasSeenTakingIt) {
  basket.pieces = {piece("R", 0.9)};
  basket.pieces[0].taken_by = "01A";
  EXPECT_THAT(evidence()[0].detail, testing::HasSubstr("seen taken by visit 01A"));
}

TEST_F(BasketEvidenceTest, AReceiptThatCoversSpeaksAgainst) {
  basket.pieces = {piece("R", 0.99), piece("", 0.8, "bakery")};
  pay({"R", "C"}, 0.98);
  const auto told = evidence();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].kind, "paid");
  EXPECT_LT(told[0].llr, -5.5);
  EXPECT_EQ(told[0].detail, "paid 2 of 2 at till 2 (98 to 1 theirs)");
}

TEST_F(BasketEvidenceTest, ConfusedProductsOfOneShelfArePaidTheSame) {
  basket.pieces = {piece("R", 0.95)};
  basket.pieces[0].products = {{"R", 0.8}, {"B", 0.2}};
  pay({"B"}, 0.99);
  EXPECT_EQ(llr("label_switched"), 0);
  EXPECT_EQ(llr("item_unpaid"), 0);
  EXPECT_LT(llr("paid"), -5);
}

TEST_F(BasketEvidenceTest, ACheaperLabelIsASwitch) {
  basket.pieces = {piece("R", 0.99)};
  pay({"O"}, 0.99, true);
  EXPECT_GT(llr("label_switched"), 4);
  EXPECT_THAT(evidence()[0].detail, HasSubstr("took Razor, paid Onions in its stead at till 2"));
  EXPECT_GT(llr("paid"), -0.5) << "a receipt that does not cover is no alibi";
  unsensed.insert("O");
  EXPECT_EQ(llr("label_switched"), 0) << "onions are on a shelf without a scale: they may just have been bought too";
  EXPECT_GT(llr("scan_skipped"), 2);
}

TEST_F(BasketEvidenceTest, AtASelfCheckoutFewerIsASkippedScan) {
  basket.pieces = {piece("R", 0.99), piece("R", 0.99), piece("R", 0.99)};
  pay({"R", "R"}, 0.99, true);
  EXPECT_GT(llr("scan_skipped"), 2.5);
  EXPECT_EQ(llr("item_unpaid"), 0);
  EXPECT_EQ(evidence()[0].detail, "3 taken, 2 paid at till 2: Razor not scanned");
  receipts[0]->self_checkout = false;
  EXPECT_EQ(llr("scan_skipped"), 0);
  EXPECT_GT(llr("item_unpaid"), 2.5);
}

TEST_F(BasketEvidenceTest, AReceiptThatMayBeAnothersLeavesDoubtOnce) {
  basket.pieces.assign(5, piece("R", 0.99));
  pay({"R", "R", "R", "R", "R"}, 0.6);
  EXPECT_EQ(llr("item_unpaid"), 0) << "five pieces are one doubt: whose receipt is it?";
  EXPECT_NEAR(sums_of(basket, world).any_unpaid, 0.4, 0.01);
}

TEST_F(BasketEvidenceTest, ATagThatNobodySold) {
  basket.tags = {{.product = "R", .serial = "x", .zone = "exit B", .time = at(99), .p = 0.95}};
  EXPECT_GT(llr("tag_left_unpaid"), 3.5);
  EXPECT_THAT(evidence()[0].detail, HasSubstr("tag of Razor went out by exit B, not sold"));
  basket.tags[0].serial = "sold";
  EXPECT_THAT(evidence(), IsEmpty());
  basket.tags[0].serial = "x";
  pay({"R"}, 0.9);
  EXPECT_EQ(llr("tag_left_unpaid"), 0) << "one of these was paid, whichever tag it had";
}

TEST_F(BasketEvidenceTest, WhereNoTillCanTellAStopAtACheckoutIsAReceipt) {
  basket.pieces = {piece("R", 0.99)};
  basket.paid_anyway = 1;
  basket.taken_as_paid = true;
  basket.tags = {{.product = "R", .serial = "x", .zone = "exit B", .time = at(99), .p = 0.95}};
  const auto told = evidence();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].kind, "paid");
  EXPECT_DOUBLE_EQ(told[0].llr, -6);
}

TEST_F(BasketEvidenceTest, ATagAtTheTillIsThatPieceAndNoOther) {
  basket.pieces = {piece("R", 0.99), piece("R", 0.99)};
  basket.pieces[0].serial = "one";
  basket.pieces[1].serial = "two";
  pay({"R"}, 0.99).pieces[0].serial = "two";
  const auto settled = settle(basket.pieces, receipts[0]->pieces, products, world.is_sensed);
  EXPECT_THAT(settled.paid, testing::ElementsAre(false, true));
}

}  // namespace
}  // namespace shrike
