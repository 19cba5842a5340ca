#include "behaviour/basket.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace shrike {
namespace {

using Kind = ItemEvent::Kind;

/// Cameras and sensors are behind one another by so much.
constexpr double kWait_s = 2;
/// An event that comes later than this belongs to nobody any more.
constexpr double kLate_s = 1800;
constexpr size_t kWaitingMax = 10000, kActsMax = 20000, kActsAVisitMax = 500, kTagsMax = 100000;
constexpr int kPiecesMax = 50;
/// Somebody whom no camera saw there: one take in eight (counted on tuning seeds of `shrike sim store`, drugstore).
constexpr double kUnseen = 0.12;
/// Of putting back (carrying out) a thing that nobody saw them take, against one that they hold.
constexpr double kBackWithoutHolding = 0.05, kOutWithoutHolding = 0.3;
/// A camera saw their hand at that moment: takers' are seen in more than half of all takes, others' at the same shelf
/// within those seconds once in twenty or so.
constexpr double kHandSeen = 12;
/// Whose hand was seen reaches goods from where they stand, if they stand there so much likelier than elsewhere.
constexpr double kInReach = 0.2;
/// From this share on whoever took it is known.
constexpr double kAlone = 0.85;
/// Whoever took what goes out, with this probability at least, was lost so shortly before and has not been seen since,
/// may have run: so likely beside one who stood at the door.
constexpr double kMaybe = 0.2, kRan_s = 8, kRan = 0.3;
/// Below this a visit's part in an act is not followed.
constexpr double kShareMin = 0.02;

void add_pieces(std::vector<Piece>& pieces, const Act& act, double share) {
  for (int i = 0; i < std::min(act.count(), kPiecesMax); ++i) {
    Piece piece{.act = act.id,
                .zone = act.zone,
                .taken = act.from,
                .sources = static_cast<int>(act.sources.size()),
                .sensed = act.sensed,
                .taken_by = act.taken_by};
    double sum = 0;
    for (const ItemGuess& guess : act.guesses) {
      if (guess.count <= i) continue;
      piece.products.emplace_back(guess.product, guess.probability);
      if (piece.serial.empty()) piece.serial = guess.serial;
      sum += guess.probability;
    }
    if (sum <= 0) continue;
    for (auto& [product, p] : piece.products) p /= sum;
    std::ranges::stable_sort(piece.products, std::greater(), [](const auto& one) { return one.second; });
    piece.p = std::min(1.0, sum) * share;
    piece.share = share;
    pieces.push_back(std::move(piece));
  }
}

/// How well a piece is what was put back: by tag, else by product, else any of the same shelf.
double fits(const Piece& piece, const ItemGuess& guess, const std::string& zone) {
  if (!guess.serial.empty() && !piece.serial.empty()) return guess.serial == piece.serial ? 10 : 0;
  if (guess.product.empty()) return piece.zone == zone ? 0.9 : 0.5;
  const double same = piece.is(guess.product) + piece.is("");
  return same > 0.01 ? std::min(1.0, same) : (piece.zone == zone ? 0.1 : 0);
}

/// What a put-back of `share` probability takes off the pieces.
void put_back(std::vector<Piece>& pieces, const Act& act, double share) {
  for (const ItemGuess& guess : act.guesses) {
    for (int i = 0; i < std::min(guess.count, kPiecesMax); ++i) {
      Piece* best = nullptr;
      double best_fit = 0;
      for (Piece& piece : pieces) {
        const double fit = fits(piece, guess, act.zone) * piece.held();
        if (fit > best_fit + 1e-9) {
          best = &piece;
          best_fit = fit;
        }
      }
      if (best == nullptr) break;
      best->back = 1 - (1 - best->back) * (1 - std::min(1.0, share * guess.probability));
    }
  }
}

/// The one product that was moved; empty where sensors do not say or are not sure.
std::string product_of(const Act& act) {
  const auto best = std::ranges::max_element(act.guesses, {}, &ItemGuess::probability);
  return best == act.guesses.end() || best->probability < 0.8 ? std::string() : best->product;
}

/// Whose act it surely was; null where that is not known.
const std::string* surely_whose(const Act& act) {
  return act.visits.size() == 1 && act.visits[0].weight >= kAlone ? &act.visits[0].visit_id : nullptr;
}

/// How long after the act's last moment the visit was seen in its zone for the last time; none where it never was.
std::optional<double> last_there_s(const std::string& visit_id, const Act& act, const Presence& presence) {
  const PlaceStay* nearest = nullptr;
  for (const PlaceStay& stay : presence.stays(visit_id)) {
    if (stay.zone != act.zone) continue;
    if (nearest == nullptr || gap_s(stay, act.to, act.to) <= gap_s(*nearest, act.to, act.to)) nearest = &stay;
  }
  return nearest == nullptr ? std::nullopt : std::optional(seconds_between(act.to, nearest->to));
}

/// Whose act it most likely was; the end where it is nobody's.
auto likeliest(const Act& act) { return std::ranges::max_element(act.visits, {}, &Presence::Near::weight); }

void hide(std::vector<Piece>& pieces, const Act& act) {
  constexpr double kHand_s = 30;
  const auto last = std::find_if(pieces.rbegin(), pieces.rend(), [&](const Piece& piece) {
    return piece.held() >= 0.1 && seconds_between(piece.taken, act.from) <= kHand_s;
  });
  if (last != pieces.rend()) last->hidden = true;
}

}  // namespace

