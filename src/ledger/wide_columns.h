#pragma once
// How the columns of a report that has one column a reason hang together: which of them adds up others, and whether a
// column "written off" holds the spoilage beside it (USL = written off − spoilage).

#include <map>
#include <span>
#include <string>
#include <vector>

#include "ledger/cells.h"
#include "ledger/mapping.h"
#include "ledger/rows.h"

namespace shrike {

/// Looks at `rows` of data, takes columns that are the sum of others out of `wide`, marks a column of write-offs that
/// holds the known losses beside it (WideColumn::gross), and says what it did.
[[nodiscard]] std::vector<Note> relate_columns(std::vector<WideColumn>& wide,
                                               const std::map<std::string, Meaning>& reasons, std::span<const Row> rows,
                                               const CellStyle& style);

/// What a report with a column a reason says of columns of figures that nothing names: losses must not stay out in
/// silence. `used`: the columns that are taken, sorted.
[[nodiscard]] std::vector<Note> figures_left_out(const Recognised& table, const Row& header,
                                                 std::span<const size_t> used, const std::vector<Mapping>& mappings,
                                                 const Mapping& general, std::span<const Row> rows,
                                                 const CellStyle& style);

}  // namespace shrike
