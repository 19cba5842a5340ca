#include "shrink/adjust.h"

#include <cmath>

#include "shrink/numeric.h"

namespace shrike {

Adjuster::Adjuster(const std::vector<std::vector<double>>& columns, std::vector<double> weight)
    : weight_(std::move(weight)) {
  const auto add = [&](std::vector<double> v) {
    const double before = dot(v, v);
    v = residual(residual(v));  // twice: rounding must not leave a trace of the columns before
    const double length = dot(v, v);
    if (length <= 1e-9 * before || length <= 0) return;
    const double scale = 1 / std::sqrt(length);
    for (double& x : v) x *= scale;
    basis_.push_back(std::move(v));
  };
  add(std::vector<double>(weight_.size(), 1));
  for (const auto& column : columns) add(column);
}

double Adjuster::dot(const std::vector<double>& a, const std::vector<double>& b) const {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += weight_[i] * a[i] * b[i];
  return sum;
}

std::vector<double> Adjuster::residual(const std::vector<double>& v) const {
  std::vector<double> out = v;
  for (const auto& b : basis_) {
    const double along = dot(v, b);
    for (size_t i = 0; i < out.size(); ++i) out[i] -= along * b[i];
  }
  return out;
}

double Adjuster::correlation(const std::vector<double>& a, const std::vector<double>& b) const {
  const double aa = dot(a, a), bb = dot(b, b);
  return aa > 1e-12 && bb > 1e-12 ? dot(a, b) / std::sqrt(aa * bb) : 0;
}

double Adjuster::explained(const std::vector<double>& v) const {
  const Adjuster constant({}, weight_);
  const auto centred = constant.residual(v), left = residual(v);
  const double all = dot(centred, centred);
  return all > 0 ? 1 - dot(left, left) / all : 1;
}

std::vector<double> least_squares(const std::vector<std::vector<double>>& columns, const std::vector<double>& y,
                                  const std::vector<double>& weight) {
  const size_t k = columns.size();
  std::vector<double> a(k * k, 0), b(k, 0);
  for (size_t i = 0; i < k; ++i) {
    for (size_t r = 0; r < y.size(); ++r) b[i] += weight[r] * columns[i][r] * y[r];
    for (size_t j = 0; j < k; ++j) {
      for (size_t r = 0; r < y.size(); ++r) a[i * k + j] += weight[r] * columns[i][r] * columns[j][r];
    }
  }
  double trace = 0;
  for (size_t i = 0; i < k; ++i) trace += a[i * k + i];
  for (size_t i = 0; i < k; ++i) a[i * k + i] += 1e-9 * trace / static_cast<double>(k);
  return solve_spd(std::move(a), std::move(b));
}

std::vector<double> normal_scores(const std::vector<double>& values) {
  auto out = ranks(values);
  for (double& r : out) r = normal_quantile((r - 0.375) / (static_cast<double>(values.size()) + 0.25));
  return out;
}

}  // namespace shrike
