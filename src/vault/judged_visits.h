#pragma once
// Kept visits and verdicts, as fitting, the budget and the canary want them.

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "risk/budget.h"
#include "risk/fit.h"
#include "vault/incident_store.h"

namespace shrike {

/// What an officer's verdict says of a visit; none of "unsure", and where nobody judged.
[[nodiscard]] std::optional<bool> is_theft(std::string_view verdict);

/// Incidents with a verdict of theft, attempted, honest or staff_error (the newest counts), as judged visits.
[[nodiscard]] Result<std::vector<JudgedVisit>> judged_visits(IncidentStore& store);

/// Every kept visit that began at or after `since`, with its evidence, in the order of visit_id (which is that of
/// time).
Result<void> read_visits(IncidentStore& store, Timestamp since, const std::function<void(VisitRecord)>& take);

/// Posteriors of the visits kept since then, and the time that they span: `now` and 0 where there is none.
struct KeptRisks {
  std::vector<double> risks;
  Timestamp first, last;
};
Result<KeptRisks> kept_risks(IncidentStore& store, Timestamp since, Timestamp now);

/// The threshold that `false_alerts_a_day` asks for, from the risks of the visits of the last 28 days as they were
/// weighed. None where nothing is asked, or less than a day is known.
Result<std::optional<BudgetChoice>> threshold_by_budget(IncidentStore& store, const RiskConfig& risk, Timestamp now);

}  // namespace shrike
