#pragma once
// What a simulated chain is made of before its first day: stores, products, areas, and everything that is planted.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/chain_world.h"

namespace shrike {

struct ChainSize {
  int stores = 60, products = 600, days = 730;
  uint64_t seed = 1;
  std::string first_store;  ///< store_id of the first store; empty: S001
};

struct SimProduct {
  std::string sku, name, gtin;
  int category = 0, vendor = 0;
  int group = -1;  ///< variant group, or -1
  int pack = 1;
  double price = 0, cost = 0;
  int shelf_life_d = 0;  ///< 0: does not spoil
  double popularity = 1;
  double theft = 1;       ///< category × product multiplier
  double uom_start = -1;  ///< share of the period from which its receipts may be booked in packs; < 0: never
};

struct SimStore {
  std::string id, name, format, time_zone;
  int area = 0;
  double lat = 0, lon = 0, area_m2 = 0;
  double size = 1;
  double theft = 1;      ///< this store's multiplier, covariates included
  bool outlier = false;  ///< planted beyond the chain's spread
  bool miscodes = false;
  int ring_category = -1, intervention_category = -1;
  int opening_hour = 8, closing_hour = 21;
  std::vector<std::pair<int, int>> mixed;  ///< (sold, scanned as) products
};

struct SimCovariate {
  std::string name;
  std::string truth;          ///< true, confounded or nonsense
  std::vector<double> value;  ///< an area each
};

struct SimArea {
  std::string id;
  int region = 0;
};

struct ChainPlan {
  World world;
  ChainSize size;
  int64_t first_day = 0;  ///< days since 1970-01-01
  std::vector<SimProduct> products;
  std::vector<SimStore> stores;
  std::vector<bool> bad_vendor;
  std::vector<std::string> categories;
  std::vector<SimArea> areas;
  std::vector<SimCovariate> covariates;
  /// By store, then product: the day on which the store starts to keep it; 0 = from the first day, kNotRanged = never.
  std::vector<std::vector<int>> ranged_from;
};

inline constexpr int kNotRanged = -1;

/// The chain of `world` at `size`, drawn by its seed alone.
[[nodiscard]] ChainPlan plan_chain(const World& world, const ChainSize& size);

/// A date as 2024-02-29, from days since 1970-01-01.
[[nodiscard]] std::string iso_date(int64_t day);

}  // namespace shrike
