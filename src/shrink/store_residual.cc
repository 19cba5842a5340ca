#include "shrink/store_residual.h"

#include <algorithm>

#include "shrink/numeric.h"

namespace shrike {
namespace {

/// A chain in which all stores are alike: exposure, category, product, season and kind of count alone.
Result<LossModel> storeless_model(const LossData& data, const Layout& layout, int threads) {
  FitOptions options;
  options.threads = threads;
  options.rounds = 12;
  for (Level level : {Level::store, Level::store_category, Level::cell, Level::attention})
    options.flat[static_cast<size_t>(level)] = true;
  return fit_losses(data, layout, options);
}

size_t kind_group(CountKind kind) {
  return kind == CountKind::targeted ? 1 : kind == CountKind::cycle || kind == CountKind::spot ? 2 : 0;
}

StoreTotals totals_of(const LossData& data, const Layout& layout, const std::vector<double>& mean, double from,
                      double to) {
  StoreTotals t;
  for (auto* column : {&t.seen, &t.expected, &t.noise, &t.sold, &t.days, &t.intervals})
    column->assign(data.stores.size(), 0);
  struct Cell {  // a product in a store: its counts share what is particular to it
    size_t store;
    double seen, expected;
  };
  std::vector<Cell> cells;
  int32_t last = -1;
  for (size_t i = 0; i < data.intervals.size(); ++i) {
    const Interval& x = data.intervals[i];
    if (x.open || x.day_to <= from || x.day_to > to) continue;
    const auto s = static_cast<size_t>(x.store);
    t.seen[s] += target(x);
    t.expected[s] += mean[i];
    t.sold[s] += static_cast<double>(x.sold);
    t.days[s] += x.days();
    t.intervals[s] += 1;
    if (layout.cell[i] != last) cells.push_back({s, 0, 0});
    last = layout.cell[i];
    cells.back().seen += target(x);
    cells.back().expected += mean[i];
  }
  for (const Cell& c : cells) {  // about the store's own level: losing more is not being noisier
    const double level = (std::max(0.0, t.seen[c.store]) + 3) / (t.expected[c.store] + 3);
    t.noise[c.store] += (c.seen - level * c.expected) * (c.seen - level * c.expected);
  }
  return t;
}

/// The day by which half of what is expected has been counted.
double middle_of(const LossData& data, const std::vector<double>& mean) {
  std::vector<std::pair<double, double>> by_day;
  double all = 0;
  for (size_t i = 0; i < mean.size(); ++i) {
    if (data.intervals[i].open) continue;
    by_day.emplace_back(data.intervals[i].day_to, mean[i]);
    all += mean[i];
  }
  std::sort(by_day.begin(), by_day.end());
  double so_far = 0;
  for (const auto& [day, expected] : by_day) {
    if ((so_far += expected) >= 0.5 * all) return day;
  }
  return 0;
}

}  // namespace

Result<StoreResiduals> store_residuals(const LossData& data, const Layout& layout, int threads) {
  TRY(const LossModel model, storeless_model(data, layout, threads));
  StoreResiduals out;
  out.mean.resize(data.intervals.size());
  std::vector<double> gaps;
  for (size_t i = 0; i < out.mean.size(); ++i) {
    const Interval& x = data.intervals[i];
    out.mean[i] = model.rate_mean(data, layout, i) * model.effect[static_cast<size_t>(Level::kind)][kind_group(x.kind)];
    if (!x.open) gaps.push_back(x.days());
  }
  constexpr double kEver = 1e18;
  out.middle_day = middle_of(data, out.mean);
  out.all = totals_of(data, layout, out.mean, -kEver, kEver);
  out.half[0] = totals_of(data, layout, out.mean, -kEver, out.middle_day);
  out.half[1] = totals_of(data, layout, out.mean, out.middle_day, kEver);
  out.sales_exponent = model.exponents[static_cast<size_t>(Driver::sales_rate)];
  out.median_gap_d = quantile(std::move(gaps), 0.5);
  return out;
}

}  // namespace shrike
