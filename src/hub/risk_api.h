#pragma once
#include <mutex>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <vector>

#include "hub/router.h"
#include "site/config.h"
#include "vault/incident_store.h"

namespace shrike {

/// `GET /api/v1/risk?days=28`: the false-alert budget, and how well alerts did as they were judged.
void add_risk_routes(Router& router, const SiteConfig& site, IncidentStore& store);

/// The same as gauges. Thread-safe; the registry must outlive it.
class RiskGauges {
 public:
  explicit RiskGauges(prometheus::Registry& registry);
  /// Counts anew if the last time was over five minutes ago: a scrape costs no more than that.
  void refresh(const SiteConfig& site, IncidentStore& store);

 private:
  struct Interval {
    prometheus::Gauge &mean, &low, &high;
    void set(double m, double l, double h);
  };
  static Interval interval(prometheus::Registry& registry, const char* name, const char* help);

  Interval false_alerts_, precision_;
  prometheus::Gauge &threshold_, &budget_, &canary_only_, &canary_not_;
  std::mutex mutex_;
  double refreshed_s_ = -1e9;  ///< monotonic
};

}  // namespace shrike
