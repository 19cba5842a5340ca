#include "shrink/correlate.h"

#include <algorithm>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>

#include "shrink/adjust.h"
#include "shrink/numeric.h"
#include "shrink/parallel.h"
#include "shrink/region_blocks.h"
#include "shrink/store_residual.h"

namespace shrike {
namespace {

using Engine = boost::random::mt19937_64;
using Column = std::vector<double>;

constexpr double kExpectedMin = 3;  // units; a store with less says nothing
constexpr size_t kStoresMin = 10;
constexpr size_t kMinorityMin = 5;      // stores that differ from the commonest value
constexpr double kCollinear = 0.9;      // share of a covariate that the adjustments explain already
constexpr double kKnownShareMin = 0.6;  // of the stores
constexpr int kFoldsMax = 30;
constexpr AssociationWords kWords{.shuffled = "values",
                                  .made_up = "covariates, as smooth in space,",
                                  .drawn = "areas",
                                  .no_gain = "it predicts areas that it has not seen no better"};

/// One period's stores as the tests see them; all by position in `store`.
struct Frame {
  std::vector<size_t> store;   ///< those with enough expected loss
  Column residual;             ///< log((α + O) / (α + E))
  Column seen, expected;       ///< units
  Column weight;               ///< 1 / variance of the residual
  std::vector<Column> adjust;  ///< turnover, counting intensity, formats
  Column log_turnover;
};

Frame frame_of(const LossData& data, const StoreTotals& t, std::vector<std::string>* names) {
  Frame f;
  for (size_t s = 0; s < t.expected.size(); ++s) {
    if (t.expected[s] >= kExpectedMin) f.store.push_back(s);
  }
  f.seen = picked(t.seen, f.store);
  f.expected = picked(t.expected, f.store);
  const double alpha = 1 + 0.02 * quantile(f.expected, 0.5);
  Column log_intensity;
  Column ratio;
  for (size_t i = 0; i < f.store.size(); ++i) {
    const size_t s = f.store[i];
    f.residual.push_back(std::log((alpha + std::max(f.seen[i], -0.5 * alpha)) / (alpha + f.expected[i])));
    f.log_turnover.push_back(std::log(std::max(1e-6, t.sold[s] / std::max(1.0, t.days[s]))));
    log_intensity.push_back(std::log(t.intervals[s] / std::max(1.0, t.days[s])));
  }
  const double spread = quantile(f.residual, 0.84) - quantile(f.residual, 0.16);
  for (size_t i = 0; i < f.store.size(); ++i) {
    const double noise = std::max(t.noise[f.store[i]], f.expected[i]) / std::pow(f.expected[i] + alpha, 2);
    f.weight.push_back(1 / (0.25 * 0.5 * spread * spread + noise + 1e-4));
  }
  f.adjust = {ranks(f.log_turnover), ranks(log_intensity)};
  if (names) *names = {"turnover (units sold a day)", "counting intensity"};
  std::map<std::string, size_t> formats;
  for (size_t s : f.store) ++formats[data.stores[s].format];
  for (auto at = formats.begin(); at != formats.end(); ++at) {
    if (at == formats.begin() || at->second < kMinorityMin) continue;  // the first is what the others are held against
    Column dummy;
    for (size_t s : f.store) dummy.push_back(data.stores[s].format == at->first ? 1 : 0);
    f.adjust.push_back(std::move(dummy));
    if (names) names->push_back("format " + at->first);
  }
  return f;
}

/// Swaps values between areas of one block, or between stores of one where each has its own.
class Shuffler {
 public:
  Shuffler(const Regions& regions, const Frame& frame, const std::vector<size_t>& rows, bool by_area) {
    std::map<int, size_t> unit_of;
    for (size_t i = 0; i < rows.size(); ++i) {
      const int area = regions.area[frame.store[rows[i]]];
      const auto [at, is_new] = unit_of.try_emplace(by_area ? area : static_cast<int>(i), unit_of.size());
      if (is_new) blocks_[regions.block[static_cast<size_t>(area)]].push_back(at->second);
      unit_.push_back(at->second);
    }
    from_.resize(unit_of.size());
  }
  [[nodiscard]] size_t units() const { return from_.size(); }
  [[nodiscard]] Column by_unit(const Column& x) const {
    Column out(units());
    for (size_t i = 0; i < unit_.size(); ++i) out[unit_[i]] = x[i];
    return out;
  }
  [[nodiscard]] Column spread(const Column& units) const {
    Column out;
    for (size_t u : unit_) out.push_back(units[u]);
    return out;
  }
  [[nodiscard]] Column shuffled(const Column& units, Engine& engine) {
    Column out = units;
    for (auto& [block, members] : blocks_) {
      for (size_t i = members.size(); i > 1; --i)
        std::swap(out[members[i - 1]], out[members[static_cast<size_t>(engine() % i)]]);
    }
    return spread(out);
  }
  /// A made-up value a unit, so smooth that `shared` of its variance lies between blocks.
  [[nodiscard]] Column made_up(double shared, Engine& engine) const {
    boost::random::normal_distribution<> normal;
    Column out(units());
    for (const auto& [block, members] : blocks_) {
      const double common = std::sqrt(shared) * normal(engine);
      for (size_t u : members) out[u] = common + std::sqrt(1 - shared) * normal(engine);
    }
    return spread(out);
  }
  /// Share of the variance of `units` between blocks, chance taken off.
  [[nodiscard]] double shared(const Column& units) const {
    double all = 0, n = 0, within = 0;
    for (double v : units) all += v;
    const double mean = all / static_cast<double>(units.size());
    double total = 0;
    for (double v : units) total += (v - mean) * (v - mean);
    for (const auto& [block, members] : blocks_) {
      double sum = 0;
      for (size_t u : members) sum += units[u];
      const double middle = sum / static_cast<double>(members.size());
      for (size_t u : members) within += (units[u] - middle) * (units[u] - middle);
      n += static_cast<double>(members.size()) - 1;
    }
    if (n < 1 || total <= 0) return 0;
    const double variance = total / static_cast<double>(units.size() - 1);
    return std::clamp(1 - within / n / variance, 0.0, 0.95);
  }

