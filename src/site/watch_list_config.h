#pragma once
#include "base/yaml.h"

namespace shrike {

/// Who may be looked for again, and for how long: docs/watch-list.md.
struct WatchListConfig {
  bool enabled = false;      ///< false: no appearance is kept or compared, nobody can be enrolled
  double expiry_h = 24;      ///< of an entry for which nothing else is asked: people change their clothes
  double expiry_max_h = 72;  ///< the longest that may be asked for
  double alike = 0.94;       ///< from so much likeness (0..1, vision/appearance.h) on, a visit matches an entry
  double quality_min = 0.5;  ///< picture quality (0..1, vault/watch_list.h) below which nobody is enrolled
};

void read_watch_list(YamlMap map, WatchListConfig& watch_list);

}  // namespace shrike
