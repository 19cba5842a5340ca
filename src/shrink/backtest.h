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

/// Predictions of `which` intervals by who speaks in `view`.
[[nodiscard]] Result<Predictions> predict(const LossData& data, const Layout& layout, const Nowcaster& nowcaster,
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
  double day = 0;  ///< learnt from counts by this day
  /// nowcast, forecast, both again by the challenger where it had learnt from no later count, product mean, chain mean,
  /// last value
  std::vector<Score> scores;
};

struct BacktestOptions {
  int origins = 3;
  double from = 0.5;  ///< share of the period before the first origin
  int threads = 1;
  Speaker challenger;  ///< looked at in the views that are marked, whether it was promoted or not
};

/// Origins lie evenly between `from` and the end of the period; each is judged on the counts until the next.
[[nodiscard]] Result<std::vector<BacktestOrigin>> backtest(const LossData& data, const Layout& layout,
                                                           const BacktestOptions& options);

}  // namespace shrike
