#pragma once
// Before and after a change of layout: what differs by more than days differ anyway.

#include <string>
#include <vector>

#include "insight/estimate.h"
#include "insight/journeys.h"
#include "insight/local_clock.h"

namespace shrike {

struct Change {
  std::string what;   ///< "visits an open hour", "stopped, of those who went in", …
  std::string where;  ///< a zone; empty: the whole store
  std::string unit;   ///< "", "%", "s"
  double before = NAN, after = NAN;
  IntervalEstimate difference;  ///< after - before
  double p = 1;                 ///< days exchanged between before and after
  bool stands_out = false;
};

struct LayoutChange {
  int64_t day = 0;  ///< the first day after the change
  size_t days_before = 0, days_after = 0;
  bool enough = false;          ///< kDaysMin or more on either side: else there are no intervals and no judgement
  bool weekends_apart = false;  ///< weekdays and weekends are compared each with their own kind
  std::vector<Change> changes;
  std::vector<std::string> notes;
};

struct LayoutOptions {
  int draws = 2000;
  double false_discovery_rate = 0.10;
  uint64_t seed = 1;
};

/// Refused where there is no day on one of the sides.
[[nodiscard]] Result<LayoutChange> compare_layout(const Journeys& journeys, const std::string& time_zone, int64_t day,
                                                  const LayoutOptions& options);

}  // namespace shrike
