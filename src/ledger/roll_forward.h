#pragma once
// Book stock rolled forward from count to count (research brief, section 2):
//   B(t1−) = C0 + receipts + transfers in − transfers out − sales + returns − known write-offs,  V = B(t1−) − C1.
// One pass over the sorted ledger, exact in thousandths of a unit. The SQL below says the same on any engine; a test
// holds the two, a brute-force reckoning and PostgreSQL to equal results.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/duck.h"

namespace shrike {

inline constexpr int64_t kNoTime = std::numeric_limits<int64_t>::min();

/// Between two counts of one product in one store; or, `open`, since the last. Quantities are thousandths of the base
/// unit, times µs UTC. docs/ledger.md, "Intervals", says what each figure is.
struct LedgerInterval {
  uint32_t sku = 0;                 ///< index into StoreRoll::skus
  uint32_t k = 0;                   ///< 0, 1, … in the cell
  uint32_t count0 = 0, count1 = 0;  ///< indices into StoreRoll::counts
  bool open = false;
  bool implied0 = false, implied1 = false;
  bool scope_known = false;      ///< of the closing count; of an open interval, of the opening one
  uint8_t kind0 = 0, kind1 = 0;  ///< indices into kCountKinds
  int64_t t0_us = 0, t1_us = kNoTime;
  int64_t c0 = 0, c1 = 0, net = 0, v = 0, ledger = 0;
  int64_t sold = 0, received = 0, moved = 0, spoiled = 0;
  double days = 0, active_days = 0, stock_days = 0;
  int32_t sale_days = 0;
  int64_t last_sale_us = kNoTime, last_receipt_us = kNoTime;
  int64_t min_book = 0, end_book = 0;
  int64_t ambiguous = 0;
  double ambiguous_var = 0;  ///< units²
};

inline constexpr const char* kCountKinds[] = {"full", "cycle", "spot", "targeted", "opening", "unknown"};

/// One store's intervals, by product and time.
struct StoreRoll {
  std::string store;
  std::vector<std::string> skus, counts;
  std::vector<LedgerInterval> intervals;
};

struct RollForwardOptions {
  int threads = 2;
  /// Prior odds that a product that stands still is gone while its book says otherwise (phantom stock): the π of
  /// P(phantom) = π/(π+(1−π)e^{−dg}), d the product's sales a day, g the days without one.
  double phantom_prior = 0.05;
  int64_t end_us = kNoTime;  ///< end of open intervals; kNoTime: the last movement or count in the ledger
};

/// Rolls every store of a ledger forward and hands each over, in the order of buckets and stores, on this thread.
/// Parallel by bucket; what is handed over is the same to the last bit whatever `threads`.
[[nodiscard]] Result<void> roll_forward(const std::filesystem::path& dir, const RollForwardOptions& options,
                                        const std::function<Result<void>(StoreRoll&&)>& each);

/// Rolls forward and writes dir/interval (docs/ledger.md), one part for each of the ledger's `buckets`. Returns the
/// number of intervals, open ones included.
[[nodiscard]] Result<int64_t> write_intervals(const std::filesystem::path& dir, int buckets,
                                              const RollForwardOptions& options);

/// Column list of the table `interval`.
[[nodiscard]] std::string interval_columns_sql();

/// The interval SQL of the research brief, section 9, over two relations with columns (store_id, sku_id, ts, qty, sold)
/// and (store_id, sku_id, ts, qty_counted). Gives (store_id, sku_id, t0, t1, sold, v) of the closed intervals. Plain
/// window functions: DuckDB, PostgreSQL, ClickHouse, Spark and Trino run it as it is.
[[nodiscard]] std::string interval_sql(const std::string& ledger, const std::string& counts);

/// Variance of the counting error, units², from the negative lag-1 autocovariance of what a model leaves over of the V
/// of successive closed intervals of one cell: V_k = L_k + e_{k−1} − e_k, so Cov(V_k, V_{k+1}) = −σ². 0 where the
/// covariance is positive or no cell has two intervals. `residual` is by position in `intervals`.
[[nodiscard]] double count_error_variance(const std::vector<LedgerInterval>& intervals,
                                          const std::vector<double>& residual);

/// The two estimators of USL, and where they part (research brief, section 2): Σ V, Σ ledger, Σ |V − ledger| over the
/// closed intervals, units.
struct EstimatorAgreement {
  int64_t intervals = 0, differing = 0;
  double v = 0, ledger = 0, absolute_difference = 0;
};
[[nodiscard]] Result<EstimatorAgreement> estimator_agreement(Duck& duck);

}  // namespace shrike
