#pragma once
// How people come, go and walk in a shop, as odds that a newcomer on a camera is somebody who was seen before.

#include <optional>

#include "track/floor_map.h"

namespace shrike {

/// Between the last sight of somebody and the first of a newcomer.
struct Gap {
  double seconds = 0;
  bool still_seen = false;            ///< that somebody is on another camera at the same moment
  std::optional<FloorSpot> from, to;  ///< of the last and of the first sight; none on a camera without a place
  bool vanished_at_door = false;      ///< in an entrance or exit zone
  bool came_by_door = false;
};

struct ShopFloor {
  double area_m2 = 400;
  bool doors_are_watched =
      false;  ///< some camera has an entrance or exit zone: who appears elsewhere was inside before
};

/// Natural logarithm of the odds that the newcomer is that somebody rather than somebody never seen, by time and place.
/// Falls smoothly with time: a person who is hidden for minutes can still be taken up where looks speak for it.
[[nodiscard]] double log_odds_of_return(const Gap& gap, const ShopFloor& shop);

/// One moment of two people on two placed cameras: logarithm of P(where they stand | one person) / P(… | two).
[[nodiscard]] double log_odds_of_one_place(const FloorSpot& a, const FloorSpot& b);

}  // namespace shrike
