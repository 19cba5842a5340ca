// The table `interval` of a ledger: roll_forward's intervals with the prices of their end, as Parquet.
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <map>

#include "ledger/build.h"
#include "ledger/ledger.h"
#include "ledger/roll_forward.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

void append_time(DuckAppender& row, int64_t us) {
  if (us == kNoTime) {
    row.null();
  } else {
    row.integer(us);
  }
}

Result<void> append(DuckAppender& row, const StoreRoll& roll, const LedgerInterval& i) {
  row.text(roll.store);
  row.text(roll.skus[i.sku]);
  row.integer(i.k);
  row.integer(i.t0_us);
  append_time(row, i.t1_us);
  row.text(roll.counts[i.count0]);
  if (i.open) {
    row.null();
  } else {
    row.text(roll.counts[i.count1]);
  }
  row.text(kCountKinds[i.kind0]);
  if (i.open) {
    row.null();
  } else {
    row.text(kCountKinds[i.kind1]);
  }
  row.integer(i.implied0 ? 1 : 0);
  row.integer(i.implied1 ? 1 : 0);
  row.integer(i.scope_known ? 1 : 0);
  row.integer(i.c0);
  struct Figure {
    int64_t value;
    bool closed_only;  ///< not known while the interval is open
  };
  for (const Figure figure :
       {Figure{i.c1, true}, Figure{i.net, false}, Figure{i.v, true}, Figure{i.ledger, false}, Figure{i.sold, false},
        Figure{i.received, false}, Figure{i.moved, false}, Figure{i.spoiled, false}}) {
    if (figure.closed_only && i.open) {
      row.null();
    } else {
      row.integer(figure.value);
    }
  }
  row.real(i.days);
  row.real(i.active_days);
  row.real(i.stock_days);
  row.integer(i.sale_days);
  append_time(row, i.last_sale_us);
  append_time(row, i.last_receipt_us);
  row.integer(i.min_book);
  row.integer(i.end_book);
  row.integer(i.ambiguous);
  row.real(i.ambiguous_var);
  return row.end_row();
}

constexpr const char* kRolledColumns =
    "store_id VARCHAR, sku_id VARCHAR, k INTEGER, t0 TIMESTAMP, t1 TIMESTAMP, count_id0 VARCHAR, count_id1 VARCHAR, "
    "kind0 VARCHAR, kind1 VARCHAR, "
    "implied0 BOOLEAN, implied1 BOOLEAN, scope_known BOOLEAN, c0 DECIMAL(18,3), c1 DECIMAL(18,3), net DECIMAL(18,3), v "
    "DECIMAL(18,3), ledger DECIMAL(18,3), "
    "sold DECIMAL(18,3), received DECIMAL(18,3), moved DECIMAL(18,3), spoiled DECIMAL(18,3), days DOUBLE, active_days "
    "DOUBLE, stock_days DOUBLE, "
    "sale_days INTEGER, last_sale TIMESTAMP, last_receipt TIMESTAMP, min_book DECIMAL(18,3), end_book DECIMAL(18,3), "
    "ambiguous DECIMAL(18,3), ambiguous_var DOUBLE";

/// The price of an interval's end (of an open one: now): the store's own, the chain's, the product's.
constexpr const char* kPricedSql = R"(
COPY (
  WITH i AS (SELECT r.*, coalesce(r.t1, TIMESTAMP '9999-01-01') AS until FROM rolled r)
  SELECT i.* EXCLUDE (until), coalesce(own.unit_cost, chain.unit_cost, p.unit_cost) AS unit_cost,
      coalesce(own.unit_retail, chain.unit_retail, p.unit_retail) AS unit_retail,
    CAST(i.v * coalesce(own.unit_cost, chain.unit_cost, p.unit_cost) AS DECIMAL(18,4)) AS v_cost,
    CAST(i.v * coalesce(own.unit_retail, chain.unit_retail, p.unit_retail) AS DECIMAL(18,4)) AS v_retail
  FROM i
  ASOF LEFT JOIN (SELECT * FROM price WHERE store_id IS NULL) chain ON chain.sku_id = i.sku_id
      AND i.until >= chain.from_ts
  ASOF LEFT JOIN (SELECT * FROM price WHERE store_id IS NOT NULL) own ON own.store_id = i.store_id
      AND own.sku_id = i.sku_id AND i.until >= own.from_ts
  LEFT JOIN product p ON p.sku_id = i.sku_id
  ORDER BY i.store_id, i.sku_id, i.k) TO {} (FORMAT parquet, COMPRESSION zstd))";

