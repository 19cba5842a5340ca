#pragma once
// The hub: the live page, the HTTP API, the event stream and the metrics of one store. api/openapi.yaml describes it.

#include <memory>
#include <prometheus/registry.h>
#include <string>
#include <vector>

#include "hub/router.h"
#include "site/config.h"
#include "vault/incident_store.h"
#include "watch/live.h"
#include "watch/sensors.h"

namespace shrike {

/// What the hub shows; all of it must outlive the hub.
struct HubParts {
  const SiteConfig& site;
  IncidentStore& store;
  LiveBoard& board;
  prometheus::Registry& metrics;
  std::shared_ptr<PushInbox> till_inbox;  ///< where pushed transactions go; null: none are taken
};

/// Serves on site.hub.bind:port from start() until stop() or its end, on two threads (and one that tells events).
/// Whoever changes an incident only has to save it in the store: the hub sees that by itself and tells everyone.
class Hub {
 public:
  /// Errors: an address that other machines reach without a token, an address that is none or is taken.
  [[nodiscard]] static Result<Hub> start(const HubParts& parts);
  ~Hub();
  Hub(Hub&&) noexcept;
  Hub& operator=(Hub&&) noexcept;

  [[nodiscard]] int port() const;
  /// Where a browser on this machine finds the page: "http://127.0.0.1:8080".
  [[nodiscard]] std::string url() const;
  /// Every route that it answers.
  [[nodiscard]] const std::vector<Route>& routes() const;
  void stop();

 private:
  struct Impl;
  explicit Hub(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace shrike
