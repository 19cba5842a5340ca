#include "base/time.h"

#include <algorithm>
#include <chrono>
#include <date/tz.h>
#include <fmt/format.h>
#include <sstream>

namespace shrike {
namespace {

using SysMicros = date::sys_time<std::chrono::microseconds>;

SysMicros to_sys(Timestamp t) { return SysMicros{std::chrono::microseconds{t.us}}; }

/// date-tz throws for a zone it does not know; the exception stops here.
const date::time_zone* find_zone(std::string_view zone) {
  try {
    return date::locate_zone(zone);
  } catch (const std::runtime_error&) {
    return nullptr;
  }
}

/// Whether `text` begins as 2026-03-01T09:30:00. The date library computes with a seconds value that is not a number
/// where the text has none.
bool begins_as_time(std::string_view text) {
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd";
  if (text.size() < kShape.size()) return false;
  for (size_t i = 0; i < kShape.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == 'd' ? !is_digit : text[i] != kShape[i]) return false;
  }
  return true;
}

/// Whether `text` ends as +02:00, behind seconds with or without decimals. The date library negates what it never read
/// where an offset's digits are missing.
bool ends_in_offset(std::string_view text) {
  constexpr size_t kSecondsEnd = 19, kOffset = 6;
  if (text.size() < kSecondsEnd + kOffset) return false;
  const auto offset = text.substr(text.size() - kOffset);
  const auto decimals = text.substr(kSecondsEnd, text.size() - kOffset - kSecondsEnd);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return (offset[0] == '+' || offset[0] == '-') && is_digit(offset[1]) && is_digit(offset[2]) && offset[3] == ':' &&
         is_digit(offset[4]) && is_digit(offset[5]) &&
         (decimals.empty() || (decimals[0] == '.' && std::all_of(decimals.begin() + 1, decimals.end(), is_digit)));
}

/// Reads all of `text` by `format`; false where that cannot be.
template <class Time>
bool read_all(std::string_view text, const char* format, Time& time) {
  if (!begins_as_time(text)) return false;
  std::istringstream in{std::string(text)};
  in >> date::parse(format, time);
  return !in.fail() && in.peek() == std::istringstream::traits_type::eof();
}

tl::unexpected<Error> unknown_zone(std::string_view zone) {
  return bad_input(fmt::format("unknown time zone '{}'; use an IANA name such as Europe/Paris", zone));
}

}  // namespace

Timestamp now_utc() {
  using namespace std::chrono;
  return {duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
}

double monotonic_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string to_rfc3339(Timestamp t) { return date::format("%FT%TZ", to_sys(t)); }

Result<std::string> to_rfc3339(Timestamp t, std::string_view zone) {
  const auto* tz = find_zone(zone);
  if (tz == nullptr) return unknown_zone(zone);
  return date::format(
      "%FT%T%Ez", date::zoned_time<std::chrono::milliseconds>(tz, date::floor<std::chrono::milliseconds>(to_sys(t))));
}

Result<Timestamp> parse_rfc3339(std::string_view text) {
  SysMicros parsed;
  const bool readable = ends_in_offset(text) ? read_all(text, "%FT%T%Ez", parsed) : read_all(text, "%FT%TZ", parsed);
  if (readable) return Timestamp{parsed.time_since_epoch().count()};
  return bad_input(fmt::format("'{}' is not an RFC 3339 time such as 2026-03-01T09:30:00Z", text.substr(0, 64)));
}

Result<Timestamp> parse_local(std::string_view text, std::string_view zone) {
  const auto* tz = find_zone(zone);
  if (tz == nullptr) return unknown_zone(zone);
  date::local_time<std::chrono::microseconds> local;
  if (!read_all(text, "%FT%T", local)) {
    return bad_input(fmt::format("'{}' is not a local time such as 2026-03-01T09:30:00", text.substr(0, 64)));
  }
  return Timestamp{tz->to_sys(local, date::choose::earliest).time_since_epoch().count()};
}

Result<int> local_hour(Timestamp t, std::string_view zone) {
  const auto* tz = find_zone(zone);
  if (tz == nullptr) return unknown_zone(zone);
  const auto local = tz->to_local(to_sys(t));
  return static_cast<int>(date::floor<std::chrono::hours>(local - date::floor<date::days>(local)).count());
}

bool zone_exists(std::string_view zone) { return find_zone(zone) != nullptr; }

}  // namespace shrike
