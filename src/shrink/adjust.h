#pragma once
// Correlation after other columns have been taken off both sides.

#include <vector>

namespace shrike {

/// The space of a constant and some columns, as an orthonormal basis under weights; what lies in it is taken off.
class Adjuster {
 public:
  /// `columns` by column, each as long as `weight`. Columns that add nothing to those before are left out.
  Adjuster(const std::vector<std::vector<double>>& columns, std::vector<double> weight);

  [[nodiscard]] std::vector<double> residual(const std::vector<double>& v) const;
  /// Of two residuals; 0 where one of them does not vary.
  [[nodiscard]] double correlation(const std::vector<double>& a, const std::vector<double>& b) const;
  /// Share of the variance of `v` that the columns explain.
  [[nodiscard]] double explained(const std::vector<double>& v) const;

 private:
  [[nodiscard]] double dot(const std::vector<double>& a, const std::vector<double>& b) const;
  std::vector<double> weight_;
  std::vector<std::vector<double>> basis_;
};

/// Weighted least squares: coefficients of `columns` (a constant is not added); empty where they are collinear.
[[nodiscard]] std::vector<double> least_squares(const std::vector<std::vector<double>>& columns,
                                                const std::vector<double>& y, const std::vector<double>& weight);

/// Ranks as quantiles of a normal distribution (van der Waerden's scores).
[[nodiscard]] std::vector<double> normal_scores(const std::vector<double>& values);

}  // namespace shrike
