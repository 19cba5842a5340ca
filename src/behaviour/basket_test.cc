#include "behaviour/basket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shrike {
namespace {

using Kind = ItemEvent::Kind;
using testing::IsEmpty;
using testing::SizeIs;

Timestamp at(double seconds) { return Timestamp{1'770'000'000'000'000}.plus_s(seconds); }

class BasketTest : public testing::Test {
 protected:
  void stands(const std::string& visit, const std::string& zone, double from_s, double to_s) {
    for (double t = from_s; t <= to_s; t += 0.5) presence.see(visit, std::vector{zone}, at(t));
  }
  void stands_at(const std::string& visit, StoodAt place, double from_s, double to_s) {
    for (double t = from_s; t <= to_s; t += 0.5) presence.see(visit, std::vector<std::string>{"blades"}, at(t), place);
  }
  void tell(Kind kind, double at_s, const std::string& source, std::vector<ItemGuess> guesses,
            const std::string& visit = "", const std::string& zone = "razors") {
    book.hear({kind, at(at_s), at(at_s), source, zone, visit, std::move(guesses)});
  }
  std::vector<Piece> pieces(const std::string& visit) {
    (void)book.advance(at(1000), presence);
    return book.pieces(visit);
  }
  double held(const std::string& visit, const std::string& product) {
    double sum = 0;
    for (const Piece& piece : pieces(visit)) sum += piece.held() * piece.is(product);
    return sum;
  }

  Planogram planogram{{{.zone = "razors", .sku_id = "R", .gtin = "04006381333931", .price = 12.5},
                       {.zone = "razors", .sku_id = "B", .price = 5},
                       {.zone = "spirits", .sku_id = "W", .price = 30},
                       {.zone = "blades", .sku_id = "S", .x_m = 2, .y_m = 4}}};
  Products products{planogram};
  Presence presence;
  BasketBook book{products};
};

TEST_F(BasketTest, WhoStoodThereTookItAndPutItBack) {
  stands("a", "razors", 0, 20);
  stands("b", "spirits", 0, 20);
  tell(Kind::taken, 5, "scale", {{"R", 2, 0.9}});
  EXPECT_THAT(pieces("a"), SizeIs(2));
  EXPECT_NEAR(held("a", "R"), 1.8 / 1.12, 1e-6) << "somebody unseen may have been there";
  EXPECT_THAT(pieces("b"), IsEmpty());
  tell(Kind::put_back, 12, "scale", {{"R", 1, 0.9}});
  EXPECT_NEAR(held("a", "R"), 0.9, 0.15);
}

TEST_F(BasketTest, ATagThatGoesOutWithWhoMetTheTakerTellsWhereThePieceIs) {
  const auto walks = [&](const std::string& visit, double from_s, double to_s, double x_m, const std::string& zone) {
    for (double t = from_s; t <= to_s; t += 0.5)
      presence.see(visit, std::vector<std::string>{zone}, at(t), StoodAt{x_m, 4, 0.1});
  };
  walks("taker", 0, 20, 2, "razors");
  walks("far", 0, 20, 12, "spirits");
  walks("near", 15, 20, 3.5, "spirits");
  tell(Kind::taken, 5, "scale", {{"R", 2, 0.9}});
  EXPECT_THAT(pieces("taker"), SizeIs(2));
  walks("far", 30, 34, 12, "exit");
  tell(Kind::carried_out, 32, "gate", {{.product = "R", .probability = 0.95, .serial = "S1"}}, "", "exit");
  EXPECT_THAT(pieces("far"), IsEmpty()) << "never came near";
  EXPECT_GT(held("taker", "R"), 1.5);
  walks("near", 60, 64, 12, "exit");
  tell(Kind::carried_out, 62, "gate", {{.product = "R", .probability = 0.95, .serial = "S2"}}, "", "exit");
  ASSERT_THAT(pieces("near"), SizeIs(2));
  EXPECT_EQ(pieces("near")[0].taken_by, "taker");
  EXPECT_GT(held("near", "R"), 1.0);
  EXPECT_LT(held("taker", "R"), 0.7) << "one piece is not in two baskets";
  EXPECT_FALSE(book.settle_owner(pieces("near")[0].act, "taker", 0.97).empty());
  EXPECT_GT(held("taker", "R"), 1.5) << "a receipt says more";
}

TEST_F(BasketTest, ATagThatGoesOutWithNobodyIsThatOfWhoRanThere) {
  const auto sees = [&](const std::string& visit, double t, double y_m, std::vector<std::string> zones) {
    presence.see(visit, zones, at(t), StoodAt{5, y_m, 0.1});
  };
  for (double t = 0; t < 5; t += 0.5) sees("earlier", t, 15, {"exit"});
  for (double t = 100; t < 110; t += 0.5) sees("runner", t, 2, {"razors"});
  for (double t = 110; t < 114; t += 0.2) sees("runner", t, 2 + (t - 110) * 3, {});  // lost 3 m/s, 1.6 m before
  for (double t = 100; t < 116; t += 0.5) sees("stays", t, 2, {"razors"});
  for (double s : {104.0, 106.0}) tell(Kind::taken, s, "camera", {{"R", 1, 0.9}}, "runner");
  tell(Kind::carried_out, 115, "gate", {{.product = "R", .probability = 0.95, .serial = "S1"}}, "", "exit");
  EXPECT_THAT(pieces("runner"), SizeIs(2));
  ASSERT_THAT(book.tags_out("runner"), SizeIs(1));
  EXPECT_GT(book.tags_out("runner")[0].p, 0.6);
  EXPECT_THAT(book.tags_out("stays"), IsEmpty());
}

TEST_F(BasketTest, ATagThatGoesOutWithNobodyIsThatOfWhoTookItAndWasLostJustBefore) {
  stands("ran", "razors", 100, 110);
  stands("empty handed", "razors", 100, 110);
  stands("still here", "spirits", 100, 130);
  tell(Kind::taken, 104, "camera", {{"R", 1, 0.9}}, "ran");
  tell(Kind::taken, 106, "camera", {{"R", 1, 0.9}}, "still here", "spirits");
  tell(Kind::carried_out, 114, "gate", {{.product = "R", .probability = 0.95, .serial = "S1"}}, "", "exit");
  EXPECT_THAT(pieces("ran"), SizeIs(1));
  ASSERT_THAT(book.tags_out("ran"), SizeIs(1));
  EXPECT_GT(book.tags_out("ran")[0].share, 0.6);
  EXPECT_THAT(book.tags_out("empty handed"), IsEmpty());
  EXPECT_THAT(book.tags_out("still here"), IsEmpty());
  tell(Kind::carried_out, 190, "gate", {{.product = "R", .probability = 0.95, .serial = "S2"}}, "", "exit");
  EXPECT_THAT(pieces("still here"), SizeIs(1));
  EXPECT_THAT(book.tags_out("still here"), IsEmpty()) << "long ago";
}

TEST_F(BasketTest, TwoAtOneShelfShareWhatNobodyCanTell) {
  stands("a", "razors", 0, 20);
  stands("b", "razors", 0, 20);
  tell(Kind::taken, 5, "scale", {{"R", 1, 1}});
  EXPECT_NEAR(held("a", "R"), 0.47, 0.01);
  EXPECT_NEAR(held("b", "R"), 0.47, 0.01);
  EXPECT_THAT(book.settle_owner(pieces("a")[0].act, "a", 0.97), SizeIs(2));
  EXPECT_NEAR(held("a", "R"), 0.97, 0.01);
  EXPECT_LT(held("b", "R"), 0.04) << "one piece is not in two baskets";
}

TEST_F(BasketTest, SensorsThatSawTheSameActAreOne) {
  stands("a", "razors", 0, 20);
  stands("b", "razors", 0, 20);
  tell(Kind::taken, 5, "scale", {{"R", 1, 0.6}, {"B", 1, 0.3}});
  tell(Kind::taken, 6, "hands", {{"", 1, 0.7}}, "a");
  tell(Kind::taken, 7, "rfid", {{"R", 1, 0.8, "urn:epc:id:sgtin:4006381.033393.7"}});
  const auto mine = pieces("a");
  ASSERT_THAT(mine, SizeIs(1));
  EXPECT_EQ(mine[0].product(), "R");
  EXPECT_EQ(mine[0].sources, 3);
  EXPECT_GT(mine[0].held() * mine[0].is("R"), 0.95);
  EXPECT_THAT(pieces("b"), IsEmpty()) << "the hand was a's";
}

TEST_F(BasketTest, TwoHandsAndOneScaleAreTwoPieces) {
  stands("a", "razors", 0, 20);
  tell(Kind::taken, 5, "scale", {{"R", 2, 0.95}});
  tell(Kind::taken, 4.5, "hands", {{"", 1, 0.7}}, "a");
  tell(Kind::taken, 5.5, "hands", {{"", 1, 0.7}}, "a");
  EXPECT_THAT(pieces("a"), SizeIs(2));
  EXPECT_THAT(book.acts_held(), 1U);
  tell(Kind::taken, 6, "scale", {{"R", 1, 0.95}});
  EXPECT_THAT(pieces("a"), SizeIs(3)) << "what the scale tells of next is another act";
}

TEST_F(BasketTest, ATagIsExact) {
  stands("a", "razors", 0, 20);
  const std::string one = "urn:epc:id:sgtin:4006381.033393.1", other = "urn:epc:id:sgtin:4006381.033393.2";
  tell(Kind::taken, 5, "rfid", {{"04006381333931", 1, 0.9, one}});
  tell(Kind::taken, 9, "rfid", {{"04006381333931", 1, 0.9, other}});
  tell(Kind::put_back, 15, "rfid", {{"04006381333931", 1, 1, one}});
  for (const Piece& piece : pieces("a")) EXPECT_NEAR(piece.back, piece.serial == one ? 0.98 : 0, 0.05) << piece.serial;
  EXPECT_EQ(pieces("a")[0].product(), "R") << "the planogram's name";
}

TEST_F(BasketTest, PutBackElsewhereIsPutBack) {
  stands("a", "razors", 0, 10);
  stands("a", "spirits", 20, 30);
  tell(Kind::taken, 5, "scale", {{"R", 1, 0.95}});
  tell(Kind::put_back, 25, "scale 2", {{"", 1, 0.9}}, "", "spirits");
  EXPECT_LT(held("a", "R"), 0.2);
}

TEST_F(BasketTest, WhatIsHiddenIsStillCarried) {
  stands("a", "razors", 0, 20);
  tell(Kind::taken, 5, "hands", {{"R", 1, 0.9}}, "a");
  tell(Kind::hidden, 8, "hands", {{"", 1, 0.8}}, "a");
  ASSERT_THAT(pieces("a"), SizeIs(1));
  EXPECT_TRUE(pieces("a")[0].hidden);
  EXPECT_NEAR(held("a", "R"), 0.9, 1e-6);
}

TEST_F(BasketTest, OnesOwnTagsAreOnesOwn) {
  stands("a", "door", 0, 5);
  const std::string own = "urn:epc:id:sgtin:4006381.033393.9", shops = "urn:epc:id:sgtin:4006381.033393.8";
  tell(Kind::carried_in, 1, "portal", {{"R", 1, 1, own}}, "", "door");
  stands("a", "door", 100, 105);
  tell(Kind::carried_out, 101, "portal", {{"R", 1, 0.9, own}}, "", "door");
  tell(Kind::carried_out, 102, "portal", {{"R", 1, 0.9, shops}}, "", "door");
  (void)pieces("a");
  const auto tags = book.tags_out("a");
  ASSERT_THAT(tags, SizeIs(1));
  EXPECT_EQ(tags[0].serial, shops);
  EXPECT_GT(tags[0].p, 0.8) << "who alone stood in the door";
}

TEST_F(BasketTest, OfTwoInADoorWhoseMomentItWasCarriedTheTag) {
  // People are seen at this door until a second after their tags cross.
  for (int i = 0; i < 40; ++i) {
    const std::string visit = "v" + std::to_string(i);
    stands(visit, "door", i * 20, i * 20 + 3);
    tell(Kind::carried_out, i * 20 + 2, "gate", {{"R", 1, 0.95, "S" + std::to_string(i)}}, "", "door");
  }
  stands("before", "door", 900, 903);
  stands("after", "door", 902, 905);
  tell(Kind::carried_out, 904, "gate", {{"R", 1, 0.95, "last"}}, "", "door");
  (void)pieces("after");
  ASSERT_THAT(book.tags_out("after"), SizeIs(1));
  EXPECT_GT(book.tags_out("after")[0].share, 0.6);
  for (const auto& tag : book.tags_out("before")) EXPECT_LT(tag.share, 0.3);
}

TEST_F(BasketTest, OfTwoAtALongShelfWhoStandsAtTheProductTookIt) {
  stands_at("a", {2.1, 4.2, 0.05}, 0, 20);
  stands_at("b", {2.1, 6.5, 0.05}, 0, 20);
  tell(Kind::taken, 5, "scale", {{"S", 1, 1}}, "", "blades");
  EXPECT_GT(held("a", "S"), 0.85);
  EXPECT_LT(held("b", "S"), 0.1);
}

TEST_F(BasketTest, AHandIsAWordOnAScalesPieceNotTheLast) {
  stands_at("a", {2.1, 4.2, 0.05}, 0, 20);
  stands_at("b", {2.1, 7, 0.05}, 0, 20);
  tell(Kind::taken, 5, "scale", {{"S", 1, 1}}, "", "blades");
  tell(Kind::taken, 5.5, "camera", {{"", 1, 0.7}}, "b", "blades");  // whoever touched something else, far from it
  EXPECT_GT(held("a", "S"), 0.85);
  EXPECT_LT(held("b", "S"), 0.1);
}

TEST_F(BasketTest, OfTwoWhoStandTogetherTheHandSaysWhoTookIt) {
  stands_at("a", {2.1, 4.2, 0.05}, 0, 20);
  stands_at("b", {2.1, 4.0, 0.05}, 0, 20);
  tell(Kind::taken, 5, "scale", {{"S", 1, 1}}, "", "blades");
  tell(Kind::taken, 5.5, "camera", {{"", 1, 0.7}}, "b", "blades");
  EXPECT_GT(held("b", "S"), 0.85);
  EXPECT_THAT(pieces("b"), SizeIs(1)) << "one piece, seen by both";
}

TEST_F(BasketTest, TwoVisitsCanBecomeOneAndBeForgotten) {
  stands("a", "razors", 0, 20);
  tell(Kind::taken, 5, "scale", {{"R", 1, 0.95}});
  (void)pieces("a");
  book.merge("a", "z");
  EXPECT_GT(held("z", "R"), 0.8);
  EXPECT_THAT(pieces("a"), IsEmpty());
  book.forget("z");
  EXPECT_EQ(book.acts_held(), 0U);
}

TEST_F(BasketTest, MemoryIsBounded) {
  stands("a", "razors", 0, 1);
  for (int i = 0; i < 30000; ++i) {
    presence.see("a", std::vector<std::string>{"razors"}, at(10.0 * i));
    tell(Kind::taken, 10.0 * i, "scale", {{"R", 1, 0.9}});
    (void)book.advance(at(10.0 * i + 5), presence);
  }
  EXPECT_LE(book.acts_held(), 20000U);
  EXPECT_LE(book.pieces("a").size(), 500U);
  for (int i = 0; i < 20000; ++i) tell(Kind::taken, 1e6, "scale", {{"R", 1, 0.9}});
  EXPECT_GT(book.left_out(), 0);
  tell(Kind::taken, -7200, "scale", {{"R", 1, 0.9}});
  tell(Kind::taken, 1e6, "scale", {});
}

}  // namespace
}  // namespace shrike
