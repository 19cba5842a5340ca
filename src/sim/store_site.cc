// The configuration that whoever sets up Shrike in a simulated store would write: shrike.yml and planogram.csv.

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "base/file.h"
#include "sim/chain_random.h"
#include "sim/store_camera.h"
#include "sim/store_write.h"

namespace shrike {
namespace {

constexpr double kSeenEnough = 0.35;    // nobody draws a zone of which the picture shows less
constexpr int kFirstReaderPort = 5084;  // LLRP's own; all readers are on one machine here
constexpr double kClick_px = 2.5;       // error of a point that somebody clicks
constexpr double kMeasured_m = 0.15;    // … of a place that somebody paces off

std::string polygon_text(const Polygon& polygon) {
  std::string out;
  Point last{-1, -1};
  for (const Point p : polygon) {
    if (std::hypot(p.x - last.x, p.y - last.y) < 0.002F) continue;
    out += fmt::format("{}[{:.4f}, {:.4f}]", out.empty() ? "" : ", ", p.x, p.y);
    last = p;
  }
  return out;
}

std::string zones_text(const StoreWorld& world, const StoreCamera& camera) {
  std::string out;
  for (const WorldZone& zone : world.zones) {
    const Polygon polygon = camera.picture_of(zone.floor);
    if (polygon.size() < 3 || area(polygon) < 0.0015F || camera.share_seen(zone.floor) < kSeenEnough) continue;
    out += fmt::format("      {}: {{kind: {}, loitering_s: {:.0f}, polygon: [{}]}}\n", zone.name, to_string(zone.kind),
                       zone.loitering_s, polygon_text(polygon));
  }
  return out;
}

/// Spots on the floor far apart from each other, as they were clicked in the picture.
std::string points_text(const StoreWorld& world, const StoreCamera& camera, SimRandom& draw) {
  std::vector<FloorPoint> seen;
  for (double y = 0.5; y < world.depth_m; y += 0.5)
    for (double x = 0.5; x < world.width_m; x += 0.5) {
      const FloorRect spot{x - 0.1, y - 0.1, x + 0.1, y + 0.1};
      const auto at = camera.picture_of(FloorPoint{x, y});
      if (at && at->x > 0.04F && at->x < 0.96F && at->y > 0.04F && at->y < 0.96F && camera.share_seen(spot) > 0.99)
        seen.push_back({x, y});
    }
  std::string out;
  std::vector<FloorPoint> chosen;
  while (!seen.empty() && chosen.size() < 8) {
    const auto far = [&](FloorPoint p) {
      double nearest = 1e9;
      for (const FloorPoint c : chosen) nearest = std::min(nearest, std::hypot(p.x - c.x, p.y - c.y));
      return nearest;
    };
    const FloorPoint best = *std::ranges::max_element(seen, {}, far);
    if (!chosen.empty() && far(best) < 0.7) break;
    chosen.push_back(best);
    const Point at = *camera.picture_of(best);
    const double x = static_cast<double>(at.x) + kClick_px / StoreCamera::kWidth * draw.normal();
    const double y = static_cast<double>(at.y) + kClick_px / StoreCamera::kHeight * draw.normal();
    out += fmt::format("      - {{picture: [{:.4f}, {:.4f}], floor: [{:.2f}, {:.2f}]}}\n", std::clamp(x, 0.0, 1.0),
                       std::clamp(y, 0.0, 1.0), best.x, best.y);
  }
  return chosen.size() < 5 ? "" : "    floor_points:\n" + out;
}

std::string sensors_text(const StorePlan& plan) {
  std::string out = "sensors:\n  mqtt:\n    shop: {host: 127.0.0.1}\n";
  if (!plan.world.portals.empty()) out += "  rfid:\n";
  int port = kFirstReaderPort;
  for (const std::string& portal : plan.world.portals)
    out += fmt::format("    gate-{0}: {{host: 127.0.0.1, port: {1}, zone: {0}, inside: [1], outside: [2]}}\n", portal,
                       port++);
  if (!plan.scales.empty()) out += "  weight:\n";
  for (const SimScale& scale : plan.scales) {
    // Whoever sets scales up knows what they can bear: no fewer than what is put on them.
    out += fmt::format("    {0}: {{broker: shop, topic: shelves/{0}, zone: {1}, shelf: {0}, capacity_g: {2:.0f}}}\n",
                       scale.name, scale.zone, 10'000 * std::ceil(1.5 * morning_load_g(plan, scale) / 10'000));
  }
  out += "  tills:\n    tills: {path: live/tills.jsonl}\n";
  return out;
}

std::string site_text(const StorePlan& plan) {
  const StoreWorld& world = plan.world;
  SimRandom draw(plan.seed, 800'000'011ULL);
  std::string out = fmt::format(
      "# SIMULATED store, made by `shrike sim store`: world {}, seed {}. No real shop.\nstore: sim-{}\ntime_zone: {}\n"
      "data_dir: data\nplanogram: planogram.csv\nfloor: {{size_m: [{}, {}]}}\n"
      "# What the store's own counts would say: one visit in a hundred.\nrisk: {{prior: 0.01}}\ncameras:\n",
      world.name, plan.seed, world.name, world.time_zone, world.width_m, world.depth_m);
  for (const WorldCamera& each : world.cameras) {
    const StoreCamera camera(world, each);
    const std::string zones = zones_text(world, camera);
    out += fmt::format("  {0}:\n    source: mqtt://shop/cameras/{0}\n    detect_fps: {1:.0f}\n", each.name,
                       world.detector.fps);
    if (!zones.empty()) out += "    zones:\n" + zones;
    out += points_text(world, camera, draw);
  }
  return out + sensors_text(plan);
}

std::string planogram_text(const StorePlan& plan) {
  std::string out = "# SIMULATED\nzone,sku_id,gtin,name,price,unit_weight_g,shelf,x_m,y_m\n";
  SimRandom draw(plan.seed, 800'000'017ULL);
  for (const SimGood& good : plan.goods)
    out += fmt::format("{0},{1},{2},{1},{3:.2f},{4:.0f},{5},{6:.1f},{7:.1f}\n",
                       plan.world.goods[static_cast<size_t>(good.zone)].zone, good.sku, good.gtin, good.price,
                       good.weight_g, good.scale < 0 ? "" : plan.scales[static_cast<size_t>(good.scale)].name,
                       std::max(0.1, good.at.x + kMeasured_m * draw.normal()),
                       std::max(0.1, good.at.y + kMeasured_m * draw.normal()));
  return out;
}

}  // namespace

Result<void> write_store_site(const StorePlan& plan, const std::filesystem::path& out) {
  TRY_VOID(write_file(out / "shrike.yml", site_text(plan)));
  return write_file(out / "planogram.csv", planogram_text(plan));
}

}  // namespace shrike
