#pragma once
// Rolling origin: learn from what was counted by a day, predict every product's next full count after it, look at what
// was found.

#include <vector>

#include "shrink/metrics.h"
#include "shrink/nowcast.h"

namespace shrike {

/// The counts that a day's model is judged on: the first full count of each cell after `day` (and by `until`). Where
/// the ledger tells no kinds, every count that nobody's suspicion prompted.
[[nodiscard]] std::vector<uint32_t> next_counts(const LossData& data, const Layout& layout, double day, double until);

/// Predictions of `which` intervals by a fitted model.
[[nodiscard]] Predictions predict(const LossData& data, const Layout& layout, const Nowcaster& nowcaster,
                                  const std::vector<uint32_t>& which, View view, int threads);

enum class Baseline {
  product_mean,  ///< the product's loss a day in the chain × days
  chain_mean,    ///< the chain's loss a day × days
  last_value,    ///< the cell's loss a day in the interval before × days; product mean where there is none
};
[[nodiscard]] const char* to_string(Baseline baseline);
[[nodiscard]] Predictions predict(const LossData& data, const Layout& layout, const FitOptions& learnt,
                                  Baseline baseline, const std::vector<uint32_t>& which);

struct BacktestOrigin {
  double day = 0;             ///< learnt from counts by this day
  std::vector<Score> scores;  ///< nowcast, forecast, product mean, chain mean, last value
};

/// `origins` days, evenly between the `from` share of the period and its end; each judged on the counts until the next.
[[nodiscard]] Result<std::vector<BacktestOrigin>> backtest(const LossData& data, const Layout& layout, int origins,
                                                           double from, int threads);

}  // namespace shrike
