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
constexpr double kSlack_s = 1.5, kFade_s = 2, kNear_s = 10;

}  // namespace

double gap_s(const PlaceStay& stay, Timestamp from, Timestamp to) {
  return std::max({0.0, seconds_between(stay.to, from), seconds_between(to, stay.from)});
}

void Presence::see(const std::string& visit_id, std::span<const std::string> zones, Timestamp time,
                   std::optional<StoodAt> at) {
  Visit& visit = visits_[visit_id];
  visit.seen = std::max(visit.seen, time);
  if (at) visit.sights.push_back({time, *at});
  while (!visit.sights.empty() && seconds_between(visit.sights.front().time, visit.seen) > kSights_s)
    visit.sights.pop_front();
  for (const std::string& zone : zones) {
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
  visit.seen = std::max(visit.seen, gone.seen);
  std::ranges::move(gone.stays, std::back_inserter(visit.stays));
  std::ranges::move(gone.sights, std::back_inserter(visit.sights));
  std::ranges::stable_sort(visit.sights, {}, &Sight::time);
  std::ranges::sort(visit.stays, {}, &PlaceStay::from);
  while (visit.stays.size() > kStaysMax) visit.stays.pop_front();
}

}  // namespace shrike
