#pragma once
#include <nlohmann/json.hpp>

#include "insight/correlates.h"
#include "insight/layout_change.h"
#include "insight/store_insight.h"

namespace shrike {

/// Figures that cannot be told are null.
[[nodiscard]] nlohmann::ordered_json to_json(const StoreInsight& insight);
[[nodiscard]] nlohmann::ordered_json to_json(const LayoutChange& change);
[[nodiscard]] nlohmann::ordered_json to_json(const Correlates& found);

}  // namespace shrike
