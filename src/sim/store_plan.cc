#include "sim/store_plan.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "base/time.h"
#include "sim/chain_plan.h"
#include "sim/chain_random.h"

namespace shrike {
namespace {

constexpr double kArm_m = 0.55;        // how far before a shelf people stand
constexpr double kPiecesOnShelf = 30;  // of each product, in the morning

std::string gtin_of(int zone, int number) {
  const std::string body = fmt::format("40{:03}{:07}", 700 + zone, number);
  int sum = 0;
  for (size_t i = 0; i < body.size(); ++i) sum += (body[i] - '0') * (i % 2 == 0 ? 1 : 3);
  return fmt::format("{}{}", body, (10 - sum % 10) % 10);
}

FloorPoint place_of(const FloorRect& r, char side, double share) {
  const bool upright = side == 'l' || side == 'r';
  const double depth = std::min(kArm_m, (upright ? r.x2 - r.x1 : r.y2 - r.y1) * 0.6);
  if (side == 'l') return {r.x1 + depth, r.y1 + (r.y2 - r.y1) * share};
  if (side == 'r') return {r.x2 - depth, r.y1 + (r.y2 - r.y1) * share};
  if (side == 'b') return {r.x1 + (r.x2 - r.x1) * share, r.y1 + depth};
  return {r.x1 + (r.x2 - r.x1) * share, r.y2 - depth};
}

void stock(StorePlan& plan, int zone, SimRandom& draw) {
  const WorldGoods& goods = plan.world.goods[static_cast<size_t>(zone)];
  const FloorRect& floor = plan.world.zone(goods.zone)->floor;
  for (int i = 0; i < goods.products; ++i) {
    SimGood good{.zone = zone, .sku = fmt::format("{}-{:02}", goods.zone, i + 1), .gtin = gtin_of(zone, i + 1)};
    good.price =
        std::max(0.1, std::round(goods.price_median * std::exp(goods.price_sigma * draw.normal()) * 100) / 100);
    good.weight_g = std::max(5.0, std::round(goods.weight_median_g * std::exp(goods.weight_sigma * draw.normal())));
    good.tagged = draw.chance(goods.tagged);
    good.liquid = draw.chance(goods.liquid);
    good.at = place_of(floor, goods.shelf_side, (i + 0.5) / goods.products);
    if (goods.products_per_scale > 0) {
      if (i % goods.products_per_scale == 0)
        plan.scales.push_back(
            {fmt::format("{}-scale-{}", goods.zone, i / goods.products_per_scale + 1), goods.zone, {}});
      good.scale = static_cast<int>(plan.scales.size()) - 1;
      plan.scales.back().goods.push_back(static_cast<int>(plan.goods.size()));
    }
    plan.goods_of[static_cast<size_t>(zone)].push_back(static_cast<int>(plan.goods.size()));
    plan.goods.push_back(std::move(good));
  }
}

}  // namespace

StorePlan plan_store(const StoreWorld& world, uint64_t seed) {
  StorePlan plan{.world = world, .seed = seed};
  plan.goods_of.resize(world.goods.size());
  SimRandom draw(seed, 0);
  for (size_t z = 0; z < world.goods.size(); ++z) stock(plan, static_cast<int>(z), draw);
  return plan;
}

double morning_load_g(const StorePlan& plan, const SimScale& scale) {
  double load_g = 0;
  for (const int good : scale.goods) load_g += kPiecesOnShelf * plan.goods[static_cast<size_t>(good)].weight_g;
  return load_g;
}

std::string store_date(const StoreWorld& world, int day) {
  constexpr int64_t kDay_us = 86'400'000'000;
  const auto first = parse_rfc3339(world.start + "T00:00:00Z");  // load_store_world() saw to it that it is a date
  return iso_date((first ? first->us : 0) / kDay_us + day);
}

std::string epc_of(const SimGood& good, int64_t serial) {
  // SGTIN-96: header 30, filter 1, partition 5 (company 7 digits, item 6 with its indicator), serial 38 bits.
  const uint64_t company = std::stoull(good.gtin.substr(0, 7)), item = std::stoull(good.gtin.substr(7, 5));
  const uint64_t high = (0x30ULL << 56U) | (1ULL << 53U) | (5ULL << 50U) | (company << 26U) | (item << 6U) |
                        (static_cast<uint64_t>(serial) >> 32U);
  return fmt::format("{:016X}{:08X}", high, static_cast<uint64_t>(serial) & 0xFFFFFFFFULL);
}

}  // namespace shrike