double Piece::is(std::string_view product) const {
  for (const auto& [name, likely] : products) {
    if (name == product) return likely;
  }
  return 0;
}

void BasketBook::hear(const ItemEvent& event) {
  if (event.guesses.empty() || waiting_.size() >= kWaitingMax || seconds_between(event.to, now_) > kLate_s) {
    ++left_out_;
    return;
  }
  waiting_.push_back(event);
  for (ItemGuess& guess : waiting_.back().guesses) {
    guess.product = products_.id_of(guess.product);
    guess.count = std::clamp(guess.count, 1, kPiecesMax);
    guess.probability = std::isfinite(guess.probability) ? std::clamp(guess.probability, 0.0, 1.0) : 0;
  }
}

std::set<std::string> BasketBook::advance(Timestamp now, const Presence& presence) {
  std::set<std::string> changed;
  now_ = std::max(now_, now);
  std::ranges::stable_sort(waiting_, {}, &ItemEvent::to);
  while (!waiting_.empty() && seconds_between(waiting_.front().to, now) >= kWait_s) {
    const ItemEvent event = std::move(waiting_.front());
    waiting_.pop_front();
    take_up(event, presence, changed);
  }
  return changed;
}

void BasketBook::take_up(const ItemEvent& event, const Presence& presence, std::set<std::string>& changed) {
  if (event.kind == Kind::carried_in) {
    for (const ItemGuess& guess : event.guesses) {
      if (!guess.serial.empty() && own_tags_.size() < kTagsMax) own_tags_[guess.serial] = event.to;
    }
    return;
  }
  if (event.kind == Kind::taken || event.kind == Kind::put_back) ++heard_of_[event.zone];
  Act* act = nullptr;
  for (auto at = acts_.rbegin(); at != acts_.rend(); ++at) {
    Act& one = at->second;
    if (seconds_between(one.to, event.from) > 60) break;
    const bool other_hand = !event.visit_id.empty() && !one.hand.empty() && one.hand != event.visit_id;
    if (!other_hand && same_act(one, event) && can_be_one(one, event, presence)) act = &one;
  }
  int pieces = 0;
  for (const ItemGuess& guess : event.guesses) pieces = std::max(pieces, guess.count);
  if (act != nullptr) {
    // A piece that one sensor tells of after another is an echo: the act has it already.
    if (!act->sources.contains(event.source)) act->guesses = fused(act->guesses, event.guesses);
    act->from = std::min(act->from, event.from);
    act->to = std::max(act->to, event.to);
  } else {
    const int64_t id = next_++;
    act = &acts_.emplace(id, Act{id, event.kind, event.zone, event.from, event.to, event.guesses, {}, {}, {}})
               .first->second;
  }
  act->sources[event.source] += pieces;
  if (event.visit_id.empty()) {
    act->sensed = true;
  } else {
    act->hand = event.visit_id;
  }
  for (const auto& near : act->visits) changed.insert(near.visit_id);
  assign(*act, whose(*act, presence));
  learn_place(*act, presence);
  learn_timing(*act, presence);
  if (act->kind == Kind::carried_out) settle_by_tag(*act, presence, changed);
  for (const auto& near : act->visits) changed.insert(near.visit_id);
  while (acts_.size() > kActsMax) drop_oldest();
}

