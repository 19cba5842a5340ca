#pragma once
// A normalised ledger on disk, opened for reading.

#include <filesystem>
#include <string>

#include "ledger/duck.h"
#include "ledger/manifest.h"

namespace shrike {

/// The manifest, and a DuckDB connection with a view a table of docs/ledger.md: movement, count_stock (the table
/// `count`), count_line, count_header, store, product, price, transit, book, area, area_covariate, weather, reason_map,
/// promo, store_sku, uom, and interval where there is one (else an empty view).
struct Ledger {
  std::filesystem::path dir;
  LedgerManifest manifest;
  Duck duck;
};

/// Opens `dir`; an unfinished import, or a folder that is no ledger, is refused by name.
[[nodiscard]] Result<Ledger> open_ledger(const std::filesystem::path& dir, const DuckOptions& options = {});

/// read_parquet(…) of one table's part in one bucket, or of all buckets where `bucket` is negative.
[[nodiscard]] std::string table_sql(const std::filesystem::path& dir, const std::string& table, int bucket = -1);
/// The buckets that hold anything, ascending.
[[nodiscard]] std::vector<int> buckets_of(const std::filesystem::path& dir);

}  // namespace shrike
