#include "sense/bounded_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace shrike {
namespace {

constexpr int kDepth_max = 64;

/// How deep brackets nest, those inside of texts left out.
int depth_of(std::string_view text) {
  int depth = 0, deepest = 0;
  bool in_text = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_text) {
      if (c == '\\') ++i;
      in_text = c != '"';
    } else if (c == '"') {
      in_text = true;
    } else if (c == '[' || c == '{') {
      deepest = std::max(deepest, ++depth);
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return deepest;
}

}  // namespace

Result<nlohmann::json> parse_bounded_json(std::string_view text, size_t bytes_max) {
  if (text.size() > bytes_max)
    return bad_input(fmt::format("found {} bytes, expected at most {}", text.size(), bytes_max));
  if (depth_of(text) > kDepth_max) return bad_input(fmt::format("found more than {} levels of nesting", kDepth_max));
  auto value = nlohmann::json::parse(text, nullptr, false);
  if (!value.is_discarded()) return value;
  return bad_input(fmt::format("found '{}', expected JSON", text.substr(0, 60)));
}

std::string shown_json(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).substr(0, 60);
}

}  // namespace shrike
