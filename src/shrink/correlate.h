#pragma once
// Does anything about a store's surroundings go with its losses? Every candidate is held against its null: permuted
// within regions, against made-up covariates that are as smooth in space as it is, and out of sample. The words are
// noise, association and replicated association; "cause" is not among them (docs/usl.md, "Covariates").

#include <string>
#include <vector>

#include "shrink/association.h"
#include "shrink/loss_model.h"

namespace shrike {

/// Something known about the stores.
struct Covariate {
  std::string name, origin;
  std::vector<double> value;  ///< by store; NaN where not known
  bool by_area = false;       ///< one value an area: its stores are one observation
  std::string refused;        ///< why it cannot be tested; empty: it can
};

/// Something known of every day; weighted by the loss that is expected on each day, it becomes a Covariate.
struct DailyCovariate {
  std::string name, origin;
  struct Day {
    double day, value;
  };
  std::vector<std::vector<Day>> by_store;  ///< days ascending
};

struct CorrelateOptions {
  int permutations = 2000, bootstraps = 2000, controls = 200;
  double false_discovery_rate = 0.10;
  /// p of tests that were made before on the same data: whoever tries one column after the other has tried them all.
  std::vector<double> earlier;
  int threads = 1;
  uint64_t seed = 1;
};

/// `partial` is after turnover, counting intensity and format, its interval over areas drawn with replacement; values
/// are permuted within region blocks.
struct CovariateTest : AssociationTest {
  std::string name, origin;
  int stores = 0, areas = 0;
  double rank_correlation = 0;  ///< Spearman's, of the store's residual, nothing taken off
  double loss_ratio = 1;        ///< loss × this for one standard deviation more
  std::vector<double> x, y;     ///< of the stores tested: value, log residual
  std::vector<int> store;
};

struct RefusedCovariate {
  std::string name, origin, reason;
};

struct Correlation {
  std::vector<CovariateTest> tests;  ///< smallest p first
  std::vector<RefusedCovariate> refused;
  size_t all_tests = 0;  ///< that the false discovery rate is over: these and the earlier ones
  int stores = 0, areas = 0, blocks = 0;
  std::vector<std::string> adjusted_for;
  /// Loss grows with a store's turnover to this power; 95 % interval over areas.
  double turnover_exponent = 0, turnover_low = 0, turnover_high = 0;
  std::vector<std::string> notes;
};

/// Refused where fewer than ten stores have enough expected loss.
[[nodiscard]] Result<Correlation> correlate_losses(const LossData& data, const Layout& layout,
                                                   const std::vector<Covariate>& covariates,
                                                   const std::vector<DailyCovariate>& daily,
                                                   const CorrelateOptions& options);

}  // namespace shrike
