#pragma once
// How good predictions of V were, once counted. Every figure is per unit and, where values are given, per money too.

#include <array>
#include <string>
#include <vector>

namespace shrike {

/// Counts that were predicted: what was found, and what had been said. All vectors are as long as `seen`.
struct Predictions {
  std::vector<double> seen;  ///< V, units
  std::vector<double> mean;  ///< expected V
  std::vector<double> unit_cost;
  // Of predictors with a distribution; empty for the others.
  std::vector<double> loss;  ///< expected max(V, 0): more than `mean`, for a count may show a gain
  std::vector<double> pit;   ///< randomised probability integral transform, uniform where the spread is right
  std::vector<double> low, median, high;  ///< 5 %, 50 %, 95 %
  std::vector<double> log_probability;    ///< ln P(V = seen)
};

struct Score {
  std::string predictor;
  size_t counts = 0;
  double mae = 0, rmse = 0;
  double total_ratio = 0;  ///< Σ predicted / Σ seen, signed
  double deviance = 0;     ///< negative binomial, of the loss part, size 1
  double cost_mae = 0;     ///< money a count
  double cost_total_ratio = 0;
  double capture_10 = 0;            ///< share of all loss found in the 10 % of counts with the greatest predicted loss
  double cost_capture_10 = 0;       ///< the same in money, by predicted money
  double log_score = 0;             ///< mean ln P; 0 where the predictor has no spread
  std::array<double, 3> pinball{};  ///< at 5 %, 50 %, 95 %
  double coverage_90 = 0;           ///< by PIT
  std::array<double, 10> coverage_by_decile{};  ///< of predicted mean
  std::array<double, 20> pit_histogram{};
};

[[nodiscard]] Score score(const std::string& predictor, const Predictions& predictions);

/// Negative binomial deviance of a loss `y` ≥ 0 at mean `mu`: 2 [y ln(y/μ) − (y+r) ln((y+r)/(μ+r))], r = 1.
[[nodiscard]] double nb_deviance(double y, double mu);

/// Loss found when the `share` of counts with the highest `by` is made.
[[nodiscard]] double captured(const std::vector<double>& loss, const std::vector<double>& by, double share);

}  // namespace shrike
