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

/// Whether total rows state the sum of `column` over the rows above them: money of one unit is not added up.
[[nodiscard]] bool is_added_up(std::span<const Row> rows, size_t column, const CellStyle& style);

/// Whether `column` is no more than what `start` and `end` of a stock and what was sold between them leave over,
/// clipped at nothing or not: with no receipts in it, that is no loss (unknown-stock-loss brief, section 8).
[[nodiscard]] bool is_residual(std::span<const Row> rows, size_t column, size_t start, size_t end, size_t sold,
                               const CellStyle& style);

/// The sign with which `variance` states what was counted less what the book said: +1, or -1 where it states the
/// opposite (3 short is 3); 0 where the rows prove neither.
[[nodiscard]] int sign_of_variance(std::span<const Row> rows, size_t variance, size_t book, size_t counted,
                                   const CellStyle& style);

}  // namespace shrike