 private:
  std::vector<size_t> unit_;                   ///< by row
  std::map<int, std::vector<size_t>> blocks_;  ///< units
  std::vector<size_t> from_;
};

/// One covariate in one period: what its ranks and the residual's have in common beyond the adjustments.
struct PartialTest {
  double partial = 0, p = 1;
};

struct Prepared {
  std::vector<size_t> rows;  ///< of the frame, where the covariate is known
  Column x, y;               ///< ranks
  Adjuster adjuster;
  Column y_left;
};

Prepared prepare(const Frame& f, const Covariate& c) {
  std::vector<size_t> rows;
  for (size_t i = 0; i < f.store.size(); ++i) {
    if (std::isfinite(c.value[f.store[i]])) rows.push_back(i);
  }
  Column x;
  for (size_t r : rows) x.push_back(c.value[f.store[r]]);
  std::vector<Column> adjust;
  for (const auto& column : f.adjust) adjust.push_back(picked(column, rows));
  Adjuster adjuster(adjust, Column(rows.size(), 1));
  Column y = ranks(picked(f.residual, rows));
  Column y_left = adjuster.residual(y);
  return {std::move(rows), ranks(x), std::move(y), std::move(adjuster), std::move(y_left)};
}

PartialTest permuted(const Frame& f, const Regions& regions, const Covariate& c, int permutations, uint64_t seed) {
  const Prepared a = prepare(f, c);
  PartialTest out;
  if (a.rows.size() < kStoresMin) return out;
  out.partial = a.adjuster.correlation(a.adjuster.residual(a.x), a.y_left);
  Shuffler shuffler(regions, f, a.rows, c.by_area);
  const Column units = shuffler.by_unit(a.x);
  Engine engine(seed);
  int above = 0, below = 0;
  for (int b = 0; b < permutations; ++b) {
    const double r = a.adjuster.correlation(a.adjuster.residual(shuffler.shuffled(units, engine)), a.y_left);
    above += r >= out.partial - 1e-12 ? 1 : 0;
    below += r <= out.partial + 1e-12 ? 1 : 0;
  }
  out.p = std::min(1.0, 2.0 * (1 + std::min(above, below)) / (permutations + 1));
  return out;
}

/// 95 % of the partial correlation, areas drawn with replacement.
void bootstrap(CovariateTest& out, const Frame& f, const Regions& regions, const Prepared& a, int draws,
               uint64_t seed) {
  std::map<int, size_t> cluster;
  std::vector<size_t> of;
  for (size_t r : a.rows) {
    of.push_back(cluster.try_emplace(regions.area[f.store[r]], cluster.size()).first->second);
  }
  std::vector<Column> adjust;
  for (const auto& column : f.adjust) adjust.push_back(picked(column, a.rows));
  Engine engine(seed);
  Column found;
  for (int b = 0; b < draws; ++b) {
    Column times(cluster.size(), 0), weight;
    for (size_t i = 0; i < times.size(); ++i) times[static_cast<size_t>(engine() % times.size())] += 1;
    for (size_t u : of) weight.push_back(times[u]);
    const Adjuster adjuster(adjust, weight);
    found.push_back(adjuster.correlation(adjuster.residual(a.x), adjuster.residual(a.y)));
  }
  out.low = quantile(found, 0.025);
  out.high = quantile(found, 0.975);
}

double loss_deviance(double seen, double mean) {
  const double o = std::max(0.0, seen);
  return 2 * ((o > 0 ? o * std::log(o / mean) : 0) - (o - mean));
}

/// What knowing the covariate saves of the deviance of areas that were left out; and its slope on all of them.
void out_of_sample(CovariateTest& out, const Frame& f, const Regions& regions, const Prepared& a) {
  const size_t n = a.rows.size();
  std::vector<Column> base{Column(n, 1)};
  for (const auto& column : f.adjust) base.push_back(normal_scores(picked(column, a.rows)));
  auto with = base;
  with.push_back(normal_scores(a.x));
  const Column y = picked(f.residual, a.rows), weight = picked(f.weight, a.rows);
  std::map<int, int> order;
  for (size_t r : a.rows) order.try_emplace(regions.area[f.store[r]], static_cast<int>(order.size()));
  const int folds = std::min(kFoldsMax, static_cast<int>(order.size()));
  double without_deviance = 0, with_deviance = 0;
  for (int fold = 0; fold < folds; ++fold) {
    Column kept = weight;
    std::vector<size_t> left_out;
    for (size_t i = 0; i < n; ++i) {
      if (order[regions.area[f.store[a.rows[i]]]] % folds != fold) continue;
      kept[i] = 0;
      left_out.push_back(i);
    }
    for (const auto* columns : {&base, &with}) {
      const auto b = least_squares(*columns, y, kept);
      double& deviance = columns == &base ? without_deviance : with_deviance;
      for (size_t i : left_out) {
        double log_ratio = 0;
        for (size_t k = 0; k < b.size(); ++k) log_ratio += b[k] * (*columns)[k][i];
        deviance +=
            loss_deviance(f.seen[a.rows[i]], f.expected[a.rows[i]] * std::exp(std::clamp(log_ratio, -5.0, 5.0)));
      }
    }
  }
  out.gain = without_deviance > 0 ? 1 - with_deviance / without_deviance : 0;
  const auto slope = least_squares(with, y, weight);
  out.loss_ratio = slope.empty() ? 1 : std::exp(slope.back());
}

void held_against_made_up(CovariateTest& out, const Frame& f, const Regions& regions, const Covariate& c,
                          const Prepared& a, int controls, uint64_t seed) {
  const Shuffler shuffler(regions, f, a.rows, c.by_area);
  const double shared = shuffler.shared(shuffler.by_unit(a.x));
  Engine engine(seed);
  int beyond = 0;
  for (int i = 0; i < controls; ++i) {
    const Column made_up = ranks(shuffler.made_up(shared, engine));
    const double r = a.adjuster.correlation(a.adjuster.residual(made_up), a.y_left);
    beyond += std::abs(r) >= std::abs(out.partial) ? 1 : 0;
  }
  out.controls_beyond = static_cast<double>(beyond) / std::max(1, controls);
}

struct Periods {
  Frame all, half[2];
};

CovariateTest test_one(const Periods& periods, const Regions& regions, const Covariate& c,
                       const CorrelateOptions& options) {
  CovariateTest out;
  out.name = c.name;
  out.origin = c.origin;
  const Frame& f = periods.all;
  const uint64_t seed = hash_mix(options.seed ^ hash_text(c.name));
  const Prepared a = prepare(f, c);
  out.stores = static_cast<int>(a.rows.size());
  std::set<int> areas;
  for (size_t r : a.rows) {
    areas.insert(regions.area[f.store[r]]);
    out.x.push_back(c.value[f.store[r]]);
    out.y.push_back(f.residual[r]);
    out.store.push_back(static_cast<int>(f.store[r]));
  }
  out.areas = static_cast<int>(areas.size());
  out.rank_correlation = spearman(out.x, out.y);
  const auto whole = permuted(f, regions, c, options.permutations, seed);
  out.partial = whole.partial;
  out.p = whole.p;
  for (int h = 0; h < 2; ++h) {
    const auto part =
        permuted(periods.half[h], regions, c, options.permutations, hash_mix(seed + 1 + static_cast<uint64_t>(h)));
    out.partial_half[h] = part.partial;
    out.p_half[h] = part.p;
  }
  bootstrap(out, f, regions, a, options.bootstraps, hash_mix(seed + 3));
  held_against_made_up(out, f, regions, c, a, options.controls, hash_mix(seed + 4));
  out_of_sample(out, f, regions, a);
  return out;
}

/// Why a covariate cannot be told apart here; empty where it can.
std::string not_identifiable(const Frame& f, const Covariate& c) {
  if (!c.refused.empty()) return c.refused;
  const Prepared a = prepare(f, c);
  if (a.rows.size() < kStoresMin ||
      static_cast<double>(a.rows.size()) < kKnownShareMin * static_cast<double>(f.store.size()))
    return fmt::format("known of only {} of the {} stores that have enough expected loss", a.rows.size(),
                       f.store.size());
  std::map<double, size_t> times;
  for (size_t r : a.rows) ++times[c.value[f.store[r]]];
  size_t commonest = 0;
  for (const auto& [value, n] : times) commonest = std::max(commonest, n);
  if (times.size() < 2) return "the same for every store";
  if (a.rows.size() - commonest < kMinorityMin)
    return fmt::format("only {} stores differ from the others", a.rows.size() - commonest);
  const double explained = a.adjuster.explained(a.x);
  if (explained > kCollinear)
    return fmt::format(
        "turnover, counting intensity and format already explain {:.0f} % of it; what is left cannot be "
        "told apart from them",
        100 * explained);
  return "";
}

/// A covariate of a store: its days, each weighted by the loss that was expected on it.
Covariate weighted_days(const DailyCovariate& daily, const LossData& data, const std::vector<double>& mean) {
  Covariate out{daily.name, daily.origin, Column(data.stores.size(), std::nan("")), false, ""};
  std::vector<std::map<double, double>> change(data.stores.size());  // of the hazard a day, by day
  for (size_t i = 0; i < data.intervals.size(); ++i) {
    const Interval& x = data.intervals[i];
    if (x.open || x.days() < 1) continue;
    const double hazard = mean[i] / x.days();
    change[static_cast<size_t>(x.store)][std::floor(x.day_from)] += hazard;
    change[static_cast<size_t>(x.store)][std::floor(x.day_to)] -= hazard;
  }
  for (size_t s = 0; s < data.stores.size(); ++s) {
    double hazard = 0, sum = 0, weight = 0;
    auto at = change[s].begin();
    for (const auto& day : daily.by_store[s]) {
      for (; at != change[s].end() && at->first <= day.day; ++at) hazard += at->second;
      if (hazard <= 1e-12 || !std::isfinite(day.value)) continue;
      sum += hazard * day.value;
      weight += hazard;
    }
    if (weight > 0) out.value[s] = sum / weight;
  }
  return out;
}

/// Loss against turnover itself, without a ratio: log(α + O) on log(turnover).
void turnover_power(Correlation& out, const Frame& f, const Regions& regions, const CorrelateOptions& options) {
  Column y;
  for (double o : f.seen) y.push_back(std::log(1 + std::max(0.0, o)));
  const size_t n = y.size();
  const auto slope = [&](const Column& weight) {
    const auto b = least_squares({Column(n, 1), f.log_turnover}, y, weight);
    return b.empty() ? 0 : b[1];
  };
  out.turnover_exponent = slope(Column(n, 1));
  Engine engine(hash_mix(options.seed ^ 77));
  Column found;
  for (int b = 0; b < options.bootstraps; ++b) {
    Column times(static_cast<size_t>(regions.areas), 0), weight;
    for (int i = 0; i < regions.areas; ++i) times[static_cast<size_t>(engine() % times.size())] += 1;
    for (size_t s : f.store) weight.push_back(times[static_cast<size_t>(regions.area[s])]);
    found.push_back(slope(weight));
  }
  out.turnover_low = quantile(found, 0.025);
  out.turnover_high = quantile(found, 0.975);
}

}  // namespace

Result<Correlation> correlate_losses(const LossData& data, const Layout& layout,
                                     const std::vector<Covariate>& covariates, const std::vector<DailyCovariate>& daily,
                                     const CorrelateOptions& options) {
  TRY(const auto residuals, store_residuals(data, layout, options.threads));
  Correlation out;
  const Regions regions = regions_of(data.stores);
  const Periods periods{frame_of(data, residuals.all, &out.adjusted_for),
                        {frame_of(data, residuals.half[0], nullptr), frame_of(data, residuals.half[1], nullptr)}};
  out.stores = static_cast<int>(periods.all.store.size());
  out.areas = regions.areas;
  out.blocks = regions.blocks;
  if (periods.all.store.size() < kStoresMin)
    return bad_input(
        fmt::format("correlating needs at least {} stores with {} units of expected loss between counts; "
                    "there are {}",
                    kStoresMin, kExpectedMin, periods.all.store.size()));
  auto candidates = covariates;
  for (const auto& d : daily) candidates.push_back(weighted_days(d, data, residuals.mean));
  std::vector<Covariate> tested;
  for (auto& c : candidates) {
    auto reason = not_identifiable(periods.all, c);
    if (reason.empty()) {
      tested.push_back(std::move(c));
    } else {
      out.refused.push_back({c.name, c.origin, std::move(reason)});
    }
  }
  out.refused.push_back(
      {"turnover, units sold", "sales",
       fmt::format("it is in the expectation already (beside stock, a product's loss goes with its sales to the "
                   "power {:.2f}); a rate against its own denominator always correlates. Its exponent "
                   "over stores is given instead",
                   residuals.sales_exponent)});
  if (!daily.empty())
    out.refused.push_back({"weather of single days or weeks", "weather",
                           fmt::format("counts of a product lie {:.0f} days apart (median): on which of them the loss "
                                       "happened is not known, so no lag shorter than that can be",
                                       residuals.median_gap_d)});
  out.tests.resize(tested.size());
  for_blocks(tested.size(), 1, options.threads, [&](size_t begin, size_t, size_t) {
    out.tests[begin] = test_one(periods, regions, tested[begin], options);
  });
  out.all_tests = options.earlier.size() + out.tests.size();
  judge_all(out.tests, options.earlier, options.false_discovery_rate, kWords);
  turnover_power(out, periods.all, regions, options);
  if (!regions.located)
    out.notes.emplace_back(
        "the stores have no coordinates: values are exchanged over the whole chain, and what neighbours "
        "share is not guarded against");
  out.notes.emplace_back(
      "both halves of time hold the same stores: a replication shows that it lasts, not that it holds "
      "elsewhere");
  out.notes.emplace_back(
      "what holds between areas need not hold between people (ecological fallacy), and other borders of "
      "the areas could give other figures (MAUP)");
  return out;
}

}  // namespace shrike
