#include "shrink/siblings.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "shrink/ordinary_loss.h"

namespace shrike {
namespace {

constexpr int kMixedMin = 30, kMixedMax = 400;  // units that are reckoned with
constexpr double kFirstShare = 0.05;            // of pairs that are mixed up, before a chain's own say …
constexpr double kPriorPairs = 20;              // … and how many pairs that weighs
constexpr int kRounds = 10;
constexpr double kMostLogRatio = 600, kLeast = 1e-300;

/// That a pair is mixed up at each rate.
ByMixedRate probabilities(const MixUp& pair, const MixedShares& shares) {
  double all = 1 - std::accumulate(shares.begin(), shares.end(), 0.0);
  ByMixedRate out;
  for (size_t r = 0; r < out.size(); ++r) all += out[r] = shares[r] * std::exp(pair.log_ratio[r]);
  for (double& p : out) p /= all;
  return out;
}

/// Likelihood of both losses of a span when `m` units were mixed up, m = 0, 1, …
std::vector<double> by_units(const SharedSpan& s, double size) {
  const int most = std::clamp(static_cast<int>(std::max(s.a, -s.b)) + 10, kMixedMin, kMixedMax);
  std::vector<double> out;
  for (int m = 0; m <= most; ++m)
    out.push_back(ordinary_loss(s.a - m, s.mean_a, size) * ordinary_loss(s.b + m, s.mean_b, size));
  return out;
}

}  // namespace

std::vector<SharedSpan> shared_spans(std::span<const CellLoss> a, std::span<const CellLoss> b) {
  std::vector<SharedSpan> out;
  size_t i = 0, j = 0;
  SharedSpan now;
  while (i < a.size() && j < b.size()) {
    const bool take_a = a[i].day_to <= b[j].day_to, take_b = b[j].day_to <= a[i].day_to;
    if (take_a) {
      now.a += a[i].loss;
      now.mean_a += a[i].mean;
      now.sold_a += std::max(0.0, a[i].sold);
      now.of_a.push_back(a[i++].interval);
    }
    if (take_b) {
      now.b += b[j].loss;
      now.mean_b += b[j].mean;
      now.of_b.push_back(b[j++].interval);
    }
    if (take_a && take_b) {
      out.push_back(std::move(now));
      now = {};
    }
  }
  return out;
}

MixUp weigh_mix_up(std::span<const SharedSpan> spans, double loss_size) {
  MixUp out;
  for (const auto& s : spans) {
    const auto likelihood = by_units(s, loss_size);
    auto& units = out.units.emplace_back();
    for (size_t r = 0; r < kMixedRates.size(); ++r) {
      const double expected = kMixedRates[r] * s.sold_a;
      double sum = 0, moment = 0, poisson = std::exp(-expected);
      for (size_t m = 0; m < likelihood.size(); ++m) {
        const double p = poisson * likelihood[m];
        sum += p;
        moment += p * static_cast<double>(m);
        poisson *= expected / static_cast<double>(m + 1);
      }
      out.log_ratio[r] += std::log(std::max(sum, kLeast) / std::max(likelihood[0], kLeast));
      units[r] = sum > 0 ? moment / sum : 0;
    }
  }
  for (double& ratio : out.log_ratio) ratio = std::min(ratio, kMostLogRatio);
  return out;
}

MixedShares shares_mixed_up(std::span<const MixUp> pairs, size_t all) {
  MixedShares shares;
  shares.fill(kFirstShare / kMixedRates.size());
  for (int round = 0; round < kRounds; ++round) {
    MixedShares sum;
    sum.fill(kPriorPairs * kFirstShare / kMixedRates.size());
    for (const MixUp& pair : pairs) {
      const auto at_rate = probabilities(pair, shares);
      for (size_t r = 0; r < sum.size(); ++r) sum[r] += at_rate[r];
    }
    for (size_t r = 0; r < sum.size(); ++r) shares[r] = sum[r] / (static_cast<double>(all) + kPriorPairs);
  }
  return shares;
}

MixedBelief believe(const MixUp& pair, const MixedShares& shares) {
  MixedBelief out;
  out.units.assign(pair.units.size(), 0);
  const auto at_rate = probabilities(pair, shares);
  for (size_t r = 0; r < at_rate.size(); ++r) {
    out.probability += at_rate[r];
    out.rate += at_rate[r] * kMixedRates[r];
    for (size_t k = 0; k < out.units.size(); ++k) out.units[k] += at_rate[r] * pair.units[k][r];
  }
  const double all = std::max(out.probability, kLeast);
  out.rate /= all;
  for (double& units : out.units) units /= all;
  return out;
}

std::vector<std::pair<size_t, size_t>> sibling_pairs(const LossData& data, const Layout& layout, size_t begin,
                                                     size_t end) {
  std::map<std::pair<int, int>, std::vector<size_t>> by_group;  // (store, group) → cells
  for (size_t c = begin; c < end; ++c) {
    const int group = data.products[static_cast<size_t>(layout.cell_product[c])].group;
    if (group >= 0) by_group[{layout.cell_store[c], group}].push_back(c);
  }
  std::vector<std::pair<size_t, size_t>> out;
  for (const auto& [key, cells] : by_group) {
    for (const size_t a : cells) {
      for (const size_t b : cells) {
        if (a != b) out.emplace_back(a, b);
      }
    }
  }
  return out;
}

}  // namespace shrike
