#include "shrink/backtest.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

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

Result<Predictions> predict(const LossData& data, const Layout& layout, const Nowcaster& nowcaster,
                            const std::vector<uint32_t>& which, View view, int threads) {
  Predictions out = sized(data, which);
  for (auto* column : {&out.loss, &out.pit, &out.low, &out.median, &out.high, &out.log_probability})
    column->resize(which.size());
  const auto asked = asked_of(data, layout, which);
  TRY(const auto parts, nowcaster.parts(data, asked, view, threads));
  for_blocks(which.size(), 256, threads, [&](size_t begin, size_t end, size_t) {
    for (size_t k = begin; k < end; ++k) {
      const Interval& x = asked[k].interval;
      const Spread spread = spread_of(parts[k]);
      const Outlook outlook = nowcaster.outlook(parts[k], spread, x, view);
      out.mean[k] = outlook.mean;
      out.loss[k] = std::max(0.0, spread.loss_found() - static_cast<double>(x.uom_gap));
      out.low[k] = outlook.low;
      out.median[k] = outlook.median;
      out.high[k] = outlook.high;
      const double y = target(x), at = spread.probability(y), upper = spread.cdf(y);
      const double lower = nowcaster.calibrated(upper - at, out.mean[k], view),
                   higher = nowcaster.calibrated(upper, out.mean[k], view);
      out.pit[k] = lower + hash_uniform(0x9172, which[k]) * (higher - lower);
      out.log_probability[k] = std::log(std::max(1e-6, (higher - lower) / spread.unit));
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

namespace {

/// Scores of one origin; none where nothing was counted by that day.
Result<std::vector<Score>> scores_at(const LossData& data, const Layout& layout, double day,
                                     const std::vector<uint32_t>& which, const BacktestOptions& options) {
  FitOptions fit;
  fit.until_day = day;
  fit.threads = options.threads;
  const bool challenged = options.challenger.model && options.challenger.learnt_until <= day;
  auto nowcaster = Nowcaster::fit(data, layout, fit, challenged ? options.challenger : Speaker{});
  if (!nowcaster && nowcaster.error().kind == Error::Kind::bad_input) return std::vector<Score>{};
  if (!nowcaster) return tl::unexpected(nowcaster.error());
  std::vector<Score> out;
  Nowcaster baseline = *nowcaster;
  baseline.let_speak({});
  for (View view : {View::nowcast, View::forecast}) {
    TRY(const auto said, predict(data, layout, baseline, which, view, options.threads));
    out.push_back(score(to_string(view), said));
  }
  for (View view : {View::nowcast, View::forecast}) {
    if (!challenged || !options.challenger.in(view)) continue;
    TRY(const auto said, predict(data, layout, *nowcaster, which, view, options.threads));
    out.push_back(score(fmt::format("{}, {}", to_string(view), to_string(options.challenger.model->kind())), said));
  }
  for (Baseline b : {Baseline::product_mean, Baseline::chain_mean, Baseline::last_value})
    out.push_back(score(to_string(b), predict(data, layout, fit, b, which)));
  return out;
}

}  // namespace

Result<std::vector<BacktestOrigin>> backtest(const LossData& data, const Layout& layout,
                                             const BacktestOptions& options) {
  double first = 1e18, last = 0;
  for (const Interval& x : data.intervals) {
    if (x.open) continue;
    first = std::min(first, x.day_from);
    last = std::max(last, x.day_to);
  }
  if (last <= first) return bad_input("no interval between two counts: nothing to look back on");
  std::vector<BacktestOrigin> out;
  const double start = first + options.from * (last - first), step = (last - start) / options.origins;
  for (int k = 0; k < options.origins; ++k) {
    const double day = start + k * step;
    const auto which = next_counts(data, layout, day, k + 1 < options.origins ? day + step : last);
    if (which.empty()) continue;
    TRY(auto scores, scores_at(data, layout, day, which, options));
    if (!scores.empty()) out.push_back({day, std::move(scores)});
  }
  if (out.empty())
    return bad_input(
        "too few counts to look back on: at least two full counts of a store, one of them late in the period, are "
        "needed");
  return out;
}

}  // namespace shrike
