// Queues, service, what goes wrong at tills, and the way out.

#include <algorithm>
#include <cmath>

#include "sim/store_cast.h"

namespace shrike {
namespace {

class Tills {
 public:
  explicit Tills(StoreStage& stage) : stage_(stage), free_at_s_(stage.plan.world.checkouts.size(), 0) {}

  /// Queues, is served, and pays.
  void serve(SimParty& party, Walker& walker, SimRandom& draw) {
    const auto& world = stage_.plan.world;
    party.checkout = choose(party, walker.now_s());
    const auto index = static_cast<size_t>(party.checkout);
    const FloorRect& zone = world.zone(world.checkouts[index].zone)->floor;
    const double waits_s = free_at_s_[index] - walker.now_s();
    if (waits_s > 0) {
      const double place = std::min(5.0, std::ceil(waits_s / 60));
      walker.walk({zone.middle().x + draw.between(-0.2, 0.2), zone.y1 - 0.5 - 0.8 * place});
      walker.wait_until(free_at_s_[index]);
    }
    walker.walk_into(zone);
    party.served_s = walker.now_s();
    int scanned = 0;
    for (CarriedPiece& piece : party.pieces) scanned += ring(party, piece, world.checkouts[index].self, draw) ? 1 : 0;
    const double slower = world.checkouts[index].self ? 2 : 1;
    walker.stand((world.people.scan_s * slower * scanned + world.people.pay_s) * draw.between(0.6, 1.5));
    party.paid_s = walker.now_s();
    free_at_s_[index] = walker.now_s() + 2;
  }

 private:
  int choose(const SimParty& party, double now_s) const {
    const auto& world = stage_.plan.world;
    int best = -1, staffed = 0;
    double soonest_s = 1e18;
    for (size_t i = 0; i < world.checkouts.size(); ++i) {
      const bool self = world.checkouts[i].self;
      if (!self && staffed++ >= std::max(1, static_cast<int>(world.staff.cashiers_max))) continue;
      // A colluder's friend sits at the first staffed till; nobody else there counts.
      if (party.theft == TheftKind::colluder && (self || staffed > 1)) continue;
      const double unwanted_s = self == party.self ? 0 : 240;
      const double at_s = std::max(now_s, free_at_s_[i]) + unwanted_s;
      if (at_s < soonest_s) {
        soonest_s = at_s;
        best = static_cast<int>(i);
      }
    }
    return best;
  }

  /// Whether the scanner sees it.
  bool ring(const SimParty& party, CarriedPiece& piece, bool self, SimRandom& draw) const {
    if (piece.hidden) return false;
    const auto& till = stage_.plan.world.till;
    const double mistake = self ? till.skips_by_mistake_self : till.skips_by_mistake_staffed;
    if (!piece.stolen && draw.chance(mistake)) piece.skipped = true;
    if (party.theft == TheftKind::walk_out || party.theft == TheftKind::grabber) return false;
    piece.paid = !piece.skipped && !piece.voided && piece.rung_as < 0;
    return !piece.skipped;
  }

  StoreStage& stage_;
  std::vector<double> free_at_s_;
};

const FloorRect& nearest_exit(const StoreWorld& world, FloorPoint at) {
  const FloorRect* best = nullptr;
  for (const WorldZone& zone : world.zones)
    if (zone.kind == ZoneKind::exit &&
        (best == nullptr || distance(zone.floor.middle(), at) < distance(best->middle(), at)))
      best = &zone.floor;
  return *best;
}

/// Somebody who walks beside or behind the other.
void follow(StoreStage& stage, const SimPerson& leader, SimPerson& person, SimRandom& draw) {
  const double lag_s = draw.between(0.4, 2.5);
  const double angle = draw.between(0, 2 * M_PI), apart_m = draw.between(0.55, 1.0);
  const double dx = apart_m * std::cos(angle), dy = apart_m * std::sin(angle);
  for (const SimMove& move : leader.moves) {
    SimMove own{move.from_s + lag_s, move.to_s + lag_s, {}};
    for (const FloorPoint p : move.way) {
      const bool out = p.y > stage.plan.world.depth_m;
      own.way.push_back(out ? FloorPoint{p.x + dx, p.y} : stage.floor.standing_near({p.x + dx, p.y + dy}));
    }
    person.moves.push_back(std::move(own));
  }
  person.passes_exit_s = leader.passes_exit_s + lag_s;
}

Walker go_on(StoreStage& stage, SimPerson& person, SimRandom& draw) {
  return {stage, draw, person, person.leaves_s(), person.moves.back().way.back()};
}

void hands_to_pockets(const StoreStage& stage, SimPerson& person, SimRandom& draw) {
  const double rate = stage.plan.world.habits.hand_to_pocket_per_min / 60;
  const int times = draw.poisson(rate * (person.leaves_s() - person.enters_s()));
  for (int i = 0; i < times; ++i)
    person.acts.push_back({draw.between(person.enters_s(), person.leaves_s()), ActKind::pocket, -1, 0});
}

}  // namespace

void serve_and_send_out(StoreStage& stage) {
  auto& people = stage.day.people;
  std::vector<SimParty*> order;
  for (SimParty& party : stage.day.parties) order.push_back(&party);
  std::ranges::stable_sort(order, {}, [&](const SimParty* p) { return people[p->people[0]].leaves_s(); });
  Tills tills(stage);
  for (SimParty* party : order) {
    SimRandom draw(stage.plan.seed, 900'000'007ULL + static_cast<uint64_t>(stage.day.day) * 100'003ULL +
                                        static_cast<uint64_t>(party->id));
    const double hurry = party->theft == TheftKind::grabber ? 1.3 : 1;
    SimPerson& leader = people[party->people[0]];
    Walker walker = go_on(stage, leader, draw);
    if (party->queues) tills.serve(*party, walker, draw);
    walker.leave(nearest_exit(stage.plan.world, walker.at()), hurry);
    for (size_t i = 1; i < party->people.size(); ++i) {
      SimPerson& person = people[party->people[i]];
      if (person.kind == PersonKind::companion) {
        follow(stage, leader, person, draw);
      } else {
        go_on(stage, person, draw).leave(nearest_exit(stage.plan.world, person.moves.back().way.back()));
      }
    }
    for (const size_t i : party->people) hands_to_pockets(stage, people[i], draw);
  }
}

}  // namespace shrike
