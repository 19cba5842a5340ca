#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace shrike {

/// 0..15; -1 for what is no hex digit.
[[nodiscard]] int hex_value(char c);
/// "%41+b" to "A+b"; with `plus_is_space` (query strings) to "A b". Empty for a bad escape or an escaped NUL.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

}  // namespace shrike
