#include "behaviour/presence.h"

#include <algorithm>
#include <cmath>

namespace shrike {
namespace {

constexpr size_t kVisitsMax = 20000;
constexpr size_t kStaysMax = 200;
/// Out of sight or beside the zone for so long is still the same stay.
constexpr double kSameStay_s = 5;
/// A sensor's moment and a camera's differ by a second or so; who left longer ago fits less and less.
constexpr double kSights_s = 15, kThatSecond_s = 0.75;
constexpr double kWay_s = 600, kWayEvery_s = 1;
/// Who stands so near can be handed goods, and can be taken for somebody else: boxes overlap.
constexpr double kReach_m = 2.5;
/// Who was lost on the way to a door walks on as before, at most at a run; a sensor at the door speaks so soon after.
constexpr double kWalksOn_s = 1, kRun_m_s = 4, kLostAgo_s = 4;
/// Who was lost walks on for so long, so fast, before somebody sees them again.
constexpr double kLost_s = 60, kWalk_m_s = 1.5;
constexpr double kSlack_s = 1.5, kFade_s = 2, kNear_s = 10;

template <class Sights>
void keep_last(Sights& sights, Timestamp now, double s) {
  while (!sights.empty() && seconds_between(sights.front().time, now) > s) sights.pop_front();
}

double metres(const StoodAt& a, const StoodAt& b) { return std::hypot(a.x_m - b.x_m, a.y_m - b.y_m); }

}  // namespace

double gap_s(const PlaceStay& stay, Timestamp from, Timestamp to) {
  return std::max({0.0, seconds_between(stay.to, from), seconds_between(to, stay.from)});
}

void Presence::see(const std::string& visit_id, std::span<const std::string> zones, Timestamp time,
                   std::optional<StoodAt> at) {
  const auto [known, is_new] = visits_.try_emplace(visit_id);
  Visit& visit = known->second;
  visit.first = is_new ? time : std::min(visit.first, time);
  visit.seen = std::max(visit.seen, time);
  if (at) visit.sights.push_back({time, *at});
  if (at && (visit.way.empty() || seconds_between(visit.way.back().time, time) >= kWayEvery_s))
    visit.way.push_back({time, *at});
  keep_last(visit.sights, visit.seen, kSights_s);
  keep_last(visit.way, visit.seen, kWay_s);
  for (const std::string& zone : zones) {
    if (at) {
      Spot& spot = spots_[zone];
      const auto n = static_cast<double>(++spot.sights);
      spot.x_m += (at->x_m - spot.x_m) / n;
      spot.y_m += (at->y_m - spot.y_m) / n;
    }
    const auto open = std::find_if(visit.stays.rbegin(), visit.stays.rend(),
                                   [&](const PlaceStay& stay) { return stay.zone == zone; });
    if (open != visit.stays.rend() && gap_s(*open, time, time) <= kSameStay_s) {
      open->from = std::min(open->from, time);
      open->to = std::max(open->to, time);
      continue;
    }
    visit.stays.push_back({zone, time, time});
    if (visit.stays.size() > kStaysMax) visit.stays.pop_front();
  }
  if (visits_.size() <= kVisitsMax) return;
  visits_.erase(std::ranges::min_element(visits_, {}, [](const auto& one) { return one.second.seen; }));
}

std::vector<Presence::Near> Presence::near(std::string_view zone, Timestamp from, Timestamp to) const {
  std::vector<Near> found;
  for (const auto& [id, visit] : visits_) {
    double least_s = kNear_s;
    for (const PlaceStay& stay : visit.stays) {
      if (stay.zone == zone) least_s = std::min(least_s, gap_s(stay, from, to));
    }
    if (least_s < kNear_s) found.push_back({id, std::exp(-std::max(0.0, least_s - kSlack_s) / kFade_s)});
  }
  return found;
}

std::optional<StoodAt> Presence::stood_at(std::string_view visit_id, Timestamp time) const {
  const auto found = visits_.find(visit_id);
  if (found == visits_.end()) return std::nullopt;
  const Sight* best = nullptr;
  for (const Sight& sight : found->second.sights) {
    if (std::abs(seconds_between(sight.time, time)) > kThatSecond_s) continue;
    if (best == nullptr || sight.at.variance_m2 < best->at.variance_m2) best = &sight;
  }
  return best == nullptr ? std::nullopt : std::optional(best->at);
}

bool Presence::runs_into(const Visit& visit, const Spot& spot) const {
  if (visit.sights.empty()) return false;
  const Sight& last = visit.sights.back();
  // As fast as over the last second, for another one.
  const auto before = std::ranges::find_if(
      visit.sights, [&](const Sight& sight) { return seconds_between(sight.time, last.time) <= kWalksOn_s; });
  const double dt = seconds_between(before->time, last.time);
  const double on =
      dt < 0.15 ? 0 : std::min(kWalksOn_s / dt, kWalksOn_s * kRun_m_s / std::max(0.1, metres(before->at, last.at)));
  const StoodAt then{last.at.x_m + on * (last.at.x_m - before->at.x_m),
                     last.at.y_m + on * (last.at.y_m - before->at.y_m)};
  const StoodAt zone{spot.x_m, spot.y_m};
  return std::min(metres(last.at, zone), metres(then, zone)) <= kReach_m;
}

bool Presence::lost_within(std::string_view visit_id, Timestamp from, Timestamp to, double within_s) const {
  const auto visit = visits_.find(visit_id);
  return visit != visits_.end() && seconds_between(visit->second.seen, from) <= within_s &&
         visit->second.seen <= to.plus_s(kSlack_s);
}

bool Presence::lost_at(std::string_view visit_id, std::string_view zone) const {
  const auto visit = visits_.find(visit_id);
  const auto spot = spots_.find(zone);
  return visit != visits_.end() && spot != spots_.end() && runs_into(visit->second, spot->second);
}

std::vector<Presence::Near> Presence::lost_near(std::string_view zone, Timestamp from, Timestamp to) const {
  std::vector<Near> found;
  const auto spot = spots_.find(zone);
  if (spot == spots_.end()) return found;
  for (const auto& [id, visit] : visits_) {
    if (!lost_within(id, from, to, kLostAgo_s) || !runs_into(visit, spot->second)) continue;
    found.push_back({id, std::exp(-std::max(0.0, seconds_between(visit.seen, from) - kSlack_s) / kFade_s)});
  }
  return found;
}

std::optional<Timestamp> Presence::seen(std::string_view visit_id) const {
  const auto found = visits_.find(visit_id);
  return found == visits_.end() ? std::nullopt : std::optional(found->second.seen);
}

bool Presence::met(std::string_view a, std::string_view b, Timestamp from, Timestamp to) const {
  const auto one = visits_.find(a), other = visits_.find(b);
  if (one == visits_.end() || other == visits_.end() || a == b) return false;
  const auto &mine = one->second.way, &theirs = other->second.way;
  auto at = theirs.begin();
  for (const Sight& sight : mine) {
    if (sight.time < from || sight.time > to) continue;
    while (at != theirs.end() && seconds_between(at->time, sight.time) > kWayEvery_s) ++at;
    for (auto near = at; near != theirs.end() && seconds_between(sight.time, near->time) <= kWayEvery_s; ++near)
      if (metres(sight.at, near->at) <= kReach_m) return true;
  }
  const double gap = seconds_between(one->second.seen, other->second.first);
  if (gap < -kWayEvery_s || gap > kLost_s || mine.empty() || theirs.empty()) return false;
  return metres(mine.back().at, theirs.front().at) <= kReach_m + kWalk_m_s * std::max(0.0, gap);
}

const std::deque<PlaceStay>& Presence::stays(std::string_view visit_id) const {
  static const std::deque<PlaceStay> kNone;
  const auto found = visits_.find(visit_id);
  return found == visits_.end() ? kNone : found->second.stays;
}

void Presence::forget(std::string_view visit_id) {
  const auto found = visits_.find(visit_id);
  if (found != visits_.end()) visits_.erase(found);
}

void Presence::merge(std::string_view from, const std::string& into) {
  const auto found = visits_.find(from);
  if (found == visits_.end() || from == into) return;
  Visit gone = std::move(found->second);
  visits_.erase(found);
  Visit& visit = visits_[into];
  visit.first = visit.seen == Timestamp{} ? gone.first : std::min(visit.first, gone.first);
  visit.seen = std::max(visit.seen, gone.seen);
  std::ranges::move(gone.stays, std::back_inserter(visit.stays));
  std::ranges::move(gone.sights, std::back_inserter(visit.sights));
  std::ranges::move(gone.way, std::back_inserter(visit.way));
  std::ranges::stable_sort(visit.sights, {}, &Sight::time);
  std::ranges::stable_sort(visit.way, {}, &Sight::time);
  std::ranges::sort(visit.stays, {}, &PlaceStay::from);
  while (visit.stays.size() > kStaysMax) visit.stays.pop_front();
}

}  // namespace shrike
