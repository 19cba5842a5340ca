#pragma once
// How well a store's alerts did, as officers judged them: what `shrike risk show`, the page and /metrics say.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "risk/budget.h"
#include "risk/fit.h"
#include "risk/in_use.h"
#include "vault/incident_store.h"

namespace shrike {

/// Kept visits by the weights in use and by a candidate's: what would change. Nothing is alerted by it.
struct CanaryReport {
  struct Changed {
    std::string visit_id;
    double risk = 0, canary_risk = 0;
  };
  std::string in_use, canary;                                      ///< versions of the weights
  int64_t visits = 0, both = 0, only_in_use = 0, only_canary = 0;  ///< all; those at or above the threshold
  std::vector<Changed> changed;                                    ///< that only one of the two raises, 100 at most
};
[[nodiscard]] Result<CanaryReport> canary_report(IncidentStore& store, const RiskInUse& in_use, const RiskInUse& canary,
                                                 double threshold, Timestamp since);

struct RiskReport {
  std::string weights;  ///< version of those in use
  double days = 0;      ///< store-days from the first to the last that is kept
  int64_t visits = 0, incidents = 0, thefts = 0, honest = 0, not_judged = 0;
  RateADay false_alerts;               ///< incidents judged honest or staff's error, a store-day
  HitShare precision;                  ///< of the judged ones, those judged theft or attempted
  Reliability reliability;             ///< the risk that judged incidents were raised with, against their verdicts
  double threshold = 0;                ///< the budget's where it is set and a day is known, else the configuration's
  double budget = 0;                   ///< false alerts a store-day; 0: not set
  BudgetChoice at_budget;              ///< for `budget`, or for 3 a day where none is set
  std::optional<CanaryReport> canary;  ///< where risk.canary is set
};

/// Of the last `days` days before `now`.
[[nodiscard]] Result<RiskReport> risk_report(IncidentStore& store, const SiteConfig& site, double days, Timestamp now);

[[nodiscard]] nlohmann::ordered_json to_json(const CanaryReport& report);
[[nodiscard]] nlohmann::ordered_json to_json(const Reliability& reliability);
[[nodiscard]] nlohmann::ordered_json to_json(const RiskReport& report);

}  // namespace shrike
