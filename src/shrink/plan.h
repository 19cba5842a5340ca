#pragma once
// What to count next: the most loss found, or the most doubt removed, for a budget of hours.

#include <vector>

#include "shrink/expect.h"

namespace shrike {

enum class PlanAim {
  loss,         ///< expected loss found, at cost
  information,  ///< doubt removed: half the width of the 90 % interval, at cost
};

struct PlanOptions {
  double hours = 8;
  double line_s = 12;     ///< to count one product on one shelf
  double store_min = 20;  ///< to begin in a store: going there, printing lists
  PlanAim aim = PlanAim::loss;
};

struct PlannedStore {
  int store = 0;
  double hours = 0;
  double loss = 0, doubt = 0;   ///< money, at cost: expected loss found; half-width of what is not known, summed
  std::vector<uint32_t> cells;  ///< places in the cells given, most worth first
};

struct CountPlan {
  std::vector<PlannedStore> stores;  ///< most worth an hour first
  double hours = 0, loss = 0, doubt = 0;
  size_t lines = 0;
  double loss_at_random = 0;  ///< expected, of as many lines drawn blindly in the same stores
  double loss_of_all = 0;     ///< expected, were everything counted
  double hours_of_all = 0;
};

/// The best plan within the hours but for the last line or store that does not fit: with a price λ on an hour each
/// store decides for itself which lines pay, and whether it is worth beginning; λ is found by bisection.
[[nodiscard]] CountPlan plan_counts(const LossData& data, const std::vector<CellOutlook>& cells,
                                    const PlanOptions& options);

}  // namespace shrike
