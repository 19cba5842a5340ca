#pragma once
// Excel workbooks (ECMA-376): every sheet's rows as texts, read as a stream. libzip inflates, pugixml parses one <row>
// at a time, so that a sheet of a million rows needs no more memory than its longest row and its shared texts.

#include <filesystem>
#include <memory>

#include "ledger/rows.h"

namespace shrike {

/// What a workbook may grow to. A part that inflates beyond is refused: nothing that a retailer exports comes near.
struct XlsxLimits {
  size_t part_bytes_max = size_t{4} << 30;      ///< inflated, of a sheet
  size_t shared_bytes_max = size_t{512} << 20;  ///< inflated, of the shared texts and of styles
  size_t row_bytes_max = size_t{16} << 20;      ///< XML of one row
  size_t ratio_max = 200;                       ///< inflated to packed, once over 64 MiB
};

/// Opens a workbook. Dates come out as ISO 8601 by the cell's number format, numbers with 15 significant digits.
[[nodiscard]] Result<std::unique_ptr<RowSource>> open_xlsx(const std::filesystem::path& file,
                                                           const XlsxLimits& limits = {});

}  // namespace shrike
