#pragma once
// Reports that sum up others: a month's report beside its days, a year to date beside its months, a list by department
// beside one by product. What both hold counts once, from the finer one; what only the sum holds is kept.

#include <cstdint>

#include "base/result.h"
#include "ledger/duck.h"

namespace shrike {

struct Covers {
  int64_t summed_rows = 0;  ///< rows that other reports hold in full, and that do not count
  int64_t rest_rows = 0;    ///< rows of which other reports hold a part: only the rest of them counts
};

/// Compares the adjustments of every sheet with those of the finer ones, block by block (store, product or category,
/// class, period). Needs the staged views and build_sql.h's tables up to drop_block; leaves cover_rest(source, sheet,
/// row, reason, class0, qty_left, cost_left, retail_left DOUBLE, from_day DATE): what of a row still counts, 0..1.
[[nodiscard]] Result<Covers> settle_covers(Duck& duck);

}  // namespace shrike
