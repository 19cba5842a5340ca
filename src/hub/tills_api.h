#pragma once
#include <memory>

#include "hub/router.h"
#include "site/config.h"
#include "watch/sensors.h"

namespace shrike {

/// POST /api/v1/till-transactions: what tills and EPCIS systems push, into `inbox`. What the route refers to must
/// outlive the router.
void add_till_routes(Router& router, const SiteConfig& site, std::shared_ptr<PushInbox> inbox);

}  // namespace shrike
