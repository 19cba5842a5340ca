#include "insight/features.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

namespace shrike {
namespace {

bool is_risky(const ZoneStay& s) { return s.kind == ZoneKind::high_risk; }
bool is_goods_stop(const ZoneStay& s) { return (is_risky(s) || s.kind == ZoneKind::shelf) && is_stop(s); }
bool is_till_stop(const ZoneStay& s) { return s.kind == ZoneKind::checkout && is_stop(s); }

double risky_s(const Journey& j) {
  double sum = 0;
  for (const ZoneStay& s : j.stays) sum += is_risky(s) ? s.dwell_s : 0;
  return sum;
}

double longest_risky_s(const Journey& j) {
  double longest = 0;
  for (const ZoneStay& s : j.stays) longest = std::max(longest, is_risky(s) ? s.dwell_s : 0);
  return longest;
}

/// Returns to a high-risk zone that the visit was in before.
double returns(const Journey& j) {
  std::map<std::string, int> entries;
  for (const ZoneStay& s : j.stays) entries[s.zone] += is_risky(s) ? 1 : 0;
  double sum = 0;
  for (const auto& [zone, n] : entries) sum += std::max(0, n - 1);
  return sum;
}

double zones_stopped_in(const Journey& j) {
  std::set<std::string> zones;
  for (const ZoneStay& s : j.stays) {
    if (is_goods_stop(s)) zones.insert(s.zone);
  }
  return static_cast<double>(zones.size());
}

/// Whether the first stop at goods was at a high-risk zone; not known where there was none.
double risky_first(const Journey& j) {
  const auto stop = std::ranges::find_if(j.stays, is_goods_stop);
  return stop == j.stays.end() ? NAN : (is_risky(*stop) ? 1.0 : 0.0);
}

double till_before_risky(const Journey& j) {
  const auto till = std::ranges::find_if(j.stays, is_till_stop);
  if (till == j.stays.end()) return 0;
  return std::any_of(till, j.stays.end(), [](const ZoneStay& s) { return is_risky(s) && is_stop(s); }) ? 1 : 0;
}

double door_after_risky(const Journey& j) {
  double out = 0;
  for (size_t i = 1; i < j.stays.size(); ++i) {
    const bool door = j.stays[i].kind == ZoneKind::exit || j.stays[i].kind == ZoneKind::entrance;
    if (door && is_risky(j.stays[i - 1])) out = 1;
  }
  return out;
}

}  // namespace

std::vector<Feature> features_of(const std::vector<Journey>& visits, LocalClock& clock, size_t zones_max) {
  std::vector<Feature> out;
  const auto add = [&](Feature feature, const std::function<double(const Journey&)>& of) {
    for (const Journey& j : visits) feature.value.push_back(of(j));
    out.push_back(std::move(feature));
  };
  add({.name = "length of the visit", .raises_incidents = true, .of_length = true},
      [](const Journey& j) { return seconds_between(j.from, j.to); });
  add({.name = "time in high-risk zones", .raises_incidents = true}, risky_s);
  add({.name = "longest stay in a high-risk zone", .raises_incidents = true}, longest_risky_s);
  add({.name = "came back to a high-risk zone", .raises_incidents = true}, returns);
  add({.name = "number of zones stopped in", .raises_incidents = true}, zones_stopped_in);
  add({.name = "distance gone", .raises_incidents = true}, [](const Journey& j) { return j.way; });
  add({.name = "pace", .raises_incidents = true},
      [](const Journey& j) { return j.seen_s > 0 ? j.way / j.seen_s : NAN; });
  add({.name = "straightness of the way", .raises_incidents = true},
      [](const Journey& j) { return j.way > 0 ? j.way_net / j.way : NAN; });
  add({.name = "share of the time spent standing", .raises_incidents = true},
      [](const Journey& j) { return j.seen_s > 0 ? j.stood_s / j.seen_s : NAN; });
  add({.name = "carried a bag or an article", .raises_incidents = true},
      [](const Journey& j) { return j.bag ? 1.0 : 0.0; });
  add({.name = "had a cart or a basket", .raises_incidents = true},
      [](const Journey& j) { return j.cart ? 1.0 : 0.0; });
  add({.name = "stopped at a checkout", .raises_incidents = true},
      [](const Journey& j) { return std::ranges::any_of(j.stays, is_till_stop) ? 1.0 : 0.0; });
  add({.name = "a high-risk zone was the first stop", .raises_incidents = true}, risky_first);
  add({.name = "a high-risk zone after the checkout", .raises_incidents = true}, till_before_risky);
  add({.name = "from a high-risk zone straight to a door", .raises_incidents = true}, door_after_risky);
  add({.name = "before noon", .of_time = true},
      [&](const Journey& j) { return clock.at(j.from).hour < 12 ? 1.0 : 0.0; });
  add({.name = "from six in the evening on", .of_time = true},
      [&](const Journey& j) { return clock.at(j.from).hour >= 18 ? 1.0 : 0.0; });
  add({.name = "Saturday or Sunday", .of_time = true},
      [&](const Journey& j) { return clock.at(j.from).weekday >= 5 ? 1.0 : 0.0; });
  std::map<std::string, std::pair<int64_t, bool>> stops;
  for (const Journey& j : visits) {
    for (const ZoneStay& s : j.stays) {
      if (is_goods_stop(s)) stops[s.zone] = {stops[s.zone].first + 1, is_risky(s)};
    }
  }
  std::vector<std::pair<int64_t, std::string>> most;
  for (const auto& [zone, n] : stops) most.emplace_back(-n.first, zone);
  std::ranges::sort(most);
  for (size_t i = 0; i < std::min(zones_max, most.size()); ++i) {
    const std::string& zone = most[i].second;
    add({.name = "stopped at " + zone, .raises_incidents = stops[zone].second}, [&](const Journey& j) {
      return std::ranges::any_of(j.stays, [&](const ZoneStay& s) { return s.zone == zone && is_stop(s); }) ? 1.0 : 0.0;
    });
  }
  return out;
}

}  // namespace shrike
