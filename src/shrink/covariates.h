#pragma once
// What a ledger, and a file that the user brings, know about the stores' surroundings.

#include <filesystem>
#include <vector>

#include "ledger/ledger.h"
#include "shrink/correlate.h"

namespace shrike {

struct StoreSurroundings {
  std::vector<Covariate> covariates;
  std::vector<DailyCovariate> daily;
};

/// Store columns (area, self-checkouts, age, format), area covariates (the latest period of each) and weather.
[[nodiscard]] Result<StoreSurroundings> surroundings_of(Ledger& ledger, const std::vector<Store>& stores);

/// Numeric columns of a CSV, TSV or Parquet file with a column store_id or area_id. Refused by name: a file without
/// one, an id that comes twice. A column that holds a text becomes a refused covariate.
[[nodiscard]] Result<std::vector<Covariate>> covariates_from(const std::filesystem::path& file, Ledger& ledger,
                                                             const std::vector<Store>& stores);

}  // namespace shrike
