#include "risk/in_use.h"

namespace shrike {

Result<RiskInUse> risk_in_use(const SiteConfig& site) { return risk_with(site, site.risk.weights); }

Result<RiskInUse> risk_with(const SiteConfig& site, const std::filesystem::path& weights) {
  RiskInUse in_use;
  TRY(in_use.rules, make_rule_book(site.rules));
  if (weights.empty()) return in_use;
  TRY(const RiskWeights fitted, read_weights(weights));
  apply_weights(fitted, in_use.rules, site.rules);
  in_use.calibration = fitted.calibration;
  in_use.version = fitted.version;
  return in_use;
}

}  // namespace shrike
