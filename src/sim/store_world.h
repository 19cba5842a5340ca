#pragma once
// The world of a simulated store: its floor, its cameras and sensors, who comes and what they do. config/stores/*.yml
// hold them; config/stores/drugstore.yml explains every key and names where each figure comes from.

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "site/config.h"

namespace shrike {

/// A place on the floor, metres from the back left corner; y towards the doors.
struct FloorPoint {
  double x = 0, y = 0;
};

/// A rectangle on the floor, metres.
struct FloorRect {
  double x1 = 0, y1 = 0, x2 = 0, y2 = 0;

  [[nodiscard]] bool holds(FloorPoint p) const { return p.x >= x1 && p.x <= x2 && p.y >= y1 && p.y <= y2; }
  [[nodiscard]] FloorPoint middle() const { return {(x1 + x2) / 2, (y1 + y2) / 2}; }
};

struct WorldZone {
  std::string name;
  ZoneKind kind = ZoneKind::shelf;
  FloorRect floor;
  double loitering_s = 20;
};

/// Something that stands there: nobody walks through it, and cameras see over it only as far as it is low.
struct WorldShelf {
  FloorRect floor;
  double height_m = 1.6;
};

struct WorldCamera {
  std::string name;
  FloorPoint at, looks_at;  ///< it is hung at `at`, and its picture's middle shows the floor at `looks_at`
  double height_m = 3, fov_deg = 90;
};

/// The goods in a zone.
struct WorldGoods {
  std::string zone;
  char shelf_side = 'l';  ///< side of the zone that the shelf is on: l(eft), r(ight), b(ack), f(ront)
  int products = 8;
  double interest = 1;  ///< share of honest visits that stop here, relative to the other zones'
  double stolen = 1;    ///< share of thefts that happen here, relative to the other zones'
  double price_median = 5, price_sigma = 0.5;
  double weight_median_g = 150, weight_sigma = 0.5;
  double tagged = 0;           ///< share of its products that carry an RFID tag
  double liquid = 0.3;         ///< share of its products that hold liquid or metal: tags read badly there
  int products_per_scale = 0;  ///< 0: no scales
};

struct WorldCheckout {
  std::string zone;
  bool self = false;
};

/// The true constants behind a simulated store. The program under test never sees them and shares none of them.
struct StoreWorld {
  std::string name, about, time_zone = "UTC", start = "2026-03-02";
  int opens_hour = 8, closes_hour = 20;
  double width_m = 0, depth_m = 0;
  std::vector<double> hourly;  ///< how many come in each opening hour, relative to each other
  std::vector<WorldZone> zones;
  std::vector<WorldShelf> shelves;
  std::vector<WorldCamera> cameras;
  std::vector<WorldGoods> goods;
  std::vector<WorldCheckout> checkouts;
  std::vector<std::string> portals;  ///< exit zones with an RFID reader
  FloorRect till_staff;              ///< where cashiers stand, outside the checkout zones

  struct People {
    double visits_a_day = 0, companions = 0, companions_more = 0, children = 0;
    double buys_nothing = 0, items_mean = 0, stop_s = 0, stop_sigma = 0, stops_without_taking = 0;
    double speed_mps = 0, speed_sigma = 0, takes_two = 0, basket_or_cart = 0, carries_bag = 0;
    double self_checkout_share = 0, scan_s = 0, pay_s = 0;
  } people;
  struct Habits {
    double lingers = 0, linger_factor = 0, comes_back = 0, hand_to_pocket_per_min = 0, own_bag_on_the_way = 0;
    double puts_back = 0, leaves_elsewhere = 0, enters_again = 0;
  } habits;
  struct Thieves {
    double share = 0;
    double concealer = 0, walk_out = 0, switcher = 0, colluder = 0, team = 0, grabber = 0;
    double items_mean = 0, cover_purchase = 0, hides_at_shelf = 0, waits_before = 0, foil_bag = 0;
  } thieves;
  struct Staff {
    double floor_staff = 0, cashiers_max = 0, cleaners = 0, restock_per_hour = 0, tagged_cage_per_day = 0;
  } staff;
  struct Detector {
    double fps = 0, found = 0, half_height_px = 0, half_visible = 0, flicker_s = 0;
    double box_sigma = 0, false_per_min = 0, false_s = 0, cut_at_shelf = 0, light_sigma = 0, bag_found = 0;
  } detector;
  struct Hands {
    double take_seen = 0, put_back_seen = 0, hide_seen = 0, take_invented = 0, hide_from_pocket = 0;
    double take_sure = 0, hide_sure = 0;
  } hands;
  struct Rfid {
    double read = 0, read_liquid = 0, read_on_body = 0, read_in_foil = 0, reads_per_s = 0, stray_per_hour = 0;
    double foreign_tags = 0;
  } rfid;
  struct Scales {
    double noise_g = 0, drift_g_per_hour = 0, piece_sigma = 0, touch_per_hour = 0;
  } scales;
  struct Till {
    double clock_offset_s = 0, sends_after_s = 0, void_line = 0, no_sale_per_hour = 0;
    double skips_by_mistake_self = 0, skips_by_mistake_staffed = 0, reads_epc = 0;
  } till;

  [[nodiscard]] const WorldZone* zone(std::string_view name_of_zone) const;
  [[nodiscard]] const WorldZone& first_of(ZoneKind kind) const;
};

/// Reads and checks a world: every key must be there. Faults are named as file:line:column, all at once.
[[nodiscard]] Result<StoreWorld> load_store_world(const std::filesystem::path& file);
/// From text already read; `file` names it in messages.
[[nodiscard]] Result<StoreWorld> parse_store_world(std::string_view yaml, const std::string& file);
/// `name_or_file`: a path to a .yml, or the name of a file in `folder` without its ending.
[[nodiscard]] Result<StoreWorld> find_store_world(const std::string& name_or_file, const std::filesystem::path& folder);

}  // namespace shrike
