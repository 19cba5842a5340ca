#pragma once
#include "hub/router.h"
#include "site/config.h"
#include "vault/incident_store.h"

namespace shrike {

/// Visits to read, and an officer's corrections of who is who: merge and split. What the routes refer to must outlive
/// the router.
void add_visit_routes(Router& router, const SiteConfig& site, IncidentStore& store);

}  // namespace shrike