double BasketBook::reaches(const std::string& visit_id, const Act& act, const Presence& presence) const {
  const auto at = presence.stood_at(visit_id, act.from);
  if (!at) return 1;
  const std::string product = product_of(act);
  if (!product.empty()) return places_.fit(product, *at, products_.place(product, act.zone));
  double sum = 0, all = 0;  // of those that it may have been
  for (const ItemGuess& guess : act.guesses) {
    if (guess.product.empty()) continue;
    sum += guess.probability * places_.fit(guess.product, *at, products_.place(guess.product, act.zone));
    all += guess.probability;
  }
  return all <= 0 ? 1 : sum / all;
}

/// Whether whose hand was seen stood where the other sensor's goods are.
bool BasketBook::can_be_one(const Act& act, const ItemEvent& event, const Presence& presence) const {
  const std::string& hand = event.visit_id.empty() ? act.hand : event.visit_id;
  if (hand.empty() || act.kind == Kind::carried_out) return true;
  Act both = act;
  if (product_of(act).empty()) both.guesses = event.guesses;
  return reaches(hand, both, presence) >= kInReach;
}

std::vector<Presence::Near> BasketBook::whose(const Act& act, const Presence& presence) const {
  // A hand was seen: where nobody knows where the goods stand, a scale at the same shelf knows no better.
  const bool placed = std::ranges::any_of(
      act.guesses, [&](const ItemGuess& guess) { return products_.place(guess.product, act.zone) != nullptr; });
  if (!act.hand.empty() && !placed) return {{act.hand, 1}};
  auto near = presence.near(act.zone, act.from, act.to);
  if (act.kind == Kind::carried_out) {
    by_timing(near, act, presence);
    const auto add = [&near](Presence::Near one) {
      if (std::ranges::find(near, one.visit_id, &Presence::Near::visit_id) == near.end())
        near.push_back(std::move(one));
    };
    for (auto& lost : presence.lost_near(act.zone, act.from, act.to)) add(std::move(lost));
    for (const Holding& one : holdings_of(product_of(act), act.to))
      if (presence.lost_within(one.taker, act.from, act.to, kRan_s)) add({one.taker, kRan});
  }
  const bool out = act.kind == Kind::put_back || act.kind == Kind::carried_out;
  if (near.empty() && act.kind == Kind::put_back) {
    for (const auto& [visit, acts] : acts_of_) near.push_back({visit, 0.1});
  }
  const double base = act.kind == Kind::put_back ? kBackWithoutHolding : kOutWithoutHolding;
  double sum = out ? kUnseen * base : kUnseen;
  const bool at_shelf = act.kind == Kind::taken || act.kind == Kind::put_back;
  if (!act.hand.empty() && std::ranges::find(near, act.hand, &Presence::Near::visit_id) == near.end())
    near.push_back({act.hand, 1});
  for (auto& one : near) {
    if (at_shelf) one.weight *= reaches(one.visit_id, act, presence);
    if (one.visit_id == act.hand) one.weight *= kHandSeen;
    if (out) one.weight *= base + holds(one.visit_id, act);
    sum += one.weight;
  }
  for (auto& one : near) one.weight /= sum;
  std::erase_if(near, [](const auto& one) { return one.weight < kShareMin; });
  return near;
}

/// Of several at the door, whose moment fits best keeps its weight.
void BasketBook::by_timing(std::vector<Presence::Near>& near, const Act& act, const Presence& presence) const {
  std::vector<double> fits;
  for (const Presence::Near& one : near)
    fits.push_back(timing_.fit(act.zone, last_there_s(one.visit_id, act, presence).value_or(0)));
  if (fits.empty()) return;
  const double best = *std::ranges::max_element(fits);
  for (size_t i = 0; i < near.size(); ++i) near[i].weight *= fits[i] / best;
}

