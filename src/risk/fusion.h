#pragma once
#include <span>
#include <vector>

#include "behaviour/rule_book.h"
#include "risk/incident.h"

namespace shrike {

/// A visit's risk with what made it.
struct Risk {
  double log_odds = 0;
  double probability = 0;
  std::vector<WeighedEvidence> evidence;  ///< largest contribution (for or against) first
};

/// How log-odds become a probability: as fitted from verdicts (docs/risk.md).
struct RiskCalibration {
  double slope = 1, intercept = 0;

  [[nodiscard]] double probability(double log_odds) const;
  [[nodiscard]] double log_odds(double probability) const;
  bool operator==(const RiskCalibration&) const = default;
};

/// posterior log-odds = logit(prior) + sum of weight x llr, where evidence for theft of one group counts together at
/// most up to the group's cap (or its strongest member, if that is more), and evidence against counts in full; but a
/// receipt (group `receipt`) speaks against taking goods unpaid, not against trespass: where there is any, it counts at
/// most up to the rest. The order of `evidence` does not matter, to the last bit. A kind that `book` does not hold has
/// weight 1 and no group. `prior` is a probability, kept within 1e-9 .. 1 - 1e-9; an llr that is not finite counts as
/// 0.
[[nodiscard]] Risk fuse(double prior, std::span<const Evidence> evidence, const RuleBook& book,
                        const RiskCalibration& calibration = {});

}  // namespace shrike
