#include "shrink/backtest.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "shrink/numeric.h"
#include "shrink/parallel.h"

namespace shrike {
namespace {

Predictions sized(const LossData& data, const std::vector<uint32_t>& which) {
  Predictions out;
  for (uint32_t i : which) {
    out.seen.push_back(data.intervals[i].v);
    out.unit_cost.push_back(data.intervals[i].unit_cost);
  }
  out.mean.resize(which.size());
  return out;
}

}  // namespace

std::vector<uint32_t> next_counts(const LossData& data, const Layout& layout, double day, double until) {
  bool kinds = false;
  for (const Interval& x : data.intervals) kinds = kinds || x.kind == CountKind::full;
  std::vector<uint32_t> found;
  int32_t last_cell = -1;
  for (size_t i = 0; i < data.intervals.size(); ++i) {
    const Interval& x = data.intervals[i];
    const bool judged =
        kinds ? x.kind == CountKind::full : x.kind != CountKind::targeted && x.kind != CountKind::opening;
    if (x.open || x.day_to <= day || x.day_to > until || !judged || layout.cell[i] == last_cell) continue;
    last_cell = layout.cell[i];  // intervals of a cell follow one another in time
    found.push_back(static_cast<uint32_t>(i));
  }
  return found;
}

Predictions predict(const LossData& data, const Layout& layout, const Nowcaster& nowcaster,
                    const std::vector<uint32_t>& which, View view, int threads) {
  Predictions out = sized(data, which);
  for (auto* column : {&out.pit, &out.low, &out.median, &out.high, &out.log_probability}) column->resize(which.size());
  for_blocks(which.size(), 256, threads, [&](size_t begin, size_t end, size_t) {
    for (size_t k = begin; k < end; ++k) {
      const Interval& x = data.intervals[which[k]];
      const int cell = layout.cell[which[k]];
      const SpreadParts parts = nowcaster.parts(data, x, cell, view);
      out.mean[k] = Nowcaster::mean(parts, x);
      const Spread spread = spread_of(parts);
      const double y = target(x), at = spread.probability(y), upper = spread.cdf(y);
      const double lower = nowcaster.calibrated(upper - at, out.mean[k], view),
                   higher = nowcaster.calibrated(upper, out.mean[k], view);
      out.pit[k] = lower + hash_uniform(0x9172, which[k]) * (higher - lower);
      out.log_probability[k] = std::log(std::max(1e-6, (higher - lower) / spread.unit));
      const Outlook outlook = nowcaster.outlook(data, x, cell, view);
      out.low[k] = outlook.low;
      out.median[k] = outlook.median;
      out.high[k] = outlook.high;
    }
  });
  return out;
}

const char* to_string(Baseline baseline) {
  static constexpr std::array names{"product mean", "chain mean", "last value"};
  return names[static_cast<size_t>(baseline)];
}

Predictions predict(const LossData& data, const Layout& layout, const FitOptions& learnt, Baseline baseline,
                    const std::vector<uint32_t>& which) {
  std::vector<double> units(data.products.size()), days(data.products.size()),
      last(static_cast<size_t>(layout.cells())), has(last.size());
  double all_units = 0, all_days = 1e-9;
  for (size_t i = 0; i < data.intervals.size(); ++i) {
    if (!learns_from(data, i, learnt)) continue;
    const Interval& x = data.intervals[i];
    units[static_cast<size_t>(x.product)] += target(x);
    days[static_cast<size_t>(x.product)] += x.days();
    all_units += target(x);
    all_days += x.days();
    last[static_cast<size_t>(layout.cell[i])] = target(x) / std::max(1.0, x.days());
    has[static_cast<size_t>(layout.cell[i])] = 1;
  }
  Predictions out = sized(data, which);
  for (size_t k = 0; k < which.size(); ++k) {
    const Interval& x = data.intervals[which[k]];
    const auto p = static_cast<size_t>(x.product), c = static_cast<size_t>(layout.cell[which[k]]);
    const double chain = all_units / all_days, product = days[p] > 0 ? units[p] / days[p] : chain;
    const double rate = baseline == Baseline::chain_mean                 ? chain
                        : baseline == Baseline::last_value && has[c] > 0 ? last[c]
                                                                         : product;
    out.mean[k] = rate * x.days();
  }
  return out;
}

Result<std::vector<BacktestOrigin>> backtest(const LossData& data, const Layout& layout, int origins, double from,
                                             int threads) {
  double first = 1e18, last = 0;
  for (const Interval& x : data.intervals) {
    if (x.open) continue;
    first = std::min(first, x.day_from);
    last = std::max(last, x.day_to);
  }
  if (last <= first) return bad_input("no interval between two counts: nothing to look back on");
  std::vector<BacktestOrigin> out;
  for (int k = 0; k < origins; ++k) {
    const double start = first + from * (last - first), step = (last - start) / origins;
    BacktestOrigin origin;
    origin.day = start + k * step;
    const auto which = next_counts(data, layout, origin.day, k + 1 < origins ? origin.day + step : last);
    FitOptions options;
    options.until_day = origin.day;
    options.threads = threads;
    if (which.empty()) continue;
    auto nowcaster = Nowcaster::fit(data, layout, options);
    if (!nowcaster) continue;  // nothing counted yet by that day
    origin.scores.push_back(score("nowcast", predict(data, layout, *nowcaster, which, View::nowcast, threads)));
    origin.scores.push_back(score("forecast", predict(data, layout, *nowcaster, which, View::forecast, threads)));
    for (Baseline b : {Baseline::product_mean, Baseline::chain_mean, Baseline::last_value}) {
      origin.scores.push_back(score(to_string(b), predict(data, layout, options, b, which)));
    }
    out.push_back(std::move(origin));
  }
  if (out.empty())
    return bad_input(
        "too few counts to look back on: at least two full counts of a store, one of them late in the period, are "
        "needed");
  return out;
}

}  // namespace shrike
