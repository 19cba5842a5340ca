#pragma once
// From staged files to the normalised ledger: names and units unified, reasons classed, signs settled, copies across
// files dropped, local times turned to UTC, written store bucket by store bucket. A pure function of the staged files.

#include <filesystem>
#include <functional>

#include "ledger/duck.h"
#include "ledger/manifest.h"

namespace shrike {

struct BuildOptions {
  size_t memory_mb = 2048;
  int threads = 2;
};

/// FNV-1a, 64 bits (the bucket of a store, docs/ledger.md).
[[nodiscard]] uint64_t fnv1a_64(std::string_view text);

/// Rebuilds every table of `dir` from dir/source and fills the manifest's tables, facts, warnings and unmapped reasons.
/// The tables are put in place by renaming once all of them are written. `progress` gets 0..1.
[[nodiscard]] Result<void> build_ledger(const std::filesystem::path& dir, LedgerManifest& manifest,
                                        const BuildOptions& options, const std::function<void(double)>& progress);

}  // namespace shrike
