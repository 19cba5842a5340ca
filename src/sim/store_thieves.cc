// Thieves, each kind as loss prevention describes it.

#include <algorithm>

#include "sim/store_cast.h"

namespace shrike {
namespace {

class ThiefScript {
 public:
  ThiefScript(StoreStage& stage, SimParty& party, SimRandom& draw, double enters_s)
      : stage_(stage),
        party_(party),
        draw_(draw),
        self_(party.people[0]),
        walker_(stage, draw, thief(), enters_s, door(stage, draw)) {
    walker_.walk_into(stage.plan.world.first_of(ZoneKind::entrance).floor, party.theft == TheftKind::grabber ? 1.6 : 1);
  }

  static FloorPoint door(StoreStage& stage, SimRandom& draw) {
    const FloorRect& r = stage.plan.world.first_of(ZoneKind::entrance).floor;
    return {draw.between(r.x1 + 0.3, r.x2 - 0.3), stage.plan.world.depth_m - 0.25};
  }

  /// Takes, hides, perhaps pays for something else as cover.
  void conceal() {
    const auto& t = stage_.plan.world.thieves;
    thief().foil = draw_.chance(t.foil_bag);
    if (draw_.chance(0.4)) look_around();
    const int wanted = draw_.geometric(1 - 1 / t.items_mean);
    for (int left = wanted; left > 0;) {
      const int good = go_to_goods();
      walker_.stand(draw_.between(0, 2 * t.waits_before));
      const int here = 1 + draw_.below(left);
      const size_t first = party_.pieces.size();
      for (int i = 0; i < here; ++i) steal(good);
      if (!draw_.chance(t.hides_at_shelf)) look_around();
      hide_from(first);
      left -= here;
    }
    if (draw_.chance(t.cover_purchase)) buy_cover();
  }

  /// Takes openly and walks out with it.
  void walk_out() {
    const auto& t = stage_.plan.world.thieves;
    const int wanted = 1 + draw_.geometric(1 - 1 / t.items_mean);
    thief().cart = draw_.chance(stage_.plan.world.people.basket_or_cart);
    for (int left = wanted; left > 0;) {
      const int good = go_to_goods();
      walker_.stand(draw_.between(3, 15));
      for (int here = 1 + draw_.below(left); here > 0; --here, --left) steal(good);
    }
  }

  /// Runs in, sweeps a shelf, runs out.
  void grab() {
    thief().speed_mps = draw_.between(1.8, 2.6);
    const int good = go_to_goods();
    const auto& same_shelf =
        stage_.plan.goods_of[static_cast<size_t>(stage_.plan.goods[static_cast<size_t>(good)].zone)];
    for (int i = 0, pieces = 4 + draw_.below(9); i < pieces; ++i)
      steal(same_shelf[static_cast<size_t>(draw_.below(static_cast<int>(same_shelf.size())))]);
    walker_.stand(draw_.between(0, 2));
  }

  /// Goods like an honest buyer's, of which some are not paid for what they are.
  void shop_to_cheat(bool colludes) {
    const auto& w = stage_.plan.world;
    const int wanted = 2 + draw_.geometric(1 - 1 / std::max(1.5, w.people.items_mean));
    for (int i = 0; i < wanted; ++i) {
      const bool dear = i < 2 || draw_.chance(0.3);
      const int good = dear ? go_to_goods() : go_anywhere();
      walker_.stand(w.people.stop_s * draw_.between(0.3, 1.2));
      steal(good);
      CarriedPiece& piece = party_.pieces.back();
      piece.stolen = dear;
      if (!dear) continue;
      if (colludes) {
        (draw_.chance(0.7) ? piece.skipped : piece.voided) = true;
      } else if (draw_.chance(0.5)) {
        piece.skipped = true;
      } else {
        piece.rung_as = cheap_one();
      }
    }
    party_.queues = true;
    party_.self = !colludes;
  }

  void buy_cover() {
    const int good = go_anywhere();
    walker_.stand(draw_.between(2, 12));
    take(stage_, party_, self_, walker_, good);
    party_.queues = true;
    party_.self = draw_.chance(stage_.plan.world.people.self_checkout_share);
  }