/// Gathers one bucket's stores and writes them when the next bucket begins.
class IntervalWriter {
 public:
  IntervalWriter(fs::path dir, int buckets, Duck& duck) : dir_(std::move(dir)), buckets_(buckets), duck_(duck) {}

  Result<void> take(const StoreRoll& roll) {
    const auto bucket = static_cast<int>(fnv1a_64(roll.store) % static_cast<uint64_t>(buckets_));
    if (bucket != bucket_) TRY_VOID(flush());
    bucket_ = bucket;
    if (!appender_) {
      TRY_VOID(duck_.run(fmt::format("CREATE OR REPLACE TABLE rolled ({})", kRolledColumns)));
      TRY(auto appender, DuckAppender::open(duck_, "rolled"));
      appender_.emplace(std::move(appender));
    }
    for (const auto& interval : roll.intervals) {
      TRY_VOID(append(*appender_, roll, interval));
      ++rows_;
    }
    return {};
  }

  Result<void> flush() {
    if (!appender_) return {};
    TRY_VOID(appender_->close());
    appender_.reset();
    const auto file = dir_ / fmt::format("bucket={:03}", bucket_) / "part.parquet";
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    return duck_.run(fmt::format(kPricedSql, sql_text(file.string())));
  }

  [[nodiscard]] int64_t rows() const { return rows_; }

 private:
  fs::path dir_;
  int buckets_;
  Duck& duck_;
  int bucket_ = -1;
  std::optional<DuckAppender> appender_;
  int64_t rows_ = 0;
};

}  // namespace

std::string interval_columns_sql() {
  return std::string(kRolledColumns) +
         ", unit_cost DECIMAL(18,4), unit_retail DECIMAL(18,4), v_cost DECIMAL(18,4), v_retail DECIMAL(18,4)";
}

Result<int64_t> write_intervals(const fs::path& dir, int buckets, const RollForwardOptions& options) {
  TRY(auto duck, Duck::open({.memory_mb = 1024, .threads = 1, .temp_dir = dir / ".spill"}));
  for (const char* table : {"price", "product"}) {
    TRY_VOID(duck.run(fmt::format("CREATE VIEW {} AS SELECT * FROM read_parquet({})", table,
                                  sql_text((dir / (std::string(table) + ".parquet")).string()))));
  }
  const auto beside = dir / ".interval";
  std::error_code error;
  fs::remove_all(beside, error);
  IntervalWriter writer(beside, buckets, duck);
  TRY_VOID(roll_forward(dir, options, [&](StoreRoll&& roll) { return writer.take(roll); }));
  TRY_VOID(writer.flush());
  fs::remove_all(dir / "interval", error);
  fs::remove_all(dir / ".spill", error);
  if (!fs::exists(beside)) return 0;
  fs::rename(beside, dir / "interval", error);
  if (error) return fail(fmt::format("cannot put {} in place: {}", (dir / "interval").string(), error.message()));
  return writer.rows();
}

Result<EstimatorAgreement> estimator_agreement(Duck& duck) {
  TRY(auto stream, duck.stream("SELECT count(*), count(*) FILTER (v <> ledger), coalesce(sum(v), 0)::DOUBLE, "
                               "coalesce(sum(ledger), 0)::DOUBLE, "
                               "coalesce(sum(abs(v - ledger)), 0)::DOUBLE FROM interval WHERE t1 IS NOT NULL"));
  TRY(const bool any, stream.next());
  EstimatorAgreement result;
  if (!any) return result;
  result.intervals = stream.integer(0, 0);
  result.differing = stream.integer(1, 0);
  result.v = stream.real(2, 0);
  result.ledger = stream.real(3, 0);
  result.absolute_difference = stream.real(4, 0);
  return result;
}

}  // namespace shrike
