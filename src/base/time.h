#pragma once
// Wall-clock time is microseconds UTC plus the store's zone for showing it; durations come from a monotonic clock.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace shrike {

/// A point in time, microseconds since 1970-01-01T00:00:00Z.
struct Timestamp {
  int64_t us = 0;

  auto operator<=>(const Timestamp&) const = default;
  [[nodiscard]] Timestamp plus_s(double seconds) const { return {us + static_cast<int64_t>(seconds * 1e6)}; }
};

/// Seconds from `b` to `a`; negative where `a` is earlier.
[[nodiscard]] inline double seconds_between(Timestamp b, Timestamp a) {
  return static_cast<double>(a.us - b.us) * 1e-6;
}

[[nodiscard]] Timestamp now_utc();
/// Seconds on a clock that never jumps; only differences mean anything.
[[nodiscard]] double monotonic_s();

/// RFC 3339 in UTC with microseconds, e.g. 2026-03-01T09:30:00.250000Z.
[[nodiscard]] std::string to_rfc3339(Timestamp t);
/// RFC 3339 in `zone` (an IANA name, e.g. Europe/Paris), milliseconds and offset. An unknown zone is an error.
[[nodiscard]] Result<std::string> to_rfc3339(Timestamp t, std::string_view zone);
/// Reads RFC 3339 (`Z` or an offset; fraction optional, kept to the microsecond).
[[nodiscard]] Result<Timestamp> parse_rfc3339(std::string_view text);
/// Reads a time without zone, as the clock in `zone` (IANA) shows it; of an hour that comes twice, the first.
[[nodiscard]] Result<Timestamp> parse_local(std::string_view text, std::string_view zone);
/// Local hour of day 0..23 in `zone`.
[[nodiscard]] Result<int> local_hour(Timestamp t, std::string_view zone);
/// Whether the machine's tz database knows `zone`.
[[nodiscard]] bool zone_exists(std::string_view zone);

}  // namespace shrike
