#pragma once
// A visit as a whole, in four numbers that a sequence model sums away: how it divided its time and its way. Each is
// ranked among normal visits, on either side, and the ranks are put together by Fisher's method.

#include <array>
#include <span>
#include <string>

#include "behaviour/movement_quantiles.h"
#include "behaviour/movement_walk.h"

namespace shrike {

/// Natural logarithms where nothing else is said; finite, whatever the walk.
struct WalkFacts {
  double pace = 0;     ///< metres a second over the whole visit, standing included
  double way = 0;      ///< of 1 + what was gone
  double shelves = 0;  ///< of 1 + seconds in `shelf` zones
  double tills = 0;    ///< share of its time in `checkout` zones, no logarithm
};
[[nodiscard]] WalkFacts walk_facts(const Walk& walk);

enum class MovementFact { pace, shelves, tills, where };
inline constexpr size_t kMovementFacts = 4;

/// Which of the four, and on which side, in words: "hardly stood still for its way".
[[nodiscard]] const char* say(MovementFact fact, bool more);

/// What normal visits' facts are.
struct FactRanks {
  double slope = 0, offset = 0;  ///< of `shelves` by `way`: what is ranked is the rest
  std::array<Quantiles, kMovementFacts> normal;

  /// Share of normal visits with less, by fact; ties count half. `where`: the net's surprise at the places, a stretch.
  [[nodiscard]] std::array<double, kMovementFacts> below(const WalkFacts& facts, double where) const;
};
/// One entry a visit in both; equally many.
[[nodiscard]] FactRanks fit_facts(std::span<const WalkFacts> facts, std::span<const double> where);

/// Fisher's sum of −ln of two-sided ranks; of `where` the upper side alone, and a quarter of it (docs/movement.md).
[[nodiscard]] double unusualness(const std::array<double, kMovementFacts>& below);
/// The fact that adds most to it.
[[nodiscard]] MovementFact strongest(const std::array<double, kMovementFacts>& below);

}  // namespace shrike
