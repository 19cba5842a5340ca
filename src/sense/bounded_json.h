#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace shrike {

/// JSON from outside. Refused: more than `bytes_max`, nesting over 64 levels (printing it would exhaust the stack), and
/// what is no JSON.
[[nodiscard]] Result<nlohmann::json> parse_bounded_json(std::string_view text, size_t bytes_max = size_t{1} << 20);

/// The first 60 bytes of a value, for messages.
[[nodiscard]] std::string shown_json(const nlohmann::json& value);

}  // namespace shrike
