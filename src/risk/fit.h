#pragma once
// Weights and calibration from verdicts.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "behaviour/evidence.h"
#include "behaviour/rule_book.h"
#include "risk/weights.h"

namespace shrike {

/// A visit that somebody judged.
struct JudgedVisit {
  std::string visit_id;
  bool theft = false;
  double prior = 0.002;  ///< probability
  std::vector<Evidence> evidence;
};

/// Predictions against what was true, in ten bins of 0.1.
struct Reliability {
  struct Bin {
    int64_t visits = 0, thefts = 0;
    double predicted = 0;      ///< mean
    double low = 0, high = 0;  ///< of the share of thefts, 90 % (Wilson)
  };
  std::vector<Bin> bins;
  double ece = 0;  ///< expected calibration error: mean over visits of |share of thefts − mean prediction| of its bin
  double log_loss = 0;  ///< nats a visit
};

struct RiskFit {
  RiskWeights weights;
  Reliability shipped;  ///< as Shrike ships: weights 1, no calibration
  Reliability fitted;   ///< cross-validated: each visit by weights and calibration that never saw it
  int folds = 5;
};

[[nodiscard]] Reliability reliability_of(std::span<const double> predicted, const std::vector<bool>& theft);

/// Log-odds = logit(prior) + intercept + Σ_k w_k x_k, with x_k the kind's evidence under the caps of its group, and w_k
/// drawn to 1 (what Shrike ships) as if by a normal of standard deviation 0.5, never below 0; intervals by Laplace.
/// RiskCalibration is Platt's (1999) on the other folds' predictions, drawn to slope 1 and intercept 0. Deterministic:
/// the folds follow from visit_id. Errors: fewer than 5 thefts or 5 honest visits.
[[nodiscard]] Result<RiskFit> fit_risk(std::span<const JudgedVisit> visits, const RuleBook& book,
                                       const std::string& version);

/// One JSON object a line: visit_id, verdict (theft, attempted, honest, staff_error, unsure) or theft (true, false),
/// prior, evidence: [{kind, llr, …}]. `unsure` and visits without a verdict are passed over. Errors name file and line.
[[nodiscard]] Result<std::vector<JudgedVisit>> parse_judged(std::string_view text, const std::string& file);

}  // namespace shrike
