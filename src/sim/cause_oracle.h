#pragma once
// How well cases that a delivery lacked could be told at best from what a count found: by one who knows the planted
// rate of everything else in every interval. The difference to 1 is chance, which no estimator takes away.

#include "shrink/stock_days.h"
#include "sim/chain_losses.h"

namespace shrike {

/// F1, by interval, at the threshold that turned out best. Known are V, the expected theft, spoilage and mixed-up scans
/// given the stock that was there, the expected number of cases missing, and how counts err; not known is on what day
/// goods went. With `days`, each day's sales and deliveries are weighed too (shrink/delivery_path.h). Bit-equal
/// whatever the threads.
[[nodiscard]] double receiving_oracle_f1(const World& world, const SimLosses& losses, const StockDays* days,
                                         int threads);

}  // namespace shrike
