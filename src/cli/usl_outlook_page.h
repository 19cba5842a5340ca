#pragma once
// `shrike usl nowcast`, `forecast`, `plan` and `backtest` as pages of HTML.

#include <string>
#include <vector>

#include "cli/usl_losses.h"
#include "shrink/backtest.h"
#include "shrink/plan.h"

namespace shrike {

/// A nowcast, or a forecast where `days_ahead` > 0. `groups` as group_outlooks() gave them.
[[nodiscard]] std::string outlook_page(const FittedLosses& fitted, const std::vector<CellOutlook>& cells, GroupBy by,
                                       const std::vector<GroupOutlook>& groups, const GroupOutlook& chain,
                                       double days_ahead);

[[nodiscard]] std::string plan_page(const FittedLosses& fitted, const std::vector<CellOutlook>& cells,
                                    const CountPlan& plan, const PlanOptions& options);

/// `challenger`: a sentence on its rows, or on why there are none.
[[nodiscard]] std::string backtest_page(const LossData& data, const std::vector<BacktestOrigin>& origins,
                                        const std::string& challenger);

}  // namespace shrike
