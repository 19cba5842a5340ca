#include "hub/risk_api.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "vault/risk_report.h"

namespace shrike {
namespace {

constexpr double kDays = 28, kDaysMax = 3650, kRefreshEvery_s = 300;

prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help,
                         const prometheus::Labels& labels = {}) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add(labels);
}

Response show(const Request& request, const SiteConfig& site, IncidentStore& store) {
  double days = kDays;
  if (const auto asked = request.query.find("days"); asked != request.query.end()) {
    const std::string& text = asked->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), days);
    if (error != std::errc() || end != text.data() + text.size() || !(days > 0) || days > kDaysMax)
      return error_response(400, "bad_value", "expected a number of days above 0, 3650 at most", "days");
  }
  const auto report = risk_report(store, site, days, now_utc());
  return report ? json_response(to_json(*report)) : store_failed("risk", report.error());
}

}  // namespace

void add_risk_routes(Router& router, const SiteConfig& site, IncidentStore& store) {
  router.add(Method::get, "/api/v1/risk",
             [&](const Request& request, const PathParameters&) { return show(request, site, store); });
}

void RiskGauges::Interval::set(double m, double l, double h) {
  mean.Set(m);
  low.Set(l);
  high.Set(h);
}

RiskGauges::Interval RiskGauges::interval(prometheus::Registry& registry, const char* name, const char* help) {
  return {gauge(registry, name, help, {{"bound", "mean"}}), gauge(registry, name, help, {{"bound", "low"}}),
          gauge(registry, name, help, {{"bound", "high"}})};
}

RiskGauges::RiskGauges(prometheus::Registry& registry)
    : false_alerts_(interval(registry, "shrike_false_alerts_per_store_day",
                             "Incidents judged honest or staff's error, a day of the last 28; 90 % interval")),
      precision_(interval(registry, "shrike_alert_precision",
                          "Of the judged incidents of the last 28 days, those judged theft; 90 % interval")),
      threshold_(gauge(registry, "shrike_alert_threshold", "Posterior probability from which a visit is an incident")),
      budget_(gauge(registry, "shrike_false_alert_budget", "False alerts a store-day that are allowed; 0: not set")),
      canary_only_(gauge(registry, "shrike_canary_incidents",
                         "Kept visits of the last 28 days that only one of the weights would raise: those of the "
                         "canary, or those in use",
                         {{"only", "canary"}})),
      canary_not_(gauge(registry, "shrike_canary_incidents", "", {{"only", "in_use"}})) {}

void RiskGauges::refresh(const SiteConfig& site, IncidentStore& store) {
  std::lock_guard lock(mutex_);
  if (monotonic_s() - refreshed_s_ < kRefreshEvery_s) return;
  const auto report = risk_report(store, site, kDays, now_utc());
  if (!report) {
    spdlog::warn("risk: its metrics could not be counted: {}", report.error().message);
    return;
  }
  refreshed_s_ = monotonic_s();
  false_alerts_.set(report->false_alerts.mean, report->false_alerts.low, report->false_alerts.high);
  precision_.set(report->precision.mean, report->precision.low, report->precision.high);
  threshold_.Set(report->threshold);
  budget_.Set(report->budget);
  canary_only_.Set(report->canary ? static_cast<double>(report->canary->only_canary) : 0);
  canary_not_.Set(report->canary ? static_cast<double>(report->canary->only_in_use) : 0);
}

}  // namespace shrike
