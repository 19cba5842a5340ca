#pragma once
// Each store's loss against what its goods, its sales and its stock would have it: what is left for a covariate to
// explain (docs/usl.md, "Covariates").

#include <vector>

#include "shrink/loss_model.h"

namespace shrike {

/// Sums over the closed intervals of each store that ended in a period; all vectors by store.
struct StoreTotals {
  std::vector<double> seen, expected;  ///< units; `expected` knows product, category, exposure and season, no store
  std::vector<double> noise;           ///< Σ of squared residuals, one a product: the variance of `seen`
  std::vector<double> sold;            ///< units
  std::vector<double> days;            ///< Σ over intervals of their length
  std::vector<double> intervals;       ///< number of them
};

struct StoreResiduals {
  std::vector<double> mean;  ///< by interval: expected V without any store
  StoreTotals all;
  StoreTotals half[2];        ///< the earlier and the later half of what is expected
  double middle_day = 0;      ///< where the halves part
  double sales_exponent = 0;  ///< how the expectation grows with a product's sales
  double median_gap_d = 0;    ///< days between two counts of a product
};

[[nodiscard]] Result<StoreResiduals> store_residuals(const LossData& data, const Layout& layout, int threads);

}  // namespace shrike
