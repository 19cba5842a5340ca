#include "site/watch_list_config.h"

#include <fmt/format.h>

namespace shrike {

void read_watch_list(YamlMap map, WatchListConfig& watch_list) {
  map.read("enabled", watch_list.enabled);
  map.read("expiry_h", watch_list.expiry_h, {0.1, 8784});
  map.read("expiry_max_h", watch_list.expiry_max_h, {0.1, 8784});
  if (watch_list.expiry_h > watch_list.expiry_max_h) {
    map.fault("expiry_h",
              fmt::format("{} h is longer than expiry_max_h = {} h", watch_list.expiry_h, watch_list.expiry_max_h));
  }
  map.read("alike", watch_list.alike, {0.5, 1});
  map.read("quality_min", watch_list.quality_min, {0, 1});
  map.finish();
}

}  // namespace shrike
