#pragma once
#include "base/yaml.h"

namespace shrike {

/// What is kept of visits for `shrike insight`.
struct InsightConfig {
  double keep_days = 90;  ///< stays and thinned paths of visits are kept so long; 0 = none are kept at all
};

void read_insight(YamlMap map, InsightConfig& insight);

}  // namespace shrike
