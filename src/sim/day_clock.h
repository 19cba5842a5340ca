#pragma once
#include <optional>
#include <string_view>

namespace shrike {

/// Seconds since midnight of 9:30, 09:30 or 09:30:15; none where it is no time of day.
[[nodiscard]] std::optional<double> day_clock(std::string_view text);

}  // namespace shrike
