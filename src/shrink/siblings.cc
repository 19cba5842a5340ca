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
constexpr double kLeastLogRatio = -1;  // of pairs that may be mixed up, against that they are not
constexpr double kLeastSold = 0.01;    // units
constexpr int kExplained = 2;          // times: the shares are learnt anew from what the first time left for each pair

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

/// The pairs' numbers, the most probable first.
std::vector<size_t> likeliest_first(const std::vector<MixUp>& pairs, const MixedShares& shares) {
  std::vector<double> probability;
  for (const MixUp& pair : pairs) {
    const auto at_rate = probabilities(pair, shares);
    probability.push_back(std::accumulate(at_rate.begin(), at_rate.end(), 0.0));
  }
  std::vector<size_t> out(pairs.size());
  std::iota(out.begin(), out.end(), size_t{0});
  std::stable_sort(out.begin(), out.end(), [&](size_t a, size_t b) { return probability[a] > probability[b]; });
  return out;
}

SharedSpan joined(std::span<const SharedSpan> spans) {
  SharedSpan all = spans.front();
  for (const SharedSpan& s : spans.subspan(1)) {
    all.a += s.a;
    all.b += s.b;
    all.mean_a += s.mean_a;
    all.mean_b += s.mean_b;
    all.sold_a += s.sold_a;
    all.of_a.insert(all.of_a.end(), s.of_a.begin(), s.of_a.end());
    all.of_b.insert(all.of_b.end(), s.of_b.begin(), s.of_b.end());
  }
  return all;
}

double sum_of(const std::vector<SpanPart>& parts, const std::vector<double>& left) {
  double sum = 0;
  for (const SpanPart& part : parts) sum += left[part.interval];
  return sum;
}

/// Units out of what is left of intervals, by what they sold.
void take(const std::vector<SpanPart>& parts, double units, std::vector<double>& left) {
  double sold = 0;
  for (const SpanPart& part : parts) sold += part.sold + kLeastSold;
  for (const SpanPart& part : parts) left[part.interval] -= units * (part.sold + kLeastSold) / sold;
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
      now.of_a.push_back({a[i].interval, std::max(0.0, a[i].sold)});
      ++i;
    }
    if (take_b) {
      now.b += b[j].loss;
      now.mean_b += b[j].mean;
      now.of_b.push_back({b[j].interval, std::max(0.0, b[j].sold)});
      ++j;
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

SiblingPairs pairs_among(const LossData& data, const Layout& layout, size_t begin, size_t end,
                         const std::function<std::vector<CellLoss>(size_t)>& losses_of, WeighBy by) {
  struct Cell {
    size_t cell;
    std::vector<CellLoss> losses;
  };
  std::map<std::pair<int, int>, std::vector<Cell>> by_group;  // (store, group) → cells
  for (size_t c = begin; c < end; ++c) {
    const int group = data.products[static_cast<size_t>(layout.cell_product[c])].group;
    if (group >= 0) by_group[{layout.cell_store[c], group}].push_back({c, losses_of(c)});
  }
  SiblingPairs out;
  for (const auto& [key, cells] : by_group) {
    for (const Cell& a : cells) {
      for (const Cell& b : cells) {
        if (a.cell == b.cell) continue;
        auto spans = shared_spans(a.losses, b.losses);
        if (spans.empty()) continue;
        ++out.all;
        if (by.one_span) spans = {joined(spans)};
        const auto ratio = weigh_mix_up(spans, by.loss_size).log_ratio;
        if (*std::max_element(ratio.begin(), ratio.end()) < kLeastLogRatio) continue;
        out.odd.push_back({a.cell, b.cell, std::move(spans)});
      }
    }
  }
  return out;
}

std::vector<MixedBelief> explain_pairs(SiblingPairs& pairs, WeighBy by, double least, std::vector<double>& left) {
  std::vector<MixUp> mixed;
  for (const SiblingPair& pair : pairs.odd) mixed.push_back(weigh_mix_up(pair.spans, by.loss_size));
  std::vector<MixedBelief> out(pairs.odd.size());
  std::vector<double> now;
  for (int round = 0; round < kExplained; ++round) {
    now = left;
    const auto shares = shares_mixed_up(mixed, pairs.all);
    for (const size_t n : likeliest_first(mixed, shares)) {
      auto& spans = pairs.odd[n].spans;
      for (SharedSpan& s : spans) {
        s.a = sum_of(s.of_a, now);
        s.b = sum_of(s.of_b, now);
      }
      mixed[n] = weigh_mix_up(spans, by.loss_size);
      out[n] = believe(mixed[n], shares);
      if (out[n].probability < least) continue;
      for (size_t k = 0; k < spans.size(); ++k) {
        const double units = out[n].probability * out[n].units[k];
        take(spans[k].of_a, units, now);
        take(spans[k].of_b, -units, now);
      }
    }
  }
  left = std::move(now);
  return out;
}

}  // namespace shrike
