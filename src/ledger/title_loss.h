#pragma once
// Reports that say in their title alone what was lost: a "Spoilage Report" with columns Units, Cost, Retail.

#include <string>
#include <string_view>
#include <vector>

#include "ledger/mapping.h"

namespace shrike {

/// The loss that a title speaks of, as a column would be called; empty where it speaks of none, or of several.
[[nodiscard]] std::string only_loss_in(const Mapping& general, std::string_view title);

/// Calls the columns that only say how they measure ("Units", "Total Cost") after `loss`; false, and nothing changed,
/// where no column holds quantities.
[[nodiscard]] bool name_measures(std::vector<std::string>& header, const std::string& loss);

}  // namespace shrike
