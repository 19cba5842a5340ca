#pragma once
// What the days of one interval say of a case that never came: a filter over the days, whose hidden state is how many
// units are missing so far. Sales cannot exceed what is there; a shelf that sells nothing for long is empty, and then
// the book is what is missing; goods that are gone cannot be lost again. A case missing is a jump by its size at a
// delivery; other losses come one by one at any time (docs/usl.md, "Causes").

#include <array>

#include "shrink/stock_days.h"

namespace shrike {

inline constexpr int kCountErrorMax = 2;  ///< units by which a count is taken to be off at most
inline constexpr int kErrorStates = 2 * kCountErrorMax + 1;

struct PathQuestion {
  const StockDays& days;
  const StockDays::Told& told;
  const Interval& interval;
  double left = 0;    ///< units of V that are still to be explained
  double pack = 1;    ///< units a case
  double mean = 0;    ///< units lost otherwise, expected
  double size = 5;    ///< Gamma shape of that about its mean
  double demand = 0;  ///< units a day wanted at the store's mean pace
};

/// Likelihood of the days and of what the count found, on a scale common to all of it: by the opening count's error
/// and the closing one's (-kCountErrorMax …), with nothing missing, with a case missing at one of the deliveries, each
/// alike.
struct PathLikelihood {
  std::array<std::array<std::array<double, 2>, kErrorStates>, kErrorStates> by_error{};
};
[[nodiscard]] PathLikelihood path_likelihood(const PathQuestion& question);

}  // namespace shrike
