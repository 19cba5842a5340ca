#pragma once
// manifest.json of a ledger: what was read, what became of it, what is missing. docs/ledger.md lists the keys.

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/normalise.h"

namespace shrike {

/// One imported file.
struct SourceEntry {
  std::string id;           ///< first 16 digits of the fingerprint; names its folder under source/
  std::string file;         ///< name without folder
  std::string fingerprint;  ///< SHA-256, hexadecimal
  std::string mappings;     ///< version of all mappings that it was read with
  int64_t bytes = 0;
  std::vector<SheetReport> sheets;
};

struct Warning {
  std::string code;
  int64_t count = 0;
  std::string message;
};

struct UnmappedReason {
  std::string system, reason;
  int64_t rows = 0;
  double units = 0;
};

struct LedgerManifest {
  static constexpr int kFormat = 1;
  bool ready = false;  ///< false: an import was interrupted; the tables must not be read
  int buckets = 1;
  std::string time_zone = "UTC";  ///< of times whose zone neither row nor store tells
  std::vector<std::string> currencies;
  std::vector<SourceEntry> sources;       ///< by id
  std::map<std::string, int64_t> tables;  ///< rows
  std::string first_day, last_day;        ///< of all movements, ISO 8601; empty where there is none
  std::map<std::string, int64_t> facts;   ///< what the level of truth rests on (level.h)
  std::vector<UnmappedReason> unmapped;
  std::vector<Warning> warnings;
};

[[nodiscard]] nlohmann::ordered_json to_json(const LedgerManifest& manifest);
/// Reads DIR/manifest.json; an absent one is unavailable, a foreign or newer one bad input.
[[nodiscard]] Result<LedgerManifest> read_manifest(const std::filesystem::path& dir);
/// Replaces it as a whole (write beside, sync, rename).
[[nodiscard]] Result<void> write_manifest(const std::filesystem::path& dir, const LedgerManifest& manifest);

}  // namespace shrike
