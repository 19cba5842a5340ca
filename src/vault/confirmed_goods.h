#pragma once
#include <map>
#include <string>
#include <vector>

#include "vault/incident_store.h"

namespace shrike {

/// An incident that was judged a theft, and what it took.
struct ConfirmedIncident {
  std::string event_id, store_id;
  Timestamp time;
  std::map<std::string, double> goods;  ///< product id → pieces; empty where no sensor told
};

/// What facts name of goods: a product that several facts name left once. Facts that speak for the visitor, and those
/// that were taken back, name none.
[[nodiscard]] std::map<std::string, double> goods_of(const Incident& incident);

/// Incidents whose newest verdict is theft, oldest first. (What was only attempted is still in the shop.)
[[nodiscard]] Result<std::vector<ConfirmedIncident>> confirmed_incidents(IncidentStore& store);

}  // namespace shrike
