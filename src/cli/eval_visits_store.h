#pragma once
#include <string>
#include <vector>

#include "base/result.h"

namespace shrike {

/// `shrike eval visits --store`: who is who across the cameras of simulated stores, by the running store's own code.
[[nodiscard]] Result<void> eval_visits_of_stores(const std::vector<std::string>& stores, double hours, bool json);

}  // namespace shrike
