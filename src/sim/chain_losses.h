#pragma once
// A simulated chain as the estimator's input, without the detour through files: for tests and for gates that need many
// chains.

#include <vector>

#include "shrink/intervals.h"
#include "sim/chain.h"

namespace shrike {

/// What the retailer can see, and beside it, row for row, the truth.
struct SimLosses {
  LossData data;
  std::vector<SimInterval> truth;  ///< as data.intervals
};

[[nodiscard]] SimLosses losses_of(const ChainPlan& plan);

}  // namespace shrike
