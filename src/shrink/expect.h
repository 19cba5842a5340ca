#pragma once
// What is missing now and has not been counted yet, what will be missing by a day to come, and sums of both with
// intervals.

#include <string>
#include <vector>

#include "shrink/nowcast.h"

namespace shrike {

/// One product in one store since its last count (`since`), and in the days ahead (`ahead`). Units.
struct CellOutlook {
  uint32_t interval = 0;  ///< the open one
  double since_mean = 0, since_variance = 0, since_low = 0, since_high = 0;
  double ahead_mean = 0, ahead_variance = 0, ahead_low = 0, ahead_high = 0;
  double found = 0;  ///< expected loss that a count today would find; a gain counts 0
  double empty = 0;  ///< probability that the shelf is empty while the book is not
};

/// Of every open interval. `days_ahead` from the last day in the data; 0: nothing ahead is reckoned.
[[nodiscard]] Result<std::vector<CellOutlook>> cell_outlooks(const LossData& data, const Layout& layout,
                                                             const Nowcaster& nowcaster, double days_ahead,
                                                             int threads);

/// The `days` after an open interval, as an interval of its own.
[[nodiscard]] Interval to_come(const Interval& open, double days);

enum class GroupBy { chain, store, category, product, cell };
[[nodiscard]] const char* to_string(GroupBy by);

struct Estimate {
  double mean = 0, low = 0, high = 0;  ///< 90 % interval
};

/// A sum over cells: since each one's last count, in the days ahead, and both: what its next count would show then.
struct GroupOutlook {
  int index = 0;  ///< of the store, category, product; of a cell the place in the cells given
  size_t cells = 0;
  Estimate since, ahead, next;                 ///< units
  Estimate since_cost, ahead_cost, next_cost;  ///< money
  double since_retail = 0, ahead_retail = 0;
  double empty_shelves = 0;  ///< expected number
  double days_since_count = 0;
};

/// Greatest expected cost first. Sums err together within a store: Calibration::total_spread says by how much.
[[nodiscard]] std::vector<GroupOutlook> group_outlooks(const LossData& data, const Nowcaster& nowcaster,
                                                       const std::vector<CellOutlook>& cells, GroupBy by);

/// The day up to which the data tell: the end of the last interval.
[[nodiscard]] double last_day(const LossData& data);

}  // namespace shrike
