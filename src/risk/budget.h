#pragma once
// The false-alert budget: what threshold keeps it, and what was achieved.

#include <cstdint>
#include <span>

namespace shrike {

/// Store-days that must be known before a budget chooses a threshold.
constexpr double kBudgetDaysLeast = 0.9;

struct BudgetChoice {
  double threshold = 0.5;
  double false_alerts_a_day = 0;  ///< expected at that threshold: Σ (1 − risk) over visits at or above it, a day
  double thefts_a_day = 0;        ///< likewise: Σ risk
  double days = 0;
  int64_t visits = 0;
};

/// The lowest threshold, from 0.1 to 0.999, that is expected to keep the budget. `risks`: calibrated posteriors of kept
/// visits, in any order, of `days` store-days.
[[nodiscard]] BudgetChoice choose_threshold(std::span<const double> risks, double days, double false_alerts_a_day);

/// A count of events over a time, with its exact 90 % interval (Garwood, 1936).
struct RateADay {
  int64_t events = 0;
  double days = 0;
  double mean = 0, low = 0, high = 0;
};
[[nodiscard]] RateADay rate_a_day(int64_t events, double days);

/// A share with its 90 % interval (Wilson); 0..1 where there is nothing to say.
struct HitShare {
  int64_t hits = 0, of = 0;
  double mean = 0, low = 0, high = 1;
};
[[nodiscard]] HitShare share_of(int64_t hits, int64_t of);

}  // namespace shrike
