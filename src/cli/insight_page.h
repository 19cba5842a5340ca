#pragma once
// `shrike insight --html`: how a store is used, for those who plan it.

#include <optional>
#include <string>

#include "insight/correlates.h"
#include "insight/layout_change.h"
#include "insight/store_insight.h"
#include "vault/floor_plan.h"

namespace shrike {

/// One self-contained page. `store` is the store's id; empty where unknown.
[[nodiscard]] std::string insight_page(const std::string& store, const StoreInsight& insight,
                                       const std::optional<LayoutChange>& change,
                                       const std::optional<KeptFloorPlan>& plan);
[[nodiscard]] std::string correlates_page(const std::string& store, const Correlates& found);

// Words that the page and the terminal share.
/// 34 s, 2 min 05 s, 1 h 10 min; – where it cannot be told.
[[nodiscard]] std::string time_text(double seconds);
/// 42 %; – where it cannot be told.
[[nodiscard]] std::string percent_text(double share);
/// "42 % (38 to 46 %)".
[[nodiscard]] std::string share_text(const Share& share);
[[nodiscard]] std::string way_text(const std::vector<std::string>& zones);
/// A value of a change in its unit.
[[nodiscard]] std::string in_unit(double value, const std::string& unit);
/// "+16 points (+14 to +19)"; without the interval where there are too few days.
[[nodiscard]] std::string difference_text(const Change& change);

}  // namespace shrike