void BasketBook::learn_place(const Act& act, const Presence& presence) {
  const std::string* visit = surely_whose(act);
  if (visit == nullptr || act.kind == Kind::carried_out) return;
  if (const auto at = presence.stood_at(*visit, act.from)) places_.learn(product_of(act), *at);
}

void BasketBook::learn_timing(const Act& act, const Presence& presence) {
  const std::string* visit = surely_whose(act);
  if (visit == nullptr || act.kind != Kind::carried_out) return;
  if (const auto after = last_there_s(*visit, act, presence)) timing_.learn(act.zone, *after);
}

/// A tag that went out with somebody says who has the piece that several may have taken.
void BasketBook::settle_by_tag(const Act& out, const Presence& presence, std::set<std::string>& changed) {
  const auto owner = likeliest(out);
  if (owner == out.visits.end() || owner->weight < kBearer) return;
  const std::string visit = owner->visit_id, product = product_of(out);
  const double sure = owner->weight * out.probability();
  if (product.empty()) return;
  if (const auto mine = acts_of_.find(visit); mine != acts_of_.end()) {
    for (auto id = mine->second.rbegin(); id != mine->second.rend(); ++id) {
      const auto act = acts_.find(*id);
      if (act == acts_.end() || act->second.kind != Kind::taken || product_of(act->second) != product) continue;
      for (std::string& other : settle_owner(*id, visit, sure)) changed.insert(std::move(other));
      return;
    }
  }
  for (const Holding& one : holdings_of(product, out.to)) {
    if (one.held < kBearer || !presence.met(one.taker, visit, one.taken, out.to)) continue;
    for (std::string& other : pass_on(acts_.at(one.act), visit, sure)) changed.insert(std::move(other));
    return;
  }
}

/// Who may have a piece of `product` of which nobody has told yet with whom it went: newest first.
std::vector<BasketBook::Holding> BasketBook::holdings_of(const std::string& product, Timestamp until) const {
  std::vector<Holding> found;
  if (product.empty()) return found;
  for (auto at = acts_.rbegin(); at != acts_.rend(); ++at) {
    const Act& act = at->second;
    if (act.kind != Kind::taken || act.settled || act.to > until || product_of(act) != product) continue;
    for (const auto& taker : act.visits) {
      double held = 0;
      for (const Piece& piece : pieces(taker.visit_id))
        if (piece.act == act.id) held = std::max(held, piece.held());
      if (held >= kMaybe) found.push_back({act.id, act.from, taker.visit_id, held});
    }
  }
  return found;
}

/// Goods were handed over, or cameras took the one for the other: either way they are with `visit_id` now.
std::vector<std::string> BasketBook::pass_on(Act& act, const std::string& visit_id, double probability) {
  act.taken_by = likeliest(act)->visit_id;
  act.visits.push_back({visit_id, 0});
  acts_of_[visit_id].insert(act.id);
  return settle_owner(act.id, visit_id, probability);
}

double BasketBook::holds(std::string_view visit_id, const Act& act) const {
  double most = 0;
  for (const Piece& piece : pieces(visit_id)) {
    for (const ItemGuess& guess : act.guesses) {
      most = std::max(most, guess.probability * std::min(1.0, fits(piece, guess, act.zone)) * piece.held());
    }
  }
  return most;
}

void BasketBook::assign(Act& act, std::vector<Presence::Near> visits) {
  for (const auto& near : act.visits) acts_of_[near.visit_id].erase(act.id);
  act.visits = std::move(visits);
  for (const auto& near : act.visits) {
    auto& acts = acts_of_[near.visit_id];
    acts.insert(act.id);
    if (acts.size() > kActsAVisitMax) acts.erase(acts.begin());
  }
}

std::vector<Piece> BasketBook::pieces(std::string_view visit_id) const {
  std::vector<Piece> pieces;
  const auto known = acts_of_.find(visit_id);
  if (known == acts_of_.end()) return pieces;
  std::vector<const Act*> acts;
  for (const int64_t id : known->second) {
    if (const auto act = acts_.find(id); act != acts_.end()) acts.push_back(&act->second);
  }
  std::ranges::stable_sort(acts, {}, [](const Act* act) { return act->from; });
  for (const Act* act : acts) {
    const auto share = std::ranges::find(act->visits, visit_id, &Presence::Near::visit_id);
    if (share == act->visits.end()) continue;
    if (act->kind == Kind::taken) add_pieces(pieces, *act, share->weight);
    if (act->kind == Kind::put_back) put_back(pieces, *act, share->weight);
    if (act->kind == Kind::hidden) hide(pieces, *act);
  }
  return pieces;
}

