#include "sim/chain_plan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <date/date.h>
#include <fmt/format.h>

#include "base/time.h"
#include "sim/chain_random.h"

namespace shrike {
namespace {

constexpr std::array<const char*, 24> kCategories{
    "Snacks",   "Confectionery", "Dairy",      "Bakery",      "Fresh produce", "Meat and fish",
    "Frozen",   "Beverages",     "Wine",       "Spirits",     "Coffee",        "Baby care",
    "Shaving",  "Cosmetics",     "Oral care",  "Hair care",   "Health care",   "Household",
    "Pet food", "Batteries",     "Stationery", "Small tools", "Phone extras",  "Toys"};
constexpr std::array<const char*, 3> kFormats{"compact", "standard", "large"};

int at_least_one(double share, int of) {
  return share <= 0 ? 0 : std::max(1, static_cast<int>(std::lround(share * of)));
}

/// `n` different numbers below `of`.
std::vector<int> pick(SimRandom& random, int n, int of) {
  std::vector<int> all(static_cast<size_t>(of));
  for (int i = 0; i < of; ++i) all[static_cast<size_t>(i)] = i;
  n = std::min(n, of);
  for (int i = 0; i < n; ++i)
    std::swap(all[static_cast<size_t>(i)], all[static_cast<size_t>(i + random.below(of - i))]);
  all.resize(static_cast<size_t>(n));
  return all;
}

std::string category_name(int c) {
  const auto base = kCategories[static_cast<size_t>(c) % kCategories.size()];
  return static_cast<size_t>(c) < kCategories.size()
             ? base
             : fmt::format("{} {}", base, static_cast<size_t>(c) / kCategories.size() + 1);
}

void plan_products(ChainPlan& plan, SimRandom& random) {
  const World& w = plan.world;
  const int categories = std::min(static_cast<int>(w.assortment.categories), plan.size.products);
  std::vector<double> category_theft, category_price;
  std::vector<bool> category_spoils;
  for (int c = 0; c < categories; ++c) {
    plan.categories.push_back(category_name(c));
    category_theft.push_back(random.gamma_mean_1(w.theft.category_shape));
    category_price.push_back(std::exp(0.5 * w.assortment.price_sigma * random.normal()));
    category_spoils.push_back(random.chance(w.assortment.perishable));
  }
  const int vendors = std::max(1, static_cast<int>(w.assortment.vendors));
  plan.bad_vendor.assign(static_cast<size_t>(vendors), false);
  for (int v : pick(random, at_least_one(w.receiving.bad_vendors, vendors), vendors)) {
    plan.bad_vendor[static_cast<size_t>(v)] = true;
  }
  double popularity_sum = 0;
  int groups = 0;
  for (int p = 0; p < plan.size.products; ++p) {
    SimProduct x;
    x.sku = fmt::format("P{:05}", p + 1);
    x.gtin = fmt::format("{:013}", 4000000000000LL + 7919LL * (p + 1));
    x.category = p * categories / plan.size.products;
    const auto c = static_cast<size_t>(x.category);
    x.popularity = std::exp(w.demand.popularity_sigma * random.normal());
    x.price =
        w.assortment.price_median * category_price[c] * std::exp(0.8 * w.assortment.price_sigma * random.normal());
    // Vendors serve few categories, so that a bad one shows as a cluster.
    x.vendor = (x.category * 3 + random.below(3)) % vendors;
    x.theft = category_theft[c] * random.gamma_mean_1(w.theft.product_shape);
    if (category_spoils[c]) x.shelf_life_d = static_cast<int>(random.between(4, 45));
    const SimProduct* before = plan.products.empty() ? nullptr : &plan.products.back();
    const bool same_category = before != nullptr && before->category == x.category;
    if (same_category && random.chance(w.assortment.siblings)) {  // a variant of the product before it
      auto& last = plan.products.back();
      if (last.group < 0) last.group = groups++;
      x.group = last.group;
      x.price = last.price * random.between(0.97, 1.03);
      x.popularity = last.popularity * random.between(0.5, 1.5);
      x.vendor = last.vendor;
      x.shelf_life_d = last.shelf_life_d;
    }
    x.price = std::max(0.05, std::round(x.price * 100) / 100);
    x.cost = std::max(0.01, std::round(x.price * random.between(0.52, 0.78) * 100) / 100);
    const bool fast = x.popularity > 1.2;
    x.pack = std::max(2, static_cast<int>(fast ? w.assortment.pack_large : w.assortment.pack_small));
    if (random.chance(0.35)) x.pack = std::max(2, x.pack / 2);
    x.name = fmt::format("{} no. {}", plan.categories[c], p + 1);
    popularity_sum += x.popularity;
    plan.products.push_back(x);
  }
  double theft_sum = 0;
  for (SimProduct& x : plan.products) {
    x.popularity *= plan.size.products / popularity_sum;
    theft_sum += x.theft * (0.5 + 0.5 * x.popularity);
  }
  // Whatever the spread drawn, the chain loses the share of its sales that the world says.
  for (SimProduct& x : plan.products) x.theft *= plan.size.products / theft_sum;
  for (int p : pick(random, at_least_one(w.faults.uom_products, plan.size.products), plan.size.products)) {
    plan.products[static_cast<size_t>(p)].uom_start = random.between(0.1, 0.7);
  }
}

/// A standard-normal value an area, `smoothness` of its variance shared within a region.
std::vector<double> smooth_field(const ChainPlan& plan, SimRandom& random, int regions) {
  std::vector<double> region(static_cast<size_t>(regions)), value;
  for (double& r : region) r = random.normal();
  const double s = plan.world.area.smoothness;
  for (const SimArea& a : plan.areas) {
    value.push_back(std::sqrt(s) * region[static_cast<size_t>(a.region)] + std::sqrt(1 - s) * random.normal());
  }
  return value;
}

void plan_areas(ChainPlan& plan, SimRandom& random) {
  const World& w = plan.world;
  const int areas = plan.size.stores;
  const int regions = std::min(static_cast<int>(w.area.regions), areas);
  for (int a = 0; a < areas; ++a) plan.areas.push_back({fmt::format("A{:04}", a + 1), a * regions / areas});
  auto add = [&](std::string name, std::string truth, std::vector<double> z, double mean, double spread) {
    for (double& v : z) v = std::round((mean + spread * v) * 100) / 100;
    plan.covariates.push_back({std::move(name), std::move(truth), std::move(z)});
  };
  add("income", "true", smooth_field(plan, random, regions), 31000, 6200);
  add("population_density", "true", smooth_field(plan, random, regions), 2600, 700);
  for (int i = 0; i < static_cast<int>(w.area.nonsense); ++i) {
    add(fmt::format("index_{:02}", i + 1), "nonsense", smooth_field(plan, random, regions), 100, 15);
  }
}

double z_score(const SimCovariate& c, int area, double mean, double spread) {
  return (c.value[static_cast<size_t>(area)] - mean) / spread;
}

void plan_stores(ChainPlan& plan, SimRandom& random) {
  const World& w = plan.world;
  const int n = plan.size.stores;
  for (int s = 0; s < n; ++s) {
    SimStore x;
    x.id = s == 0 && !plan.size.first_store.empty() ? plan.size.first_store : fmt::format("S{:03}", s + 1);
    x.name = fmt::format("Simulated store {}", s + 1);
    x.time_zone = w.time_zones[static_cast<size_t>(s) % w.time_zones.size()];
    x.area = s;
    x.size = std::exp(w.demand.store_sigma * random.normal() - 0.5 * w.demand.store_sigma * w.demand.store_sigma);
    x.area_m2 = std::round(700 * std::pow(x.size, 0.8));
    x.format = kFormats[x.size < 0.8 ? 0 : x.size < 1.3 ? 1 : 2];
    x.lat = 45 + 0.5 * plan.areas[static_cast<size_t>(s)].region + random.between(-0.2, 0.2);
    x.lon = 3 + 0.3 * (s % 7) + random.between(-0.1, 0.1);
    const double income = z_score(plan.covariates[0], x.area, 31000, 6200);
    const double density = z_score(plan.covariates[1], x.area, 2600, 700);
    const double log_effect = w.area.income_effect * income + w.area.density_effect * density;
    const double mean_1 =
        0.5 * (w.area.income_effect * w.area.income_effect + w.area.density_effect * w.area.density_effect);
    x.theft = random.gamma_mean_1(w.theft.store_shape) * std::exp(log_effect - mean_1);
    plan.stores.push_back(x);
  }
  double theft_sum = 0;
  for (const SimStore& x : plan.stores) theft_sum += x.theft;
  for (SimStore& x : plan.stores) x.theft *= n / theft_sum;
  // Disjoint roles: an outlier that is also a ring's or an intervention's store could not be told apart in the truth.
  const auto order = pick(random, n, n);
  size_t next = 0;
  auto deal = [&](double share, auto&& mark) {
    for (int i = at_least_one(share, n); i > 0 && next < order.size(); --i)
      mark(plan.stores[static_cast<size_t>(order[next++])]);
  };
  const int categories = static_cast<int>(plan.categories.size());
  deal(w.theft.outlier_stores, [&](SimStore& x) {
    x.outlier = true;
    x.theft = w.theft.outlier_factor;
  });
  deal(w.theft.ring_stores, [&](SimStore& x) { x.ring_category = random.below(categories); });
  deal(w.theft.intervention_stores, [&](SimStore& x) { x.intervention_category = random.below(categories); });
  deal(w.spoilage.miscoding_stores, [&](SimStore& x) { x.miscodes = true; });
}

/// Correlated with the store's turnover, which is the denominator of every naive rate; no effect on the hazard.
void plan_confounded(ChainPlan& plan, SimRandom& random) {
  const double rho = plan.world.area.confounded;
  if (rho <= 0) return;
  SimCovariate c{"retail_jobs", "confounded", {}};
  for (const SimStore& s : plan.stores) {
    const double z = plan.world.demand.store_sigma > 0 ? std::log(s.size) / plan.world.demand.store_sigma : 0;
    c.value.push_back(std::round(1200 + 300 * (rho * z + std::sqrt(1 - rho * rho) * random.normal())));
  }
  plan.covariates.insert(plan.covariates.begin() + 2, c);
}

/// Mixed-up scans happen in some stores for some groups: the same pair all the time, as a wrong shelf label does it.
void plan_mixed_scans(ChainPlan& plan, SimRandom& random) {
  for (size_t p = 1; p < plan.products.size(); ++p) {
    const auto& a = plan.products[p - 1];
    if (a.group < 0 || a.group != plan.products[p].group) continue;
    for (SimStore& s : plan.stores) {
      if (!random.chance(plan.world.till.mixed_groups)) continue;
      const int sold = static_cast<int>(p) - (random.chance(0.5) ? 1 : 0);
      s.mixed.emplace_back(sold, sold == static_cast<int>(p) ? sold - 1 : sold + 1);
    }
  }
}

void plan_ranges(ChainPlan& plan, SimRandom& random) {
  for (size_t s = 0; s < plan.stores.size(); ++s) {
    std::vector<int> from(plan.products.size(), kNotRanged);
    for (int& day : from) {
      if (!random.chance(plan.world.assortment.ranged)) continue;
      day = random.chance(plan.world.assortment.late_range) ? 1 + random.below(std::max(1, plan.size.days - 1)) : 0;
    }
    plan.ranged_from.push_back(std::move(from));
  }
}

}  // namespace

ChainPlan plan_chain(const World& world, const ChainSize& size) {
  ChainPlan plan;
  plan.world = world;
  plan.size = size;
  const Timestamp start = *parse_rfc3339(world.start + "T00:00:00Z");  // load_world() checked it
  plan.first_day = start.us / 86'400'000'000LL;
  SimRandom random(size.seed, 0);
  plan_products(plan, random);
  plan_areas(plan, random);
  plan_stores(plan, random);
  plan_confounded(plan, random);
  plan_mixed_scans(plan, random);
  plan_ranges(plan, random);
  return plan;
}

std::string iso_date(int64_t day) { return date::format("%F", date::sys_days(date::days(static_cast<int>(day)))); }

}  // namespace shrike
