#include "ledger/column_evidence.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <fmt/format.h>
#include <map>

#include "ledger/totals.h"

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

/// A total by its label, or a row of figures that names nothing.
bool adds_up_others(const Row& row) {
  const auto label =
      std::find_if(row.cells.begin(), row.cells.end(), [](const auto& cell) { return !trimmed(cell).empty(); });
  if (label == row.cells.end() || is_total_label(trimmed(*label))) return true;
  const auto has_letters = [](const std::string& cell) {
    return std::any_of(cell.begin(), cell.end(), [](unsigned char c) { return std::isalpha(c) != 0; });
  };
  return label != row.cells.begin() && std::none_of(row.cells.begin(), row.cells.end(), has_letters);
}

/// Money of all units is that of one times the units: their quotient is whole cents in every row, and nothing where
/// there are none. Of one unit's money that holds by chance, in one row of as many as there are units.
bool is_a_multiple(std::span<const Row> rows, size_t column, size_t qty, const CellStyle& style) {
  constexpr double kSure = 6.9;  // a thousand to one
  double evidence = 0;
  int64_t nothing = 0, something = 0;
  for (const auto& row : rows) {
    const auto money = number_at(row, column, style), units = number_at(row, qty, style);
    if (!money || !units) continue;
    if (*units == 0) ++(*money == 0 ? nothing : something);
    const double cents = std::round(std::abs(*money) * 100);
    const auto count = static_cast<int64_t>(std::abs(*units));
    // Round prices are multiples of much.
    if (count < 2 || static_cast<double>(count) != std::abs(*units) || cents == 0 || std::fmod(cents, 50) == 0)
      continue;
    if (!close(cents, std::abs(*money) * 100, 1e-6) || static_cast<int64_t>(cents) % count != 0) return false;
    evidence += std::log(static_cast<double>(count));
  }
  return evidence >= kSure || (nothing >= 2 && something == 0 && evidence > 1);
}

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
  return negative > 0 || grows > same || (same == 0 && is_a_multiple(rows, column, qty, style));
}

bool is_added_up(std::span<const Row> rows, size_t column, const CellStyle& style) {
  double all = 0, section = 0;
  int64_t in_all = 0, in_section = 0, agree = 0, differ = 0;
  for (const auto& row : rows) {
    const auto money = number_at(row, column, style);
    if (!money) continue;
    if (!adds_up_others(row)) {
      all += *money;
      section += *money;
      ++in_all;
      ++in_section;
      continue;
    }
    const double tolerance = 0.015 + 1e-4 * std::abs(*money);
    const bool sums =
        (in_section > 1 && close(*money, section, tolerance)) || (in_all > 1 && close(*money, all, tolerance));
    ++(sums ? agree : differ);
    section = 0;
    in_section = 0;
  }
  return agree > differ;
}

bool is_residual(std::span<const Row> rows, size_t column, size_t start, size_t end, size_t sold,
                 const CellStyle& style) {
  int64_t agree = 0, differ = 0, telling = 0;
  for (const auto& row : rows) {
    const auto stated = number_at(row, column, style), was = number_at(row, start, style),
               is = number_at(row, end, style), gone = number_at(row, sold, style);
    if (!stated || !was || !is || !gone) continue;
    const double left = *was - *gone - *is;
    const bool same =
        close(*stated, left, 1e-3) || close(*stated, std::max(0.0, left), 1e-3) || close(*stated, -left, 1e-3);
    ++(same ? agree : differ);
    telling += same && *stated != 0 && *gone != 0 && *is != 0 ? 1 : 0;
  }
  return telling >= 2 && agree >= 4 && agree >= 19 * differ;
}

int sign_of_variance(std::span<const Row> rows, size_t variance, size_t book, size_t counted, const CellStyle& style) {
  int64_t as_effect = 0, as_loss = 0;
  for (const auto& row : rows) {
    const auto stated = number_at(row, variance, style), was = number_at(row, book, style),
               is = number_at(row, counted, style);
    if (!stated || !was || !is || *stated == 0) continue;
    as_effect += close(*stated, *is - *was, 1e-3) ? 1 : 0;
    as_loss += close(*stated, *was - *is, 1e-3) ? 1 : 0;
  }
  if (as_effect + as_loss < 2) return 0;
  return as_loss >= 19 * as_effect ? -1 : as_effect >= 19 * as_loss ? 1 : 0;
}

}  // namespace shrike
