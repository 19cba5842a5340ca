#pragma once
#include "hub/router.h"
#include "site/config.h"
#include "watch/live.h"

namespace shrike {

/// How sensors, brokers and till logs do. What the route refers to must outlive the router.
void add_sensor_routes(Router& router, const SiteConfig& site, const LiveBoard& board);

}  // namespace shrike
