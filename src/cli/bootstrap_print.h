#pragma once
// A figure and its bootstrap interval, as all commands print them.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "behaviour/concealment_protocol.h"

namespace shrike {

/// "0.712 [0.65 .. 0.77]"; the figure alone where there is no interval.
[[nodiscard]] std::string with_interval(double value, const std::optional<BootstrapInterval>& interval);
/// {"value", "low", "high"}; the value alone where there is no interval.
[[nodiscard]] nlohmann::ordered_json json_of(double value, const std::optional<BootstrapInterval>& interval);

}  // namespace shrike
