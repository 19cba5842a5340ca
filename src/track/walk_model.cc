#include "track/walk_model.h"

#include <algorithm>
#include <cmath>

namespace shrike {
namespace {

// Most people go straight from one view into the next; some stay in a corner that no camera sees.
constexpr double kCrossing = 0.7, kCrossing_s = 8, kCorner_s = 180;
/// Rate at which somebody on one camera comes into the view of another.
constexpr double kIntoView_per_s = 0.02;
/// Rates at which people appear who were never seen: at a door; elsewhere, where doors are watched; and where not.
constexpr double kAtDoor_per_s = 0.05, kPastDoors_per_s = 0.001, kAnywhere_per_s = 0.01;
/// Who was last seen at a door has mostly left.
constexpr double kStayed = 0.08, kStayedByDoor = 0.3;
/// Newcomers by a door are there and not anywhere on the floor.
constexpr double kDoor_m2 = 8;
/// Two views without places mostly look at different parts of the shop.
constexpr double kUnplacedOverlap = -2.5;

constexpr double kStand_m = 0.4;     ///< spread of one place from one moment to the next
constexpr double kWalk_m_s = 0.8;    ///< along each axis; brisk walking is 1.4 m/s one way
constexpr double kTurn_s = 4;        ///< people in shops do not keep their direction for longer
constexpr double kMisplaced = 5e-4;  ///< share of first sights whose place is wrong: feet behind a shelf
constexpr double kGround_m2 = 40;    ///< where the other of two people, seen at the same moment, would be
constexpr double kMisplacedNow = 0.03;

double return_per_s(double gap_s) {
  return kCrossing / kCrossing_s * std::exp(-gap_s / kCrossing_s) +
         (1 - kCrossing) / kCorner_s * std::exp(-gap_s / kCorner_s);
}

}  // namespace

double log_odds_of_return(const Gap& gap, const ShopFloor& shop) {
  const double elsewhere = shop.doors_are_watched ? kPastDoors_per_s : kAnywhere_per_s;
  const double newcomers = gap.came_by_door ? kAtDoor_per_s : elsewhere;
  const double gap_s = std::max(0.0, gap.seconds);
  double log_odds = std::log((gap.still_seen ? kIntoView_per_s : return_per_s(gap_s)) / newcomers);
  if (gap.vanished_at_door && !gap.still_seen) log_odds += std::log(gap.came_by_door ? kStayedByDoor : kStayed);
  if (!gap.from || !gap.to) return gap.still_seen ? std::min(log_odds, kUnplacedOverlap) : log_odds;
  // Straight for a few steps, then here and there; never more spread out than the floor is.
  const double walked_m = kWalk_m_s * gap_s / std::sqrt(1 + gap_s / kTurn_s);
  const double floor_m = std::sqrt(shop.area_m2 / (2 * M_PI));
  const double spread_m = std::min(std::hypot(kStand_m, walked_m), floor_m);
  const double density = same_place_density(*gap.from, *gap.to, spread_m);
  const double newcomers_m2 = gap.came_by_door ? std::min(kDoor_m2, shop.area_m2) : shop.area_m2;
  return log_odds + std::log((1 - kMisplaced) * newcomers_m2 * density + kMisplaced);
}

double log_odds_of_one_place(const FloorSpot& a, const FloorSpot& b) {
  return std::log((1 - kMisplacedNow) * kGround_m2 * same_place_density(a, b, kStand_m) + kMisplacedNow);
}

}  // namespace shrike
