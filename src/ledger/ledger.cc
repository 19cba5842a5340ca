#include "ledger/ledger.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "ledger/roll_forward.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 13> kDimensions{
    "store",          "product", "price",      "count_header", "transit",   "book", "area",
    "area_covariate", "weather", "reason_map", "promo",        "store_sku", "uom"};

}  // namespace

std::string table_sql(const fs::path& dir, const std::string& table, int bucket) {
  const auto part = bucket < 0 ? std::string("*") : fmt::format("bucket={:03}", bucket);
  return "read_parquet(" + sql_text((dir / table / part / "part.parquet").string()) + ", hive_partitioning = false)";
}

std::vector<int> buckets_of(const fs::path& dir) {
  std::vector<int> buckets;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(dir / "movement", error)) {
    const auto name = entry.path().filename().string();
    if (name.starts_with("bucket=")) buckets.push_back(std::stoi(name.substr(7)));
  }
  std::sort(buckets.begin(), buckets.end());
  return buckets;
}

Result<Ledger> open_ledger(const fs::path& dir, const DuckOptions& options) {
  // To who asks for figures, a folder without a ledger is a wrong folder, not a machine that fails.
  auto found = read_manifest(dir);
  if (!found) return bad_input(found.error().message);
  auto manifest = std::move(*found);
  if (!manifest.ready)
    return bad_input(fmt::format("{}: its last import was interrupted; run the import again", dir.string()));
  TRY(auto duck, Duck::open(options));
  for (const auto& [view, table] :
       {std::pair{"movement", "movement"}, {"count_stock", "count"}, {"count_line", "count_line"}}) {
    TRY_VOID(duck.run(fmt::format("CREATE VIEW {} AS SELECT * FROM {}", view, table_sql(dir, table))));
  }
  for (const char* table : kDimensions) {
    TRY_VOID(duck.run(fmt::format("CREATE VIEW {} AS SELECT * FROM read_parquet({})", table,
                                  sql_text((dir / (std::string(table) + ".parquet")).string()))));
  }
  if (fs::exists(dir / "interval")) {
    TRY_VOID(duck.run("CREATE VIEW interval AS SELECT * FROM " + table_sql(dir, "interval")));
  } else {
    TRY_VOID(duck.run(fmt::format("CREATE TABLE interval ({})", interval_columns_sql())));
  }
  return Ledger{dir, std::move(manifest), std::move(duck)};
}

}  // namespace shrike
