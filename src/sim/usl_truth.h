#pragma once
// A simulated chain's sealed truth beside what an import made of its exports.

#include <filesystem>

#include "sim/usl_gates.h"

namespace shrike {

/// What `manifest.json` of a simulated chain says of how it was made.
struct ChainOrigin {
  std::string world;
  ChainSize size;
};
[[nodiscard]] Result<ChainOrigin> origin_of(const std::filesystem::path& chain);

/// The ledger's intervals, and row for row the truth. Intervals that the truth does not know keep an empty one.
[[nodiscard]] Result<SimLosses> losses_with_truth(const std::filesystem::path& ledger,
                                                  const std::filesystem::path& chain);

/// Every interval's V and its ledger USL against the truth: none may differ.
[[nodiscard]] Result<std::vector<Gate>> exactness_gates(const std::filesystem::path& ledger,
                                                        const std::filesystem::path& chain);

}  // namespace shrike
