#pragma once
// The distribution of what a count will show: loss less gain, a case missing, a count error; or the whole book, where
// the shelf is probably empty.

#include <vector>

namespace shrike {

/// What one interval's V is made of.
struct SpreadParts {
  double loss_mean = 0;     ///< units
  double loss_size = 1;     ///< negative binomial size: variance = mean · clump + mean² / size
  double loss_clump = 1;    ///< ≥ 1: units leave in groups
  double gain_mean = 0;     ///< units
  double step_chance = 0;   ///< that a delivered case was missing …
  double step_units = 0;    ///< … of so many units
  double error_chance = 0;  ///< that the two counts differ by one unit by mistake, either way alike
  double empty_chance = 0;  ///< that nothing is left: then V is …
  double book = 0;          ///< … the book stock
};

/// P(V = low + k), V in whole units or, where it is large, in steps of `unit`.
struct Spread {
  int low = 0;
  double unit = 1;
  std::vector<double> p;

  [[nodiscard]] double cdf(double v) const;          ///< P(V <= v)
  [[nodiscard]] double probability(double v) const;  ///< P(V = v), v rounded to the grid
  [[nodiscard]] double mean() const;
  [[nodiscard]] double variance() const;
  [[nodiscard]] double loss_found() const;  ///< E[max(V, 0)]
  /// Least v with P(V <= v) >= q.
  [[nodiscard]] double quantile(double q) const;
};

[[nodiscard]] Spread spread_of(const SpreadParts& parts);

}  // namespace shrike
