#pragma once
// A normalised ledger (docs/ledger.md) as what the estimator works on.

#include <filesystem>

#include "base/result.h"
#include "shrink/intervals.h"

namespace shrike {

/// The ledger's intervals with its stores and products, all of them, ordered by id. Refused below the level of truth
/// that a roll-forward needs (ledger/level.h), by the name of the missing table; `for_what` begins that sentence.
[[nodiscard]] Result<LossData> losses_of_ledger(const std::filesystem::path& dir, const std::string& for_what);

/// What was counted, in which stores and of what, in 16 hexadecimal digits: a model that was trained on others is not
/// silently used on these. Sales and deliveries since the last counts do not change it.
[[nodiscard]] std::string fingerprint_of(const LossData& data);
/// Which stores they are, in order: tells another chain from the same one later.
[[nodiscard]] std::string stores_fingerprint_of(const LossData& data);

}  // namespace shrike
