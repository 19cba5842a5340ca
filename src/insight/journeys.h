#pragma once
// Traces put together: one journey a visit, however many cameras saw it.

#include <span>
#include <string>
#include <vector>

#include "behaviour/visit_trace.h"
#include "db/database.h"

namespace shrike {

/// A visit from its first to its last sight, without a picture or an appearance.
struct Journey {
  std::string visit_id;
  Timestamp from, to;
  std::vector<ZoneStay> stays;  ///< by their begin
  int cameras = 0;
  bool bag = false, cart = false;
  double way = 0;      ///< distance gone, in pictures or metres
  double way_net = 0;  ///< as the crow flies, from the first to the last sight of each camera
  double stood_s = 0;  ///< of the time seen, spent standing: kStop_s or more near one waypoint
  double seen_s = 0;
};

/// Whether the visit stopped in the zone of this stay rather than walked through.
[[nodiscard]] bool is_stop(const ZoneStay& stay);
/// Whether the visit was long enough in a staff zone to be one of staff.
[[nodiscard]] bool is_staff(const Journey& journey);

struct Journeys {
  std::vector<Journey> customers, staff;  ///< by their begin
  std::vector<std::string> cameras;       ///< sorted
  size_t joined = 0;                      ///< visits that more than one camera saw
  Timestamp first, last;                  ///< of all that was seen
};

/// Visits that began in [from, to).
[[nodiscard]] Result<Journeys> load_journeys(Database& database, Timestamp from, Timestamp to);
/// The same from traces at hand.
[[nodiscard]] Journeys join_traces(std::span<const VisitTrace> traces);

}  // namespace shrike
