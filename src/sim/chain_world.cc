#include "sim/chain_world.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <yaml-cpp/yaml.h>

#include "base/time.h"

namespace shrike {
namespace {

struct Key {
  const char* section;
  const char* name;
  double& (*at)(World&);
  double low, high;
};

#define KEY(section, name, low, high)                                               \
  Key {                                                                             \
#section, #name, [](World & w) -> double& { return w.section.name; }, low, high \
  }

constexpr Key kKeys[] = {
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

std::string where(const std::filesystem::path& file, const YAML::Mark& mark) {
  return fmt::format("{}:{}", file.string(), mark.line + 1);
}

std::string read_number(const std::filesystem::path& file, const Key& key, const YAML::Node& node, World& world) {
  double value = 0;
  if (!node.IsScalar() || !YAML::convert<double>::decode(node, value) || !(value >= key.low && value <= key.high)) {
    return fmt::format("{}: {}.{}: found '{}', expected a number from {} to {}", where(file, node.Mark()), key.section,
                       key.name, node.IsScalar() ? node.Scalar() : "a block", key.low, key.high);
  }
  key.at(world) = value;
  return "";
}

void read_section(const std::filesystem::path& file, const std::string& section, const YAML::Node& node, World& world,
                  std::map<std::string, bool>& seen, std::vector<std::string>& faults) {
  if (!node.IsMap()) {
    faults.push_back(fmt::format("{}: {}: expected a block of keys", where(file, node.Mark()), section));
    return;
  }
  for (const auto& pair : node) {
    const std::string name = pair.first.Scalar();
    const auto key = std::find_if(std::begin(kKeys), std::end(kKeys),
                                  [&](const Key& k) { return section == k.section && name == k.name; });
    if (key == std::end(kKeys)) {
      faults.push_back(fmt::format("{}: {}.{}: no such key", where(file, pair.first.Mark()), section, name));
      continue;
    }
    seen[section + "." + name] = true;
    if (auto fault = read_number(file, *key, pair.second, world); !fault.empty()) faults.push_back(fault);
  }
}

Result<World> read_world(const std::filesystem::path& file, const YAML::Node& root) {
  World world;
  std::vector<std::string> faults;
  std::map<std::string, bool> seen;
  if (!root.IsMap()) return bad_input(file.string() + ": expected blocks of keys, as in config/worlds/grocery.yml");
  for (const auto& pair : root) {
    const std::string name = pair.first.Scalar();
    const YAML::Node& node = pair.second;
    if (name == "name") {
      world.name = node.as<std::string>();
    } else if (name == "about") {
      world.about = node.as<std::string>();
    } else if (name == "start") {
      world.start = node.as<std::string>();
    } else if (name == "time_zones") {
      world.time_zones = node.as<std::vector<std::string>>();
    } else if (std::any_of(std::begin(kKeys), std::end(kKeys), [&](const Key& k) { return name == k.section; })) {
      read_section(file, name, node, world, seen, faults);
    } else {
      faults.push_back(fmt::format("{}: {}: no such key", where(file, pair.first.Mark()), name));
    }
  }
  for (const Key& key : kKeys) {
    if (!seen[fmt::format("{}.{}", key.section, key.name)]) {
      faults.push_back(fmt::format("{}: {}.{}: missing", file.string(), key.section, key.name));
    }
  }
  if (world.name.empty()) faults.push_back(file.string() + ": name: missing");
  if (world.time_zones.empty()) faults.push_back(file.string() + ": time_zones: expected one or more IANA names");
  for (const std::string& zone : world.time_zones) {
    if (!zone_exists(zone)) faults.push_back(fmt::format("{}: time_zones: no zone '{}'", file.string(), zone));
  }
  if (!parse_rfc3339(world.start + "T00:00:00Z")) {
    faults.push_back(fmt::format("{}: start: found '{}', expected a date as 2023-01-01", file.string(), world.start));
  }
  if (world.counts.gap_days_max < world.counts.gap_days_min) {
    faults.push_back(file.string() + ": counts.gap_days_max: is less than gap_days_min");
  }
  if (!faults.empty()) return bad_input(fmt::format("{}", fmt::join(faults, "\n")));
  return world;
}

}  // namespace

Result<World> load_world(const std::filesystem::path& file) {
  try {
    return read_world(file, YAML::LoadFile(file.string()));
  } catch (const YAML::BadFile&) {
    return bad_input(file.string() + ": cannot be opened");
  } catch (const YAML::Exception& e) {
    return bad_input(fmt::format("{}: {}", where(file, e.mark), e.msg));
  }
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
