#include "sim/store_world.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/file.h"
#include "base/time.h"
#include "sim/chain_world.h"
#include "sim/world_keys.h"

namespace shrike {
namespace {

constexpr size_t kFileBytesMax = 1U << 20U;

#define KEY(section, name, low, high)                                                    \
  WorldKey<StoreWorld> {                                                                 \
#section, #name, [](StoreWorld & w) -> double& { return w.section.name; }, low, high \
  }

constexpr WorldKey<StoreWorld> kKeys[] = {
    KEY(people, visits_a_day, 1, 20000),
    KEY(people, companions, 0, 1),
    KEY(people, companions_more, 0, 0.9),
    KEY(people, children, 0, 1),
    KEY(people, buys_nothing, 0, 1),
    KEY(people, items_mean, 1, 200),
    KEY(people, stop_s, 1, 600),
    KEY(people, stop_sigma, 0, 2),
    KEY(people, stops_without_taking, 0, 20),
    KEY(people, speed_mps, 0.2, 3),
    KEY(people, speed_sigma, 0, 1),
    KEY(people, takes_two, 0, 1),
    KEY(people, basket_or_cart, 0, 1),
    KEY(people, carries_bag, 0, 1),
    KEY(people, self_checkout_share, 0, 1),
    KEY(people, scan_s, 0.2, 60),
    KEY(people, pay_s, 1, 300),
    KEY(habits, lingers, 0, 1),
    KEY(habits, linger_factor, 1, 100),
    KEY(habits, comes_back, 0, 1),
    KEY(habits, hand_to_pocket_per_min, 0, 60),
    KEY(habits, own_bag_on_the_way, 0, 1),
    KEY(habits, puts_back, 0, 1),
    KEY(habits, leaves_elsewhere, 0, 1),
    KEY(habits, enters_again, 0, 1),
    KEY(thieves, share, 0, 1),
    KEY(thieves, concealer, 0, 1),
    KEY(thieves, walk_out, 0, 1),
    KEY(thieves, switcher, 0, 1),
    KEY(thieves, colluder, 0, 1),
    KEY(thieves, team, 0, 1),
    KEY(thieves, grabber, 0, 1),
    KEY(thieves, items_mean, 1, 50),
    KEY(thieves, cover_purchase, 0, 1),
    KEY(thieves, hides_at_shelf, 0, 1),
    KEY(thieves, waits_before, 0, 600),
    KEY(thieves, foil_bag, 0, 1),
    KEY(staff, floor_staff, 0, 100),
    KEY(staff, cashiers_max, 0, 50),
    KEY(staff, cleaners, 0, 20),
    KEY(staff, restock_per_hour, 0, 1000),
    KEY(staff, tagged_cage_per_day, 0, 1000),
    KEY(detector, fps, 1, 30),
    KEY(detector, found, 0, 1),
    KEY(detector, half_height_px, 1, 1000),
    KEY(detector, half_visible, 0.01, 1),
    KEY(detector, flicker_s, 0, 10),
    KEY(detector, box_sigma, 0, 0.5),
    KEY(detector, false_per_min, 0, 600),
    KEY(detector, false_s, 0.01, 600),
    KEY(detector, cut_at_shelf, 0, 1),
    KEY(detector, light_sigma, 0, 1),
    KEY(detector, bag_found, 0, 1),
    KEY(hands, take_seen, 0, 1),
    KEY(hands, put_back_seen, 0, 1),
    KEY(hands, hide_seen, 0, 1),
    KEY(hands, take_invented, 0, 1),
    KEY(hands, hide_from_pocket, 0, 1),
    KEY(hands, take_sure, 0, 1),
    KEY(hands, hide_sure, 0, 1),
    KEY(rfid, read, 0, 1),
    KEY(rfid, read_liquid, 0, 1),
    KEY(rfid, read_on_body, 0, 1),
    KEY(rfid, read_in_foil, 0, 1),
    KEY(rfid, reads_per_s, 0.1, 200),
    KEY(rfid, stray_per_hour, 0, 100000),
    KEY(rfid, foreign_tags, 0, 1),
    KEY(scales, noise_g, 0, 1000),
    KEY(scales, drift_g_per_hour, 0, 1000),
    KEY(scales, piece_sigma, 0, 1),
    KEY(scales, touch_per_hour, 0, 1000),
    KEY(till, clock_offset_s, -3600, 3600),
    KEY(till, sends_after_s, 0, 3600),
    KEY(till, void_line, 0, 1),
    KEY(till, no_sale_per_hour, 0, 100),
    KEY(till, skips_by_mistake_self, 0, 1),
    KEY(till, skips_by_mistake_staffed, 0, 1),
    KEY(till, reads_epc, 0, 1),
};
#undef KEY

FloorRect read_rect(YamlMap& map, const char* key, const StoreWorld& world) {
  std::optional<std::vector<double>> v;
  map.read(key, v, 4, {0, 1000});
  if (!v) {
    map.fault(key, "expected [x1, y1, x2, y2] in metres");
    return {};
  }
  const FloorRect rect{(*v)[0], (*v)[1], (*v)[2], (*v)[3]};
  if (rect.x2 <= rect.x1 || rect.y2 <= rect.y1 || rect.x2 > world.width_m || rect.y2 > world.depth_m)
    map.fault(key, fmt::format("expected x1 < x2 <= {}, y1 < y2 <= {}", world.width_m, world.depth_m));
  return rect;
}

FloorPoint read_point(YamlMap& map, const char* key) {
  std::optional<std::vector<double>> v;
  map.read(key, v, 2, {-1000, 1000});
  if (!v) map.fault(key, "expected [x, y] in metres");
  return v ? FloorPoint{(*v)[0], (*v)[1]} : FloorPoint{};
}

void read_zones(YamlMap& root, StoreWorld& world) {
  static const std::vector<std::string> kKinds{"entrance", "exit",       "checkout", "high_risk",
                                               "shelf",    "restricted", "staff",    "fitting_room"};
  for (auto& [name, map] : root.named("zones")) {
    WorldZone zone{.name = name};
    map.read_word("kind", zone.kind, zone_kind_from, kKinds);
    zone.floor = read_rect(map, "floor", world);
    map.read("loitering_s", zone.loitering_s, {1, 3600});
    map.finish();
    world.zones.push_back(std::move(zone));
  }
}

void read_things(YamlMap& root, StoreWorld& world) {
  for (auto& map : root.list("shelves")) {
    WorldShelf shelf;
    shelf.floor = read_rect(map, "floor", world);
    read_needed(map, "height_m", shelf.height_m, {0.3, 5});
    map.finish();
    world.shelves.push_back(shelf);
  }
  for (auto& [name, map] : root.named("cameras")) {
    WorldCamera camera{.name = name, .at = read_point(map, "at"), .looks_at = read_point(map, "looks_at")};
    read_needed(map, "height_m", camera.height_m, {1, 10});
    read_needed(map, "fov_deg", camera.fov_deg, {20, 140});
    map.finish();
    world.cameras.push_back(std::move(camera));
  }
  for (auto& [name, map] : root.named("checkouts")) {
    WorldCheckout checkout{.zone = name};
    map.read("self", checkout.self);
    map.finish();
    world.checkouts.push_back(std::move(checkout));
  }
}

void read_goods(YamlMap& root, StoreWorld& world) {
  for (auto& [name, map] : root.named("goods")) {
    WorldGoods goods{.zone = name};
    std::string side;
    map.read("shelf_side", side);
    if (side.empty() || std::string_view("lrbf").find(side[0]) == std::string_view::npos)
      map.fault("shelf_side", "expected left, right, back or front");
    if (!side.empty()) goods.shelf_side = side[0];
    read_needed(map, "products", goods.products, {1, 500});
    read_needed(map, "interest", goods.interest, {0, 100});
    read_needed(map, "stolen", goods.stolen, {0, 100});
    read_needed(map, "price_median", goods.price_median, {0.05, 100000});
    read_needed(map, "price_sigma", goods.price_sigma, {0, 2});
    read_needed(map, "weight_median_g", goods.weight_median_g, {1, 100000});
    read_needed(map, "weight_sigma", goods.weight_sigma, {0, 2});
    read_needed(map, "tagged", goods.tagged, {0, 1});
    read_needed(map, "liquid", goods.liquid, {0, 1});
    read_needed(map, "products_per_scale", goods.products_per_scale, {0, 50});
    map.finish();
    world.goods.push_back(std::move(goods));
  }
}

void read_hourly(YamlMap& root, StoreWorld& world) {
  std::optional<std::vector<double>> v;
  const auto hours = static_cast<size_t>(std::max(1, world.closes_hour - world.opens_hour));
  root.read("hourly", v, hours, {0, 1000});
  if (v) world.hourly = *v;
  if (!v) root.fault("hourly", fmt::format("expected {} numbers, one an opening hour", hours));
}

/// What the parts of a world must be to each other.
void check(YamlMap& root, const StoreWorld& world) {
  const auto fault = [&](const char* key, const std::string& what) { root.fault(key, what); };
  for (const ZoneKind kind : {ZoneKind::entrance, ZoneKind::exit, ZoneKind::staff, ZoneKind::checkout}) {
    if (std::ranges::find(world.zones, kind, &WorldZone::kind) == world.zones.end())
      fault("zones", fmt::format("one of kind {} is needed", to_string(kind)));
  }
  for (const auto& goods : world.goods)
    if (world.zone(goods.zone) == nullptr) fault("goods", fmt::format("{}: no such zone", goods.zone));
  for (const auto& checkout : world.checkouts) {
    const WorldZone* zone = world.zone(checkout.zone);
    if (zone == nullptr || zone->kind != ZoneKind::checkout)
      fault("checkouts", fmt::format("{}: no zone of kind checkout has this name", checkout.zone));
  }
  const bool staffed = std::ranges::any_of(world.checkouts, [](const WorldCheckout& c) { return !c.self; });
  if (!staffed) fault("checkouts", "at least one without self: true is needed");
  if (world.cameras.empty()) fault("cameras", "at least one is needed");
  if (world.goods.empty()) fault("goods", "at least one zone with goods is needed");
  if (!zone_exists(world.time_zone)) fault("time_zone", fmt::format("no zone '{}'", world.time_zone));
  if (!parse_rfc3339(world.start + "T00:00:00Z"))
    fault("start", fmt::format("found '{}', expected a date as 2026-03-02", world.start));
  if (world.closes_hour <= world.opens_hour) fault("closes_hour", "must be after opens_hour");
}

void read_portals(YamlMap& root, StoreWorld& world) {
  for (auto& [name, map] : root.named("portals")) {
    const WorldZone* zone = world.zone(name);
    if (zone == nullptr || zone->kind != ZoneKind::exit)
      root.fault("portals", fmt::format("{}: no zone of kind exit has this name", name));
    map.finish();
    world.portals.push_back(name);
  }
}

}  // namespace

const WorldZone* StoreWorld::zone(std::string_view name_of_zone) const {
  const auto it = std::ranges::find(zones, name_of_zone, &WorldZone::name);
  return it == zones.end() ? nullptr : &*it;
}

const WorldZone& StoreWorld::first_of(ZoneKind kind) const {
  return *std::ranges::find(zones, kind, &WorldZone::kind);  // load_store_world() saw to it that there is one
}

Result<StoreWorld> parse_store_world(std::string_view yaml, const std::string& file) {
  TRY(const YAML::Node node, parse_yaml(yaml, file));
  YamlFaults faults(file);
  YamlMap root(node, "", faults);
  StoreWorld world;
  root.read("name", world.name);
  root.read("about", world.about);
  root.read("time_zone", world.time_zone);
  root.read("start", world.start);
  read_needed(root, "opens_hour", world.opens_hour, {0, 23});
  read_needed(root, "closes_hour", world.closes_hour, {1, 24});
  read_needed(root, "width_m", world.width_m, {4, 300});
  read_needed(root, "depth_m", world.depth_m, {4, 300});
  read_hourly(root, world);
  read_zones(root, world);
  read_things(root, world);
  read_goods(root, world);
  read_portals(root, world);
  world.till_staff = read_rect(root, "till_staff", world);
  read_sections(root, kKeys, world);
  if (world.name.empty()) root.fault("name", "missing");
  check(root, world);
  root.finish();
  if (faults.any()) return faults.error();
  return world;
}

Result<StoreWorld> load_store_world(const std::filesystem::path& file) {
  TRY(const std::string text, read_file(file, kFileBytesMax));
  return parse_store_world(text, file.string());
}

Result<StoreWorld> find_store_world(const std::string& name_or_file, const std::filesystem::path& folder) {
  if (name_or_file.ends_with(".yml") || name_or_file.ends_with(".yaml")) return load_store_world(name_or_file);
  const auto file = folder / (name_or_file + ".yml");
  if (std::filesystem::exists(file)) return load_store_world(file);
  return bad_input(fmt::format("no store '{}' in {} (there: {}); a .yml file of your own can be named too",
                               name_or_file, folder.string(), fmt::join(list_worlds(folder), ", ")));
}

}  // namespace shrike
