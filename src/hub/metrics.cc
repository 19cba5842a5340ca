#include "hub/metrics.h"

#include <prometheus/text_serializer.h>

namespace shrike {

HubMetrics::HubMetrics(prometheus::Registry& registry)
    : requests_(prometheus::BuildCounter()
                    .Name("shrike_http_requests_total")
                    .Help("Requests answered, by route and status")
                    .Register(registry)),
      request_seconds_(prometheus::BuildHistogram()
                           .Name("shrike_http_request_seconds")
                           .Help("Time in the handler of a request, sending not included")
                           .Register(registry)),
      verdicts_(prometheus::BuildCounter()
                    .Name("shrike_alert_verdict_total")
                    .Help("Verdicts given on incidents")
                    .Register(registry)),
      edge_alerts_(prometheus::BuildCounter()
                       .Name("shrike_edge_alerts_total")
                       .Help("Alerts taken from edge devices; repeated: one that was kept already")
                       .Register(registry)),
      event_stream_clients_(prometheus::BuildGauge()
                                .Name("shrike_event_stream_clients")
                                .Help("Clients that listen to events now")
                                .Register(registry)
                                .Add({})) {}

void HubMetrics::count_request(const std::string& route, int status, double duration_s) {
  static const prometheus::Histogram::BucketBoundaries kBounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                               0.05,   0.1,   0.25,   0.5,   1};
  requests_.Add({{"route", route}, {"status", std::to_string(status)}}).Increment();
  request_seconds_.Add({{"route", route}}, kBounds).Observe(duration_s);
}

void HubMetrics::count_verdict(const std::string& verdict) { verdicts_.Add({{"verdict", verdict}}).Increment(); }

void HubMetrics::count_edge_alert(bool is_repeated) {
  edge_alerts_.Add({{"repeated", is_repeated ? "true" : "false"}}).Increment();
}

std::string metrics_text(const prometheus::Registry& registry) {
  return prometheus::TextSerializer().Serialize(registry.Collect());
}

}  // namespace shrike
