#pragma once
// Figures with their intervals. All intervals are 95 %.

#include <cmath>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace shrike {

/// NaN where it cannot be told.
struct IntervalEstimate {
  double value = NAN, low = NAN, high = NAN;
};

/// `n` of `of`, with Wilson's interval.
struct Share {
  int64_t n = 0, of = 0;
  [[nodiscard]] IntervalEstimate estimate() const;
};

/// One day's part of a ratio: visits and hours, seconds and stops, buyers and people.
struct Part {
  double over = 0, under = 0;
};
/// Σ over / Σ under; NaN where nothing is under.
[[nodiscard]] double ratio_of(std::span<const Part> parts);

/// A rate of events from its parts by day: from kDaysMin days on, days are drawn again (visits of one day are alike, so
/// days and not visits are the draws); of fewer, the exact Poisson interval, which knows nothing of days that differ.
constexpr size_t kDaysMin = 5;
[[nodiscard]] IntervalEstimate rate_of(std::span<const Part> by_day, uint64_t seed);

}  // namespace shrike
