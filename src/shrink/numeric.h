#pragma once
// The few numerical tools that the estimates share. Special functions are Boost.Math's.

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace shrike {

/// ln Γ(x), x > 0. Safe on several threads, unlike std::lgamma.
[[nodiscard]] double log_gamma(double x);

/// Where `f` is greatest in [low, high], by golden section; `f` has one peak there.
[[nodiscard]] double golden_max(const std::function<double(double)>& f, double low, double high, int evaluations);

/// Solves A x = b for a symmetric positive definite A (row by row, n × n) by Cholesky; empty where A is not.
[[nodiscard]] std::vector<double> solve_spd(std::vector<double> a, std::vector<double> b);

/// ln of the negative binomial's probability of k with mean `mu` and size `r` (variance mu + mu²/r).
[[nodiscard]] double nb_log_pmf(double k, double mu, double r);
/// P(0), P(1), … P(n-1) of that distribution, by recurrence.
[[nodiscard]] std::vector<double> nb_pmf(double mu, double r, int n);
/// Of a negative binomial K and a limit k: P(K >= k), and E[K | K < k] (0 where k < 1).
struct NbBelow {
  double tail = 0, mean = 0;
};
[[nodiscard]] NbBelow nb_below(double mu, double r, int k);

[[nodiscard]] double normal_cdf(double z);
[[nodiscard]] double normal_quantile(double p);

/// `column` at `rows`.
[[nodiscard]] std::vector<double> picked(const std::vector<double>& column, const std::vector<size_t>& rows);
/// Ranks from 1, ties share their mean rank.
[[nodiscard]] std::vector<double> ranks(const std::vector<double>& values);
/// Pearson's correlation; 0 where one side does not vary.
[[nodiscard]] double correlation(const std::vector<double>& a, const std::vector<double>& b);
/// Spearman's rank correlation.
[[nodiscard]] double spearman(const std::vector<double>& a, const std::vector<double>& b);
/// Area under the ROC curve of `score` for `positive`; 0.5 where one class is absent.
[[nodiscard]] double auc(const std::vector<double>& score, const std::vector<bool>& positive);
/// The `q`-quantile (0..1) of `values` by linear interpolation; 0 of none.
[[nodiscard]] double quantile(std::vector<double> values, double q);

/// p-values → which are discoveries at false discovery rate `q` (Benjamini-Hochberg 1995).
[[nodiscard]] std::vector<bool> benjamini_hochberg(const std::vector<double>& p, double q);

/// A number in [0, 1) that depends on `seed` and `key` alone.
[[nodiscard]] double hash_uniform(uint64_t seed, uint64_t key);
[[nodiscard]] uint64_t hash_mix(uint64_t x);
[[nodiscard]] uint64_t hash_text(std::string_view text);

}  // namespace shrike
