#pragma once
// What `shrike risk fit` learnt from verdicts: a weight a kind, and how log-odds become a probability. docs/risk.md.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "behaviour/rule_book.h"
#include "risk/fusion.h"

namespace shrike {

struct KindWeight {
  std::string kind;
  double weight = 1, low = 1, high = 1;  ///< 90 % interval
  int64_t thefts = 0, honest = 0;        ///< judged visits that had it

  bool operator==(const KindWeight&) const = default;
};

struct RiskWeights {
  std::string version;  ///< when it was fitted, RFC 3339; what logs and incidents' readers call it by
  int64_t thefts = 0, honest = 0;
  std::vector<KindWeight> kinds;
  RiskCalibration calibration;

  bool operator==(const RiskWeights&) const = default;
};

/// Errors name `file` and the key: not JSON, no version, a weight that is not within 0..10, a slope not within
/// 0.05..20.
[[nodiscard]] Result<RiskWeights> parse_weights(std::string_view text, const std::string& file);
[[nodiscard]] Result<RiskWeights> read_weights(const std::filesystem::path& file);
[[nodiscard]] std::string to_text(const RiskWeights& weights);
/// Writes it and keeps what stood there as `file`.previous, so that roll_back() can take it back.
Result<void> write_weights(const RiskWeights& weights, const std::filesystem::path& file);
/// Changes `file` and `file`.previous; the version that holds now. A second roll-back undoes the first.
Result<std::string> roll_back(const std::filesystem::path& file);

/// Multiplies the weights of the book's kinds. A kind to which `rules:` gives a weight of its own keeps that.
void apply_weights(const RiskWeights& weights, RuleBook& book, std::span<const RuleConfig> rules);

}  // namespace shrike
