// Staff, cashiers and cleaners: in the store all day, in high_risk zones often, never paying.

#include <algorithm>

#include "sim/store_cast.h"

namespace shrike {
namespace {

constexpr int kUniform = -1, kOverall = -2;  // SimPerson::looks_like

size_t hire(StoreStage& stage, PersonKind kind, int looks_like, SimRandom& draw) {
  SimParty nobody;
  const size_t index = stage.day.people.size();
  stage.day.people.push_back(new_person(stage, nobody, kind, draw));
  stage.day.people.back().looks_like = looks_like;
  stage.day.people.back().bag = false;
  return index;
}

FloorPoint staff_door(const StoreStage& stage) { return stage.plan.world.first_of(ZoneKind::staff).floor.middle(); }

void restock(StoreStage& stage, Walker& walker, SimRandom& draw) {
  const size_t zone = static_cast<size_t>(draw.below(static_cast<int>(stage.plan.goods_of.size())));
  const auto& goods = stage.plan.goods_of[zone];
  const int good = goods[static_cast<size_t>(draw.below(static_cast<int>(goods.size())))];
  walker.walk(stage.plan.goods[static_cast<size_t>(good)].at);
  const double stint_s = draw.between(60, 300);
  const int pieces = draw.poisson(stage.plan.world.staff.restock_per_hour * stint_s / 3600);
  for (int i = 0; i < pieces; ++i) {
    walker.stand(stint_s / (pieces + 1));
    walker.act(ActKind::restock, good, stage.next_piece++);
  }
  walker.stand(stint_s / (pieces + 1));
}

/// A cage of tagged goods, parked near an exit's reader for a while.
void park_cage(StoreStage& stage, Walker& walker, SimRandom& draw) {
  const auto& world = stage.plan.world;
  if (world.portals.empty()) return;
  const size_t portal = static_cast<size_t>(draw.below(static_cast<int>(world.portals.size())));
  const FloorRect& exit = world.zone(world.portals[portal])->floor;
  walker.walk({exit.middle().x + draw.between(-1, 1), exit.y1 - draw.between(1.2, 2.0)});
  StoreDay::Cage cage{walker.now_s(), walker.now_s() + draw.between(20, 90), portal, {}};
  const int pieces = 20 + draw.below(60);
  for (int tries = 0; tries < 1000 && static_cast<int>(cage.pieces.size()) < pieces; ++tries) {
    const int good = draw.below(static_cast<int>(stage.plan.goods.size()));
    if (stage.plan.goods[static_cast<size_t>(good)].tagged) cage.pieces.emplace_back(good, stage.next_piece++);
  }
  walker.wait_until(cage.to_s);
  stage.day.cages.push_back(std::move(cage));
}

void work_the_floor(StoreStage& stage, SimPerson& person, bool parks_cages, SimRandom& draw) {
  Walker walker(stage, draw, person, stage.opens_s() - draw.between(300, 1500), staff_door(stage));
  const FloorRect& room = stage.plan.world.first_of(ZoneKind::staff).floor;
  walker.stand(draw.between(60, 240));
  double next_break_s = walker.now_s() + draw.between(3600, 7200);
  const double hours = (stage.closes_s() - stage.opens_s()) / 3600;
  const double cages_an_hour = stage.plan.world.staff.tagged_cage_per_day / hours;
  while (walker.now_s() < stage.closes_s() - 600) {
    if (walker.now_s() > next_break_s) {
      walker.walk_into(room);
      walker.stand(draw.between(300, 900));
      next_break_s = walker.now_s() + draw.between(3600, 7200);
    } else if (parks_cages && draw.chance(cages_an_hour * 180 / 3600)) {
      park_cage(stage, walker, draw);
    } else {
      restock(stage, walker, draw);
    }
  }
  walker.walk_into(room);
  walker.stand(120);
}

void stand_at_the_till(StoreStage& stage, SimPerson& person, double share, SimRandom& draw) {
  const FloorRect& place = stage.plan.world.till_staff;
  const FloorPoint spot{place.x1 + (place.x2 - place.x1) * share, (place.y1 + place.y2) / 2};
  Walker walker(stage, draw, person, stage.opens_s() - 600, staff_door(stage));
  while (walker.now_s() < stage.closes_s()) {
    walker.walk(spot);
    walker.stand(draw.between(5400, 9000));
    walker.walk_into(stage.plan.world.first_of(ZoneKind::staff).floor);
    walker.stand(draw.between(300, 900));
  }
}

void clean(StoreStage& stage, SimPerson& person, SimRandom& draw) {
  Walker walker(stage, draw, person, stage.closes_s() - 4500, staff_door(stage));
  walker.stand(30);
  while (walker.now_s() < stage.closes_s() - 300)
    for (const WorldGoods& goods : stage.plan.world.goods) {
      walker.walk_into(stage.plan.world.zone(goods.zone)->floor, 0.5);
      walker.stand(draw.between(5, 40));
    }
  walker.walk_into(stage.plan.world.first_of(ZoneKind::staff).floor);
  walker.stand(60);
}

}  // namespace

void script_staff(StoreStage& stage, SimRandom& draw) {
  const auto& world = stage.plan.world;
  for (int i = 0; i < static_cast<int>(world.staff.floor_staff); ++i)
    work_the_floor(stage, stage.day.people[hire(stage, PersonKind::staff, kUniform, draw)], i == 0, draw);
  const auto staffed = std::ranges::count_if(world.checkouts, [](const WorldCheckout& c) { return !c.self; });
  const int cashiers = std::min(static_cast<int>(staffed), static_cast<int>(world.staff.cashiers_max));
  for (int i = 0; i < cashiers; ++i)
    stand_at_the_till(stage, stage.day.people[hire(stage, PersonKind::cashier, kUniform, draw)], (i + 0.5) / cashiers,
                      draw);
  for (int i = 0; i < static_cast<int>(world.staff.cleaners); ++i)
    clean(stage, stage.day.people[hire(stage, PersonKind::cleaner, kOverall, draw)], draw);
}

}  // namespace shrike
