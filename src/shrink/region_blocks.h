#pragma once
// Neighbourhoods of areas, within which what is known of an area may be exchanged.

#include <vector>

#include "shrink/intervals.h"

namespace shrike {

struct Regions {
  std::vector<int> area;   ///< by store
  std::vector<int> block;  ///< by area
  int areas = 0, blocks = 0;
  bool located = false;  ///< false: no coordinates, the whole chain is one block
};

/// Areas by the stores' `area` (a store without one is an area of its own); blocks by halving the map at the median of
/// its longer side until none holds more than eleven areas.
[[nodiscard]] Regions regions_of(const std::vector<Store>& stores);

}  // namespace shrike
