#include <algorithm>
#include <map>
#include <set>

#include "behaviour/zones.h"
#include "insight/store_insight.h"
#include "shrink/numeric.h"

namespace shrike {
namespace {

/// What one visit did in one zone, over all its stays there.
struct InZone {
  ZoneKind kind = ZoneKind::shelf;
  double dwell_s = 0;
  std::optional<Timestamp> stopped;  ///< end of the first stop
};

std::map<std::string, InZone> in_zones(const Journey& journey) {
  std::map<std::string, InZone> out;
  for (const ZoneStay& stay : journey.stays) {
    InZone& in = out[stay.zone];
    in.kind = stay.kind;
    in.dwell_s += stay.dwell_s;
    if (is_stop(stay) && !in.stopped) in.stopped = stay.to;
  }
  return out;
}

bool is_goods(ZoneKind kind) { return kind == ZoneKind::shelf || kind == ZoneKind::high_risk; }

/// The zones that a visit went through in order: doors and checkouts always, others where it stopped.
std::vector<std::string> way_of(const Journey& journey) {
  constexpr size_t kStepsMax = 8;
  std::vector<std::string> way;
  for (const ZoneStay& stay : journey.stays) {
    const bool door = stay.kind == ZoneKind::entrance || stay.kind == ZoneKind::exit;
    if (!door && !is_stop(stay)) continue;
    if (!way.empty() && way.back() == stay.zone) continue;
    if (way.size() == kStepsMax) {
      way.emplace_back("…");
      break;
    }
    way.push_back(stay.zone);
  }
  return way;
}

/// What all visits together were to a zone, an open hour.
void per_open_hour(std::array<double, 24>& sums, const OpenHours& open) {
  for (size_t h = 0; h < 24; ++h) {
    double seconds = 0;
    for (const auto& [day, hours] : open.days) seconds += hours[h];
    sums[h] = seconds > 0 ? sums[h] * 3600 / seconds : 0;
  }
}

}  // namespace

bool stops_at_till_after(const Journey& journey, Timestamp time) {
  return std::ranges::any_of(
      journey.stays, [&](const ZoneStay& s) { return s.kind == ZoneKind::checkout && is_stop(s) && s.from >= time; });
}

std::vector<ZoneInsight> zone_insight(const Journeys& journeys, const OpenHours& open, LocalClock& clock) {
  std::map<std::string, ZoneInsight> found;
  std::map<std::string, std::vector<double>> dwell;
  for (const Journey& journey : journeys.customers) {
    for (const auto& [name, in] : in_zones(journey)) {
      ZoneInsight& zone = found[name];
      zone.zone = name;
      zone.kind = in.kind;
      ++zone.visits;
      if (!in.stopped) continue;
      ++zone.stopped.n;
      dwell[name].push_back(in.dwell_s);
      ++zone.to_till.of;
      if (stops_at_till_after(journey, *in.stopped)) ++zone.to_till.n;
    }
    for (const ZoneStay& stay : journey.stays) {
      ZoneInsight& zone = found[stay.zone];
      zone.people[static_cast<size_t>(clock.at(stay.from).hour)] += 1;
      by_hour(stay.from, stay.to, clock,
              [&](const LocalTime& at, double seconds) { zone.minutes[static_cast<size_t>(at.hour)] += seconds / 60; });
    }
  }
  std::vector<ZoneInsight> zones;
  for (auto& [name, zone] : found) {
    zone.stopped.of = zone.visits;
    if (const auto& all = dwell[name]; !all.empty()) {
      for (size_t i = 0; i < 3; ++i) zone.dwell_s[i] = quantile(all, 0.25 * static_cast<double>(i + 1));
    }
    if (!is_goods(zone.kind)) zone.to_till = {};
    per_open_hour(zone.people, open);
    per_open_hour(zone.minutes, open);
    zones.push_back(std::move(zone));
  }
  std::ranges::stable_sort(zones, std::greater(), &ZoneInsight::visits);
  return zones;
}

std::vector<FlowStep> flow_of(const Journeys& journeys) {
  std::map<std::pair<std::string, std::string>, int64_t> steps;
  std::map<std::string, int64_t> leaving;
  for (const Journey& journey : journeys.customers) {
    for (size_t i = 1; i < journey.stays.size(); ++i) {
      const auto &from = journey.stays[i - 1].zone, &to = journey.stays[i].zone;
      if (from == to) continue;
      ++steps[{from, to}];
      ++leaving[from];
    }
  }
  std::vector<FlowStep> flow;
  for (const auto& [step, n] : steps) flow.push_back({step.first, step.second, {n, leaving[step.first]}});
  std::ranges::stable_sort(flow, std::greater(), [](const FlowStep& f) { return f.share.n; });
  return flow;
}

std::vector<Way> ways_of(const Journeys& journeys) {
  std::map<std::vector<std::string>, int64_t> counts;
  int64_t all = 0;
  for (const Journey& journey : journeys.customers) {
    const auto way = way_of(journey);
    if (way.empty()) continue;
    ++counts[way];
    ++all;
  }
  std::vector<Way> ways;
  for (const auto& [zones, n] : counts) ways.push_back({zones, {n, all}});
  std::ranges::stable_sort(ways, std::greater(), [](const Way& w) { return w.share.n; });
  return ways;
}

Funnel funnel_of(const Journeys& journeys) {
  Funnel funnel{.visits = static_cast<int64_t>(journeys.customers.size())};
  for (const Journey& journey : journeys.customers) {
    const auto stop =
        std::ranges::find_if(journey.stays, [](const ZoneStay& s) { return is_goods(s.kind) && is_stop(s); });
    if (stop == journey.stays.end()) {
      if (stops_at_till_after(journey, journey.from)) ++funnel.till_only;
      continue;
    }
    ++funnel.stopped;
    if (stops_at_till_after(journey, stop->to)) ++funnel.stopped_then_till;
  }
  funnel.followed = funnel.stopped_then_till > 0;
  return funnel;
}

}  // namespace shrike
