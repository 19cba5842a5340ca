#include "hub/sensors_api.h"

#include <nlohmann/json.hpp>

namespace shrike {

void add_sensor_routes(Router& router, const SiteConfig& site, const LiveBoard& board) {
  router.add(Method::get, "/api/v1/sensors", [&](const Request&, const PathParameters&) {
    auto sensors = nlohmann::ordered_json::array();
    for (const auto& status : board.sensors()) {
      sensors.push_back({{"name", status.name},
                         {"sort", status.sort},
                         {"state", status.state},
                         {"problem", status.problem},
                         {"messages", status.messages},
                         {"events", status.events},
                         {"left_out", status.left_out},
                         {"reconnects", status.reconnects},
                         {"clock_offset_s", status.clock_offset_s}});
    }
    return json_response({{"store_id", site.store}, {"sensors", std::move(sensors)}});
  });
}

}  // namespace shrike
