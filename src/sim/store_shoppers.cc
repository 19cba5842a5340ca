// Honest people, with their habits: what looks suspicious is common among those who pay.

#include <algorithm>
#include <cmath>

#include "sim/store_cast.h"

namespace shrike {
namespace {

struct Stop {
  int zone = 0;
  int pieces = 0;
  bool again = false;  ///< only to look once more
};

std::vector<Stop> plan_stops(StoreStage& stage, bool buys, SimRandom& draw) {
  const StoreWorld& world = stage.plan.world;
  std::vector<double> interest;
  for (const WorldGoods& goods : world.goods) interest.push_back(goods.interest);
  std::vector<Stop> stops;
  int wanted = buys ? draw.geometric(1 - 1 / world.people.items_mean) : 0;
  while (wanted > 0) {
    const int pieces = wanted > 1 && draw.chance(world.people.takes_two) ? 2 : 1;
    stops.push_back({static_cast<int>(draw_index(interest, draw)), pieces});
    wanted -= pieces;
  }
  const int looks = draw.poisson(world.people.stops_without_taking) + (stops.empty() ? 1 : 0);
  for (int i = 0; i < looks; ++i) stops.push_back({static_cast<int>(draw_index(interest, draw)), 0});
  return stops;
}

/// Each time the nearest of what is left, more or less: nobody walks an optimal round.
void order_stops(StoreStage& stage, std::vector<Stop>& stops, FloorPoint from, SimRandom& draw) {
  const StoreWorld& world = stage.plan.world;
  for (size_t i = 0; i < stops.size(); ++i) {
    size_t best = i;
    double nearest = 1e9;
    for (size_t k = i; k < stops.size(); ++k) {
      const FloorPoint at = world.zone(world.goods[static_cast<size_t>(stops[k].zone)].zone)->floor.middle();
      const double far = distance(from, at) * draw.between(0.6, 1.4);
      if (far < nearest) {
        nearest = far;
        best = k;
      }
    }
    std::swap(stops[i], stops[best]);
    from = world.zone(world.goods[static_cast<size_t>(stops[i].zone)].zone)->floor.middle();
  }
}

class ShopperScript {
 public:
  ShopperScript(StoreStage& stage, SimParty& party, SimRandom& draw, double enters_s)
      : stage_(stage),
        party_(party),
        draw_(draw),
        leader_(stage.day.people[party.people[0]]),
        walker_(stage, draw, leader_, enters_s, door()) {}

  void run(bool buys) {
    const auto& habits = stage_.plan.world.habits;
    lingers_ = draw_.chance(habits.lingers);
    bags_up_ = draw_.chance(habits.own_bag_on_the_way);
    if (bags_up_) leader_.bag = true;
    auto stops = plan_stops(stage_, buys, draw_);
    order_stops(stage_, stops, walker_.at(), draw_);
    if (draw_.chance(habits.comes_back) && stops.size() > 1) come_back_thrice(stops);
    walker_.walk_into(stage_.plan.world.first_of(ZoneKind::entrance).floor);
    for (const Stop& stop : stops) shop_at(stop);
    if (lingers_) leader_.habits += "lingers ";
    if (bags_up_ && !party_.pieces.empty()) leader_.habits += "own_bag ";
    party_.queues = !party_.pieces.empty();
    party_.browses = !party_.queues;
    if (party_.browses) leader_.habits += "buys_nothing ";
  }

 private:
  [[nodiscard]] FloorPoint door() {
    const FloorRect& r = stage_.plan.world.first_of(ZoneKind::entrance).floor;
    return {draw_.between(r.x1 + 0.3, r.x2 - 0.3), stage_.plan.world.depth_m - 0.25};
  }

  void come_back_thrice(std::vector<Stop>& stops) {
    const Stop favourite{stops.front().zone, 0, true};
    leader_.habits += "comes_back ";
    std::vector<Stop> out;
    int more = 2;
    for (const Stop& stop : stops) {
      out.push_back(stop);
      if (more > 0 && stop.zone != favourite.zone) {
        out.push_back(favourite);
        --more;
      }
    }
    stops = std::move(out);
  }

