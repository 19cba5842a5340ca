#include <algorithm>
#include <map>
#include <set>

#include "insight/store_insight.h"
#include "shrink/numeric.h"

namespace shrike {
namespace {

/// Calls `take(from, to, people)` for every span in which the same number of people was at the till.
template <class Take>
void sweep(const std::vector<Turn>& turns, Take take) {
  std::vector<std::pair<Timestamp, int>> changes;
  for (const Turn& t : turns) {
    changes.emplace_back(t.from, 1);
    changes.emplace_back(t.to, -1);
  }
  std::ranges::sort(changes);  // who leaves in the moment that another comes goes first
  int people = 0;
  for (size_t i = 0; i < changes.size(); ++i) {
    if (i > 0 && changes[i].first > changes[i - 1].first) take(changes[i - 1].first, changes[i].first, people);
    people += changes[i].second;
  }
}

void halves(const std::vector<double>& values, double (&out)[2]) {
  if (values.empty()) return;
  out[0] = quantile(values, 0.5);
  out[1] = quantile(values, 0.9);
}

TillInsight till_of(const std::string& zone, const Journeys& journeys, const OpenHours& open, LocalClock& clock) {
  TillInsight till{.zone = zone};
  const auto turns = turns_at(zone, journeys);
  std::vector<double> stays, waits;
  std::array<std::vector<double>, 24> waits_by_hour;
  for (const Turn& turn : turns) {
    stays.push_back(seconds_between(turn.from, turn.to));
    waits.push_back(turn.wait_s);
    waits_by_hour[static_cast<size_t>(clock.at(turn.from).hour)].push_back(turn.wait_s);
  }
  till.visits = static_cast<int64_t>(turns.size());
  halves(stays, till.at_till_s);
  halves(waits, till.wait_s);
  std::array<double, 24> person_s{}, open_s{};
  for (const auto& [day, hours] : open.days) {
    for (size_t h = 0; h < 24; ++h) open_s[h] += hours[h];
  }
  const double all_s = open.seconds();
  sweep(turns, [&](Timestamp from, Timestamp to, int people) {
    till.queue_max = std::max(till.queue_max, people);
    till.share_with[static_cast<size_t>(std::clamp(people, 0, 3))] += people > 0 ? seconds_between(from, to) : 0;
    by_hour(from, to, clock,
            [&](const LocalTime& at, double s) { person_s[static_cast<size_t>(at.hour)] += people * s; });
  });
  double busy = 0, all_person_s = 0;
  for (size_t n = 1; n < 4; ++n) busy += till.share_with[n] = all_s > 0 ? std::min(1.0, till.share_with[n] / all_s) : 0;
  till.share_with[0] = std::max(0.0, 1 - busy);
  for (size_t h = 0; h < 24; ++h) {
    all_person_s += person_s[h];
    if (open_s[h] <= 0) continue;
    TillHour hour{.hour = static_cast<int>(h), .queue = person_s[h] / open_s[h]};
    hour.visits = static_cast<int64_t>(waits_by_hour[h].size());
    halves(waits_by_hour[h], hour.wait_s);
    till.hours.push_back(hour);
  }
  till.queue = all_s > 0 ? all_person_s / all_s : 0;
  return till;
}

}  // namespace

std::vector<Turn> turns_at(const std::string& zone, const Journeys& journeys) {
  std::vector<Turn> turns;
  for (const Journey& journey : journeys.customers) {
    for (const ZoneStay& stay : journey.stays) {
      if (stay.zone == zone && is_stop(stay)) turns.push_back({stay.from, stay.to});
    }
  }
  std::ranges::sort(turns, {}, &Turn::from);
  std::vector<Timestamp> there;  // when those who came before leave
  for (Turn& turn : turns) {
    std::erase_if(there, [&](Timestamp left) { return left <= turn.from; });
    Timestamp free = turn.from;
    for (Timestamp left : there) free = std::max(free, left);
    turn.wait_s = seconds_between(turn.from, std::min(free, turn.to));
    there.push_back(turn.to);
  }
  return turns;
}

std::vector<TillInsight> till_insight(const Journeys& journeys, const OpenHours& open, LocalClock& clock) {
  std::set<std::string> zones;
  for (const Journey& journey : journeys.customers) {
    for (const ZoneStay& stay : journey.stays) {
      if (stay.kind == ZoneKind::checkout) zones.insert(stay.zone);
    }
  }
  std::vector<TillInsight> tills;
  for (const auto& zone : zones) tills.push_back(till_of(zone, journeys, open, clock));
  return tills;
}

}  // namespace shrike
