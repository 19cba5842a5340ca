#pragma once
// What visits leave behind for insight, in the database: kept when a visit ends, forgotten when its time is over.

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "behaviour/visit_trace.h"
#include "db/database.h"
#include "site/config.h"

namespace shrike {

/// A zone of a camera as it was when the store was last watched.
struct ZoneOutline {
  std::string camera;
  Zone zone;
};

/// Keeps a trace in place of what was kept under the same camera_visit_id.
Result<void> save_trace(Database& database, const VisitTrace& trace);
/// The same for many, all of them or none: one sync of the disk.
Result<void> save_traces(Database& database, std::span<const VisitTrace> traces);
/// Says that a camera visit belongs to the store visit `visit_id`.
Result<void> join_trace(Database& database, const std::string& camera_visit_id, const std::string& visit_id);
/// Every trace of a visit that began in [from, to), in the order of camera_visit_id (which is that of time).
Result<void> read_traces(Database& database, Timestamp from, Timestamp to, const std::function<void(VisitTrace)>& take);
/// Erases traces of visits that began before `before`; how many.
Result<int64_t> forget_traces(Database& database, Timestamp before);

/// On how many days of the store's clock visits began that left one.
Result<int64_t> count_trace_days(Database& database, const std::string& time_zone);

/// Keeps the outlines of these cameras' zones in place of what was kept of them.
Result<void> save_outlines(Database& database, std::span<const CameraConfig> cameras);
/// By camera, then zone.
Result<std::vector<ZoneOutline>> load_outlines(Database& database);

/// What a report must know of the store, as it was when it was last watched.
struct StoreFacts {
  std::string store, time_zone = "UTC";
};
Result<void> save_store_facts(Database& database, const StoreFacts& facts);
/// What was never kept stays as it is by default.
Result<StoreFacts> load_store_facts(Database& database);

/// Visits of which a staff zone, a badge or an officer said that they are staff's.
Result<std::unordered_set<std::string>> staff_visits(Database& database);

/// By visit, the verdict of its incidents; of several, theft before attempted before what an officer said last.
Result<std::unordered_map<std::string, std::string>> verdicts_by_visit(Database& database);

/// A path as the database holds it: four whole numbers a waypoint (milliseconds after the begin, milliseconds near it,
/// thousandths of x and y), waypoints apart by ';'.
[[nodiscard]] std::string path_text(std::span<const Waypoint> path);
/// Refuses what path_text() cannot have made.
[[nodiscard]] Result<std::vector<Waypoint>> parse_path(std::string_view text);
/// Corners as "x,y;x,y;…" in thousandths.
[[nodiscard]] std::string polygon_text(const Polygon& polygon);
[[nodiscard]] Result<Polygon> parse_polygon(std::string_view text);

}  // namespace shrike
