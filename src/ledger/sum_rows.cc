#include "ledger/sum_rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>

#include "ledger/cells.h"
#include "ledger/totals.h"

namespace shrike {
namespace {

constexpr double kSure = 6;    ///< a million to one
constexpr double kLikely = 3;  ///< what is called a district, and adds up those above or below it

/// Names that some of many together may have, and one alone too.
bool names_some(std::string_view label) {
  static constexpr std::array<std::string_view, 7> kBegin{"district ", "region ", "division ", "area ",
                                                          "zone ",     "group ",  "territory "};
  return std::any_of(kBegin.begin(), kBegin.end(), [&](auto begin) { return label.starts_with(begin); });
}

struct Sum {
  std::vector<int64_t> figures;
  int64_t rows = 0;  ///< that hold something

  explicit Sum(size_t columns) : figures(columns, 0) {}
  void add(const LabelledFigures& row, int64_t sign = 1) {
    bool any = false;
    for (size_t c = 0; c < figures.size(); ++c) {
      figures[c] += sign * row.figures[c].value_or(0);
      any = any || row.figures[c].value_or(0) != 0;
    }
    rows += any ? sign : 0;
  }
  [[nodiscard]] bool is(const LabelledFigures& row) const {
    bool any = false;
    for (size_t c = 0; c < figures.size(); ++c) {
      if (!row.figures[c]) continue;
      any = any || *row.figures[c] != 0;
      if (std::llabs(figures[c] - *row.figures[c]) > kTotalTolerance) return false;
    }
    return any && rows >= 2;
  }
};

/// How many figures one could have stood in place of these, in powers of ten: 12.40 says as much as 124.
double evidence(const LabelledFigures& row) {
  double digits = 0;
  for (const auto& figure : row.figures) {
    int64_t size = std::llabs(figure.value_or(0));
    while (size > 0 && size % 10 == 0) size /= 10;
    digits += size > 0 ? std::log10(static_cast<double>(size)) : 0;
  }
  return digits;
}

}  // namespace

std::set<std::string> labels_of_sums(const std::vector<LabelledFigures>& rows) {
  const size_t columns = rows.empty() ? 0 : rows.front().figures.size();
  const auto stands_for_others = [](const LabelledFigures& row) {
    return names_several(row.label) || names_some(row.label);
  };
  const auto is_member = [&](const LabelledFigures& row) {
    return !stands_for_others(row) && !restates_no_loss(row.label);
  };
  Sum all(columns);
  for (const auto& row : rows)
    if (is_member(row)) all.add(row);
  std::map<std::string, std::pair<int64_t, int64_t>> told;  // rows that are sums, rows that are not
  Sum above(columns);
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto& row = rows[i];
    if (!stands_for_others(row)) {
      if (!is_member(row)) continue;
      above.add(row);
      if (evidence(row) < kSure) continue;
      Sum others = all;
      others.add(row, -1);
      if (others.is(row)) ++told[row.label].first;
      continue;
    }
    Sum below(columns);
    for (size_t k = i + 1; k < rows.size() && !stands_for_others(rows[k]); ++k)
      if (is_member(rows[k])) below.add(rows[k]);
    const bool sure = names_several(row.label) || evidence(row) >= kLikely;
    const bool is_sum = sure && (all.is(row) || above.is(row) || below.is(row));
    auto& [agree, differ] = told[row.label];
    ++(is_sum ? agree : differ);
    above = Sum(columns);
  }
  std::set<std::string> labels;
  for (const auto& [label, counts] : told)
    if (counts.first > 0 && counts.second == 0) labels.insert(label);
  return labels;
}

bool names_several(std::string_view label) {
  static constexpr std::array<std::string_view, 10> kNames{"all",          "company",   "company wide", "chain",
                                                           "chain wide",   "chainwide", "overall",      "combined",
                                                           "consolidated", "enterprise"};
  static constexpr std::array<std::string_view, 14> kPlaces{
      "stores",  "locations", "markets",     "sites",      "shops",     "branches", "outlets",
      "regions", "districts", "departments", "categories", "customers", "accounts", "machines"};
  return among(kNames, label) || (label.starts_with("all ") && among(kPlaces, label.substr(4)));
}

bool restates_no_loss(std::string_view label) {
  static constexpr std::array<std::string_view, 10> kNames{
      "average",    "avg",           "mean",        "median",        "last year",
      "prior year", "previous year", "last period", "previous week", "prior week"};
  return among(kNames, label);
}

bool says_whether_it_stands(std::string_view header) {
  static constexpr std::array<std::string_view, 12> kNames{
      "status",     "void",      "voided",   "is void",     "is voided",          "posting status",
      "doc status", "cancelled", "canceled", "line status", "transaction status", "document status"};
  return among(kNames, normal_name(header));
}

bool is_void(std::string_view header, std::string_view text) {
  static constexpr std::array<std::string_view, 8> kVoid{"void",    "voided", "cancelled", "canceled",
                                                         "deleted", "draft",  "uncounted", "not posted"};
  static constexpr std::array<std::string_view, 5> kYes{"y", "yes", "true", "1", "x"};
  const auto word = normal_name(text);
  if (among(kVoid, word) || word == "not counted") return true;
  return !normal_name(header).ends_with("status") && among(kYes, word);
}

}  // namespace shrike