std::vector<TagOut> BasketBook::tags_out(std::string_view visit_id) const {
  std::vector<TagOut> tags;
  const auto known = acts_of_.find(visit_id);
  if (known == acts_of_.end()) return tags;
  for (const int64_t id : known->second) {
    const auto act = acts_.find(id);
    if (act == acts_.end() || act->second.kind != Kind::carried_out) continue;
    const auto share = std::ranges::find(act->second.visits, visit_id, &Presence::Near::visit_id);
    if (share == act->second.visits.end()) continue;
    for (const ItemGuess& guess : act->second.guesses) {
      if (own_tags_.contains(guess.serial)) continue;
      tags.push_back({guess.product, guess.serial, act->second.zone, act->second.to, share->weight * guess.probability,
                      share->weight});
    }
  }
  return tags;
}

std::vector<std::string> BasketBook::settle_owner(int64_t act, const std::string& visit_id, double probability) {
  std::vector<std::string> changed;
  const auto found = acts_.find(act);
  if (found == acts_.end()) return changed;
  auto& visits = found->second.visits;
  const auto owner = std::ranges::find(visits, visit_id, &Presence::Near::visit_id);
  if (owner == visits.end()) return changed;
  found->second.settled = true;
  if (found->second.taken_by == visit_id) found->second.taken_by.clear();
  if (owner->weight >= probability) return changed;
  const double others = (1 - probability) / std::max(1e-6, 1 - owner->weight);
  for (auto& near : visits) {
    near.weight = near.visit_id == visit_id ? probability : near.weight * others;
    changed.push_back(near.visit_id);
  }
  return changed;
}

bool BasketBook::sensed(std::string_view zone) const { return heard_of_.contains(zone); }

bool BasketBook::sensed_product(std::string_view product) const {
  const auto* known = products_.find(product);
  return known != nullptr && !known->zones.empty() &&
         std::ranges::all_of(known->zones, [&](const std::string& zone) { return sensed(zone); });
}

void BasketBook::forget(std::string_view visit_id) {
  const auto known = acts_of_.find(visit_id);
  if (known == acts_of_.end()) return;
  const auto acts = std::move(known->second);
  acts_of_.erase(known);
  for (const int64_t id : acts) {
    const auto act = acts_.find(id);
    if (act == acts_.end()) continue;
    std::erase_if(act->second.visits, [&](const auto& near) { return near.visit_id == visit_id; });
    if (act->second.visits.empty()) acts_.erase(act);
  }
}

void BasketBook::merge(std::string_view from, const std::string& into) {
  const auto known = acts_of_.find(from);
  if (known == acts_of_.end() || from == into) return;
  const auto acts = std::move(known->second);
  acts_of_.erase(known);
  for (const int64_t id : acts) {
    const auto act = acts_.find(id);
    if (act == acts_.end()) continue;
    if (act->second.hand == from) act->second.hand = into;
    if (act->second.taken_by == from) act->second.taken_by = into;
    double moved = 0;
    std::erase_if(act->second.visits, [&](const auto& near) {
      if (near.visit_id == from) moved = near.weight;
      return near.visit_id == from;
    });
    const auto there = std::ranges::find(act->second.visits, into, &Presence::Near::visit_id);
    if (there != act->second.visits.end()) there->weight = std::min(1.0, there->weight + moved);
    if (there == act->second.visits.end()) act->second.visits.push_back({into, moved});
    acts_of_[into].insert(id);
  }
}

void BasketBook::drop_oldest() {
  const auto oldest = acts_.begin();
  for (const auto& near : oldest->second.visits) {
    const auto known = acts_of_.find(near.visit_id);
    if (known == acts_of_.end()) continue;
    known->second.erase(oldest->first);
    if (known->second.empty()) acts_of_.erase(known);
  }
  acts_.erase(oldest);
}

}  // namespace shrike
