#include "track/identity_odds.h"

#include <algorithm>
#include <cmath>

namespace shrike {
namespace {

constexpr int kRoundsMax = 60;
constexpr double kSettled = 1e-6;

}  // namespace

std::vector<double> identity_probabilities(const std::vector<IdentityOdds>& entries, int rows, int columns) {
  const size_t n = entries.size();
  // `to_column`: what a newcomer tells a person of how much it wants to be them; `to_row`: what is left of them.
  std::vector<double> to_column(n, 0), to_row(n, 1), sum_row(static_cast<size_t>(rows)),
      sum_column(static_cast<size_t>(columns));
  const auto row = [&](size_t k) { return static_cast<size_t>(entries[k].row); };
  const auto column = [&](size_t k) { return static_cast<size_t>(entries[k].column); };
  const auto sum_rows = [&] {
    std::fill(sum_row.begin(), sum_row.end(), 0);
    for (size_t k = 0; k < n; ++k) sum_row[row(k)] += entries[k].odds * to_row[k];
  };
  double moved = 1;
  for (int round = 0; round < kRoundsMax && moved > kSettled; ++round) {
    sum_rows();
    std::fill(sum_column.begin(), sum_column.end(), 0);
    for (size_t k = 0; k < n; ++k) {
      const double others = std::max(0.0, sum_row[row(k)] - entries[k].odds * to_row[k]);
      to_column[k] = entries[k].odds / (1 + others);
      sum_column[column(k)] += to_column[k];
    }
    moved = 0;
    for (size_t k = 0; k < n; ++k) {
      const double left = 1 / (1 + std::max(0.0, sum_column[column(k)] - to_column[k]));
      moved = std::max(moved, std::abs(left - to_row[k]));
      to_row[k] = left;
    }
  }
  sum_rows();
  std::vector<double> probabilities(n);
  for (size_t k = 0; k < n; ++k) probabilities[k] = entries[k].odds * to_row[k] / (1 + sum_row[row(k)]);
  return probabilities;
}

}  // namespace shrike
