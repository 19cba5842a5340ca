#include "hub/message.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "base/log.h"
#include "vault/incident_json.h"

namespace shrike {
namespace {

constexpr size_t kQueryParametersMax = 32;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<uint64_t> whole_number(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string_view Request::header(const std::string& name_in_lower_case) const {
  const auto it = headers.find(name_in_lower_case);
  return it == headers.end() ? std::string_view() : std::string_view(it->second);
}

Response json_response(const nlohmann::ordered_json& json, int status) {
  return {.status = status, .headers = {{"Cache-Control", "no-store"}}, .body = dump(json) + "\n"};
}

Response error_response(int status, std::string_view code, std::string_view message, std::string_view field) {
  nlohmann::ordered_json error{{"code", code}, {"message", message}};
  if (!field.empty()) error["field"] = field;
  return json_response({{"error", std::move(error)}}, status);
}

Response store_failed(std::string_view store, const Error& error) {
  spdlog::error("{}: {}", store, error.message);
  return error_response(503, "store_failed", "the store does not answer now; the server's log says why");
}

Result<std::map<std::string, std::string>> parse_query(std::string_view query) {
  std::map<std::string, std::string> parameters;
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    auto name = percent_decode(pair.substr(0, equals), true);
    auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!name || !value) return bad_input("the query holds a broken % escape");
    parameters[std::move(*name)] = std::move(*value);
    if (parameters.size() > kQueryParametersMax) return bad_input("the query holds more than 32 parameters");
  }
  return parameters;
}

std::string_view cookie(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const auto end = std::min(header.find(';'), header.size());
    const auto pair = trim(header.substr(0, end));
    header.remove_prefix(std::min(end + 1, header.size()));
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
  }
  return {};
}

std::string host_without_port(std::string_view host) {
  if (host.starts_with('[')) {
    host = host.substr(1, std::min(host.find(']'), host.size()) - 1);
  } else {
    host = host.substr(0, host.find(':'));
  }
  std::string lower(host);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

std::pair<RangeKind, ByteRange> parse_range(std::string_view header, uint64_t size_bytes) {
  constexpr std::string_view kUnit = "bytes=";
  const std::pair whole{RangeKind::whole, ByteRange{}};
  const std::pair unsatisfiable{RangeKind::unsatisfiable, ByteRange{}};
  if (!header.starts_with(kUnit)) return whole;
  const auto range = trim(header.substr(kUnit.size()));
  const auto dash = range.find('-');
  if (dash == std::string_view::npos || range.find(',') != std::string_view::npos) return whole;
  const auto first = whole_number(trim(range.substr(0, dash)));
  const auto last = whole_number(trim(range.substr(dash + 1)));
  if (dash == 0) {  // "-n": the last n bytes
    if (!last) return whole;
    if (*last == 0 || size_bytes == 0) return unsatisfiable;
    return {RangeKind::part, {size_bytes - std::min(*last, size_bytes), size_bytes - 1}};
  }
  if (!first || (!last && dash + 1 != range.size()) || (last && *last < *first)) return whole;
  if (*first >= size_bytes) return unsatisfiable;
  return {RangeKind::part, {*first, std::min(last.value_or(size_bytes - 1), size_bytes - 1)}};
}

}  // namespace shrike
