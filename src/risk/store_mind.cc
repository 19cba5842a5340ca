#include "risk/store_mind.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <ranges>
#include <utility>

#include "behaviour/basket_settle.h"
#include "risk/visit_correction.h"

namespace shrike {
namespace {

constexpr double kSetBack_s = 60;
constexpr double kTickEvery_s = 0.5;
/// While receipts may still find their payers, who stands where is looked at so often.
constexpr double kMatchEvery_s = 1, kMatchAgain_s = 5;
/// A stay at a checkout of so long is a stop at it; less is walking past.
constexpr double kCheckoutStop_s = 3;
/// So long before goods is a stop, as in docs/evidence.md.
constexpr double kStop_s = 5;
constexpr double kStayOver_s = 8;
/// Who was lost on the way to an exit, and is not seen again for so long, has left by it.
constexpr double kGone_s = 3;
/// From this probability on a receipt settles who took what is on it.
constexpr double kOwner = 0.8, kPayer = 0.5;
constexpr size_t kVisitorsMax = 20000;
/// Honest visits that stop at goods worth stealing and leave by no checkout (docs/evidence.md), and how many visits
/// that share weighs before a shop's own say.
constexpr double kLeaveWithout = 0.016, kLeaversPrior = 60;
/// That goods were paid for though no receipt was found: by those who stopped at a checkout, or did not, where tills'
/// words can be trusted or not.
constexpr double kTrustedStop = 0.03, kTrustedNoStop = 0.01, kTrustedUnwatched = 0.3;
constexpr double kUntrustedNoStop = 0.1, kUntrustedUnwatched = 0.5;
/// Goods of which a door tells so often are watched.
constexpr double kTagged = 0.5;

/// Looks alone do not make anybody staff.
bool says_staff(const std::string& kind) { return kind == "staff_zone" || kind == "staff_badge"; }

}  // namespace

StoreMind::StoreMind(const SiteConfig& site, RuleBook rules, const Planogram& planogram, RiskEngine::NewId new_id)
    : store_(site.store),
      time_zone_(site.time_zone),
      rules_(std::move(rules)),
      bystanders_(rules_),
      products_(std::make_shared<const Products>(planogram)),
      who_(site),
      basket_(*products_),
      tills_(*products_, std::ranges::any_of(site.cameras,
                                             [](const CameraConfig& camera) {
                                               return std::ranges::find(camera.zones, ZoneKind::checkout,
                                                                        &Zone::kind) != camera.zones.end();
                                             })),
      priors_(site.risk),
      risk_(site.store, site.risk, rules_, std::move(new_id)) {
  for (const CameraConfig& camera : site.cameras) {
    for (const Zone& zone : camera.zones) {
      kinds_.emplace(zone.name, zone.kind);
      doors_watched_ |= zone.kind == ZoneKind::exit;
      checkouts_watched_ |= zone.kind == ZoneKind::checkout;
      for (const Zone& other : camera.zones) one_view_.emplace(zone.name, other.name);
    }
  }
}

MindChanges StoreMind::see(const CameraView& view) {
  for (const auto& one : view.people)
    bystanders_.see(one.camera_visit_id, view.camera, one.track_id, one.zones, view.time);
  MindChanges changes;
  // Cameras are a little apart; much earlier, and the clock was set back.
  now_ = seconds_between(view.time, now_) > kSetBack_s ? view.time : std::max(now_, view.time);
  const WhoChanges who = who_.see(view);
  for (const PersonSeen& person : view.people) meet(person, view);
  take(who, view.time, changes);
  tick(now_, !view.ended.empty(), changes);
  return changes;
}

/// What cameras' visits turn out to be, as visits of the store.
void StoreMind::take(const WhoChanges& who, Timestamp now, MindChanges& changes) {
  for (const VisitsMerged& merged : who.merged) {
    merge(merged);
    std::ranges::move(risk_.merge(merged.from, merged.into, now), std::back_inserter(changes.incidents));
  }
  for (const VisitEvidence& fact : who.evidence) note_staff(fact);
  std::ranges::move(risk_.add(who.evidence, now), std::back_inserter(changes.incidents));
  for (const VisitRecord& record : who.paused) hand_out(record, false, now, changes);
  for (const VisitRecord& record : who.ended) hand_out(record, true, now, changes);
}

void StoreMind::meet(const PersonSeen& person, const CameraView& view) {
  if (person.camera_visit_id.empty()) return;
  const std::string id = who_.visit_of(person.camera_visit_id);
  auto [found, fresh] = visitors_.try_emplace(id);
  Visitor& visitor = found->second;
  if (fresh) visitor.from = visitor.to = view.time;
  visitor.to = std::max(visitor.to, view.time);
  visitor.camera = view.camera;
  visitor.track_id = person.track_id;
  const size_t zones = visitor.zones.size();
  visitor.zones.insert(person.zones.begin(), person.zones.end());
  if (priors_.by_zone() && (fresh || zones != visitor.zones.size())) {
    risk_.set_prior(id, priors_.of(visitor.zones, local_hour(view.time, time_zone_).value_or(12)), view.time);
  }
  std::optional<StoodAt> at;
  if (const auto spot = who_.spot_of(view.camera, person.box))
    at = StoodAt{spot->x_m, spot->y_m, (spot->xx + spot->yy) / 2};
  presence_.see(id, person.zones, view.time, at);
  if (visitors_.size() <= kVisitorsMax) return;
  const auto oldest = std::ranges::min_element(visitors_, {}, [](const auto& one) { return one.second.to; });
  presence_.forget(oldest->first);
  basket_.forget(oldest->first);
  tills_.forget(oldest->first);
  visitors_.erase(oldest);
}

void StoreMind::merge(const VisitsMerged& merged) {
  presence_.merge(merged.from, merged.into);
  basket_.merge(merged.from, merged.into);
  tills_.merge(merged.from, merged.into);
  dirty_.insert(merged.into);
  const auto from = visitors_.find(merged.from);
  if (from == visitors_.end()) return;
  const Visitor gone = std::move(from->second);
  visitors_.erase(from);
  auto [found, fresh] = visitors_.try_emplace(merged.into, gone);
  if (fresh) return;
  Visitor& visitor = found->second;
  visitor.from = std::min(visitor.from, gone.from);
  if (gone.to > visitor.to) {
    visitor.camera = gone.camera;
    visitor.track_id = gone.track_id;
  }
  visitor.to = std::max(visitor.to, gone.to);
  if (gone.staff_said) {
    visitor.staff = gone.staff;
    visitor.staff_said = true;
  } else if (!visitor.staff_said) {
    visitor.staff |= gone.staff;
  }
  visitor.stops_told = std::max(visitor.stops_told, gone.stops_told);
  visitor.zones.insert(gone.zones.begin(), gone.zones.end());
  // What was said of either stands in the risk of both: it is said anew, or taken back.
  for (const auto& [key, fact] : gone.told) visitor.told.try_emplace(key, fact);
}

void StoreMind::note_staff(const VisitEvidence& fact) {
  const auto visitor = visitors_.find(fact.visit_id);
  if (visitor == visitors_.end() || visitor->second.staff_said || !says_staff(fact.evidence.kind)) return;
  visitor->second.staff = fact.evidence.llr < 0;
  dirty_.insert(fact.visit_id);
}

VisitRecord StoreMind::filled(VisitRecord record) const {
  const Risk risk = risk_.assess(record.visit_id);
  record.store_id = store_;
  record.prior = risk_.prior_of(record.visit_id);
  record.risk = risk.probability;
  record.evidence = risk.evidence;
  return record;
}

/// A visit is over, or nobody sees it at the moment.
void StoreMind::hand_out(const VisitRecord& record, bool over, Timestamp now, MindChanges& changes) {
  auto [found, fresh] = visitors_.try_emplace(record.visit_id);
  Visitor& visitor = found->second;
  if (fresh) {
    visitor.from = record.from;
    visitor.camera = record.camera;
    visitor.track_id = record.track_id;
  }
  visitor.to = std::max(visitor.to, record.to);
  if (over) visitor.ended = record.to;
  reweigh(record.visit_id, visitor, now, changes);
  visitor.record = filled(record);
  changes.ended.push_back(*visitor.record);
  if (over) risk_.visit_ended(record.visit_id, record.to);
}

MindChanges StoreMind::hear(const ItemEvent& event) {
  MindChanges changes;
  if (who_.is_badge(event)) {
    take(who_.badge(event), event.to, changes);
    return changes;
  }
  ItemEvent known = event;
  if (!known.visit_id.empty()) known.visit_id = who_.visit_of(known.visit_id);
  if (known.kind == ItemEvent::Kind::carried_out)
    for (const ItemGuess& guess : known.guesses)
      if (guess.probability >= 0.5) tills_.tag_went_out(products_->id_of(guess.product));
  basket_.hear(known);
  if (now_ == Timestamp{}) now_ = event.to;
  tick(std::max(now_, event.to), false, changes);
  return changes;
}

MindChanges StoreMind::hear(const TillTransaction& transaction) {
  MindChanges changes;
  if (now_ == Timestamp{}) now_ = transaction.time().value_or(now_);
  dirty_.merge(tills_.hear(transaction, now_));
  match_due_ = true;
  tick(now_, false, changes);
  return changes;
}

MindChanges StoreMind::hear(const ZoneFact& fact) {
  const auto evidence = bystanders_.evidence_of(fact, [this](const std::string& id) { return visit_of(id); });
  // The clock goes on by cameras: a gate that is ahead of them must not end visits.
  return {risk_.add(evidence, std::max(now_, fact.to)), {}};
}

MindChanges StoreMind::advance(Timestamp now) {
  MindChanges changes;
  now_ = std::max(now_, now);
  take(who_.advance(now), now, changes);
  tick(now_, true, changes);
  return changes;
}

MindChanges StoreMind::finish() {
  MindChanges changes;
  take(who_.finish(), now_, changes);
  (void)basket_.advance({INT64_MAX / 2}, presence_);
  std::set<std::string> dirty;
  match_due_ = true;
  matched_ = {};
  match(now_, dirty);
  for (auto& [id, visitor] : visitors_) {
    if (!visitor.ended) visitor.ended = now_;
    reweigh(id, visitor, now_.plus_s(RiskEngine::kLateEvidence_s), changes);
    close(id, visitor, changes);
  }
  visitors_.clear();
  std::ranges::move(risk_.finish(), std::back_inserter(changes.incidents));
  return changes;
}

void StoreMind::tick(Timestamp now, bool everything, MindChanges& changes) {
  if (!everything && seconds_between(ticked_, now) < kTickEvery_s && now >= ticked_) return;
  ticked_ = now;
  dirty_.merge(basket_.advance(now, presence_));
  match(now, dirty_);
  for (auto visitor = visitors_.begin(); visitor != visitors_.end();) {
    auto& [id, one] = *visitor;
    tell_stops(id, one, now);
    const bool left = door_of(id, one).has_value();
    const bool waited = one.wait_until && now >= *one.wait_until;
    if (left != one.left || waited || dirty_.contains(id)) reweigh(id, one, now, changes);
    if (one.left && seconds_between(one.left_at, now) >= tills_.late_s() + kMatchAgain_s) {
      note_stop(id, one);
      note_leaving(id, one);
    }
    const bool over = one.ended && seconds_between(*one.ended, now) >= RiskEngine::kLateEvidence_s;
    if (over) {
      close(id, one, changes);
      presence_.forget(id);
      basket_.forget(id);
      tills_.forget(id);
    }
    visitor = over ? visitors_.erase(visitor) : std::next(visitor);
  }
  dirty_.clear();
  std::ranges::move(risk_.advance(now), std::back_inserter(changes.incidents));
}

void StoreMind::close(const std::string& id, Visitor& visitor, MindChanges& changes) {
  note_stop(id, visitor);
  note_leaving(id, visitor);
  priors_.count(visitor.zones, local_hour(visitor.from, time_zone_).value_or(12));
  if (!visitor.record) return;
  VisitRecord again = filled(*visitor.record);
  if (again.risk != visitor.record->risk || again.evidence != visitor.record->evidence) {
    changes.ended.push_back(std::move(again));
  }
}

/// Whether people who stop at a checkout have receipts says whether the tills' word counts.
void StoreMind::note_stop(const std::string& id, Visitor& visitor) {
  if (visitor.stop_noted) return;
  visitor.stop_noted = true;
  if (!tills_.heard_any() || visitor.staff) return;
  const auto stops = stops_of(id, kCheckoutStop_s);
  if (stops.empty()) return;
  const auto paid = tills_.paid_by(id);
  const auto printed = [this](const PlaceStay& stop) { return tills_.printed_during(stop); };
  tills_.note_stop((!paid.empty() && paid[0].p >= 0.5) || std::ranges::any_of(stops, printed));
}

/// How many honest visits stop at such goods and buy nothing is the shop's own: few in a drugstore, most where clothes
/// are tried on.
void StoreMind::note_leaving(const std::string& id, Visitor& visitor) {
  if (visitor.leaving_noted || visitor.staff) return;
  const auto door = door_of(id, visitor);
  if (!door || door->zone.empty()) return;
  visitor.leaving_noted = true;
  customers_left_ += 1;
  if (left_without_checkout(id, visitor)) left_without_ += 1;
}

/// The rule takes a share of honest visits for granted; where more do so it is worth less, and nothing where most do.
/// `counted`: this visit is among those who left, and says nothing of how usual that is.
double StoreMind::worth_of_leaving(double rule_llr, bool counted) const {
  const double own = counted ? 1 : 0;
  const double share = (left_without_ - own + kLeaversPrior * kLeaveWithout) / (customers_left_ - own + kLeaversPrior);
  return std::max(0.0, rule_llr - std::max(0.0, std::log(share / kLeaveWithout)));
}

void StoreMind::tell_stops(const std::string& id, Visitor& visitor, Timestamp now) {
  for (const PlaceStay& stop : stops_of(id, kCheckoutStop_s)) {
    if (stop.from <= visitor.stops_told || seconds_between(stop.to, now) < kStayOver_s) continue;
    tills_.stop(stop);
    visitor.stops_told = stop.from;
  }
}

std::vector<PlaceStay> StoreMind::stops_of(std::string_view visit_id, double at_least_s) const {
  std::vector<PlaceStay> stops;
  for (const PlaceStay& stay : presence_.stays(visit_id)) {
    const auto kind = kinds_.find(stay.zone);
    const bool checkout = kind != kinds_.end() && kind->second == ZoneKind::checkout;
    if (checkout && seconds_between(stay.from, stay.to) >= at_least_s) stops.push_back(stay);
  }
  return stops;
}

std::vector<Shopper> StoreMind::shoppers() const {
  std::vector<Shopper> all;
  for (const auto& [id, visitor] : visitors_) {
    if (visitor.staff) continue;
    Shopper shopper{.visit_id = id, .from = visitor.from, .to = visitor.to, .stops = stops_of(id, 1)};
    for (const Piece& piece : basket_.pieces(id)) {
      for (const auto& [product, p] : piece.products) shopper.holds[product] += p * piece.held();
    }
    all.push_back(std::move(shopper));
  }
  return all;
}

void StoreMind::match(Timestamp now, std::set<std::string>& dirty) {
  if (!tills_.open(now)) return;
  const double since_s = seconds_between(matched_, now);
  const bool due = match_due_ || !dirty.empty() ? since_s >= kMatchEvery_s : since_s >= kMatchAgain_s;
  if (!due && since_s >= 0) return;
  matched_ = now;
  match_due_ = false;
  auto changed = tills_.match(shoppers(), now, world().is_sensed);
  for (const std::string& id : changed) settle_owners(id, dirty);
  dirty.merge(changed);
}

/// What a receipt says of who took what is on it, and what of others' pieces.
void StoreMind::settle_owners(const std::string& id, std::set<std::string>& dirty) {
  const auto pieces = basket_.pieces(id);
  for (const auto& [receipt, p, runner_up] : tills_.paid_by(id)) {
    if (p < kPayer) break;
    const Settled settled = settle(pieces, receipt->pieces, *products_, world().is_sensed);
    std::vector<std::string> unexplained;
    for (size_t l = 0; l < receipt->pieces.size(); ++l) {
      const std::string& product = receipt->pieces[l].product;
      if (!settled.used[l] && !product.empty()) unexplained.push_back(product);
    }
    if (unexplained_.set(*receipt, std::move(unexplained))) {
      for (const auto& [other, visitor] : visitors_)
        if (visitor.left) dirty.insert(other);
    }
    for (size_t i = 0; p >= kOwner && i < pieces.size(); ++i) {
      if (!settled.paid[i] || pieces[i].p >= 0.99) continue;
      for (auto& other : basket_.settle_owner(pieces[i].act, id, 0.97 * p)) dirty.insert(std::move(other));
    }
  }
}

/// By which door it left, and when; none while it is in the store, as far as is known.
std::optional<PlaceStay> StoreMind::door_of(const std::string& id, const Visitor& visitor) const {
  if (!doors_watched_) return visitor.ended ? std::optional(PlaceStay{}) : std::nullopt;
  const PlaceStay* door = nullptr;
  Timestamp inside;
  for (const PlaceStay& stay : presence_.stays(id)) {
    const auto kind = kinds_.find(stay.zone);
    if (kind == kinds_.end() || kind->second == ZoneKind::entrance) continue;
    if (kind->second != ZoneKind::exit) inside = std::max(inside, stay.to);
    if (kind->second == ZoneKind::exit && (door == nullptr || stay.to > door->to)) door = &stay;
  }
  // Who came back from the door has not left.
  if (door != nullptr && inside <= door->to) return *door;
  const auto seen = presence_.seen(id);
  if (!seen || seconds_between(*seen, now_) < kGone_s) return std::nullopt;
  // Its goods went out, and nobody has seen it since.
  for (const TagOut& tag : basket_.tags_out(id))
    if (tag.share >= kBearer && tag.time >= *seen) return PlaceStay{tag.zone, *seen, tag.time};
  // Who runs may be through between two frames; who was last seen in another zone is there.
  if (inside >= *seen) return std::nullopt;
  for (const auto& [zone, kind] : kinds_)
    if (kind == ZoneKind::exit && presence_.lost_at(id, zone)) return PlaceStay{zone, *seen, *seen};
  return std::nullopt;
}

BasketWorld StoreMind::world() const {
  return {.products = *products_,
          .is_sensed = [this](const std::string& product) { return basket_.sensed_product(product); },
          .is_sold = [this](const std::string& serial) { return tills_.sold(serial); },
          .sold_without_tag = [this](const std::string& product,
                                     Timestamp time) { return tills_.sold_without_tag(product, time); },
          .tag_rate =
              [this](const std::string& product, const std::string& zone) {
                return product.empty() ? tills_.tag_watch().rate_of_zone(zone) : tills_.tag_watch().rate(product);
              },
          .sold_to_others = [this](const std::string& product,
                                   Timestamp taken) { return unexplained_.any(product, taken); }};
}

BasketCase StoreMind::case_of(const std::string& id, const Visitor& visitor) const {
  BasketCase basket{.pieces = basket_.pieces(id), .tags = basket_.tags_out(id), .receipts = tills_.paid_by(id)};
  const auto door = door_of(id, visitor);
  basket.left = door.has_value();
  basket.left_at = !door || door->zone.empty() ? visitor.to : door->from;
  if (door) basket.exit = door->zone;
  for (const Piece& piece : basket.pieces) {
    if (piece.held() < 0.5) continue;
    double dwell_s = 0;
    for (const PlaceStay& stay : presence_.stays(id)) {
      if (stay.zone == piece.zone) dwell_s += seconds_between(stay.from, stay.to);
    }
    if (dwell_s >= 1) basket.stay = fmt::format("{:.0f} s in {}", dwell_s, piece.zone);
    break;
  }
  // Cameras may have gone over to somebody else since.
  if (const auto visit = basket.left && !basket.pieces.empty() ? who_.visits().find(id) : std::nullopt) {
    for (Piece& piece : basket.pieces) {
      const double same = same_person_since(*visit, piece.taken, basket.left_at);
      piece.share *= same;
      piece.p *= same;
    }
  }
  basket.prior = risk_.prior_of(id);
  say_whether_paid(basket, id);
  return basket;
}

void StoreMind::say_whether_paid(BasketCase& basket, const std::string& id) const {
  const bool stopped = !stops_of(id, kCheckoutStop_s).empty();
  if (tills_.heard_any() && tills_.trusted()) {
    basket.paid_anyway = stopped ? kTrustedStop : (checkouts_watched_ ? kTrustedNoStop : kTrustedUnwatched);
    return;
  }
  // Nobody can say what was paid. Whoever stopped at a checkout gets the benefit of the doubt, all of it: that a till
  // is missing must not make an honest visit look worse.
  basket.taken_as_paid = stopped;
  const bool nobody_looks = !checkouts_watched_ && !tills_.heard_any();
  basket.paid_anyway = stopped || nobody_looks ? 1 : (checkouts_watched_ ? kUntrustedNoStop : kUntrustedUnwatched);
}

/// What a single camera says where it sees both the shelf and the door: stopped at goods that are worth stealing, then
/// left by no checkout. Only of shelves whose goods nothing watches: else what was taken and paid says more.
std::optional<Evidence> StoreMind::left_without_checkout(const std::string& id, const Visitor& visitor) const {
  const auto door = door_of(id, visitor);
  const KindRule* rule = rules_.find("exit_without_checkout");
  if (!door || door->zone.empty() || rule == nullptr || !checkouts_watched_) return std::nullopt;
  const PlaceStay* risky = nullptr;
  for (const PlaceStay& stay : presence_.stays(id)) {
    const auto kind = kinds_.find(stay.zone);
    if (kind == kinds_.end()) continue;
    const double stay_s = seconds_between(stay.from, stay.to);
    if (kind->second == ZoneKind::checkout && stay_s >= kCheckoutStop_s) return std::nullopt;
    const bool watched = basket_.sensed(stay.zone) || tills_.tag_watch().rate_of_zone(stay.zone) >= kTagged ||
                         one_view_.contains({stay.zone, door->zone});
    if (kind->second == ZoneKind::high_risk && stay_s >= kStop_s && !watched) risky = &stay;
  }
  if (risky == nullptr || !tills_.paid_by(id).empty()) return std::nullopt;
  return Evidence{.kind = "exit_without_checkout",
                  .from = risky->from,
                  .to = door->from,
                  .source = "store",
                  .zone = door->zone,
                  .llr = worth_of_leaving(rule->llr, visitor.leaving_noted),
                  .detail = fmt::format("{:.0f} s in {}, then left by {} with no stop at a checkout",
                                        seconds_between(risky->from, risky->to), risky->zone, door->zone)};
}

BasketSums StoreMind::sums_of(std::string_view visit_id) const {
  const auto visitor = visitors_.find(visit_id);
  return visitor == visitors_.end() ? BasketSums{} : shrike::sums_of(case_of(visitor->first, visitor->second), world());
}

void StoreMind::reweigh(const std::string& id, Visitor& visitor, Timestamp now, MindChanges& changes) {
  BasketCase basket = case_of(id, visitor);
  visitor.left = basket.left;
  visitor.left_at = basket.left_at;
  visitor.wait_until.reset();
  // A receipt may be on its way.
  Timestamp due;
  for (const PlaceStay& stop : stops_of(id, kCheckoutStop_s)) due = std::max(due, stop.to.plus_s(tills_.late_s()));
  if (basket.left && tills_.trusted() && now < due) {
    visitor.wait_until = due;
    basket.left = false;
    basket.tags.clear();  // it may name them
  }
  std::vector<VisitEvidence> facts;
  const auto say = [&](Evidence fact) { facts.push_back({id, visitor.camera, visitor.track_id, std::move(fact)}); };
  std::map<std::string, Evidence> fresh;
  if (!visitor.staff) {
    if (auto fact = left_without_checkout(id, visitor)) fresh[key_of(*fact)] = std::move(*fact);
    for (Evidence& fact : basket_evidence(basket, world(), rules_)) fresh[key_of(fact)] = std::move(fact);
  }
  for (auto& [key, fact] : visitor.told) {
    if (fresh.contains(key)) continue;
    fact.llr = 0;
    fact.detail = fmt::format("no longer so: {}", fact.detail);
    say(fact);
  }
  for (auto& [key, fact] : fresh) {
    const auto known = visitor.told.find(key);
    const bool same = known != visitor.told.end() && std::abs(known->second.llr - fact.llr) < 0.05 &&
                      known->second.detail == fact.detail;
    if (same) fact = known->second;
    if (!same) say(fact);
  }
  visitor.told = std::move(fresh);
  if (!facts.empty()) std::ranges::move(risk_.add(facts, now_), std::back_inserter(changes.incidents));
}

std::optional<MindChanges> StoreMind::correct_merge(std::string_view from, std::string_view into) {
  if (!who_.visits().find(from) || !who_.visits().find(into)) return std::nullopt;
  MindChanges changes;
  take(who_.merge(from, into), now_, changes);
  return changes;
}

std::optional<MindChanges> StoreMind::correct_split(std::string_view camera_visit_id) {
  const auto visit = who_.visits().find(who_.visit_of(camera_visit_id));
  if (!visit || visit->parts.size() < 2) return std::nullopt;
  MindChanges changes;
  take(who_.split(camera_visit_id), now_, changes);
  return changes;
}

std::optional<MindChanges> StoreMind::correct_staff(std::string_view visit_id, bool is_staff) {
  const std::string id = who_.visit_of(visit_id);
  const auto visitor = visitors_.find(id);
  if (visitor == visitors_.end()) return std::nullopt;
  visitor->second.staff = is_staff;
  visitor->second.staff_said = true;
  dirty_.insert(id);
  std::vector<VisitEvidence> words;
  for (Evidence& word : officers_word(is_staff, now_))
    words.push_back({id, visitor->second.camera, visitor->second.track_id, std::move(word)});
  return MindChanges{risk_.add(words, now_), {}};
}

}  // namespace shrike
