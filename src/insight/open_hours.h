#pragma once
#include <array>
#include <map>
#include <vector>

#include "insight/journeys.h"
#include "insight/local_clock.h"

namespace shrike {

/// For how long each hour of each day was looked at: what rates are a share of. A day without any visit counts as
/// closed, and so does an hour of the day in which nobody was ever seen; the first and the last hour count in part.
struct OpenHours {
  using Seconds = std::array<double, 24>;
  std::map<int64_t, Seconds> days;     ///< by LocalTime::day
  int first_hour = 0, last_hour = 23;  ///< in which anybody was ever seen

  [[nodiscard]] double seconds() const;
};

[[nodiscard]] OpenHours open_hours(const Journeys& journeys, LocalClock& clock);

/// Calls `take(local time, seconds)` for every part of [from, to) that lies within one hour of the clock.
template <class Take>
void by_hour(Timestamp from, Timestamp to, LocalClock& clock, Take take) {
  while (from < to) {
    const Timestamp end = std::min(to, clock.next_hour(from));
    take(clock.at(from), seconds_between(from, end));
    from = end;
  }
}

}  // namespace shrike
