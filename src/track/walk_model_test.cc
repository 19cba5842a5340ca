#include "track/walk_model.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

FloorSpot spot(double x, double y) { return {x, y, 0.05, 0, 0.05}; }

const ShopFloor kShop{.area_m2 = 240, .doors_are_watched = true};

TEST(WalkModel, ReturnsFallWithTimeAndDistance) {
  double last = 100;
  for (double gap_s = 0.5; gap_s < 300; gap_s *= 2) {
    const double odds = log_odds_of_return({.seconds = gap_s, .from = spot(5, 5), .to = spot(5.5, 5)}, kShop);
    EXPECT_LT(odds, last);
    last = odds;
  }
  const Gap near{.seconds = 3, .from = spot(5, 5), .to = spot(6, 5)},
      far{.seconds = 3, .from = spot(5, 5), .to = spot(15, 5)};
  EXPECT_GT(log_odds_of_return(near, kShop), 3);
  EXPECT_LT(log_odds_of_return(far, kShop), -2);
}

TEST(WalkModel, AfterMinutesPlaceSaysLittle) {
  const Gap near{.seconds = 240, .from = spot(5, 5), .to = spot(6, 5)},
      far{.seconds = 240, .from = spot(5, 5), .to = spot(12, 5)};
  EXPECT_LT(log_odds_of_return(near, kShop) - log_odds_of_return(far, kShop), 1);
}

TEST(WalkModel, DoorsLetPeopleOutAndNewOnesIn) {
  const Gap inside{.seconds = 10, .from = spot(5, 5), .to = spot(5, 6)};
  Gap left = inside, newcomer = inside;
  left.vanished_at_door = true;
  newcomer.came_by_door = true;
  EXPECT_LT(log_odds_of_return(left, kShop), log_odds_of_return(inside, kShop) - 1);
  EXPECT_LT(log_odds_of_return(newcomer, kShop), log_odds_of_return(inside, kShop) - 1);
  // Where nobody watches the doors, anybody may be new anywhere.
  EXPECT_LT(log_odds_of_return(inside, {.area_m2 = 240}), log_odds_of_return(inside, kShop) - 1);
}

TEST(WalkModel, WhoIsSeenElsewhereIsHereOnlyWhereViewsOverlap) {
  const Gap overlap{.still_seen = true, .from = spot(5, 5), .to = spot(5.2, 5)};
  const Gap elsewhere{.still_seen = true, .from = spot(5, 5), .to = spot(15, 5)};
  const Gap nobody_knows{.still_seen = true};
  EXPECT_GT(log_odds_of_return(overlap, kShop), 3);
  EXPECT_LT(log_odds_of_return(elsewhere, kShop), -4);
  EXPECT_LT(log_odds_of_return(nobody_knows, kShop), -2);
}

TEST(WalkModel, OnePlaceSpeaksForOnePerson) {
  EXPECT_GT(log_odds_of_one_place(spot(5, 5), spot(5.2, 5)), 2);
  EXPECT_LT(log_odds_of_one_place(spot(5, 5), spot(8, 5)), -3);
  EXPECT_GT(log_odds_of_one_place(spot(5, 5), spot(80, 5)), -4);  // feet behind a shelf can be anywhere
}

}  // namespace
}  // namespace shrike
