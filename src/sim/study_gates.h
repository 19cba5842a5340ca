#pragma once
// The promises of the studies over a whole chain, held against planted truth: what is called an association, and what
// a loss is said to bear traces of (docs/usl.md, "Covariates" and "Causes").

#include "shrink/stock_days.h"
#include "sim/usl_gates.h"

namespace shrike {

/// Over `runs` chains: how often a covariate without effect is called an association, and how often one with effect is.
[[nodiscard]] Result<std::vector<Gate>> covariate_gates(const World& world, const ChainSize& size, int runs,
                                                        const GateOptions& options);

/// Scores of causes against what happened; `spoiled` by interval, units. Beside the F1 of missing cases stands that of
/// one who knows all rates of `world` (sim/cause_oracle.h).
[[nodiscard]] Result<std::vector<Gate>> cause_gates(const World& world, const SimLosses& losses,
                                                    const std::vector<float>& spoiled, const StockDays& days,
                                                    const GateOptions& options);

/// Units that staff wrote off as spoilage or damage in each interval of losses_of(plan).
[[nodiscard]] std::vector<float> spoiled_of(const ChainPlan& plan);

/// The same of the days of intervals that may lack a case (shrink/stock_days.h).
[[nodiscard]] StockDays stock_days_of(const ChainPlan& plan, const SimLosses& losses);

}  // namespace shrike
