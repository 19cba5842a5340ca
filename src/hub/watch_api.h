#pragma once
#include "hub/router.h"
#include "site/config.h"
#include "vault/incident_store.h"

namespace shrike {

/// Watch entries to add, approve and erase, and the log of all that was done with them. What the routes refer to must
/// outlive the router.
void add_watch_routes(Router& router, const SiteConfig& site, IncidentStore& store);

}  // namespace shrike
