#include "sim/day_clock.h"

#include <charconv>

namespace shrike {

std::optional<double> day_clock(std::string_view text) {
  constexpr int kHours = 24, kSixty = 60;
  double total_s = 0, unit_s = 3600;
  int parts = 0;
  for (; parts < 3; ++parts, unit_s /= kSixty) {
    int value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc{} || value < 0 || value >= (parts == 0 ? kHours : kSixty)) return std::nullopt;
    total_s += value * unit_s;
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    if (text.empty()) return parts > 0 ? std::optional(total_s) : std::nullopt;
    if (text.front() != ':') return std::nullopt;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

}  // namespace shrike
