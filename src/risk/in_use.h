#pragma once
#include <optional>
#include <string>

#include "behaviour/rule_book.h"
#include "risk/weights.h"
#include "site/config.h"

namespace shrike {

/// The rules, weights and calibration that a store runs with.
struct RiskInUse {
  RuleBook rules;
  RiskCalibration calibration;
  std::string version = "shipped";  ///< of the weights
};

/// make_rule_book() of `rules:`, with the weights of `risk.weights` where that is set.
[[nodiscard]] Result<RiskInUse> risk_in_use(const SiteConfig& site);
/// The same with weights that are not in use: what the canary is scored by.
[[nodiscard]] Result<RiskInUse> risk_with(const SiteConfig& site, const std::filesystem::path& weights);

}  // namespace shrike
