#include "ledger/column_evidence.h"

#include <array>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace shrike {
namespace {

std::optional<double> number_at(const Row& row, size_t column, const CellStyle& style) {
  if (column >= row.cells.size() || is_blank(row.cells[column])) return std::nullopt;
  const auto number = parse_number(row.cells[column], style, 4);
  if (!number) return std::nullopt;
  return static_cast<double>(number->scaled) / 1e4;
}

/// Equal to within what rounding to cents does.
bool close(double a, double b, double tolerance) { return std::abs(a - b) <= tolerance + 1e-9; }

}  // namespace

bool says_each(std::string_view header) {
  const auto name = fmt::format(" {} ", normal_name(header));
  static constexpr std::array<std::string_view, 6> kEach{" unit ", " each ", " per ", " ea ", " average ", " avg "};
  for (const auto word : kEach) {
    if (name.find(word) != std::string::npos) return true;
  }
  return false;
}

bool is_value_of_all(std::span<const Row> rows, size_t column, size_t qty, std::optional<size_t> sku,
                     const CellStyle& style) {
  struct First {
    double qty, money;
  };
  std::map<std::string, First> first;
  int64_t negative = 0;
  int64_t same = 0;
  int64_t grows = 0;
  for (const auto& row : rows) {
    const auto money = number_at(row, column, style);
    const auto units = number_at(row, qty, style);
    if (!money || !units || *money == 0 || *units == 0) continue;
    // One unit costs less than nothing nowhere; a loss of two may well.
    negative += *money < 0 ? 1 : 0;
    if (!sku || *sku >= row.cells.size()) continue;
    const auto [found, is_new] = first.try_emplace(std::string(trimmed(row.cells[*sku])), First{*units, *money});
    const double a = std::abs(found->second.qty);
    const double b = std::abs(*units);
    if (is_new || close(a, b, 0)) continue;
    const double before = std::abs(found->second.money);
    const double now = std::abs(*money);
    same += close(before, now, 0) ? 1 : 0;
    grows += close(before / a, now / b, 0.005 / a + 0.005 / b) ? 1 : 0;
  }
  return negative > 0 || grows > same;
}

}  // namespace shrike
