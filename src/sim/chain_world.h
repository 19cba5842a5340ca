#pragma once
// A world: what is true of a simulated chain. config/worlds/*.yml hold them; config/worlds/grocery.yml explains every
// key.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace shrike {

/// The true constants behind a simulated chain. The estimator never sees them and shares none of them.
struct World {
  std::string name;
  std::string about;
  std::string start = "2023-01-01";     ///< first business date
  std::vector<std::string> time_zones;  ///< IANA names, dealt to the stores in turn

  struct Assortment {
    double categories = 0, vendors = 0;
    double ranged = 0;      ///< share of the products that a store keeps
    double late_range = 0;  ///< share of ranged products that come in only after the opening count
    double perishable = 0, siblings = 0;
    double price_median = 0, price_sigma = 0;
    double pack_small = 0, pack_large = 0;
  } assortment;
  struct Demand {
    double units_per_day = 0;  ///< mean per store and product
    double popularity_sigma = 0, store_sigma = 0, affinity_shape = 0;
    double weekend = 0, year_amplitude = 0;
  } demand;
  struct Stock {
    double review_days = 0, lead_days = 0, cover_days = 0;
  } stock;
  struct Theft {
    double share_of_sales = 0;  ///< units stolen per unit sold, chain mean
    double store_shape = 0, category_shape = 0, product_shape = 0, cell_shape = 0;  ///< gamma; 0 = no spread
    double sales_weight = 0, sales_power = 0, stock_power = 0;
    double sweep = 0;  ///< chance that a thief who took one takes one more
    double known = 0;  ///< share of thefts that staff see and book as theft
    double season_amplitude = 0, season_peak_day = 0;
    double ring_stores = 0, ring_factor = 0, ring_start = 0, ring_ramp_days = 0;
    double intervention_stores = 0, intervention_factor = 0, intervention_start = 0;
    double outlier_stores = 0, outlier_factor = 0;
  } theft;
  struct Spoilage {
    double share_of_sales = 0;  ///< units spoiled per perishable unit sold
    double unrecorded = 0;
    double miscoding_stores = 0, miscoded = 0;
  } spoilage;
  struct Receiving {
    double bad_vendors = 0, short_bad = 0, short_good = 0, over = 0, credited = 0;
    double late_docs = 0, late_days_max = 0;
  } receiving;
  struct Till {
    double mixed_groups = 0;  ///< share of variant groups in which one sibling is scanned as another
    double mixed_rate = 0;    ///< … and how often, per unit sold
    double return_rate = 0;
  } till;
  struct Transfers {
    double per_store_week = 0, lost = 0, unposted = 0;
  } transfers;
  struct Counts {
    double gap_days_min = 0, gap_days_max = 0;
    double cycle_per_day = 0, cycle_value_bias = 0;
    double targeted_empty = 0, targeted_seen = 0;
    double line_error = 0, line_error_more = 0;
  } counts;
  struct Faults {
    double uom_products = 0, uom_docs = 0, unmapped = 0, duplicated_files = 0;
  } faults;
  struct Area {
    double regions = 0;
    double income_effect = 0, density_effect = 0;  ///< on the logarithm of a store's theft, per standard deviation
    double confounded = 0;                         ///< correlation of the confounded covariate with a store's turnover
    double nonsense = 0;                           ///< number of covariates with no effect
    double smoothness = 0;                         ///< share of a covariate's variance that lies between regions
  } area;
};

/// Reads and checks a world. Faults are named as file:line: key: what was found, what was expected.
[[nodiscard]] Result<World> load_world(const std::filesystem::path& file);
/// `name_or_file`: a path to a .yml, or the name of a file in `folder` without its ending.
[[nodiscard]] Result<World> find_world(const std::string& name_or_file, const std::filesystem::path& folder);
/// The worlds in `folder`, by name, sorted.
[[nodiscard]] std::vector<std::string> list_worlds(const std::filesystem::path& folder);

}  // namespace shrike
