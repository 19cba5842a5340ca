#include "vault/traces.h"

#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <soci/soci.h>

#include "base/ulid.h"

namespace shrike {
namespace {

using soci::into;
using soci::use;

constexpr size_t kCornersMax = 64;

/// "1,2,3" as exactly N whole numbers.
template <size_t N>
std::optional<std::array<int64_t, N>> numbers_of(std::string_view text) {
  std::array<int64_t, N> out{};
  const char *at = text.data(), *end = at + text.size();
  for (size_t i = 0; i < N; ++i) {
    if (i > 0 && (at == end || *at++ != ',')) return std::nullopt;
    const auto [next, error] = std::from_chars(at, end, out[i]);
    if (error != std::errc() || std::abs(out[i]) > int64_t{1} << 40) return std::nullopt;
    at = next;
  }
  return at == end ? std::optional(out) : std::nullopt;
}

/// The parts of `text` between ';', each N whole numbers; nothing where one is not, or there are more than `most`.
template <size_t N>
Result<std::vector<std::array<int64_t, N>>> rows_of(std::string_view text, size_t most) {
  std::vector<std::array<int64_t, N>> rows;
  while (!text.empty()) {
    const size_t end = std::min(text.find(';'), text.size());
    const auto row = numbers_of<N>(text.substr(0, end));
    if (!row || rows.size() == most || end + 1 == text.size()) {
      return fail(fmt::format("'{}': expected at most {} times {} whole numbers", text.substr(0, 40), most, N));
    }
    rows.push_back(*row);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return rows;
}

long long thousandths(double value) { return std::llround(value * 1000); }

/// One row of visit_traces as SOCI exchanges it.
struct TraceRow {
  VisitTrace trace;
  std::string plane, path;
  long long from_us = 0, to_us = 0, bag = 0, cart = 0;

  Result<VisitTrace> value() const {
    VisitTrace out = trace;
    out.from.us = from_us;
    out.to.us = to_us;
    out.plane = plane == to_string(Plane::floor) ? Plane::floor : Plane::picture;
    out.bag = bag != 0;
    out.cart = cart != 0;
    auto way = parse_path(path);
    if (!way) return fail(way.error(), "the path of visit " + trace.camera_visit_id);
    out.path = std::move(*way);
    return out;
  }
};

/// The stays of a run of traces, read along with them: both in the order of camera_visit_id.
class StayReader {
 public:
  StayReader(soci::session& sql, const long long& from_us, const long long& to_us)
      : statement_((sql.prepare << "SELECT s.camera_visit_id, s.zone, s.kind, s.from_us, s.to_us, s.dwell_s "
                                   "FROM visit_stays s JOIN visit_traces t ON t.camera_visit_id = s.camera_visit_id "
                                   "WHERE t.from_us >= :from_us AND t.from_us < :to_us "
                                   "ORDER BY s.camera_visit_id, s.position",
                    into(id_), into(zone_), into(kind_), into(stay_from_us_), into(stay_to_us_), into(dwell_s_),
                    use(from_us, "from_us"), use(to_us, "to_us"))) {
    statement_.execute();
    more_ = statement_.fetch();
  }

  void take(const std::string& camera_visit_id, std::vector<ZoneStay>& stays) {
    while (more_ && id_ <= camera_visit_id) {
      const auto kind = zone_kind_from(kind_);
      if (id_ == camera_visit_id && kind) stays.push_back({zone_, *kind, {stay_from_us_}, {stay_to_us_}, dwell_s_});
      more_ = statement_.fetch();
    }
  }

 private:
  std::string id_, zone_, kind_;
  long long stay_from_us_ = 0, stay_to_us_ = 0;
  double dwell_s_ = 0;
  soci::statement statement_;
  bool more_ = false;
};

void insert_stay(soci::session& sql, const std::string& id, long long position, const ZoneStay& stay) {
  const std::string kind = to_string(stay.kind);
  const long long from_us = stay.from.us, to_us = stay.to.us;
  sql << "INSERT INTO visit_stays (camera_visit_id, position, zone, kind, from_us, to_us, dwell_s) VALUES (:id, "
         ":position, :zone, :kind, :from_us, :to_us, :dwell_s)",
      use(id, "id"), use(position, "position"), use(stay.zone, "zone"), use(kind, "kind"), use(from_us, "from_us"),
      use(to_us, "to_us"), use(stay.dwell_s, "dwell_s");
}

void insert_trace(soci::session& sql, const VisitTrace& trace) {
  const std::string plane = to_string(trace.plane), path = path_text(trace.path);
  const long long from_us = trace.from.us, to_us = trace.to.us, bag = trace.bag ? 1 : 0, cart = trace.cart ? 1 : 0;
  sql << "DELETE FROM visit_traces WHERE camera_visit_id = :id", use(trace.camera_visit_id, "id");
  sql << "INSERT INTO visit_traces (camera_visit_id, visit_id, camera, from_us, to_us, plane, aspect, bag, cart, path) "
         "VALUES (:id, :visit_id, :camera, :from_us, :to_us, :plane, :aspect, :bag, :cart, :path)",
      use(trace.camera_visit_id, "id"), use(trace.visit_id, "visit_id"), use(trace.camera, "camera"),
      use(from_us, "from_us"), use(to_us, "to_us"), use(plane, "plane"), use(trace.aspect, "aspect"), use(bag, "bag"),
      use(cart, "cart"), use(path, "path");
  long long position = 0;
  for (const ZoneStay& stay : trace.stays) insert_stay(sql, trace.camera_visit_id, position++, stay);
}

/// The store's clock ahead of UTC's, now: an hour's summer time moves no day in which a store is open.
long long ahead_of_utc_us(const std::string& time_zone) {
  const Timestamp now = now_utc();
  std::string utc = to_rfc3339(now);
  utc.pop_back();  // "Z"
  const auto store_shows_that = parse_local(utc, time_zone);
  return store_shows_that ? now.us - store_shows_that->us : 0;
}

}  // namespace

std::string path_text(std::span<const Waypoint> path) {
  std::string text;
  for (const Waypoint& w : path) {
    fmt::format_to(std::back_inserter(text), "{}{},{},{},{}", text.empty() ? "" : ";", thousandths(w.at_s),
                   thousandths(w.stood_s), thousandths(w.x), thousandths(w.y));
  }
  return text;
}

Result<std::vector<Waypoint>> parse_path(std::string_view text) {
  TRY(const auto rows, rows_of<4>(text, PathThinner::kWaypointsMax));
  std::vector<Waypoint> path;
  for (const auto& [at, stood, x, y] : rows) {
    path.push_back({static_cast<double>(at) / 1000, static_cast<double>(stood) / 1000, static_cast<float>(x) / 1000,
                    static_cast<float>(y) / 1000});
  }
  return path;
}

std::string polygon_text(const Polygon& polygon) {
  std::string text;
  for (const Point& p : polygon) {
    fmt::format_to(std::back_inserter(text), "{}{},{}", text.empty() ? "" : ";", thousandths(p.x), thousandths(p.y));
  }
  return text;
}

Result<Polygon> parse_polygon(std::string_view text) {
  TRY(const auto rows, rows_of<2>(text, kCornersMax));
  Polygon polygon;
  for (const auto& [x, y] : rows) polygon.push_back({static_cast<float>(x) / 1000, static_cast<float>(y) / 1000});
  return polygon;
}

Result<void> save_trace(Database& database, const VisitTrace& trace) { return save_traces(database, {&trace, 1}); }

Result<void> save_traces(Database& database, std::span<const VisitTrace> traces) {
  for (const VisitTrace& trace : traces)
    if (!is_ulid(trace.camera_visit_id)) return bad_input(fmt::format("'{}' is not a ULID", trace.camera_visit_id));
  return database.write([&](soci::session& sql) -> Result<void> {
    for (const VisitTrace& trace : traces) insert_trace(sql, trace);
    return {};
  });
}

Result<void> join_trace(Database& database, const std::string& camera_visit_id, const std::string& visit_id) {
  return database.write([&](soci::session& sql) -> Result<void> {
    sql << "UPDATE visit_traces SET visit_id = :visit_id WHERE camera_visit_id = :id", use(visit_id, "visit_id"),
        use(camera_visit_id, "id");
    return {};
  });
}

Result<void> read_traces(Database& database, Timestamp from, Timestamp to,
                         const std::function<void(VisitTrace)>& take) {
  const long long from_us = from.us, to_us = to.us;
  return database.read([&](soci::session& sql) -> Result<void> {
    StayReader stays(sql, from_us, to_us);
    TraceRow row;
    soci::statement statement =
        (sql.prepare << "SELECT camera_visit_id, visit_id, camera, from_us, to_us, plane, aspect, bag, cart, path "
                        "FROM visit_traces WHERE from_us >= :from_us AND from_us < :to_us ORDER BY camera_visit_id",
         into(row.trace.camera_visit_id), into(row.trace.visit_id), into(row.trace.camera), into(row.from_us),
         into(row.to_us), into(row.plane), into(row.trace.aspect), into(row.bag), into(row.cart), into(row.path),
         use(from_us, "from_us"), use(to_us, "to_us"));
    statement.execute();
    while (statement.fetch()) {
      TRY(VisitTrace trace, row.value());
      stays.take(trace.camera_visit_id, trace.stays);
      take(std::move(trace));
    }
    return {};
  });
}

Result<int64_t> forget_traces(Database& database, Timestamp before) {
  const long long before_us = before.us;
  long long count = 0;
  TRY_VOID(database.write([&](soci::session& sql) -> Result<void> {
    sql << "SELECT COUNT(*) FROM visit_traces WHERE from_us < :before", into(count), use(before_us, "before");
    if (count > 0) sql << "DELETE FROM visit_traces WHERE from_us < :before", use(before_us, "before");
    return {};
  }));
  return count;
}

Result<int64_t> count_trace_days(Database& database, const std::string& time_zone) {
  const long long ahead_us = ahead_of_utc_us(time_zone);
  long long count = 0;
  TRY_VOID(database.read([&](soci::session& sql) -> Result<void> {
    sql << "SELECT COUNT(DISTINCT (from_us + :ahead) / 86400000000) FROM visit_traces", into(count),
        use(ahead_us, "ahead");
    return {};
  }));
  return count;
}

Result<void> save_outlines(Database& database, std::span<const CameraConfig> cameras) {
  return database.write([&](soci::session& sql) -> Result<void> {
    for (const CameraConfig& camera : cameras) {
      sql << "DELETE FROM zone_outlines WHERE camera = :camera", use(camera.name, "camera");
      for (const Zone& zone : camera.zones) {
        const std::string kind = to_string(zone.kind), polygon = polygon_text(zone.polygon);
        sql << "INSERT INTO zone_outlines (camera, zone, kind, polygon) VALUES (:camera, :zone, :kind, :polygon)",
            use(camera.name, "camera"), use(zone.name, "zone"), use(kind, "kind"), use(polygon, "polygon");
      }
    }
    return {};
  });
}

Result<std::vector<ZoneOutline>> load_outlines(Database& database) {
  std::vector<ZoneOutline> all;
  TRY_VOID(database.read([&](soci::session& sql) -> Result<void> {
    ZoneOutline row;
    std::string kind, polygon;
    soci::statement statement =
        (sql.prepare << "SELECT camera, zone, kind, polygon FROM zone_outlines ORDER BY camera, zone", into(row.camera),
         into(row.zone.name), into(kind), into(polygon));
    statement.execute();
    while (statement.fetch()) {
      row.zone.kind = zone_kind_from(kind).value_or(ZoneKind::shelf);
      TRY(row.zone.polygon, parse_polygon(polygon));
      all.push_back(row);
    }
    return {};
  }));
  return all;
}

Result<void> save_store_facts(Database& database, const StoreFacts& facts) {
  return database.write([&](soci::session& sql) -> Result<void> {
    for (const auto& [name, value] :
         {std::pair<std::string, std::string>("store", facts.store), {"time_zone", facts.time_zone}}) {
      sql << "INSERT INTO store_facts (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = "
             "excluded.value",
          use(name, "name"), use(value, "value");
    }
    return {};
  });
}

Result<StoreFacts> load_store_facts(Database& database) {
  StoreFacts facts;
  TRY_VOID(database.read([&](soci::session& sql) -> Result<void> {
    std::string name, value;
    soci::statement statement = (sql.prepare << "SELECT name, value FROM store_facts", into(name), into(value));
    statement.execute();
    while (statement.fetch()) {
      if (name == "store") facts.store = value;
      if (name == "time_zone") facts.time_zone = value;
    }
    return {};
  }));
  return facts;
}

Result<std::unordered_set<std::string>> staff_visits(Database& database) {
  std::unordered_set<std::string> visits;
  TRY_VOID(database.read([&](soci::session& sql) -> Result<void> {
    std::string visit_id;
    soci::statement statement = (sql.prepare << "SELECT DISTINCT visit_id FROM visit_evidence WHERE kind IN "
                                                "('staff_zone', 'staff_badge', 'staff_word') AND contribution < 0",
                                 into(visit_id));
    statement.execute();
    while (statement.fetch()) visits.insert(visit_id);
    return {};
  }));
  return visits;
}

Result<std::unordered_map<std::string, std::string>> verdicts_by_visit(Database& database) {
  std::unordered_map<std::string, std::string> verdicts;
  TRY_VOID(database.read([&](soci::session& sql) -> Result<void> {
    std::string visit_id, verdict;
    soci::statement statement = (sql.prepare << "SELECT visit_id, verdict FROM incidents WHERE verdict <> '' AND "
                                                "visit_id <> '' ORDER BY event_id",
                                 into(visit_id), into(verdict));
    statement.execute();
    while (statement.fetch()) {
      std::string& kept = verdicts[visit_id];
      if (kept == "theft" || (kept == "attempted" && verdict != "theft")) continue;
      kept = verdict;
    }
    return {};
  }));
  return verdicts;
}

}  // namespace shrike
