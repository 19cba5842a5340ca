#include "behaviour/visit_trace.h"

#include <algorithm>
#include <cmath>

#include "track/floor_map.h"

namespace shrike {
namespace {

double distance(const Waypoint& a, Point b) { return std::hypot(a.x - b.x, a.y - b.y); }

}  // namespace

const char* to_string(Plane plane) { return plane == Plane::floor ? "floor" : "picture"; }

void put_on_floor(VisitTrace& trace, const FloorMap& floor) {
  trace.plane = Plane::floor;
  std::vector<Waypoint> way;
  for (const Waypoint& w : trace.path) {
    const auto spot = floor.spot_of({w.x, w.y, w.x, w.y});
    if (spot) way.push_back({w.at_s, w.stood_s, static_cast<float>(spot->x_m), static_cast<float>(spot->y_m)});
  }
  trace.path = std::move(way);
}

void PathThinner::see(Point at, Timestamp time) {
  if (waypoints_.empty()) {
    begun_ = newest_ = time;
    waypoints_.push_back({.x = at.x, .y = at.y});
    return;
  }
  const double gap_s = seconds_between(newest_, time);
  if (gap_s > 0 && gap_s <= kUnseen_s) waypoints_.back().stood_s += gap_s;
  newest_ = time;
  if (distance(waypoints_.back(), at) <= reach_) return;
  waypoints_.push_back({.at_s = seconds_between(begun_, time), .x = at.x, .y = at.y});
  while (waypoints_.size() > kWaypointsMax) thin();
}

void PathThinner::thin() {
  reach_ *= 1.5;
  std::vector<Waypoint> kept;
  for (const Waypoint& w : waypoints_) {
    if (!kept.empty() && distance(kept.back(), {w.x, w.y}) <= reach_) {
      kept.back().stood_s += w.stood_s;
    } else {
      kept.push_back(w);
    }
  }
  waypoints_ = std::move(kept);
}

void PathThinner::shift_clock(double seconds) {
  begun_ = begun_.plus_s(seconds);
  newest_ = newest_.plus_s(seconds);
}

}  // namespace shrike