  void shop_at(const Stop& stop) {
    const StoreWorld& world = stage_.plan.world;
    const auto& goods = stage_.plan.goods_of[static_cast<size_t>(stop.zone)];
    const int good = goods[static_cast<size_t>(draw_.below(static_cast<int>(goods.size())))];
    const FloorPoint place = stage_.plan.goods[static_cast<size_t>(good)].at;
    walker_.walk({place.x + draw_.between(-0.3, 0.3), place.y + draw_.between(-0.3, 0.3)});
    double dwell_s = world.people.stop_s * std::exp(world.people.stop_sigma * draw_.normal());
    if (lingers_) dwell_s *= world.habits.linger_factor * draw_.between(0.5, 1.5);
    walker_.stand(dwell_s * 0.6);
    for (int i = 0; i < stop.pieces; ++i) take_one(good);
    if (stop.pieces == 0 && draw_.chance(0.4)) walker_.act(ActKind::touch, good, 0);
    walker_.stand(dwell_s * 0.4);
    maybe_leave_elsewhere(stop);
  }

  void take_one(int good) {
    const auto& habits = stage_.plan.world.habits;
    // One of the family reaches as often as whoever leads.
    const size_t by = party_.people[static_cast<size_t>(draw_.below(static_cast<int>(party_.people.size())))];
    Walker hand(stage_, draw_, stage_.day.people[by], walker_.now_s(), walker_.at());
    take(stage_, party_, by, hand, good);
    const CarriedPiece& piece = party_.pieces.back();
    walker_.stand(draw_.between(1, 4));
    if (draw_.chance(habits.puts_back)) {
      walker_.stand(draw_.between(3, 15));
      stage_.day.people[by].acts.push_back({walker_.now_s(), ActKind::put_back, good, piece.piece});
      party_.pieces.pop_back();
    } else if (bags_up_) {
      walker_.stand(draw_.between(1, 4));
      stage_.day.people[by].acts.push_back({walker_.now_s(), ActKind::bag_up, good, piece.piece});
    }
  }

  void maybe_leave_elsewhere(const Stop& stop) {
    if (party_.pieces.empty() || stop.pieces > 0 || !draw_.chance(stage_.plan.world.habits.leaves_elsewhere)) return;
    const CarriedPiece piece = party_.pieces.back();
    party_.pieces.pop_back();
    stage_.day.people[static_cast<size_t>(piece.by)].acts.push_back(
        {walker_.now_s(), ActKind::leave_elsewhere, piece.good, piece.piece});
  }

  StoreStage& stage_;
  SimParty& party_;
  SimRandom& draw_;
  SimPerson& leader_;
  Walker walker_;
  bool lingers_ = false, bags_up_ = false;
};

void add_person(StoreStage& stage, SimParty& party, PersonKind kind, SimRandom& draw) {
  party.people.push_back(stage.day.people.size());
  stage.day.people.push_back(new_person(stage, party, kind, draw));
}

/// Somebody who came in honestly before comes in again: to ask, to change something, for what was forgotten.
void wear_the_same_as_somebody(StoreStage& stage, SimPerson& person, double enters_s, SimRandom& draw) {
  for (int tries = 0; tries < 20; ++tries) {
    const auto& other = stage.day.people[static_cast<size_t>(draw.below(static_cast<int>(stage.day.people.size())))];
    if (other.kind != PersonKind::shopper || other.moves.empty() || other.leaves_s() + 600 > enters_s) continue;
    person.looks_like = other.looks_like;
    person.habits += "enters_again ";
    return;
  }
}

}  // namespace

void script_shoppers(StoreStage& stage, SimParty& party, double enters_s, SimRandom& draw) {
  const StoreWorld& world = stage.plan.world;
  add_person(stage, party, PersonKind::shopper, draw);
  if (draw.chance(world.people.companions)) {
    const int more = draw.geometric(world.people.companions_more);
    for (int i = 0; i < more; ++i) {
      add_person(stage, party, PersonKind::companion, draw);
      if (draw.chance(world.people.children)) stage.day.people.back().height_m = draw.between(1.0, 1.45);
    }
  }
  SimPerson& leader = stage.day.people[party.people[0]];
  leader.cart = draw.chance(world.people.basket_or_cart);
  party.self = draw.chance(world.people.self_checkout_share);
  if (draw.chance(world.habits.enters_again)) wear_the_same_as_somebody(stage, leader, enters_s, draw);
  ShopperScript(stage, party, draw, enters_s).run(!draw.chance(world.people.buys_nothing));
}

}  // namespace shrike
