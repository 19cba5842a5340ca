#pragma once
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace shrike {

/// What the store's clock shows.
struct LocalTime {
  int64_t day = 0;  ///< days since 1970-01-01
  int hour = 0;     ///< 0..23
  int weekday = 0;  ///< 0 = Monday

  bool operator==(const LocalTime&) const = default;
};

/// Reads the store's clock quickly for many times that lie close together.
class LocalClock {
 public:
  /// `zone` is an IANA name; an unknown one is an error.
  [[nodiscard]] static Result<LocalClock> of(const std::string& zone);

  [[nodiscard]] LocalTime at(Timestamp t);
  /// Microseconds from UTC to local time at `t`.
  [[nodiscard]] int64_t offset_us(Timestamp t);
  /// The first moment after `t` at which the clock shows a full hour.
  [[nodiscard]] Timestamp next_hour(Timestamp t);

 private:
  explicit LocalClock(std::string zone) : zone_(std::move(zone)) {}

  std::string zone_;
  int64_t offset_us_ = 0;
  Timestamp valid_from_, valid_to_;  ///< of offset_us_
};

/// "2026-03-01" of a LocalTime::day.
[[nodiscard]] std::string date_of(int64_t day);
/// The day of "2026-03-01".
[[nodiscard]] Result<int64_t> parse_day(const std::string& date);
[[nodiscard]] const char* weekday_name(int weekday);

}  // namespace shrike
