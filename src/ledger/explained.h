#pragma once
// What incidents that an officer confirmed took out of a store, against the unknown loss of their products: the part of
// a loss that has been seen is no longer unexplained.

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace shrike {

struct Ledger;

/// Goods of one product that one confirmed incident took.
struct ConfirmedGoods {
  std::string incident, store_id, sku_id;
  Timestamp time;
  double units = 0;
};

/// Where those units are in the books. The parts add up to `confirmed`.
struct ExplainedLosses {
  size_t incidents = 0;    ///< that name goods
  double confirmed = 0;    ///< units
  double explained = 0;    ///< of these, in unknown loss: taken off it
  double known_theft = 0;  ///< booked as known theft within a week, so never in unknown loss
  double not_counted = 0;  ///< no count since could have found them missing
  double not_found = 0;    ///< counted since, and less was missing than that
  double elsewhere = 0;    ///< of stores or products that this ledger does not have
};

/// Leaves in `ledger` the temporary table explained_row: by write-off, the units of it that `goods` explain, with its
/// day, class and its share of the money. A theft is looked for in what was written off from its day to the next count
/// of its product in its store; where nothing is ever counted, in all that was written off since. No write-off is
/// explained beyond itself. Needs the view loss_row (ledger/report.cc).
[[nodiscard]] Result<ExplainedLosses> explain_losses_by(Ledger& ledger, const std::vector<ConfirmedGoods>& goods);

/// An explained_row without rows.
[[nodiscard]] std::string explained_columns_sql();

}  // namespace shrike
