#pragma once
// One product scanned as another of its group: what the one loses the other gains, a share of what the one sells.

#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "shrink/intervals.h"
#include "shrink/loss_model.h"

namespace shrike {

/// What is known of one interval of a cell (product × store).
struct CellLoss {
  size_t interval = 0;  ///< the caller's number of it
  double day_to = 0;
  double loss = 0;  ///< V, units
  double mean = 0;  ///< expected if nothing were scanned as something else
  double sold = 0;  ///< units
};

/// An interval of a span, by the caller's number of it, and the units sold in it.
struct SpanPart {
  size_t interval = 0;
  double sold = 0;
};

/// What two products of one store lost between two days on which both were counted.
struct SharedSpan {
  double a = 0, b = 0, mean_a = 0, mean_b = 0, sold_a = 0;
  std::vector<SpanPart> of_a, of_b;
};
[[nodiscard]] std::vector<SharedSpan> shared_spans(std::span<const CellLoss> a, std::span<const CellLoss> b);

/// Units scanned as `b` per unit of `a` that is sold: what is reckoned with.
inline constexpr std::array kMixedRates{0.01, 0.02, 0.04, 0.08, 0.16};
using ByMixedRate = std::array<double, kMixedRates.size()>;

/// That `a` is sold and `b` is scanned at each of those rates, against that they have nothing to do with each other.
struct MixUp {
  ByMixedRate log_ratio{};         ///< of the likelihoods
  std::vector<ByMixedRate> units;  ///< by span: expected at that rate
};
/// `loss_size`: negative binomial size of ordinary losses about their expected mean.
[[nodiscard]] MixUp weigh_mix_up(std::span<const SharedSpan> spans, double loss_size);

/// Which share of a chain's pairs is mixed up at each rate.
using MixedShares = ByMixedRate;
/// By expectation-maximisation. Of `all` pairs those that are not in `pairs` are taken to be in order.
[[nodiscard]] MixedShares shares_mixed_up(std::span<const MixUp> pairs, size_t all);

/// What is to be thought of one pair.
struct MixedBelief {
  double probability = 0;
  double rate = 0;            ///< expected, given that it is mixed up
  std::vector<double> units;  ///< by span: the same
};
[[nodiscard]] MixedBelief believe(const MixUp& pair, const MixedShares& shares);

/// Two cells of one store whose products are of one group, in this order: `a` is sold, `b` is scanned.
struct SiblingPair {
  size_t a = 0, b = 0;
  std::vector<SharedSpan> spans;
};
struct SiblingPairs {
  size_t all = 0;                ///< that were counted on the same day at least once
  std::vector<SiblingPair> odd;  ///< that may be mixed up
};

/// How pairs are weighed: what counts share a multiplier is one span.
struct WeighBy {
  double loss_size = 2;
  bool one_span = false;
};
/// Of the cells [begin, end). `losses_of`: by cell, in order of time.
[[nodiscard]] SiblingPairs pairs_among(const LossData& data, const Layout& layout, size_t begin, size_t end,
                                       const std::function<std::vector<CellLoss>(size_t)>& losses_of, WeighBy by);

/// Explains the pairs one after another, the likeliest first: what one has explained is no longer there for the next,
/// else one loss would be explained by every sibling that gained. Pairs below the probability `least` explain nothing.
/// `left`: units still to be explained, by the caller's number of the interval; what went over is taken out of it. The
/// beliefs are in the order of `pairs.odd`.
[[nodiscard]] std::vector<MixedBelief> explain_pairs(SiblingPairs& pairs, WeighBy by, double least,
                                                     std::vector<double>& left);

}  // namespace shrike
