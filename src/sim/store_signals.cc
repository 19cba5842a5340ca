#include "sim/store_signals.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

#include "sim/chain_random.h"

namespace shrike {
namespace {

int64_t us_of(Timestamp midnight, double at_s) { return midnight.plus_s(at_s).us; }

SimRandom stream(const StorePlan& plan, const StoreDay& day, uint64_t source) {
  return {plan.seed, 500'000'003ULL + source * 10'007ULL + static_cast<uint64_t>(day.day) * 101ULL};
}

/// Zone with goods in which `p` lies; empty where in none.
std::string goods_zone_at(const StoreWorld& world, FloorPoint p) {
  for (const WorldGoods& goods : world.goods)
    if (world.zone(goods.zone)->floor.holds(p)) return goods.zone;
  return "";
}

/// What a pose would call an act, with what chance; empty where it shows nothing.
struct HandSeen {
  const char* kind = "";
  double chance = 0, sure = 0;
};
HandSeen hand_of(ActKind kind, const StoreWorld::Hands& hands) {
  switch (kind) {
    case ActKind::take:
      return {"taken", hands.take_seen, hands.take_sure};
    case ActKind::put_back:
      return {"put_back", hands.put_back_seen, hands.take_sure};
    case ActKind::touch:
      return {"taken", hands.take_invented, hands.take_sure * 0.9};
    case ActKind::hide:
    case ActKind::bag_up:  // the same movement, whoever makes it
      return {"hidden", hands.hide_seen, hands.hide_sure};
    case ActKind::pocket:
      return {"hidden", hands.hide_from_pocket, hands.hide_sure * 0.85};
    default:
      return {};
  }
}

/// One read of a tag passing by: seconds from the middle of the passage, strength at its best.
struct Passage {
  double at_s = 0, best_dbm = -48, length_s = 1.6;
  bool outwards = true;
};

class TagReads {
 public:
  TagReads(const StorePlan& plan, const StoreDay& day, Timestamp midnight)
      : plan_(plan), midnight_(midnight), draw_(stream(plan, day, 2)) {}

  void pass(const std::string& portal, const std::string& epc, const Passage& passage, double tags_at_once) {
    // Readers share their air time among all tags that answer.
    const double reads = plan_.world.rfid.reads_per_s * passage.length_s / (1 + tags_at_once / 12);
    const int count = 1 + draw_.poisson(std::max(0.5, reads));
    for (int i = 0; i < count; ++i) {
      const double t = (draw_.uniform() - 0.5) * passage.length_s;  // < 0: still before the door
      const double towards_door = passage.outwards ? t : -t;
      const bool door = draw_.chance(1 / (1 + std::exp(-towards_door * 5)));
      const double off_s = std::abs(t - (door == passage.outwards ? 0.25 : -0.25));
      one(passage.at_s + t, portal, door ? 2 : 1, epc, passage.best_dbm - 14 * off_s + 3 * draw_.normal());
    }
  }

  void linger(const std::string& portal, const std::string& epc, double from_s, double to_s) {
    const int count = draw_.poisson((to_s - from_s) * 0.15);
    for (int i = 0; i < count; ++i)
      one(draw_.between(from_s, to_s), portal, draw_.chance(0.12) ? 2 : 1, epc, -63 + 4 * draw_.normal());
  }

  void stray(const std::string& portal, const std::string& epc, double at_s) {
    one(at_s, portal, draw_.chance(0.05) ? 2 : 1, epc, -70 + 3 * draw_.normal());
  }

  SimRandom& draw() { return draw_; }
  SignalRows rows;

 private:
  void one(double at_s, const std::string& portal, int antenna, const std::string& epc, double dbm) {
    rows.add(at_s,
             fmt::format("{},{},{},{},{:.1f}", us_of(midnight_, at_s), portal, antenna, epc, std::max(-82.0, dbm)));
  }

  const StorePlan& plan_;
  Timestamp midnight_;
  SimRandom draw_;
};

double read_chance(const StoreWorld::Rfid& rfid, const SimGood& good, const CarriedPiece& piece, bool foil) {
  if (foil && piece.hidden) return rfid.read_in_foil;
  if (piece.hidden) return std::min(rfid.read_on_body, good.liquid ? rfid.read_liquid : 1);
  return good.liquid ? rfid.read_liquid : rfid.read;
}

/// The exit that somebody left by: the portal there, or none.
std::string portal_of(const StorePlan& plan, const SimPerson& person) {
  size_t hint = 0;
  const FloorPoint at = person.at(person.passes_exit_s, hint);
  for (const std::string& portal : plan.world.portals)
    if (plan.world.zone(portal)->floor.holds(at)) return portal;
  return "";
}

/// One step of a scale's load.
struct LoadChange {
  double at_s = 0, grams = 0;
  bool stays = true;  ///< false: goods are only pressed for a moment
};

void write_scale(const StorePlan& plan, size_t scale, std::vector<LoadChange> changes, Timestamp midnight,
                 SimRandom& draw, SignalRows& out) {
  const auto& s = plan.world.scales;
  std::ranges::stable_sort(changes, {}, &LoadChange::at_s);
  double load = morning_load_g(plan, plan.scales[scale]);
  const double phase = draw.uniform() * 6.28;
  constexpr double kQuiet_s = 10, kBusy_s = 0.2, kBefore_s = 0.6, kAfter_s = 2.4;
  size_t next = 0;
  double pressed_to_s = 0, pressed_g = 0;
  const double from_s = (plan.world.opens_hour - 0.5) * 3600, to_s = (plan.world.closes_hour + 0.5) * 3600;
  for (double t = from_s + draw.uniform() * kQuiet_s; t < to_s;) {
    while (next < changes.size() && changes[next].at_s <= t) {
      const LoadChange& change = changes[next++];
      if (change.stays) load += change.grams;
      // A hand presses before it lifts.
      pressed_to_s = change.at_s + (change.stays ? 0.3 : 1.5);
      pressed_g = change.stays ? draw.between(0, 200) : change.grams;
    }
    const double drift = s.drift_g_per_hour * 3 * std::sin(phase + t / 7200);
    const double grams = load + drift + (t < pressed_to_s ? pressed_g : 0) + s.noise_g * draw.normal();
    out.add(t, fmt::format("{},{},{:.1f}", us_of(midnight, t), plan.scales[scale].name, grams));
    const bool soon = next < changes.size() && changes[next].at_s - t < kQuiet_s;
    const bool just_now = next > 0 && t - changes[next - 1].at_s < kAfter_s;
    if (just_now) {
      t += kBusy_s;
    } else if (soon) {
      t = std::max(t + kBusy_s, changes[next].at_s - kBefore_s);
    } else {
      t += kQuiet_s;
    }
  }
}

}  // namespace

std::string SignalRows::text(std::string_view header) {
  std::ranges::stable_sort(rows, {}, [](const auto& row) { return row.first; });
  std::string out;
  if (!header.empty()) out = fmt::format("{}\n", header);
  for (const auto& row : rows) {
    out += row.second;
    out += '\n';
  }
  return out;
}

SignalRows hand_rows(const StorePlan& plan, const StoreDay& day, const std::vector<StoreCamera>& cameras,
                     Timestamp midnight) {
  constexpr double kBest_px = 90;  // a smaller person's hands are not seen
  SimRandom draw = stream(plan, day, 1);
  SignalRows out;
  for (const SimPerson& person : day.people) {
    size_t hint = 0;
    for (const SimAct& act : person.acts) {
      const HandSeen seen = hand_of(act.kind, plan.world.hands);
      const FloorPoint at = person.at(act.at_s, hint);
      const std::string zone =
          act.good >= 0 && act.kind != ActKind::hide && act.kind != ActKind::bag_up
              ? plan.world.goods[static_cast<size_t>(plan.goods[static_cast<size_t>(act.good)].zone)].zone
              : goods_zone_at(plan.world, at);
      for (const StoreCamera& camera : cameras) {
        const auto body = camera.body(at, person.height_m);
        if (!body || body->hidden_share > 0.4 || static_cast<double>(body->box.height()) < kBest_px) continue;
        const Box all{0, 0, StoreCamera::kWidth, StoreCamera::kHeight};
        if (intersection(body->box, all) < 0.7F * body->box.area() || !draw.chance(seen.chance)) continue;
        const Box& b = body->box;
        const double late_s = draw.between(0.1, 0.8);
        out.add(act.at_s + late_s,
                fmt::format("{},{},{:.4f},{:.4f},{:.4f},{:.4f},{},{},{:.2f}", us_of(midnight, act.at_s + late_s),
                            camera.name(), b.x1 / StoreCamera::kWidth, b.y1 / StoreCamera::kHeight,
                            b.x2 / StoreCamera::kWidth, b.y2 / StoreCamera::kHeight, seen.kind, zone,
                            std::clamp(seen.sure + 0.12 * draw.normal(), 0.05, 0.98)));
      }
    }
  }
  return out;
}

SignalRows tag_rows(const StorePlan& plan, const StoreDay& day, Timestamp midnight) {
  TagReads reads(plan, day, midnight);
  SimRandom& draw = reads.draw();
  const auto& rfid = plan.world.rfid;
  if (plan.world.portals.empty()) return {};
  for (const SimParty& party : day.parties) {
    for (const CarriedPiece& piece : party.pieces) {
      const SimGood& good = plan.goods[static_cast<size_t>(piece.good)];
      const SimPerson& by = day.people[static_cast<size_t>(piece.by)];
      const std::string portal = portal_of(plan, by);
      if (!good.tagged || portal.empty() || !draw.chance(read_chance(rfid, good, piece, by.foil))) continue;
      const double best_dbm = piece.hidden ? -58 : -48;
      reads.pass(portal, epc_of(good, piece.piece), {by.passes_exit_s, best_dbm + 3 * draw.normal()},
                 static_cast<double>(party.pieces.size()));
    }
    // Tags of other shops, in clothes and shoes: numbers that no catalogue here has.
    for (const size_t i : party.people) {
      if (!draw.chance(rfid.foreign_tags)) continue;
      const SimPerson& person = day.people[i];
      const std::string portal = portal_of(plan, person);
      const SimGood foreign{.gtin = fmt::format("761{:09}0", 100000000 + draw.below(800000000))};
      if (!portal.empty() && draw.chance(rfid.read_on_body))
        reads.pass(portal, epc_of(foreign, draw.below(1 << 30)), {person.passes_exit_s, -60 + 3 * draw.normal()}, 2);
    }
  }
  for (const StoreDay::Cage& cage : day.cages)
    for (const auto& [good, serial] : cage.pieces)
      reads.linger(plan.world.portals[cage.portal], epc_of(plan.goods[static_cast<size_t>(good)], serial), cage.from_s,
                   cage.to_s);
  const double hours = plan.world.closes_hour - plan.world.opens_hour;
  for (const std::string& portal : plan.world.portals)
    for (int i = draw.poisson(rfid.stray_per_hour * hours); i > 0; --i) {
      const auto& good = plan.goods[static_cast<size_t>(draw.below(static_cast<int>(plan.goods.size())))];
      // The same few pieces stand there all day.
      if (good.tagged)
        reads.stray(portal, epc_of(good, 4'000'000'000LL + draw.below(3)),
                    draw.between(plan.world.opens_hour, plan.world.closes_hour) * 3600);
    }
  return std::move(reads.rows);
}

SignalRows scale_rows(const StorePlan& plan, const StoreDay& day, Timestamp midnight) {
  SimRandom draw = stream(plan, day, 3);
  std::map<int64_t, double> weight_of_piece;
  std::vector<std::vector<LoadChange>> changes(plan.scales.size());
  for (const SimPerson& person : day.people) {
    for (const SimAct& act : person.acts) {
      const int scale = act.good < 0 ? -1 : plan.goods[static_cast<size_t>(act.good)].scale;
      if (scale < 0) continue;
      const double unit_g = plan.goods[static_cast<size_t>(act.good)].weight_g;
      const auto [weight, fresh] = weight_of_piece.try_emplace(act.piece, 0);
      if (fresh) weight->second = unit_g * (1 + plan.world.scales.piece_sigma * draw.normal());
      auto& list = changes[static_cast<size_t>(scale)];
      if (act.kind == ActKind::take) list.push_back({act.at_s, -weight->second});
      if (act.kind == ActKind::put_back || act.kind == ActKind::restock) list.push_back({act.at_s, weight->second});
      if (act.kind == ActKind::touch) list.push_back({act.at_s, draw.between(20, 300), false});
    }
  }
  SignalRows out;
  const double hours = plan.world.closes_hour - plan.world.opens_hour;
  for (size_t scale = 0; scale < plan.scales.size(); ++scale) {
    for (int i = draw.poisson(plan.world.scales.touch_per_hour * hours); i > 0; --i)
      changes[scale].push_back(
          {draw.between(plan.world.opens_hour, plan.world.closes_hour) * 3600, draw.between(-150, 400), false});
    write_scale(plan, scale, std::move(changes[scale]), midnight, draw, out);
  }
  return out;
}

}  // namespace shrike
