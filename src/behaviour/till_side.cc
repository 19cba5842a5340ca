#include "behaviour/till_side.h"

#include <algorithm>
#include <cmath>

namespace shrike {
namespace {

/// Whose a receipt is may change for so long after it came: people are still at the checkout, or their goods are not
/// all told of.
constexpr double kOpen_s = 120;
constexpr size_t kReceiptsMax = 5000, kSoldMax = 500000, kStopsMax = 40, kStopsMin = 5;
constexpr double kTrustMin = 0.6;
constexpr size_t kSoldKept = 50;  ///< of one product
/// A receipt is printed so shortly before or after somebody was seen at its checkout; messages come so much later.
constexpr double kPrinted_s = 15, kLooksBack_s = 900;
/// Who has paid may stay so long.
constexpr double kStillInside_s = 1800;
/// Of this probability a place is learnt from.
constexpr double kSure = 0.9;
constexpr double kPlaceFloor = -3;

bool alike(const std::vector<std::pair<std::string, double>>& a, const std::vector<std::pair<std::string, double>>& b) {
  return std::ranges::equal(
      a, b, [](const auto& x, const auto& y) { return x.first == y.first && std::abs(x.second - y.second) < 0.01; });
}

}  // namespace

std::set<std::string> TillSide::hear(const TillTransaction& transaction, Timestamp now) {
  std::set<std::string> changed;
  const auto drop_key = [&](const TillKey& key) {
    const auto known = by_key_.find(key);
    if (known == by_key_.end()) return;
    const auto held = receipts_.find(known->second);
    for (const auto& [visit, p] : held->second.claims) changed.insert(visit);
    drop(held);
  };
  if (transaction.kind == TillKind::post_void || transaction.kind == TillKind::voided) {
    drop_key(transaction.key);
    for (const TillLink& link : transaction.links) {
      const TillKey& own = transaction.key;
      drop_key({link.store.empty() ? own.store : link.store, link.till.empty() ? own.till : link.till,
                link.business_day.empty() ? own.business_day : link.business_day, link.sequence});
    }
    return changed;
  }
  auto receipt = receipt_of(transaction, products_, now);
  if (!receipt) return changed;
  const bool numbered = !transaction.key.sequence.empty();
  if (!numbered || !by_key_.contains(transaction.key)) {
    for (const PaidPiece& piece : receipt->pieces) tag_watch_.sold(piece.product);
  }
  if (numbered) {
    const auto known = by_key_.find(transaction.key);
    if (known != by_key_.end() && receipts_.at(known->second).receipt.time == receipt->time) {
      // Said again: when it first came is what counts.
      receipt->heard = receipts_.at(known->second).receipt.heard;
    } else {
      clocks_.receipt(transaction.key.till, receipt->time, now);
    }
    drop_key(transaction.key);
  }
  ++heard_;
  mind_clocks();
  for (const PaidPiece& piece : receipt->pieces) {
    if (!piece.serial.empty() && sold_.size() < kSoldMax) sold_.insert(piece.serial);
    if (!piece.serial.empty() || piece.product.empty() || without_tag_.size() >= kSoldMax) continue;
    auto& sold = without_tag_[piece.product];
    sold.push_back(now);
    if (sold.size() > kSoldKept) sold.pop_front();
  }
  if (numbered) by_key_[transaction.key] = next_;
  receipts_.emplace(next_++, Held{std::move(*receipt), {}, false});
  while (receipts_.size() > kReceiptsMax) drop(receipts_.begin());
  return changed;
}

void TillSide::drop(std::map<int64_t, Held>::iterator held) {
  for (const auto& [visit, p] : held->second.claims) {
    const auto of = of_visit_.find(visit);
    if (of != of_visit_.end()) of->second.erase(held->first);
  }
  const auto known = by_key_.find(held->second.receipt.key);
  if (known != by_key_.end() && known->second == held->first) by_key_.erase(known);
  receipts_.erase(held);
}

bool TillSide::open(Timestamp now) const {
  return !receipts_.empty() && seconds_between(receipts_.rbegin()->second.receipt.heard, now) <= kOpen_s;
}

std::set<std::string> TillSide::match(std::span<const Shopper> shoppers, Timestamp now,
                                      const std::function<bool(const std::string&)>& is_sensed) {
  std::set<std::string> changed;
  std::vector<Receipt> receipts;
  std::vector<int64_t> ids;
  for (auto held = receipts_.rbegin(); held != receipts_.rend(); ++held) {
    const bool old = seconds_between(held->second.receipt.heard, now) > kOpen_s;
    if (old && held->second.settled) break;
    if (old) {
      held->second.settled = true;
      learn_place(held->second, shoppers);
      continue;
    }
    if (held->second.settled) continue;
    receipts.push_back(held->second.receipt);
    ids.push_back(held->first);
  }
  for (const Shopper& shopper : shoppers) {
    for (const PlaceStay& stop : shopper.stops) zones_.insert(stop.zone);
  }
  const MatchSettings settings{
      .checkouts_watched = checkouts_watched_,
      .offset_s = [this](const std::string& till) { return clocks_.offset_s(till); },
      .is_sensed = is_sensed,
      .place = [this](const std::string& till, const std::string& zone) { return place(till, zone); }};
  const auto claims = match_receipts(receipts, shoppers, settings);
  for (size_t i = 0; i < ids.size(); ++i) {
    Held& held = receipts_.at(ids[i]);
    std::vector<std::pair<std::string, double>> fresh;
    for (const Payer& claim : claims[i]) fresh.emplace_back(shoppers[claim.shopper].visit_id, claim.p);
    if (alike(held.claims, fresh)) continue;
    for (const auto& [visit, p] : held.claims) {
      changed.insert(visit);
      of_visit_[visit].erase(ids[i]);
    }
    held.claims = std::move(fresh);
    for (const auto& [visit, p] : held.claims) {
      changed.insert(visit);
      of_visit_[visit].insert(ids[i]);
    }
  }
  return changed;
}

void TillSide::learn_place(const Held& held, std::span<const Shopper> shoppers) {
  if (held.claims.empty() || held.claims[0].second < kSure) return;
  const auto payer = std::ranges::find(shoppers, held.claims[0].first, &Shopper::visit_id);
  if (payer == shoppers.end()) return;
  const std::string& till = held.receipt.key.till;
  const Timestamp time = held.receipt.time.plus_s(-clocks_.offset_s(till));
  for (const PlaceStay& stop : payer->stops) {
    if (gap_s(stop, time, time) < 5 && place_.size() < 1000) place_[till][stop.zone] += 1;
  }
}

double TillSide::place(const std::string& till, const std::string& zone) const {
  const auto known = place_.find(till);
  if (known == place_.end() || zones_.size() < 2) return 0;
  double all = 0;
  for (const auto& [name, n] : known->second) all += n;
  const auto here = known->second.find(zone);
  const double n = here == known->second.end() ? 0 : here->second;
  const auto zones = static_cast<double>(zones_.size());
  return std::max(kPlaceFloor, std::log((n + 1) * zones / (all + zones)));
}

std::vector<PaidReceipt> TillSide::paid_by(std::string_view visit_id) const {
  std::vector<PaidReceipt> paid;
  const auto of = of_visit_.find(visit_id);
  if (of == of_visit_.end()) return paid;
  for (const int64_t id : of->second) {
    const Held& held = receipts_.at(id);
    PaidReceipt one{.receipt = &held.receipt};
    for (const auto& [visit, p] : held.claims) {
      if (visit == visit_id) one.p = p;
      if (visit != visit_id) one.runner_up = std::max(one.runner_up, p);
    }
    paid.push_back(one);
  }
  std::ranges::stable_sort(paid, std::greater(), &PaidReceipt::p);
  return paid;
}

bool TillSide::sold_without_tag(const std::string& product, Timestamp time) const {
  const auto sold = without_tag_.find(product);
  if (sold == without_tag_.end()) return false;
  return std::ranges::any_of(sold->second, [&](Timestamp at) {
    const double ago_s = seconds_between(at, time);
    return ago_s > -kPrinted_s && ago_s < kStillInside_s;
  });
}

bool TillSide::printed_during(const PlaceStay& stop) const {
  for (auto held = receipts_.rbegin(); held != receipts_.rend(); ++held) {
    const Receipt& receipt = held->second.receipt;
    if (seconds_between(receipt.heard, stop.from) > kLooksBack_s) return false;
    const Timestamp time = receipt.time.plus_s(-clocks_.offset_s(receipt.key.till));
    if (gap_s(stop, time, time) <= kPrinted_s && place(receipt.key.till, stop.zone) > -1) return true;
  }
  return false;
}

void TillSide::stop(const PlaceStay& stay) {
  clocks_.stop(stay);
  mind_clocks();
}

/// That no receipt was found for a stop says nothing where the clock was wrong.
void TillSide::mind_clocks() {
  for (const TillClock& clock : clocks_.all()) {
    double& held_s = clock_held_s_[clock.till];
    if (std::abs(clock.offset_s - held_s) > kPrinted_s) std::erase(stops_, false);
    held_s = clock.offset_s;
  }
}

void TillSide::note_stop(bool has_receipt) {
  stops_.push_back(has_receipt);
  if (stops_.size() > kStopsMax) stops_.pop_front();
}

bool TillSide::trusted() const {
  const auto found = static_cast<double>(std::ranges::count(stops_, true));
  return stops_.size() >= kStopsMin && found >= kTrustMin * static_cast<double>(stops_.size());
}

void TillSide::forget(std::string_view visit_id) {
  const auto of = of_visit_.find(visit_id);
  if (of == of_visit_.end()) return;
  for (const int64_t id : of->second) {
    Held& held = receipts_.at(id);
    // Whoever is left must not inherit the receipt of one who has gone home with it.
    for (const auto& [visit, p] : held.claims) held.settled = held.settled || (visit == visit_id && p >= 0.5);
    std::erase_if(held.claims, [&](const auto& claim) { return claim.first == visit_id; });
  }
  of_visit_.erase(of);
}

void TillSide::merge(std::string_view from, const std::string& into) {
  const auto of = of_visit_.find(from);
  if (of == of_visit_.end() || from == into) return;
  const auto ids = std::move(of->second);
  of_visit_.erase(of);
  for (const int64_t id : ids) {
    auto& claims = receipts_.at(id).claims;
    double moved = 0;
    for (const auto& [visit, p] : claims) moved += visit == from ? p : 0;
    std::erase_if(claims, [&](const auto& claim) { return claim.first == from; });
    const auto there = std::ranges::find(claims, into, &std::pair<std::string, double>::first);
    if (there != claims.end()) there->second = std::min(1.0, there->second + moved);
    if (there == claims.end()) claims.emplace_back(into, moved);
    std::ranges::stable_sort(claims, std::greater(), [](const auto& claim) { return claim.second; });
    of_visit_[into].insert(id);
  }
}

}  // namespace shrike
