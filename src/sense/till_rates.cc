#include "sense/till_rates.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>

#include "shrink/numeric.h"

namespace shrike {
namespace {

constexpr int kMeanNodes = 61, kSpreadNodes = 28, kPeersMin = 3;
constexpr double kSpreadMin = 0.1, kSpreadMax = 3;
constexpr double kMeanMin = 1e-9;    ///< no rate is nearer to never, or to always
constexpr double kWeightMin = 1e-6;  ///< nodes of less weight than this part of the greatest are left out

/// Counts after the design effect: what they are worth in coins.
struct Effective {
  double events = 0, base = 0;
};

/// One Beta distribution of true rates.
struct Node {
  double alpha = 1, beta = 1;
  double log_prior = 0;
};

double log_beta(double a, double b) { return log_gamma(a) + log_gamma(b) - log_gamma(a + b); }
double logit(double p) { return std::log(p / (1 - p)); }

/// The q-quantile of Beta(a, b). Where the library finds no digits it says what it has; it throws nothing.
double beta_quantile(double a, double b, double q) {
  using namespace boost::math::policies;
  using Quiet = policy<overflow_error<ignore_error>, underflow_error<ignore_error>, evaluation_error<ignore_error>,
                       rounding_error<ignore_error>>;
  return std::clamp(boost::math::ibeta_inv(a, b, q, Quiet()), 0.0, 1.0);
}

double pooled(double events, double base) { return (events + 0.5) / (base + 1); }

/// Mean on the logit scale around the pooled rate, as far as any peer left out moves it; spread as the standard
/// deviation over the rate (over its complement where that is smaller), with a flat prior on both.
std::vector<Node> grid_of(const std::vector<Effective>& counts) {
  double events = 0, base = 0, squares = 0, parts = 0;
  for (const auto& c : counts) {
    events += c.events;
    base += c.base;
  }
  const double centre = logit(pooled(events, base));
  double moved = 0;
  for (const auto& c : counts) {
    if (c.base == 0) continue;
    const double n = c.base, k = c.events;
    moved = std::max(moved, std::abs(logit(pooled(events - k, base - n)) - centre));
    squares += std::pow(logit(pooled(k, n)) - centre, 2);
    parts += 1;
  }
  const double half = 0.5 + moved + 6 * std::sqrt(1 / (events + 1) + squares / std::max(1.0, parts * parts));
  const double factor = std::pow(kSpreadMax / kSpreadMin, 1.0 / (kSpreadNodes - 1));
  std::vector<Node> grid;
  for (int i = 0; i < kMeanNodes; ++i) {
    const double logit_m = centre + half * (2.0 * i / (kMeanNodes - 1) - 1);
    const double m = std::clamp(1 / (1 + std::exp(-logit_m)), kMeanMin, 1 - kMeanMin);
    const double rare = std::min(m, 1 - m);
    for (int j = 0; j < kSpreadNodes; ++j) {
      const double spread = kSpreadMin * std::pow(factor, j);
      const double size = std::max(0.5, (1 - rare) / (rare * spread * spread) - 1);
      grid.push_back({m * size, (1 - m) * size, std::log(spread)});  // nodes lie wider apart where spread is large
    }
  }
  return grid;
}

/// P(K >= k) for K beta-binomial: summed upwards from k. Parts of an event do not count for it.
double tail(const Node& node, const Effective& c) {
  double k = std::floor(c.events);
  const double n = std::max(std::round(c.base), k);
  const double mean = n * node.alpha / (node.alpha + node.beta);
  double term = std::exp(log_gamma(n + 1) - log_gamma(k + 1) - log_gamma(n - k + 1) +
                         log_beta(k + node.alpha, n - k + node.beta) - log_beta(node.alpha, node.beta));
  double sum = 0;
  for (; k <= n; ++k) {
    sum += term;
    if (k > mean && term < 1e-12 * sum) break;
    term *= (n - k) / (k + 1) * (k + node.alpha) / (n - k - 1 + node.beta);
  }
  return std::min(1.0, sum);
}

/// Weights that add up to 1, from their logarithms.
std::vector<double> weights_of(std::vector<double> log_weights) {
  const double top = *std::max_element(log_weights.begin(), log_weights.end());
  double sum = 0;
  for (double& w : log_weights) {
    w = std::exp(w - top);
    if (w < kWeightMin) w = 0;
    sum += w;
  }
  for (double& w : log_weights) w /= sum;
  return log_weights;
}

void set_own(PeerRate& out, const Effective& c) {
  const double n = c.base, k = c.events;
  out.rate = k / n;
  out.low = k <= 0 ? 0 : beta_quantile(k + 0.5, n - k + 0.5, 0.05);
  out.high = k >= n ? 1 : beta_quantile(k + 0.5, n - k + 0.5, 0.95);
}

/// Mean and 90 % interval of the mixture of the nodes' posteriors, as the Beta with its first two moments.
void set_shrunk(PeerRate& out, const Effective& c, const std::vector<Node>& grid, const std::vector<double>& weight) {
  const double n = c.base, k = c.events;
  double mean = 0, square = 0;
  for (size_t g = 0; g < grid.size(); ++g) {
    if (weight[g] == 0) continue;
    const double a = grid[g].alpha + k, b = grid[g].beta + n - k, m = a / (a + b);
    mean += weight[g] * m;
    square += weight[g] * (m * m + m * (1 - m) / (a + b + 1));
  }
  mean = std::clamp(mean, kMeanMin, 1 - kMeanMin);
  const double variance = std::max(square - mean * mean, 1e-300);
  const double size = std::max(mean * (1 - mean) / variance - 1, 1e-3);
  out.shrunk = mean;
  out.shrunk_low = beta_quantile(mean * size, (1 - mean) * size, 0.05);
  out.shrunk_high = beta_quantile(mean * size, (1 - mean) * size, 0.95);
}

double predictive_tail(const Effective& c, const std::vector<Node>& grid, const std::vector<double>& weight) {
  double p = 0;
  for (size_t g = 0; g < grid.size(); ++g) {
    if (weight[g] > 0) p += weight[g] * tail(grid[g], c);
  }
  return std::min(1.0, p);
}

}  // namespace

void Clumps::add(const RateCount& part) {
  const auto k = static_cast<double>(part.events), n = static_cast<double>(part.base);
  events_ += k;
  base_ += n;
  events_events_ += k * k;
  events_base_ += k * n;
  base_base_ += n * n;
}

double Clumps::scatter() const {
  const double rate = base_ > 0 ? events_ / base_ : 0;
  return std::max(0.0, events_events_ - 2 * rate * events_base_ + rate * rate * base_base_);
}

double Clumps::scatter_of_coins() const { return base_ > 0 ? events_ * (1 - events_ / base_) : 0; }

double design_effect_of(const std::vector<Clumps>& subjects) {
  double seen = 0, coins = 0;
  for (const auto& each : subjects) {
    seen += each.scatter();
    coins += each.scatter_of_coins();
  }
  return coins > 0 ? std::max(1.0, seen / coins) : 1;
}

std::vector<PeerRate> compare_rates(const std::vector<RateCount>& raw, double design_effect) {
  std::vector<PeerRate> out(raw.size());
  std::vector<Effective> counts;
  std::vector<size_t> with;
  for (size_t i = 0; i < raw.size(); ++i) {
    counts.push_back(
        {static_cast<double>(raw[i].events) / design_effect, static_cast<double>(raw[i].base) / design_effect});
    if (raw[i].base > 0) with.push_back(i);
  }
  if (with.empty()) return out;
  const auto grid = grid_of(counts);
  std::vector<std::vector<double>> log_likelihood(counts.size());
  std::vector<double> total(grid.size());
  for (size_t g = 0; g < grid.size(); ++g) total[g] = grid[g].log_prior;
  for (const size_t i : with) {
    auto& own = log_likelihood[i];
    const double n = counts[i].base, k = counts[i].events;
    for (size_t g = 0; g < grid.size(); ++g) {
      own.push_back(log_beta(k + grid[g].alpha, n - k + grid[g].beta) - log_beta(grid[g].alpha, grid[g].beta));
      total[g] += own[g];
    }
  }
  const auto all_weight = weights_of(total);
  double events = 0, base = 0;
  for (const size_t i : with) {
    set_own(out[i], counts[i]);
    set_shrunk(out[i], counts[i], grid, all_weight);
    events += counts[i].events;
    base += counts[i].base;
  }
  for (const size_t i : with) {
    std::vector<double> others;
    for (const size_t j : with) {
      if (j != i) others.push_back(out[j].shrunk);
    }
    out[i].peers = static_cast<int>(others.size());
    out[i].peers_median = quantile(std::move(others), 0.5);
    out[i].tested = out[i].peers >= kPeersMin;
    if (!out[i].tested || out[i].rate <= events / base) continue;  // nothing to look for: p stays 1
    auto left = total;
    for (size_t g = 0; g < grid.size(); ++g) left[g] -= log_likelihood[i][g];
    out[i].p = predictive_tail(counts[i], grid, weights_of(std::move(left)));
  }
  return out;
}

}  // namespace shrike
