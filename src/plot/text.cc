// Texts and numbers as a page shows them.
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "plot/svg.h"

namespace shrike::plot {
namespace {

constexpr std::string_view kNoText = "\xEF\xBF\xBD";  // U+FFFD

/// Length of the UTF-8 sequence that begins `text`; 0 where it is none (overlong forms and surrogates included).
size_t sequence_length(std::string_view text) {
  const auto at = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xF0 && lead < 0xF5 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (length == 0 || lead >= 0xF5 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0U) != 0x80U) return 0;
  }
  const bool overlong = (lead == 0xE0 && at(1) < 0xA0) || (lead == 0xF0 && at(1) < 0x90);
  const bool beyond = (lead == 0xED && at(1) >= 0xA0) || (lead == 0xF4 && at(1) >= 0x90);
  return overlong || beyond ? 0 : length;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string safe;
  safe.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const size_t length = sequence_length(text);
    if (length != 1) {
      safe += length == 0 ? kNoText : text.substr(0, length);
      text.remove_prefix(std::max<size_t>(1, length));
      continue;
    }
    const char c = text.front();
    text.remove_prefix(1);
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      case '\t':
      case '\n':
        safe += c;
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
          safe += kNoText;
        } else {
          safe += c;
        }
    }
  }
  return safe;
}

std::string shortened(std::string_view text, size_t length) {
  size_t points = 0, cut = 0;
  for (size_t i = 0; i < text.size(); ++points) {
    if (points + 1 == length) cut = i;
    i += std::max<size_t>(1, sequence_length(text.substr(i)));
  }
  return points <= length ? std::string(text) : std::string(text.substr(0, cut)) + "…";
}

std::string number(double value, int digits) {
  if (!std::isfinite(value)) return "–";
  if (std::abs(value) < 100) {
    if (std::abs(value) < 0.0005) return "0";
    const auto small = fmt::format("{:.{}g}", value, digits);
    return small.front() == '-' ? fmt::format("−{}", small.substr(1)) : small;
  }
  const auto digits_of = fmt::format("{:.0f}", std::abs(value));
  std::string grouped = value < 0 ? "−" : "";
  for (size_t i = 0; i < digits_of.size(); ++i) {
    if (i > 0 && (digits_of.size() - i) % 3 == 0) grouped += ',';
    grouped += digits_of[i];
  }
  return grouped;
}

}  // namespace shrike::plot
