#include "shrink/numeric.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <numeric>

namespace shrike {

double log_gamma(double x) {
  using namespace boost::math::policies;
  return boost::math::lgamma(x,
                             policy<promote_double<false>>());  // long double is three times slower and no better here
}

double golden_max(const std::function<double(double)>& f, double low, double high, int evaluations) {
  const double ratio = (std::sqrt(5.0) - 1) / 2;
  double c = high - ratio * (high - low), d = low + ratio * (high - low);
  double fc = f(c), fd = f(d);
  for (int i = 2; i < evaluations; ++i) {
    if (fc > fd) {
      high = d;
      d = c;
      fd = fc;
      c = high - ratio * (high - low);
      fc = f(c);
    } else {
      low = c;
      c = d;
      fc = fd;
      d = low + ratio * (high - low);
      fd = f(d);
    }
  }
  return 0.5 * (low + high);
}

std::vector<double> solve_spd(std::vector<double> a, std::vector<double> b) {
  const size_t n = b.size();
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j <= i; ++j) {
      double sum = a[i * n + j];
      for (size_t k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
      if (i != j) {
        a[i * n + j] = sum / a[j * n + j];
        continue;
      }
      if (!(sum > 0)) return {};
      a[i * n + i] = std::sqrt(sum);
    }
  }
  for (size_t i = 0; i < n; ++i) {
    for (size_t k = 0; k < i; ++k) b[i] -= a[i * n + k] * b[k];
    b[i] /= a[i * n + i];
  }
  for (size_t i = n; i-- > 0;) {
    for (size_t k = i + 1; k < n; ++k) b[i] -= a[k * n + i] * b[k];
    b[i] /= a[i * n + i];
  }
  return b;
}

double nb_log_pmf(double k, double mu, double r) {
  return log_gamma(r + k) - log_gamma(r) - log_gamma(k + 1) + r * std::log(r / (r + mu)) +
         (k > 0 ? k * std::log(mu / (r + mu)) : 0);
}

std::vector<double> nb_pmf(double mu, double r, int n) {
  std::vector<double> p(static_cast<size_t>(n));
  const double q = mu / (r + mu);
  double term = std::exp(-r * std::log1p(mu / r));
  for (int k = 0; k < n; ++k) {
    p[static_cast<size_t>(k)] = term;
    term *= (k + r) / (k + 1) * q;
  }
  return p;
}

NbBelow nb_below(double mu, double r, int k) {
  const double q = mu / (r + mu);
  double term = std::exp(-r * std::log1p(mu / r)), below = 0, moment = 0;
  for (int i = 0; i < k && below < 1; ++i) {
    below += term;
    moment += term * i;
    term *= (i + r) / (i + 1) * q;
  }
  return {std::clamp(1 - below, 0.0, 1.0), below > 0 ? moment / below : 0};
}

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }
double normal_quantile(double p) {
  return boost::math::quantile(boost::math::normal(), std::clamp(p, 1e-15, 1 - 1e-15));
}

std::vector<double> picked(const std::vector<double>& column, const std::vector<size_t>& rows) {
  std::vector<double> out;
  for (const size_t row : rows) out.push_back(column[row]);
  return out;
}

std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return std::pair(values[a], a) < std::pair(values[b], b); });
  std::vector<double> rank(values.size());
  for (size_t i = 0; i < order.size();) {
    size_t end = i;
    while (end < order.size() && values[order[end]] == values[order[i]]) ++end;
    for (size_t k = i; k < end; ++k) rank[order[k]] = 0.5 * static_cast<double>(i + 1 + end);
    i = end;
  }
  return rank;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<double>(a.size());
  const double ma = std::accumulate(a.begin(), a.end(), 0.0) / n, mb = std::accumulate(b.begin(), b.end(), 0.0) / n;
  double ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) * (a[i] - ma);
    bb += (b[i] - mb) * (b[i] - mb);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

double spearman(const std::vector<double>& a, const std::vector<double>& b) { return correlation(ranks(a), ranks(b)); }

double auc(const std::vector<double>& score, const std::vector<bool>& positive) {
  const auto rank = ranks(score);
  double sum = 0, yes = 0;
  for (size_t i = 0; i < rank.size(); ++i) {
    if (!positive[i]) continue;
    sum += rank[i];
    yes += 1;
  }
  const double no = static_cast<double>(rank.size()) - yes;
  return yes > 0 && no > 0 ? (sum - yes * (yes + 1) / 2) / (yes * no) : 0.5;
}

double quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const double at = std::clamp(q, 0.0, 1.0) * static_cast<double>(values.size() - 1);
  const auto low = static_cast<size_t>(at);
  const size_t high = std::min(low + 1, values.size() - 1);
  return values[low] + (at - static_cast<double>(low)) * (values[high] - values[low]);
}

std::vector<bool> benjamini_hochberg(const std::vector<double>& p, double q) {
  std::vector<size_t> order(p.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p[a] < p[b]; });
  size_t found = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    if (p[order[i]] <= q * static_cast<double>(i + 1) / static_cast<double>(order.size())) found = i + 1;
  }
  std::vector<bool> is(p.size(), false);
  for (size_t i = 0; i < found; ++i) is[order[i]] = true;
  return is;
}

uint64_t hash_mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31U);
}

uint64_t hash_text(std::string_view text) {
  uint64_t hash = 0x9E37;
  for (const char c : text) hash = hash_mix(hash ^ static_cast<unsigned char>(c));
  return hash;
}

double hash_uniform(uint64_t seed, uint64_t key) {
  return static_cast<double>(hash_mix(hash_mix(seed) ^ key) >> 11U) * 0x1.0p-53;
}

}  // namespace shrike
