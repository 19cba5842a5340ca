#include "sim/chain_world.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/file.h"
#include "base/time.h"
#include "sim/world_keys.h"

namespace shrike {
namespace {

constexpr size_t kFileBytesMax = 1U << 20U;

#define KEY(section, name, low, high)                                               \
  WorldKey<World> {                                                                 \
#section, #name, [](World & w) -> double& { return w.section.name; }, low, high \
  }

constexpr WorldKey<World> kKeys[] = {
    KEY(assortment, categories, 1, 500),
    KEY(assortment, vendors, 1, 10000),
    KEY(assortment, ranged, 0.01, 1),
    KEY(assortment, late_range, 0, 0.5),
    KEY(assortment, perishable, 0, 1),
    KEY(assortment, siblings, 0, 1),
    KEY(assortment, price_median, 0.01, 100000),
    KEY(assortment, price_sigma, 0, 3),
    KEY(assortment, pack_small, 2, 1000),
    KEY(assortment, pack_large, 2, 1000),
    KEY(demand, units_per_day, 0.0001, 1000),
    KEY(demand, popularity_sigma, 0, 3),
    KEY(demand, store_sigma, 0, 2),
    KEY(demand, affinity_shape, 0, 1000),
    KEY(demand, weekend, 0.1, 10),
    KEY(demand, year_amplitude, 0, 0.9),
    KEY(stock, review_days, 1, 60),
    KEY(stock, lead_days, 1, 60),
    KEY(stock, cover_days, 1, 365),
    KEY(theft, share_of_sales, 0, 1),
    KEY(theft, store_shape, 0, 10000),
    KEY(theft, category_shape, 0, 10000),
    KEY(theft, product_shape, 0, 10000),
    KEY(theft, cell_shape, 0, 10000),
    KEY(theft, sales_weight, 0, 1),
    KEY(theft, sales_power, 0, 2),
    KEY(theft, stock_power, 0, 2),
    KEY(theft, sweep, 0, 0.95),
    KEY(theft, known, 0, 1),
    KEY(theft, season_amplitude, 0, 0.9),
    KEY(theft, season_peak_day, 0, 365),
    KEY(theft, ring_stores, 0, 1),
    KEY(theft, ring_factor, 1, 100),
    KEY(theft, ring_start, 0, 1),
    KEY(theft, ring_ramp_days, 1, 365),
    KEY(theft, intervention_stores, 0, 1),
    KEY(theft, intervention_factor, 0, 1),
    KEY(theft, intervention_start, 0, 1),
    KEY(theft, outlier_stores, 0, 1),
    KEY(theft, outlier_factor, 0, 100),
    KEY(spoilage, share_of_sales, 0, 1),
    KEY(spoilage, unrecorded, 0, 1),
    KEY(spoilage, miscoding_stores, 0, 1),
    KEY(spoilage, miscoded, 0, 1),
    KEY(receiving, bad_vendors, 0, 1),
    KEY(receiving, short_bad, 0, 1),
    KEY(receiving, short_good, 0, 1),
    KEY(receiving, over, 0, 1),
    KEY(receiving, credited, 0, 1),
    KEY(receiving, late_docs, 0, 1),
    KEY(receiving, late_days_max, 1, 60),
    KEY(till, mixed_groups, 0, 1),
    KEY(till, mixed_rate, 0, 1),
    KEY(till, return_rate, 0, 1),
    KEY(transfers, per_store_week, 0, 1000),
    KEY(transfers, lost, 0, 1),
    KEY(transfers, unposted, 0, 1),
    KEY(counts, gap_days_min, 1, 3650),
    KEY(counts, gap_days_max, 1, 3650),
    KEY(counts, cycle_per_day, 0, 1),
    KEY(counts, cycle_value_bias, 0, 5),
    KEY(counts, targeted_empty, 0, 1),
    KEY(counts, targeted_seen, 0, 1),
    KEY(counts, line_error, 0, 1),
    KEY(counts, line_error_more, 0, 0.9),
    KEY(faults, uom_products, 0, 1),
    KEY(faults, uom_docs, 0, 1),
    KEY(faults, unmapped, 0, 1),
    KEY(faults, duplicated_files, 0, 10),
    KEY(area, regions, 1, 1000),
    KEY(area, income_effect, -2, 2),
    KEY(area, density_effect, -2, 2),
    KEY(area, confounded, 0, 1),
    KEY(area, nonsense, 0, 500),
    KEY(area, smoothness, 0, 1),
};
#undef KEY

}  // namespace

Result<World> load_world(const std::filesystem::path& file) {
  TRY(const std::string text, read_file(file, kFileBytesMax));
  TRY(const YAML::Node node, parse_yaml(text, file.string()));
  YamlFaults faults(file.string());
  YamlMap root(node, "", faults);
  World world;
  root.read("name", world.name);
  root.read("about", world.about);
  root.read("start", world.start);
  world.time_zones = root.texts("time_zones");
  read_sections(root, kKeys, world);
  if (world.name.empty()) root.fault("name", "missing");
  if (world.time_zones.empty()) root.fault("time_zones", "expected one or more IANA names");
  for (const std::string& zone : world.time_zones)
    if (!zone_exists(zone)) root.fault("time_zones", fmt::format("no zone '{}'", zone));
  if (!parse_rfc3339(world.start + "T00:00:00Z"))
    root.fault("start", fmt::format("found '{}', expected a date as 2023-01-01", world.start));
  if (world.counts.gap_days_max < world.counts.gap_days_min)
    root.fault("counts", "gap_days_max is less than gap_days_min");
  root.finish();
  if (faults.any()) return faults.error();
  return world;
}

std::vector<std::string> list_worlds(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code ignored;  // no folder: no worlds
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.path().extension() == ".yml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<World> find_world(const std::string& name_or_file, const std::filesystem::path& folder) {
  if (name_or_file.ends_with(".yml") || name_or_file.ends_with(".yaml")) return load_world(name_or_file);
  const auto file = folder / (name_or_file + ".yml");
  if (!std::filesystem::exists(file)) {
    return bad_input(fmt::format("no world '{}' in {} (there: {}); a .yml file of your own can be named too",
                                 name_or_file, folder.string(), fmt::join(list_worlds(folder), ", ")));
  }
  return load_world(file);
}

}  // namespace shrike
