#include "site/insight_config.h"

namespace shrike {

void read_insight(YamlMap map, InsightConfig& insight) {
  map.read("keep_days", insight.keep_days, {0, 3660});
  map.finish();
}

}  // namespace shrike
