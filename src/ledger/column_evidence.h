#pragma once
// What the rows of a sheet prove about a column whose name alone does not tell.

#include <optional>
#include <span>
#include <string>

#include "ledger/cells.h"
#include "ledger/rows.h"

namespace shrike {

/// Whether a column's name says itself that it is of one unit: "Unit Cost", "Cost each", "Cost per item".
[[nodiscard]] bool says_each(std::string_view header);

/// Whether `column` states money of all of a row's units rather than of one: it carries the quantity's sign, or it
/// grows with the quantity where a product (`sku`, a column) has several quantities.
[[nodiscard]] bool is_value_of_all(std::span<const Row> rows, size_t column, size_t qty, std::optional<size_t> sku,
                                   const CellStyle& style);

}  // namespace shrike
