#pragma once
// A simulated chain as files: exports/ as a retailer's systems would write them, truth/ beside it, sealed by a
// manifest.

#include <filesystem>
#include <functional>

#include "base/result.h"
#include "sim/chain.h"

namespace shrike {

struct ChainFiles {
  size_t sales_rows = 0, receipt_rows = 0, adjustment_rows = 0, count_lines = 0, transfer_rows = 0, intervals = 0,
         events = 0;
};

/// Writes the chain under `out`: exports/*.csv (the generic column names of docs/ledger.md), truth/*.csv, README.txt,
/// manifest.json (sizes and SHA-256 of every file). The same plan gives the same bytes. `progress` is called with the
/// number of stores done.
[[nodiscard]] Result<ChainFiles> write_chain(const ChainPlan& plan, const std::filesystem::path& out,
                                             const std::function<void(int)>& progress = {});

}  // namespace shrike
