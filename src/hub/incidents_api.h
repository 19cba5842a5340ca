#pragma once
#include "hub/metrics.h"
#include "hub/router.h"
#include "site/config.h"
#include "vault/incident_store.h"

namespace shrike {

/// Incidents to read, to watch and to judge, and the door for alerts of edge devices. What the routes refer to must
/// outlive the router.
void add_incident_routes(Router& router, const SiteConfig& site, IncidentStore& store, HubMetrics& metrics);

}  // namespace shrike
