#include "shrink/expect.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "shrink/parallel.h"

namespace shrike {
namespace {

constexpr double kNormal95 = 1.6448536269514722;

/// Mean and variance of a sum, in units and money.
struct Sum {
  double units = 0, units_variance = 0, cost = 0, cost_variance = 0, retail = 0;
  void add(double mean, double variance, double unit_cost, double unit_retail) {
    units += mean;
    units_variance += variance;
    cost += mean * unit_cost;
    cost_variance += variance * unit_cost * unit_cost;
    retail += mean * unit_retail;
  }
  void add(const Sum& x) {
    units += x.units;
    units_variance += x.units_variance;
    cost += x.cost;
    cost_variance += x.cost_variance;
    retail += x.retail;
  }
};

Estimate around(double mean, double variance) {
  const double reach = kNormal95 * std::sqrt(variance);
  return {mean, mean - reach, mean + reach};
}

int group_of(const LossData& data, const Interval& x, GroupBy by, size_t place) {
  switch (by) {
    case GroupBy::chain:
      return 0;
    case GroupBy::store:
      return x.store;
    case GroupBy::category:
      return data.products[static_cast<size_t>(x.product)].category;
    case GroupBy::product:
      return x.product;
    case GroupBy::cell:
      return static_cast<int>(place);
  }
  return 0;
}

size_t groups_of(const LossData& data, GroupBy by, size_t cells) {
  const std::array<size_t, 5> n{1, data.stores.size(), data.categories.size(), data.products.size(), cells};
  return n[static_cast<size_t>(by)];
}

}  // namespace

const char* to_string(GroupBy by) {
  static constexpr std::array names{"chain", "store", "category", "product", "cell"};
  return names[static_cast<size_t>(by)];
}

Interval to_come(const Interval& open, double days) {
  Interval x;
  x.store = open.store;
  x.product = open.product;
  x.day_from = open.day_to;
  x.day_to = open.day_to + days;
  x.count_from = x.book_to = open.book_to;
  x.unit_cost = open.unit_cost;
  x.unit_retail = open.unit_retail;
  return x;
}

double last_day(const LossData& data) {
  double last = 0;
  for (const Interval& x : data.intervals) last = std::max(last, x.day_to);
  return last;
}

Result<std::vector<CellOutlook>> cell_outlooks(const LossData& data, const Layout& layout, const Nowcaster& nowcaster,
                                               double days_ahead, int threads) {
  std::vector<CellOutlook> out;
  std::vector<Asked> since, ahead;
  for (size_t i = 0; i < data.intervals.size(); ++i) {
    const Interval& x = data.intervals[i];
    if (!x.open) continue;
    out.push_back({static_cast<uint32_t>(i)});
    since.push_back({x, layout.cell[i], layout.attention[i]});
    if (days_ahead > 0) ahead.push_back({to_come(x, days_ahead), layout.cell[i], layout.attention[i]});
  }
  TRY(const auto since_parts, nowcaster.parts(data, since, View::nowcast, threads));
  TRY(const auto ahead_parts, nowcaster.parts(data, ahead, View::forecast, threads));
  for_blocks(out.size(), 256, threads, [&](size_t begin, size_t end, size_t) {
    for (size_t k = begin; k < end; ++k) {
      CellOutlook& c = out[k];
      const Spread spread = spread_of(since_parts[k]);
      const Outlook now = nowcaster.outlook(since_parts[k], spread, since[k].interval, View::nowcast);
      c.since_mean = now.mean;
      c.since_variance = spread.variance();
      c.since_low = now.low;
      c.since_high = now.high;
      c.found = spread.loss_found();
      c.empty = now.empty;
      if (ahead.empty()) continue;
      const Spread next_spread = spread_of(ahead_parts[k]);
      const Outlook next = nowcaster.outlook(ahead_parts[k], next_spread, ahead[k].interval, View::forecast);
      c.ahead_mean = next.mean;
      c.ahead_variance = next_spread.variance();
      c.ahead_low = next.low;
      c.ahead_high = next.high;
    }
  });
  return out;
}

std::vector<GroupOutlook> group_outlooks(const LossData& data, const Nowcaster& nowcaster,
                                         const std::vector<CellOutlook>& cells, GroupBy by) {
  std::vector<Sum> since(groups_of(data, by, cells.size())), ahead(since.size());
  std::vector<GroupOutlook> out(since.size());
  for (size_t k = 0; k < cells.size(); ++k) {
    const CellOutlook& c = cells[k];
    const Interval& x = data.intervals[c.interval];
    const auto g = static_cast<size_t>(group_of(data, x, by, k));
    since[g].add(c.since_mean, c.since_variance, x.unit_cost, x.unit_retail);
    ahead[g].add(c.ahead_mean, c.ahead_variance, x.unit_cost, x.unit_retail);
    out[g].empty_shelves += c.empty;
    out[g].days_since_count += x.days();
    ++out[g].cells;
  }
  const double spread_since = by == GroupBy::cell ? 1 : nowcaster.calibration(View::nowcast).total_spread;
  const double spread_ahead = by == GroupBy::cell ? 1 : nowcaster.calibration(View::forecast).total_spread;
  for (size_t g = 0; g < out.size(); ++g) {
    GroupOutlook& x = out[g];
    x.index = static_cast<int>(g);
    for (auto [sum, spread] : {std::pair{&since[g], spread_since}, {&ahead[g], spread_ahead}}) {
      sum->units_variance *= spread * spread;
      sum->cost_variance *= spread * spread;
    }
    Sum next = since[g];
    next.add(ahead[g]);
    x.since = around(since[g].units, since[g].units_variance);
    x.ahead = around(ahead[g].units, ahead[g].units_variance);
    x.next = around(next.units, next.units_variance);
    x.since_cost = around(since[g].cost, since[g].cost_variance);
    x.ahead_cost = around(ahead[g].cost, ahead[g].cost_variance);
    x.next_cost = around(next.cost, next.cost_variance);
    x.since_retail = since[g].retail;
    x.ahead_retail = ahead[g].retail;
    if (x.cells > 0) x.days_since_count /= static_cast<double>(x.cells);
    if (by == GroupBy::cell) {  // one cell's spread is no normal: its calibrated points instead
      x.since.low = cells[g].since_low;
      x.since.high = cells[g].since_high;
      x.ahead.low = cells[g].ahead_low;
      x.ahead.high = cells[g].ahead_high;
    }
  }
  std::erase_if(out, [](const GroupOutlook& x) { return x.cells == 0; });
  std::stable_sort(out.begin(), out.end(),
                   [](const GroupOutlook& a, const GroupOutlook& b) { return a.next_cost.mean > b.next_cost.mean; });
  return out;
}

}  // namespace shrike
