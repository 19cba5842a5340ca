#pragma once
// Exports in: files to one normalised ledger.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "ledger/manifest.h"

namespace shrike {

struct ImportOptions {
  std::filesystem::path into;
  std::vector<std::filesystem::path> files;     ///< a folder stands for every file in it and below
  std::vector<std::filesystem::path> mappings;  ///< the user's own, before those that Shrike ships
  std::string time_zone;  ///< IANA; of local times where no store tells; empty: what the ledger has, else UTC
  size_t memory_mb = 2048;
  int threads = 2;
};

struct ImportedFile {
  std::string file;
  enum class Outcome { imported, already, refused } outcome = Outcome::imported;
  std::string reason;  ///< of a refusal
};

struct ImportReport {
  std::vector<ImportedFile> files;
  LedgerManifest manifest;
  bool changed = false;  ///< false: every file was in already, nothing was written
};

/// Imports what can be imported. A file that cannot be read at all is refused by name and the others still go in; a
/// row that cannot be read goes to rejects.csv. The same file again, under any name, changes nothing. `progress` gets
/// what is being done, and how much of all, 0..1.
[[nodiscard]] Result<ImportReport> import_files(
    const ImportOptions& options, const std::function<void(const std::string& what, double done)>& progress);

}  // namespace shrike
