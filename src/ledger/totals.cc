#include "ledger/totals.h"

#include <array>
#include <cstdlib>

#include "ledger/cells.h"

namespace shrike {
namespace {

constexpr size_t kMarksMax = 2048;
constexpr int64_t kScale = 10'000;

}  // namespace

bool is_plain_total_label(std::string_view text) {
  const auto name = normal_name(text);
  static constexpr std::array<std::string_view, 10> kLabels{
      "total",       "totals",       "subtotal",     "sub total",     "sub totals",
      "grand total", "grand totals", "report total", "overall total", "sum"};
  for (const auto label : kLabels) {
    if (name == label) return true;
  }
  return name.starts_with("total for ") || name.starts_with("total of ") || name.starts_with("subtotal for ") ||
         name.starts_with("grand total ");
}

bool is_total_label(std::string_view text) {
  const auto name = normal_name(text);
  return is_plain_total_label(text) || name.ends_with(" total") || name.ends_with(" totals") ||
         name.ends_with(" subtotal") || name.starts_with("total ") || name.starts_with("subtotal ");
}

void Totals::add(const Values& values) {
  ++rows_;
  for (size_t i = 0; i < values.size(); ++i) sums_[i] += values[i].value_or(0);
}

bool Totals::matches(const Values& values, const std::vector<int64_t>& since) const {
  bool any = false;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!values[i]) continue;
    any = true;
    if (std::llabs(sums_[i] - since[i] - *values[i]) > kTotalTolerance) return false;
  }
  return any;
}

void Totals::settle(int64_t row, const Values& values) {
  for (size_t i = marks_.size(); i-- > 0;) {
    if (!matches(values, marks_[i])) continue;
    ++report_.reconciled;
    return;
  }
  ++report_.unreconciled;
  const auto& since = marks_.back();
  for (size_t i = 0; i < values.size() && report_.mismatches.size() < 20; ++i) {
    if (!values[i] || std::llabs(sums_[i] - since[i] - *values[i]) <= kTotalTolerance) continue;
    report_.mismatches.push_back(
        {row, i, static_cast<double>(*values[i]) / kScale, static_cast<double>(sums_[i] - since[i]) / kScale});
  }
}

void Totals::total(int64_t row, const Values& values) {
  ++report_.rows;
  if (rows_ == 0) {
    above_.emplace_back(row, values);
    return;
  }
  settle(row, values);
  if (marks_.size() < kMarksMax) {
    marks_.push_back(sums_);
  } else {
    marks_.back() = sums_;
  }
}

TotalsReport Totals::finish() {
  const std::vector<std::vector<int64_t>> start{std::vector<int64_t>(sums_.size(), 0)};
  marks_ = start;
  for (const auto& [row, values] : above_) settle(row, values);
  above_.clear();
  return report_;
}

}  // namespace shrike
