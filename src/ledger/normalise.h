#pragma once
// From rows of texts to rows of staged tables: finds the table in a sheet, reads its cells, drops totals, rejects with
// a reason what cannot be read, and takes nothing that no mapping names.

#include <map>
#include <string>
#include <vector>

#include "ledger/mapping.h"
#include "ledger/preamble.h"
#include "ledger/rows.h"
#include "ledger/tables.h"
#include "ledger/totals.h"

namespace shrike {

struct StageCell {
  bool null = true;
  int64_t integer = 0;  ///< unscaled decimal, µs, days, boolean
  double real = 0;
  std::string text;
  int8_t form = 0;  ///< TimeForm of a time
};

/// One row of a staged table, its cells in the table's order.
struct StageRow {
  const StageTable* table = nullptr;
  std::vector<StageCell> cells;
  int64_t row = 0;
};

struct Reject {
  int64_t row = 0;
  std::string table, column, value, reason;
  bool whole_row = true;  ///< false: only this cell was left out
};

/// Where normalised rows go.
class StageSink {
 public:
  virtual ~StageSink() = default;
  /// A sheet begins (again: what came of it before is void).
  virtual Result<void> begin_sheet(const std::string& sheet) = 0;
  virtual Result<void> take(const StageRow& row) = 0;
  virtual Result<void> reject(const Reject& reject) = 0;
  /// Rows of the sheet, ascending, that are copies of others and must not count.
  virtual Result<void> drop_rows(const std::vector<int64_t>& rows) = 0;
};

/// What became of one sheet.
struct SheetReport {
  std::string sheet, table, system, mapping_version;
  int64_t header_row = 0;  ///< 0: the file names its columns itself
  int64_t rows = 0;        ///< rows of data that were seen: taken, rejected, duplicate or of no concern
  int64_t taken = 0, rejected = 0, duplicate = 0, ignored = 0, cells_left_out = 0;
  SignRule sign = SignRule::automatic;
  std::string time_zone;  ///< of times without an offset, as far as the mapping knows
  ReportFacts facts;
  TotalsReport totals;
  std::vector<std::string> columns_taken, columns_left_out;
  std::map<std::string, int64_t> unmapped_reasons;  ///< rows by raw reason
  std::vector<Note> notes;
};

/// Reads every sheet of `source`. `place` is the file's name. A file in which no table is found is an error that names
/// the nearest one. `general` is the mapping whose labels and reasons hold everywhere (the generic one).
[[nodiscard]] Result<std::vector<SheetReport>> normalise(RowSource& source, const std::string& place,
                                                         const std::vector<Mapping>& mappings, StageSink& sink,
                                                         const std::function<void(double)>& progress);

}  // namespace shrike
