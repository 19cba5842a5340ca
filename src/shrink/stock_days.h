#pragma once
// The days of intervals that may lack a case: what came, what was sold, what else went, as the documents say. A shelf
// that sells nothing for long was empty while the book was not: the book of that day is what was missing by then.

#include <cstdint>
#include <vector>

#include "ledger/ledger.h"
#include "shrink/intervals.h"

namespace shrike {

/// One product in one store on one day, units. Days on which nothing moved have none.
struct StockDay {
  int32_t day = 0;     ///< local, since 1970-01-01
  float received = 0;  ///< delivered, as the delivery note has it
  float in = 0;        ///< what else came: transfers, returns
  float sold = 0;
  float out = 0;  ///< what else went: transfers, goods written off and seen
};

struct StockDays {
  /// An interval of the LossData that is told of, ascending.
  struct Told {
    uint32_t interval = 0;
    int32_t first = 0, last = 0;  ///< its days
    size_t begin = 0, end = 0;    ///< in `days`
  };
  std::vector<Told> told;
  std::vector<StockDay> days;
  /// By store: what it sold on a day over what it sells on a mean one, by day since `first_day`.
  std::vector<std::vector<float>> pace;
  int32_t first_day = 0;
  double clump = 1;  ///< variance over mean of a product's sales on one day, at least 1

  [[nodiscard]] double pace_of(int store, int32_t day) const {
    const auto& of = pace[static_cast<size_t>(store)];
    const auto k = static_cast<int64_t>(day) - first_day;
    return k >= 0 && k < static_cast<int64_t>(of.size()) ? static_cast<double>(of[static_cast<size_t>(k)]) : 1.0;
  }
};

/// Whether an interval may lack a case: then its days are worth reading.
[[nodiscard]] bool may_lack_a_case(const LossData& data, const Interval& x);

/// `sold` is what each store sold on each day since `out.first_day`; fills pace and clump.
void settle_pace(StockDays& out, const LossData& data, const std::vector<std::vector<float>>& sold);

/// Read from the ledger of `data`. Tells of nothing where sales are known by longer periods than a day.
[[nodiscard]] Result<StockDays> stock_days(Ledger& ledger, const LossData& data);

}  // namespace shrike
