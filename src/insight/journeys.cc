#include "insight/journeys.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "behaviour/evidence_rules.h"
#include "behaviour/zones.h"
#include "vault/traces.h"

namespace shrike {
namespace {

/// Puts traces together as they come.
class Joiner {
 public:
  void take(const VisitTrace& trace) {
    const auto [it, fresh] = number_.try_emplace(trace.visit_id, all_.size());
    if (fresh) all_.push_back({.visit_id = trace.visit_id, .from = trace.from, .to = trace.to});
    Journey& journey = all_[it->second];
    journey.from = std::min(journey.from, trace.from);
    journey.to = std::max(journey.to, trace.to);
    journey.bag |= trace.bag;
    journey.cart |= trace.cart;
    ++journey.cameras;
    journey.stays.insert(journey.stays.end(), trace.stays.begin(), trace.stays.end());
    measure(trace, journey);
    cameras_.insert(trace.camera);
  }

  /// `staff` are visits that are known to be staff's.
  Journeys finish(const std::unordered_set<std::string>& staff) {
    Journeys out;
    out.cameras.assign(cameras_.begin(), cameras_.end());
    std::ranges::sort(all_, {}, [](const Journey& j) { return std::pair(j.from, j.visit_id); });
    for (Journey& journey : all_) {
      std::ranges::stable_sort(journey.stays, {}, &ZoneStay::from);
      if (journey.cameras > 1) ++out.joined;
      if (out.first.us == 0) out.first = out.last = journey.from;
      out.first = std::min(out.first, journey.from);
      out.last = std::max(out.last, journey.to);
      (is_staff(journey) || staff.contains(journey.visit_id) ? out.staff : out.customers).push_back(std::move(journey));
    }
    return out;
  }

 private:
  static void measure(const VisitTrace& trace, Journey& journey) {
    const auto& path = trace.path;
    // A picture is wider than it is high: steps across it are longer than the same share of its height.
    const double wide = trace.plane == Plane::picture ? trace.aspect : 1;
    const auto distance = [&](const Waypoint& a, const Waypoint& b) {
      return std::hypot((a.x - b.x) * wide, static_cast<double>(a.y - b.y));
    };
    for (size_t i = 0; i < path.size(); ++i) {
      if (i > 0) journey.way += distance(path[i - 1], path[i]);
      journey.seen_s += path[i].stood_s;
      if (path[i].stood_s >= kStop_s) journey.stood_s += path[i].stood_s;
    }
    if (!path.empty()) journey.way_net += distance(path.front(), path.back());
  }

  std::unordered_map<std::string, size_t> number_;
  std::vector<Journey> all_;
  std::set<std::string> cameras_;
};

}  // namespace

bool is_stop(const ZoneStay& stay) { return stay.dwell_s >= kStop_s; }

bool is_staff(const Journey& journey) {
  return std::ranges::any_of(journey.stays,
                             [](const ZoneStay& s) { return s.kind == ZoneKind::staff && s.dwell_s >= kStaff_s; });
}

Result<Journeys> load_journeys(Database& database, Timestamp from, Timestamp to) {
  Joiner joiner;
  TRY_VOID(read_traces(database, from, to, [&](const VisitTrace& trace) { joiner.take(trace); }));
  TRY(const auto staff, staff_visits(database));
  return joiner.finish(staff);
}

Journeys join_traces(std::span<const VisitTrace> traces) {
  Joiner joiner;
  for (const VisitTrace& trace : traces) joiner.take(trace);
  return joiner.finish({});
}

}  // namespace shrike
