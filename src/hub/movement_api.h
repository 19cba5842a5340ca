#pragma once
#include "hub/router.h"
#include "site/config.h"
#include "vault/incident_store.h"
#include "watch/live.h"

namespace shrike {

/// `GET /api/v1/movement`: the movement model of the running store, its age and its drift. What the route refers to
/// must outlive the router.
void add_movement_routes(Router& router, const SiteConfig& site, IncidentStore& store, const LiveBoard& board);

}  // namespace shrike
