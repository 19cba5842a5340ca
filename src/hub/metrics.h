#pragma once
// What the hub counts of itself, in a registry that the pipelines share.

#include <memory>
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <string>

namespace shrike {

/// Thread-safe, as prometheus-cpp is. Lives no longer than the registry.
class HubMetrics {
 public:
  explicit HubMetrics(prometheus::Registry& registry);

  /// One answered request; `route` is the pattern, so that ids do not become label values.
  void count_request(const std::string& route, int status, double duration_s);
  void count_verdict(const std::string& verdict);
  void count_edge_alert(bool is_repeated);
  [[nodiscard]] prometheus::Gauge& event_stream_clients() { return event_stream_clients_; }

 private:
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Histogram>& request_seconds_;
  prometheus::Family<prometheus::Counter>& verdicts_;
  prometheus::Family<prometheus::Counter>& edge_alerts_;
  prometheus::Gauge& event_stream_clients_;
};

/// The registry as Prometheus scrapes it (text format 0.0.4).
[[nodiscard]] std::string metrics_text(const prometheus::Registry& registry);

}  // namespace shrike