 private:
  SimPerson& thief() { return stage_.day.people[self_]; }

  int go_to_goods() {
    std::vector<double> weights;
    for (const WorldGoods& g : stage_.plan.world.goods) weights.push_back(g.stolen);
    return go_into(draw_index(weights, draw_));
  }
  int go_anywhere() {
    std::vector<double> weights;
    for (const WorldGoods& g : stage_.plan.world.goods) weights.push_back(g.interest);
    return go_into(draw_index(weights, draw_));
  }
  int go_into(size_t zone) {
    const auto& goods = stage_.plan.goods_of[zone];
    const int good = goods[static_cast<size_t>(draw_.below(static_cast<int>(goods.size())))];
    const FloorPoint at = stage_.plan.goods[static_cast<size_t>(good)].at;
    walker_.walk({at.x + draw_.between(-0.25, 0.25), at.y + draw_.between(-0.25, 0.25)});
    return good;
  }

  void steal(int good) {
    take(stage_, party_, self_, walker_, good);
    party_.pieces.back().stolen = true;
    walker_.stand(draw_.between(0.8, 3));
  }

  void hide_from(size_t first) {
    for (size_t i = first; i < party_.pieces.size(); ++i) {
      walker_.stand(draw_.between(0.8, 3));
      party_.pieces[i].hidden = true;
      walker_.act(ActKind::hide, party_.pieces[i].good, party_.pieces[i].piece);
    }
  }

  void look_around() {
    const auto& goods = stage_.plan.world.goods;
    walker_.walk_into(
        stage_.plan.world.zone(goods[static_cast<size_t>(draw_.below(static_cast<int>(goods.size())))].zone)->floor);
    walker_.stand(draw_.between(2, 15));
  }

  int cheap_one() {
    int cheapest = 0;
    for (int tries = 0; tries < 12; ++tries) {
      const int other = draw_.below(static_cast<int>(stage_.plan.goods.size()));
      if (stage_.plan.goods[static_cast<size_t>(other)].price < stage_.plan.goods[static_cast<size_t>(cheapest)].price)
        cheapest = other;
    }
    return cheapest;
  }

  StoreStage& stage_;
  SimParty& party_;
  SimRandom& draw_;
  size_t self_;
  Walker walker_;
};

/// Comes in a moment later, keeps somebody busy or looks out, and leaves without anything.
void look_out(StoreStage& stage, SimParty& party, double enters_s, double until_s, SimRandom& draw) {
  const size_t index = stage.day.people.size();
  party.people.push_back(index);
  stage.day.people.push_back(new_person(stage, party, PersonKind::lookout, draw));
  SimPerson& person = stage.day.people[index];
  Walker walker(stage, draw, person, enters_s, ThiefScript::door(stage, draw));
  walker.walk_into(stage.plan.world.first_of(ZoneKind::entrance).floor);
  while (walker.now_s() < until_s) {
    const auto& goods = stage.plan.world.goods;
    walker.walk_into(
        stage.plan.world.zone(goods[static_cast<size_t>(draw.below(static_cast<int>(goods.size())))].zone)->floor);
    walker.stand(draw.between(10, 40));
  }
}

}  // namespace

void script_thieves(StoreStage& stage, SimParty& party, double enters_s, SimRandom& draw) {
  party.people.push_back(stage.day.people.size());
  stage.day.people.push_back(new_person(stage, party, PersonKind::thief, draw));
  {
    ThiefScript script(stage, party, draw, enters_s);
    switch (party.theft) {
      case TheftKind::walk_out:
        script.walk_out();
        break;
      case TheftKind::grabber:
        script.grab();
        break;
      case TheftKind::switcher:
      case TheftKind::colluder:
        script.shop_to_cheat(party.theft == TheftKind::colluder);
        break;
      default:
        script.conceal();
    }
  }
  if (party.theft != TheftKind::team) return;
  const double until_s = stage.day.people[party.people[0]].leaves_s();
  for (int more = 1 + draw.below(2); more > 0; --more)
    look_out(stage, party, enters_s + draw.between(3, 40), until_s - draw.between(0, 30), draw);
}

}  // namespace shrike
