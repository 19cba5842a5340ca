#include "behaviour/hands.h"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shrike {
namespace {

using ::testing::IsEmpty;

// A person of 200 pixels who stands at x = 500: shoulders at y 240, hips at y 290, the torso is 50 pixels. A shelf to
// the right, from x = 560 on.
const Polygon kShelf{{560, 150}, {700, 150}, {700, 400}, {560, 400}};
const Box kPerson{460, 200, 540, 400};
constexpr Point kHanging{522, 300}, kInShelf{580, 240}, kAtPocket{516, 288}, kAtChest{502, 250}, kInFront{540, 262};

struct Scene {
  Hands hands;
  std::vector<HandAct> acts;
  std::vector<Polygon> shelves{kShelf};
  double now_s = 0;

  /// The right hand stays at `wrist` for `seconds`, ten poses a second.
  void hold(Point wrist, double seconds, const std::function<void(HandsView&)>& also = {}, float score = 0.8F) {
    for (const double end_s = now_s + seconds - 1e-6; now_s < end_s; now_s += 0.1) {
      HandsView view{.time = Timestamp{1'000'000'000}.plus_s(now_s), .person = kPerson, .shelves = shelves};
      view.pose.fill({500, 220, 0.8F});
      view.pose[kLeftShoulder] = {482, 240, 0.8F};
      view.pose[kRightShoulder] = {518, 240, 0.8F};
      view.pose[kLeftHip] = {488, 290, 0.8F};
      view.pose[kRightHip] = {512, 290, 0.8F};
      view.pose[kLeftElbow] = {478, 270, 0.8F};
      view.pose[kLeftWrist] = {478, 300, 0.8F};
      // The elbow is bent outward wherever the hand is near the body, straight where it hangs or reaches.
      const bool bent = wrist.y < 295 && wrist.x < 545;
      view.pose[kRightElbow] = {bent ? 545.F : (518 + wrist.x) / 2, bent ? 275.F : (240 + wrist.y) / 2, 0.8F};
      view.pose[kRightWrist] = {wrist.x, wrist.y, score};
      if (also) also(view);
      hands.see(view, acts);
    }
  }
  [[nodiscard]] std::vector<HandAct::Kind> kinds() const {
    std::vector<HandAct::Kind> out;
    for (const HandAct& act : acts) out.push_back(act.kind);
    return out;
  }
};

using enum HandAct::Kind;
using ::testing::ElementsAre;

void with_razor(HandsView& view) {
  const Joint& wrist = view.pose[kRightWrist];
  view.things.push_back({{wrist.x - 5, wrist.y - 5, wrist.x + 5, wrist.y + 15}, "razors-5"});
}

TEST(Hands, AHandThatComesBackFromTheShelfWithSomethingTookIt) {
  Scene s;
  s.hold(kHanging, 1);
  s.hold(kInShelf, 1);
  s.hold(kInFront, 1, with_razor);
  ASSERT_THAT(s.kinds(), ElementsAre(taken));
  EXPECT_EQ(s.acts[0].product, "razors-5");
  EXPECT_GT(s.acts[0].probability, 0.5);
  EXPECT_NEAR(seconds_between(s.acts[0].from, s.acts[0].to), 1.4, 0.25);
}

TEST(Hands, WithoutAnythingSeenItMayHaveTakenSomething) {
  Scene s;
  s.hold(kHanging, 1);
  s.hold(kInShelf, 1);
  s.hold(kHanging, 1);
  ASSERT_THAT(s.kinds(), ElementsAre(taken));
  EXPECT_EQ(s.acts[0].product, "");
  EXPECT_LT(s.acts[0].probability, 0.5);
}

TEST(Hands, WhatGoesInAndDoesNotComeBackWasPutBack) {
  Scene s;
  s.hold(kInFront, 1, with_razor);
  s.hold(kInShelf, 1, with_razor);
  s.hold(kHanging, 1);
  ASSERT_THAT(s.kinds(), ElementsAre(put_back));
  EXPECT_EQ(s.acts[0].product, "razors-5");
}

TEST(Hands, GoodsThatStandInTheShelfAreNotHeldWhereTheHandComesNearThem) {
  Scene s;
  const auto goods = [](HandsView& view) { view.things.push_back({{565, 225, 600, 260}, "razors-5"}); };
  s.hold({556, 240}, 0.5, goods);  // before the shelf, a hand's breadth from what stands in it
  s.hold(kInShelf, 1, goods);
  s.hold(kHanging, 1);
  ASSERT_THAT(s.kinds(), ElementsAre(taken));
  EXPECT_EQ(s.acts[0].product, "");
}

TEST(Hands, HeldBeforeAndAfterItHardlyTookAnything) {
  Scene s;
  s.hold(kInFront, 1, with_razor);
  s.hold(kInShelf, 1, with_razor);
  s.hold(kInFront, 1, with_razor);
  ASSERT_THAT(s.kinds(), ElementsAre(taken));
  EXPECT_LT(s.acts[0].probability, 0.2);
}

TEST(Hands, APocketAfterAReachIsACandidateOnce) {
  Scene s;
  s.hold(kInShelf, 1);
  s.hold(kInFront, 0.8, with_razor);
  s.hold(kAtPocket, 3);
  ASSERT_THAT(s.kinds(), ElementsAre(taken, hidden));
  EXPECT_STREQ(s.acts[1].place, "a pocket");
  EXPECT_EQ(s.acts[1].product, "razors-5");
  EXPECT_LT(s.acts[1].probability, s.acts[0].probability);
}

TEST(Hands, UnderAJacketToo) {
  Scene s;
  s.hold(kInShelf, 1);
  s.hold(kAtChest, 1.5);
  ASSERT_THAT(s.kinds(), ElementsAre(taken, hidden));
  EXPECT_STREQ(s.acts[1].place, "the chest");
}

TEST(Hands, APocketWithoutAReachOrLongAfterItSaysNothing) {
  Scene none;
  none.hold(kAtPocket, 5);
  EXPECT_THAT(none.acts, IsEmpty());
  Scene late;
  late.hold(kInShelf, 1);
  late.hold(kHanging, Hands::kHide_s + 1);
  late.hold(kAtPocket, 3);
  EXPECT_THAT(late.kinds(), ElementsAre(taken));
}

TEST(Hands, AHandThatHangsBesideTheHipIsInNoPocket) {
  Scene s;
  s.hold(kInShelf, 1);
  s.hold(kHanging, 4);
  EXPECT_THAT(s.kinds(), ElementsAre(taken));
}

TEST(Hands, IntoABagThatIsCarriedOrIntoATrolley) {
  const auto bag = [](HandsView& view) { view.bags.push_back({530, 290, 570, 340}); };
  const auto cart = [](HandsView& view) { view.carts.push_back({530, 290, 620, 400}); };
  Scene into_bag;
  into_bag.hold(kInShelf, 1, bag);
  into_bag.hold({550, 310}, 1.5, bag);
  ASSERT_THAT(into_bag.kinds(), ElementsAre(taken, hidden));
  EXPECT_STREQ(into_bag.acts[1].place, "a bag");
  Scene into_cart;
  into_cart.hold(kInShelf, 1, cart);
  into_cart.hold({550, 310}, 1.5, cart);
  into_cart.hold(kAtPocket, 2);
  EXPECT_THAT(into_cart.kinds(), ElementsAre(taken, in_cart));  // and then the piece cannot go to a pocket
}

TEST(Hands, StandingBeforeAShelfWithHangingArmsIsNoReach) {
  Scene s;
  s.shelves = {{{400, 100}, {700, 100}, {700, 500}, {400, 500}}};  // the shelf is behind the person
  s.hold(kHanging, 5);
  s.hold(kAtPocket, 3);
  EXPECT_THAT(s.acts, IsEmpty());
}

TEST(Hands, AHandThatPassesByOrIsNotSeenReachesNothing) {
  Scene s;
  s.hold(kInShelf, 0.1);
  s.hold(kHanging, 2);
  s.hold(kInShelf, 1, {}, 0.1F);
  s.hold(kHanging, 2);
  EXPECT_THAT(s.acts, IsEmpty());
}

TEST(Hands, AfterAGapNothingIsJoined) {
  Scene s;
  s.hold(kInShelf, 1);
  s.now_s += Hands::kForget_s + 1;
  s.hold(kAtPocket, 2);
  EXPECT_THAT(s.acts, IsEmpty());
}

}  // namespace
}  // namespace shrike
