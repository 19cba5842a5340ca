#include "vault/risk_report.h"

#include <algorithm>

#include "risk/fusion.h"
#include "vault/judged_visits.h"

namespace shrike {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kDay_s = 86400, kUsualBudget = 3;
constexpr size_t kChangedMax = 100;

double risk_by(const RiskInUse& weights, const VisitRecord& visit, std::span<const Evidence> facts) {
  return fuse(visit.prior, facts, weights.rules, weights.calibration).probability;
}

/// Verdicts of all incidents since `since`; widens `first` and `last` to them.
Result<void> count_verdicts(IncidentStore& store, Timestamp since, RiskReport& report, Timestamp& first,
                            Timestamp& last) {
  std::vector<double> stated;
  std::vector<bool> theft;
  IncidentFilter filter{.since = since, .limit = 500};
  for (;;) {
    TRY(const IncidentPage page, store.list(filter));
    for (const StoredIncident& one : page.incidents) {
      ++report.incidents;
      first = std::min(first, one.incident.time);
      last = std::max(last, one.incident.time);
      const auto verdict = is_theft(one.incident.verdict);
      if (!verdict) {
        ++report.not_judged;
        continue;
      }
      ++(*verdict ? report.thefts : report.honest);
      stated.push_back(one.incident.risk);
      theft.push_back(*verdict);
    }
    if (page.next.empty()) break;
    filter.before_event_id = page.next;
  }
  report.reliability = reliability_of(stated, theft);
  return {};
}

Json interval(double mean, double low, double high) { return {{"mean", mean}, {"low", low}, {"high", high}}; }

}  // namespace

Result<CanaryReport> canary_report(IncidentStore& store, const RiskInUse& in_use, const RiskInUse& canary,
                                   double threshold, Timestamp since) {
  CanaryReport report{.in_use = in_use.version, .canary = canary.version};
  TRY_VOID(read_visits(store, since, [&](const VisitRecord& visit) {
    std::vector<Evidence> facts;
    for (const WeighedEvidence& weighed : visit.evidence) facts.push_back(weighed.evidence);
    const double now = risk_by(in_use, visit, facts), then = risk_by(canary, visit, facts);
    const bool was = now >= threshold, is = then >= threshold;
    ++report.visits;
    report.both += was && is ? 1 : 0;
    report.only_in_use += was && !is ? 1 : 0;
    report.only_canary += is && !was ? 1 : 0;
    if (was != is && report.changed.size() < kChangedMax) report.changed.push_back({visit.visit_id, now, then});
  }));
  return report;
}

Result<RiskReport> risk_report(IncidentStore& store, const SiteConfig& site, double days, Timestamp now) {
  TRY(const RiskInUse in_use, risk_in_use(site));
  const Timestamp since = now.plus_s(-days * kDay_s);
  RiskReport report{.weights = in_use.version, .budget = site.risk.false_alerts_a_day};
  TRY(KeptRisks kept, kept_risks(store, since, now));
  TRY_VOID(count_verdicts(store, since, report, kept.first, kept.last));
  report.visits = static_cast<int64_t>(kept.risks.size());
  report.days = std::max(0.0, seconds_between(kept.first, kept.last) / kDay_s);
  report.false_alerts = rate_a_day(report.honest, report.days);
  report.precision = share_of(report.thefts, report.thefts + report.honest);
  report.at_budget = choose_threshold(kept.risks, report.days, report.budget > 0 ? report.budget : kUsualBudget);
  const bool by_budget = report.budget > 0 && report.days >= kBudgetDaysLeast;
  report.threshold = by_budget ? report.at_budget.threshold : site.risk.threshold;
  if (site.risk.canary.empty()) return report;
  TRY(const RiskInUse canary, risk_with(site, site.risk.canary));
  TRY(report.canary, canary_report(store, in_use, canary, report.threshold, since));
  return report;
}

Json to_json(const CanaryReport& r) {
  Json changed = Json::array();
  for (const auto& one : r.changed)
    changed.push_back({{"visit_id", one.visit_id}, {"risk", one.risk}, {"canary_risk", one.canary_risk}});
  return {{"in_use", r.in_use},           {"canary", r.canary},           {"visits", r.visits},
          {"incidents_of_both", r.both},  {"only_in_use", r.only_in_use}, {"only_canary", r.only_canary},
          {"changed", std::move(changed)}};
}

Json to_json(const Reliability& r) {
  Json out{{"ece", r.ece}, {"log_loss", r.log_loss}, {"bins", Json::array()}};
  for (const auto& bin : r.bins) {
    out["bins"].push_back({{"visits", bin.visits},
                           {"thefts", bin.thefts},
                           {"predicted", bin.predicted},
                           {"low", bin.low},
                           {"high", bin.high}});
  }
  return out;
}

Json to_json(const RiskReport& r) {
  return {{"weights", r.weights},
          {"days", r.days},
          {"visits", r.visits},
          {"incidents", r.incidents},
          {"thefts", r.thefts},
          {"honest", r.honest},
          {"not_judged", r.not_judged},
          {"false_alerts_per_store_day", interval(r.false_alerts.mean, r.false_alerts.low, r.false_alerts.high)},
          {"precision", interval(r.precision.mean, r.precision.low, r.precision.high)},
          {"reliability", to_json(r.reliability)},
          {"threshold", r.threshold},
          {"budget", r.budget},
          {"threshold_for_budget", r.at_budget.threshold},
          {"expected_false_alerts_per_store_day", r.at_budget.false_alerts_a_day},
          {"canary", r.canary ? to_json(*r.canary) : Json(nullptr)}};
}

}  // namespace shrike
