#pragma once
// The level of truth: how much of unknown stock loss the imported data can say (research brief, section 1).

#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/manifest.h"

namespace shrike {

enum class TruthLevel {
  none = 0,          ///< no write-offs: nothing can be said about loss
  identity = 1,      ///< USL = written off − spoilage, as the books have it
  roll_forward = 2,  ///< what vanished between two counts, whatever the books say
  calibrated = 3,    ///< rates: what a count covered and when it was is known
};
[[nodiscard]] const char* to_string(TruthLevel level);

struct Truth {
  TruthLevel level = TruthLevel::none;
  /// What the next level needs, each a table (with its columns) in words for the person who can export it.
  std::vector<std::string> missing;
  std::vector<std::string> notes;  ///< what else is refused, e.g. rates without sales
};

[[nodiscard]] Truth truth_of(const LedgerManifest& manifest);
/// An error that names the missing tables where the data do not carry `needed`.
[[nodiscard]] Result<void> require_level(const LedgerManifest& manifest, TruthLevel needed,
                                         const std::string& for_what);

}  // namespace shrike
