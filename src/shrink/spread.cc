#include "shrink/spread.h"

#include <algorithm>
#include <cmath>

#include "shrink/numeric.h"

namespace shrike {
namespace {

constexpr double kStepsMax = 400;  // of the grid on the loss side

/// A negative binomial of given mean and variance > mean; Poisson's limit where they are alike.
std::vector<double> counts(double mean, double variance, int n) {
  if (mean <= 1e-9) {
    std::vector<double> none(static_cast<size_t>(n), 0.0);
    none[0] = 1;
    return none;
  }
  const double size = mean * mean / std::max(variance - mean, 1e-6 * mean);
  return nb_pmf(mean, std::min(size, 1e6), n);
}

void normalise(std::vector<double>& p) {
  double sum = 0;
  for (double x : p) sum += x;
  for (double& x : p) x /= sum;
}

/// Adds `chance` of the whole distribution moving up by `by` grid steps.
void mix_shifted(std::vector<double>& p, double chance, int by) {
  if (chance <= 0 || by <= 0) return;
  const size_t n = p.size();
  for (size_t i = n; i-- > 0;) {
    const double moved = i >= static_cast<size_t>(by) ? p[i - static_cast<size_t>(by)] : 0;
    p[i] = (1 - chance) * p[i] + chance * moved;
  }
}

}  // namespace

Spread spread_of(const SpreadParts& x) {
  const double variance = x.loss_mean * x.loss_clump + x.loss_mean * x.loss_mean / x.loss_size;
  const double reach =
      std::max(x.loss_mean + 9 * std::sqrt(variance) + 6, x.empty_chance > 1e-6 ? x.book + 3 : 0.0) + x.step_units;
  Spread out;
  out.unit = std::max(1.0, std::ceil(reach / kStepsMax));
  const double u = out.unit;
  const int up = static_cast<int>(std::ceil(reach / u)) + 2;
  const int down = 3 + static_cast<int>(std::ceil((x.gain_mean + 6 * std::sqrt(2 * x.gain_mean)) / u));
  auto loss = counts(x.loss_mean / u, std::max(variance, x.loss_mean) / (u * u), up);
  mix_shifted(loss, x.step_chance, static_cast<int>(std::lround(x.step_units / u)));
  const auto gain = counts(x.gain_mean / u, 2.2 * x.gain_mean / u, down);  // gains come in small groups
  std::vector<double> p(static_cast<size_t>(up + down), 0.0);
  for (size_t g = 0; g < gain.size(); ++g) {
    const size_t shift = static_cast<size_t>(down) - g;
    for (size_t l = 0; l < loss.size(); ++l) p[l + shift] += gain[g] * loss[l];
  }
  const auto at_book =
      static_cast<size_t>(std::clamp(static_cast<int>(std::lround(x.book / u)) + down, 1, up + down - 2));
  for (double& value : p) value *= 1 - x.empty_chance;
  p[at_book] += x.empty_chance;
  if (x.error_chance > 0 && u == 1) {
    std::vector<double> blurred(p.size());
    for (size_t i = 0; i < p.size(); ++i) {
      const double below = i > 0 ? p[i - 1] : 0, above = i + 1 < p.size() ? p[i + 1] : 0;
      blurred[i] = (1 - x.error_chance) * p[i] + 0.5 * x.error_chance * (below + above);
    }
    p = std::move(blurred);
  }
  normalise(p);
  out.low = -down;
  out.p = std::move(p);
  return out;
}

double Spread::cdf(double v) const {
  const double last = std::floor(v / unit + 0.5) - low;
  double sum = 0;
  for (size_t i = 0; i < p.size() && static_cast<double>(i) <= last; ++i) sum += p[i];
  return std::min(1.0, sum);
}

double Spread::probability(double v) const {
  const double at = std::floor(v / unit + 0.5) - low;
  return at >= 0 && at < static_cast<double>(p.size()) ? p[static_cast<size_t>(at)] : 0;
}

double Spread::mean() const {
  double sum = 0;
  for (size_t i = 0; i < p.size(); ++i) sum += p[i] * (low + static_cast<double>(i));
  return sum * unit;
}

double Spread::variance() const {
  const double middle = mean();
  double sum = 0;
  for (size_t i = 0; i < p.size(); ++i) {
    const double v = unit * (low + static_cast<double>(i)) - middle;
    sum += p[i] * v * v;
  }
  return sum;
}

double Spread::loss_found() const {
  double sum = 0;
  for (size_t i = 0; i < p.size(); ++i) sum += p[i] * std::max(0.0, unit * (low + static_cast<double>(i)));
  return sum;
}

double Spread::quantile(double q) const {
  double sum = 0;
  for (size_t i = 0; i < p.size(); ++i) {
    sum += p[i];
    if (sum >= q) return (low + static_cast<double>(i)) * unit;
  }
  return (low + static_cast<double>(p.size()) - 1) * unit;
}

}  // namespace shrike
