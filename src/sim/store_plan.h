#pragma once
// What a simulated store holds before its first day: the pieces of its world that are drawn once, by its seed.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/store_world.h"

namespace shrike {

/// One product, at its place on a shelf.
struct SimGood {
  int zone = 0;  ///< index into StoreWorld::goods
  std::string sku, gtin;
  double price = 0, weight_g = 0;
  bool tagged = false, liquid = false;
  FloorPoint at;   ///< before the shelf where it stands
  int scale = -1;  ///< index into StorePlan::scales; -1: none
};

struct SimScale {
  std::string name, zone;
  std::vector<int> goods;
};

struct StorePlan {
  StoreWorld world;
  uint64_t seed = 1;
  std::vector<SimGood> goods;
  std::vector<std::vector<int>> goods_of;  ///< by index into StoreWorld::goods
  std::vector<SimScale> scales;
};

[[nodiscard]] StorePlan plan_store(const StoreWorld& world, uint64_t seed);

/// What lies on a scale when the store opens.
[[nodiscard]] double morning_load_g(const StorePlan& plan, const SimScale& scale);

/// The date of a day of the simulation, as 2026-03-02; day 0 is the world's first.
[[nodiscard]] std::string store_date(const StoreWorld& world, int day);

/// The EPC of one tagged piece, SGTIN-96 as hex: what a reader reports. `serial` counts pieces of all products.
[[nodiscard]] std::string epc_of(const SimGood& good, int64_t serial);

}  // namespace shrike
