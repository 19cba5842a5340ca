#pragma once
// How well totals and rankings could be told at best: by one who knows every planted rate. What is left then is the
// chain's luck, which no estimator takes away.

#include "sim/usl_gates.h"

namespace shrike {

struct EstimateOracle {
  double total = 1;     ///< its total of the judged counts / what they found
  double total_sd = 0;  ///< of ln(total) over chains with these rates and other luck
  double z = 0;         ///< ln(total) / total_sd
  double outside = 0;   ///< share of those chains in which its own total errs by more than 5 %
  double auc = 0;       ///< of telling the tenth with the greatest planted mean
};

/// Of the counts that forecast_gates() judges. For totals the oracle knows each rate and what stock there was on each
/// day; how much of that full counts find, as seen thefts end intervals before, it knows from `draws` runs of the same
/// plan with other luck. For the ranking it knows all but the multiplier of each product in each store, and of that
/// every theft there was before the day.
[[nodiscard]] Result<EstimateOracle> estimate_oracle(const World& world, const ChainSize& size, int draws,
                                                     const GateOptions& options);

/// The same as gates that are shown, and never fail.
[[nodiscard]] Result<std::vector<Gate>> estimate_oracle_gates(const World& world, const ChainSize& size, int draws,
                                                              const GateOptions& options);

}  // namespace shrike
