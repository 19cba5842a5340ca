#pragma once
#include <vector>

#include "ledger/ledger.h"
#include "shrink/intervals.h"

namespace shrike {

/// Units written off and seen in each of `data`'s intervals, as losses_of_ledger() orders them.
[[nodiscard]] Result<std::vector<float>> spoiled_units(Ledger& ledger, const LossData& data);

}  // namespace shrike
