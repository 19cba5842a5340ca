#include "sim/chain_losses.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace shrike {
namespace {

CountKind kind_of(SimCountKind kind) {
  return kind == SimCountKind::full    ? CountKind::full
         : kind == SimCountKind::cycle ? CountKind::cycle
                                       : CountKind::targeted;
}

LossData dimensions_of(const ChainPlan& plan) {
  LossData data;
  data.currency = "EUR";
  data.categories = plan.categories;
  for (size_t v = 0; v < plan.bad_vendor.size(); ++v) data.vendors.push_back(fmt::format("V{:03}", v + 1));
  for (const SimStore& s : plan.stores) {
    data.stores.push_back(
        {s.id, s.name, s.format, s.time_zone, plan.areas[static_cast<size_t>(s.area)].id, s.area_m2, s.lat, s.lon});
  }
  int groups = 0;
  for (const SimProduct& p : plan.products) {
    Product x;
    x.sku = p.sku;
    x.name = p.name;
    x.category = p.category;
    x.vendor = p.vendor;
    x.group = p.group;
    x.pack = p.pack;
    x.shelf_life_d = p.shelf_life_d;
    x.unit_retail = static_cast<float>(p.price);
    x.unit_cost = static_cast<float>(p.cost);
    groups = std::max(groups, p.group + 1);
    data.products.push_back(x);
  }
  for (int g = 0; g < groups; ++g) data.groups.push_back(fmt::format("G{:04}", g));
  return data;
}

Interval interval_of(const ChainPlan& plan, int store, const SimInterval& i) {
  const SimProduct& p = plan.products[static_cast<size_t>(i.product)];
  Interval x;
  x.store = store;
  x.product = i.product;
  x.kind = kind_of(i.kind);
  x.open = i.open;
  x.day_from = static_cast<double>(plan.first_day + i.day_from);
  x.day_to = static_cast<double>(plan.first_day + i.day_to);
  x.v = static_cast<float>(i.open ? 0 : i.variance);
  x.sold = static_cast<float>(i.sold);
  x.received = static_cast<float>(i.received);
  x.stock_days = static_cast<float>(i.stock_days);
  x.quiet_days = static_cast<float>(i.day_to - std::max(i.day_from, i.last_sale_day));
  x.uom_gap = static_cast<float>(i.pack_gap);
  x.count_from = static_cast<float>(i.counted_from);
  x.book_to = static_cast<float>(i.book);
  x.unit_cost = static_cast<float>(p.cost);
  x.unit_retail = static_cast<float>(p.price);
  return x;
}

}  // namespace

SimLosses losses_of(const ChainPlan& plan) {
  SimLosses out;
  out.data = dimensions_of(plan);
  simulate_chain(plan, [&](const StoreTape& tape) {
    std::vector<SimInterval> sorted = tape.intervals;
    std::stable_sort(sorted.begin(), sorted.end(), [](const SimInterval& a, const SimInterval& b) {
      return std::pair(a.product, a.day_from) < std::pair(b.product, b.day_from);
    });
    for (const SimInterval& i : sorted) out.data.intervals.push_back(interval_of(plan, tape.store, i));
    out.truth.insert(out.truth.end(), sorted.begin(), sorted.end());
  });
  return out;
}

}  // namespace shrike
