#pragma once
// The promises of the loss statistics, held against simulated chains whose truth is known (docs/usl.md, "Gates").
// The estimator sees LossData alone; what is read here of the truth only judges it.

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "shrink/metrics.h"
#include "sim/chain_losses.h"

namespace shrike {

/// One promise: kept where `pass`.
struct Gate {
  std::string name, demand;
  double value = 0;
  bool pass = false;
};
[[nodiscard]] Gate at_most(std::string name, double value, double limit);
[[nodiscard]] Gate at_least(std::string name, double value, double limit);
[[nodiscard]] Gate within(std::string name, double value, double middle, double reach);

struct GateOptions {
  int threads = 2;
  double learn_share = 0.73;          ///< of the period; what is counted later is judged
  std::function<void(int)> progress;  ///< of many chains: how many are done
};

/// The day up to which is learnt.
[[nodiscard]] double learn_until(const LossData& data, const GateOptions& options);
/// Expected V of an interval by what was planted, count errors left out: their mean is 0.
[[nodiscard]] double planted_mean(const SimInterval& x);
/// Coverage of a 90 % interval in the tenth, by predicted mean, that misses it most.
[[nodiscard]] double worst_decile(const Score& score);

/// Forecasting: error, bias, intervals, ranking, on the next full count after the day up to which is learnt; and the
/// same estimator on shuffled V, which must gain nothing.
[[nodiscard]] Result<std::vector<Gate>> forecast_gates(const SimLosses& losses, const GateOptions& options);

/// Bias of totals: all that is told of `runs` chains against all that their counts found, so that one chain's luck is
/// not taken for bias. How often a single chain's total is off by more than 5 % is shown beside it.
[[nodiscard]] Result<std::vector<Gate>> total_gates(const World& world, const ChainSize& size, int runs,
                                                    const GateOptions& options);

/// Comparing stores over many chains of one world: power and false discoveries among planted outliers.
[[nodiscard]] Result<std::vector<Gate>> outlier_gates(const World& world, const ChainSize& size, int runs,
                                                      const GateOptions& options);
/// The share of chains in which all stores are alike and something is flagged nevertheless.
[[nodiscard]] Result<std::vector<Gate>> null_gates(const World& null_world, const ChainSize& size, int runs,
                                                   const GateOptions& options);

}  // namespace shrike
