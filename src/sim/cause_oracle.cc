#include "sim/cause_oracle.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "shrink/delivery_path.h"
#include "shrink/loss_model.h"
#include "shrink/parallel.h"

namespace shrike {
namespace {

using Pmf = std::vector<double>;  // of k - kBelow

constexpr int kBelow = 80, kSize = 400;
constexpr int kCasesMax = 5;
constexpr double kLeast = 1e-13, kStray = 1e-9;
constexpr double kKnown = 1000;           // Gamma shape of a mean that is known
constexpr double kSpoiledMore = 1.0 / 3;  // chain.cc: spoilage goes by one unit, and one more with this chance

/// Poisson many events of geometric size (one more with chance `more`), `mean` units in all: Panjer's recursion.
std::vector<double> events(double mean, double more, size_t n) {
  const double rate = mean * (1 - more);
  std::vector<double> size(n), p(n);
  for (size_t k = 1; k < n; ++k) size[k] = (1 - more) * std::pow(more, static_cast<double>(k) - 1);
  p[0] = std::exp(-rate);
  for (size_t k = 1; k < n; ++k) {
    for (size_t j = 1; j <= k && j < 40; ++j) p[k] += static_cast<double>(j) * size[j] * p[k - j];
    p[k] *= rate / static_cast<double>(k);
  }
  return p;
}

/// Of a sum of both, or of `p` less what `by` says.
Pmf with(const Pmf& p, const std::vector<double>& by, int sign) {
  Pmf out(kSize, 0.0);
  for (int i = 0; i < kSize; ++i) {
    if (p[static_cast<size_t>(i)] < kLeast) continue;
    for (int j = 0; j < static_cast<int>(by.size()); ++j) {
      const int k = i + sign * j;
      if (k >= 0 && k < kSize) out[static_cast<size_t>(k)] += p[static_cast<size_t>(i)] * by[static_cast<size_t>(j)];
    }
  }
  return out;
}

/// V without a case missing: everything else that was planted in the interval.
Pmf all_else(const World& world, const SimInterval& t, double over, size_t pack) {
  const auto expected = [&](SimCause c) { return t.expected[static_cast<size_t>(c)]; };
  Pmf p(kSize, 0.0);
  p[kBelow] = 1;
  p = with(p, events(std::max(0.0, expected(SimCause::theft)), world.theft.sweep, 150), 1);
  if (const double m = expected(SimCause::spoilage); m > 1e-6) p = with(p, events(m, kSpoiledMore, 60), 1);
  if (const double m = expected(SimCause::sibling); std::abs(m) > 1e-6)
    p = with(p, events(std::abs(m), 0, 60), m > 0 ? 1 : -1);
  std::vector<double> error(6), cases(pack + 1);
  error[0] = 1 - world.counts.line_error / 2;
  for (size_t k = 1; k < error.size(); ++k)
    error[k] = world.counts.line_error / 2 * (1 - world.counts.line_error_more) *
               std::pow(world.counts.line_error_more, static_cast<double>(k) - 1);
  for (int sign : {1, -1, 1, -1}) p = with(p, error, sign);
  cases[0] = 1 - over;
  cases[pack] += over;
  return with(p, cases, -1);
}

/// Deliveries of an interval, and cases that they lack, as planted.
struct Planted {
  double lines = 0, missing = 0;
};

Planted planted_of(const World& world, const Interval& x, const SimInterval& t, double pack) {
  const double net = t.expected[static_cast<size_t>(SimCause::receiving)] / pack;  // cases missing less cases too many
  const auto& r = world.receiving;
  const double bad = r.short_bad * (1 - r.credited), good = r.short_good * (1 - r.credited);
  const double middle = std::sqrt(std::max(1e-9, bad - r.over) * std::max(1e-9, good - r.over));
  // Worlds know two kinds of vendor, far apart: which one delivered shows in the rate a case.
  const double rate = net * pack / static_cast<double>(x.received) > middle ? bad : good;
  const double lines = rate > r.over ? std::max(0.0, net) / (rate - r.over) : 0;
  return {lines, lines * rate};
}

/// P(a case was missing | V, and everything that was planted).
double missing_given_all(const World& world, const Interval& x, const SimInterval& t, double pack) {
  if (pack < 1 || x.received <= 0) return 0;
  const auto [lines, mean] = planted_of(world, x, t, pack);
  const Pmf p = all_else(world, t, std::min(0.5, lines * world.receiving.over), static_cast<size_t>(pack));
  const auto at = [&](int v) {
    return v + kBelow >= 0 && v + kBelow < kSize ? p[static_cast<size_t>(v + kBelow)] + kStray : kStray;
  };
  const int v = static_cast<int>(std::lround(target(x)));
  double chance = std::exp(-mean), some = 0;
  const double none = chance * at(v);
  for (int k = 1; k <= kCasesMax; ++k) {
    chance *= mean / k;
    some += chance * at(v - k * static_cast<int>(pack));
  }
  return some / (some + none);
}

/// The same where the days are known too.
double missing_given_days(const World& world, const SimLosses& losses, const StockDays& days,
                          const StockDays::Told& told) {
  const Interval& x = losses.data.intervals[told.interval];
  const SimInterval& t = losses.truth[told.interval];
  const double pack = losses.data.products[static_cast<size_t>(x.product)].pack;
  const auto expected = [&](SimCause c) { return std::max(0.0, t.expected[static_cast<size_t>(c)]); };
  double paces = 0;
  for (int32_t day = told.first; day <= told.last; ++day) paces += days.pace_of(x.store, day);
  const double mean = expected(SimCause::theft) + expected(SimCause::spoilage) + expected(SimCause::sibling) + 0.02;
  const PathLikelihood path = path_likelihood(
      {days, told, x, target(x), pack, mean, kKnown, (static_cast<double>(x.sold) + 0.1) / std::max(1.0, paces)});
  const double e = world.counts.line_error / 2, more = world.counts.line_error_more;
  const std::array<double, kErrorStates> error{e * more, e * (1 - more), 1 - 2 * e, e * (1 - more), e * more};
  double none = 0, one = 0;
  for (size_t b = 0; b < kErrorStates; ++b) {
    for (size_t a = 0; a < kErrorStates; ++a) {
      none += error[b] * error[a] * path.by_error[b][a][0];
      one += error[b] * error[a] * path.by_error[b][a][1];
    }
  }
  const double missing = planted_of(world, x, t, pack).missing;
  return missing * one / std::max(1e-300, missing * one + none);
}

}  // namespace

double receiving_oracle_f1(const World& world, const SimLosses& losses, const StockDays* days, int threads) {
  const LossData& data = losses.data;
  std::vector<double> chance(data.intervals.size(), 0);
  for_blocks(chance.size(), 256, threads, [&](size_t begin, size_t end, size_t) {
    for (size_t i = begin; i < end; ++i) {
      const Interval& x = data.intervals[i];
      if (!x.open)
        chance[i] = missing_given_all(world, x, losses.truth[i], data.products[static_cast<size_t>(x.product)].pack);
    }
  });
  if (days != nullptr) {
    for_blocks(days->told.size(), 64, threads, [&](size_t begin, size_t end, size_t) {
      for (size_t k = begin; k < end; ++k)
        chance[days->told[k].interval] = missing_given_days(world, losses, *days, days->told[k]);
    });
  }
  std::vector<std::pair<double, bool>> rows;
  double there = 0, hits = 0, best = 0;
  for (size_t i = 0; i < chance.size(); ++i) {
    if (data.intervals[i].open) continue;
    const bool is = losses.truth[i].realised[static_cast<size_t>(SimCause::receiving)] > 0;
    rows.emplace_back(-chance[i], is);
    there += is ? 1 : 0;
  }
  std::sort(rows.begin(), rows.end());
  for (size_t k = 0; k < rows.size(); ++k) {
    hits += rows[k].second ? 1 : 0;
    const bool last = k + 1 == rows.size() || rows[k + 1].first > rows[k].first;  // ties are called together
    if (last) best = std::max(best, 2 * hits / (static_cast<double>(k + 1) + there));
  }
  return best;
}

}  // namespace shrike
