#include "vault/incident_store.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <soci/soci.h>

#include "base/ulid.h"

namespace shrike {
namespace {

using soci::into;
using soci::use;

constexpr std::array kVerdicts{"theft", "attempted", "honest", "staff_error", "unsure"};
constexpr int kPageSizeMax = 500;

/// Who a list of evidence belongs to: the table and its key column.
struct EvidenceTable {
  const char* table;
  const char* key;
};
constexpr EvidenceTable kIncidentEvidence{"incident_evidence", "event_id"};
constexpr EvidenceTable kVisitEvidence{"visit_evidence", "visit_id"};

constexpr const char* kIncidentColumns =
    "event_id, revision, created_revision, type, source, store_id, camera, visit_id, track_id, time_us, from_us, "
    "to_us, "
    "prior, risk, clip, clip_state, picture, summary, verdict";

/// The numbers as SOCI exchanges them; int64_t is `long`, which it does not know on every platform.
struct IncidentNumbers {
  long long revision = 0, created_revision = 0, track_id = 0, time_us = 0, from_us = 0, to_us = 0;
};

std::string goods_text(const std::vector<std::pair<std::string, double>>& goods) {
  return goods.empty() ? std::string()
                       : nlohmann::json(goods).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<std::pair<std::string, double>> goods_from(const std::string& text) {
  std::vector<std::pair<std::string, double>> goods;
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_array()) return goods;
  for (const auto& each : json) {
    if (each.is_array() && each.size() == 2 && each[0].is_string() && each[1].is_number())
      goods.emplace_back(each[0].get<std::string>(), each[1].get<double>());
  }
  return goods;
}

std::vector<WeighedEvidence> load_evidence(soci::session& sql, const EvidenceTable& table, const std::string& key) {
  std::vector<WeighedEvidence> all;
  WeighedEvidence row;
  long long from_us = 0, to_us = 0;
  std::string goods;
  soci::statement statement =
      (sql.prepare << fmt::format(
           "SELECT kind, from_us, to_us, source, zone, llr, detail, weight, contribution, goods FROM {} "
           "WHERE {} = :key ORDER BY position",
           table.table, table.key),
       into(row.evidence.kind), into(from_us), into(to_us), into(row.evidence.source), into(row.evidence.zone),
       into(row.evidence.llr), into(row.evidence.detail), into(row.weight), into(row.contribution), into(goods),
       use(key, "key"));
  statement.execute();
  while (statement.fetch()) {
    row.evidence.goods = goods_from(goods);
    row.evidence.from.us = from_us;
    row.evidence.to.us = to_us;
    all.push_back(row);
  }
  return all;
}

void replace_evidence(soci::session& sql, const EvidenceTable& table, const std::string& key,
                      const std::vector<WeighedEvidence>& evidence) {
  sql << fmt::format("DELETE FROM {} WHERE {} = :key", table.table, table.key), use(key, "key");
  long long position = 0;
  for (const auto& e : evidence) {
    const long long from_us = e.evidence.from.us, to_us = e.evidence.to.us;
    const std::string goods = goods_text(e.evidence.goods);
    sql << fmt::format(
        "INSERT INTO {} ({}, position, kind, from_us, to_us, source, zone, llr, detail, weight, "
        "contribution, goods) VALUES (:key, :position, :kind, :from_us, :to_us, :source, :zone, :llr, :detail, "
        ":weight, :contribution, :goods)",
        table.table, table.key),
        use(key, "key"), use(position, "position"), use(e.evidence.kind, "kind"), use(from_us, "from_us"),
        use(to_us, "to_us"), use(e.evidence.source, "source"), use(e.evidence.zone, "zone"), use(e.evidence.llr, "llr"),
        use(e.evidence.detail, "detail"), use(e.weight, "weight"), use(e.contribution, "contribution"),
        use(goods, "goods");
    ++position;
  }
}

std::vector<Verdict> load_verdicts(soci::session& sql, const std::string& event_id) {
  std::vector<Verdict> all;
  Verdict row;
  long long time_us = 0;
  soci::statement statement =
      (sql.prepare << "SELECT verdict, by_whom, note, time_us FROM verdicts WHERE event_id = :event_id "
                      "ORDER BY position DESC",
       into(row.verdict), into(row.by), into(row.note), into(time_us), use(event_id, "event_id"));
  statement.execute();
  while (statement.fetch()) {
    row.time.us = time_us;
    all.push_back(row);
  }
  return all;
}

/// Binds one incident row's columns, in the order of kIncidentColumns.
void into_incident(soci::statement& statement, Incident& i, IncidentNumbers& n) {
  statement.exchange(into(i.event_id));
  statement.exchange(into(n.revision));
  statement.exchange(into(n.created_revision));
  statement.exchange(into(i.type));
  statement.exchange(into(i.source));
  statement.exchange(into(i.store_id));
  statement.exchange(into(i.camera));
  statement.exchange(into(i.visit_id));
  statement.exchange(into(n.track_id));
  statement.exchange(into(n.time_us));
  statement.exchange(into(n.from_us));
  statement.exchange(into(n.to_us));
  statement.exchange(into(i.prior));
  statement.exchange(into(i.risk));
  statement.exchange(into(i.clip));
  statement.exchange(into(i.clip_state));
  statement.exchange(into(i.picture));
  statement.exchange(into(i.summary));
  statement.exchange(into(i.verdict));
}

/// Every incident that `SELECT columns FROM incidents <tail>` finds; `bind` gives the tail's parameters.
std::vector<StoredIncident> select_incidents(soci::session& sql, const std::string& tail,
                                             const std::function<void(soci::statement&)>& bind) {
  Incident incident;
  IncidentNumbers numbers;
  soci::statement statement(sql);
  into_incident(statement, incident, numbers);
  bind(statement);
  statement.alloc();
  statement.prepare(fmt::format("SELECT {} FROM incidents {}", kIncidentColumns, tail));
  statement.define_and_bind();
  statement.execute();
  std::vector<StoredIncident> found;
  while (statement.fetch()) {
    incident.track_id = numbers.track_id;
    incident.time.us = numbers.time_us;
    incident.from.us = numbers.from_us;
    incident.to.us = numbers.to_us;
    found.push_back({incident, {}, numbers.revision, numbers.created_revision});
  }
  for (auto& stored : found) {
    stored.incident.evidence = load_evidence(sql, kIncidentEvidence, stored.incident.event_id);
    stored.verdicts = load_verdicts(sql, stored.incident.event_id);
  }
  return found;
}

std::optional<StoredIncident> select_incident(soci::session& sql, const std::string& event_id) {
  auto found = select_incidents(sql, "WHERE event_id = :event_id",
                                [&](soci::statement& statement) { statement.exchange(use(event_id, "event_id")); });
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

long long next_revision(soci::session& sql) {
  long long newest = 0;
  sql << "SELECT COALESCE(MAX(revision), 0) FROM incidents", into(newest);
  return newest + 1;
}

/// Writes every column and the evidence of `i`, in place of what may be there.
void put_incident(soci::session& sql, const Incident& i, const std::optional<StoredIncident>& before) {
  const long long revision = next_revision(sql);
  const long long created_revision = before ? before->created_revision : revision;
  const long long track_id = i.track_id, time_us = i.time.us, from_us = i.from.us, to_us = i.to.us;
  sql << fmt::format(
      "INSERT INTO incidents ({}) VALUES (:event_id, :revision, :created_revision, :type, :source, :store_id, :camera, "
      ":visit_id, :track_id, :time_us, :from_us, :to_us, :prior, :risk, :clip, :clip_state, :picture, :summary, "
      ":verdict) ON CONFLICT (event_id) DO UPDATE SET revision = excluded.revision, type = excluded.type, "
      "source = excluded.source, store_id = excluded.store_id, camera = excluded.camera, visit_id = excluded.visit_id, "
      "track_id = excluded.track_id, time_us = excluded.time_us, from_us = excluded.from_us, to_us = excluded.to_us, "
      "prior = excluded.prior, risk = excluded.risk, clip = excluded.clip, clip_state = excluded.clip_state, "
      "picture = excluded.picture, summary = excluded.summary, verdict = excluded.verdict",
      kIncidentColumns),
      use(i.event_id, "event_id"), use(revision, "revision"), use(created_revision, "created_revision"),
      use(i.type, "type"), use(i.source, "source"), use(i.store_id, "store_id"), use(i.camera, "camera"),
      use(i.visit_id, "visit_id"), use(track_id, "track_id"), use(time_us, "time_us"), use(from_us, "from_us"),
      use(to_us, "to_us"), use(i.prior, "prior"), use(i.risk, "risk"), use(i.clip, "clip"),
      use(i.clip_state, "clip_state"), use(i.picture, "picture"), use(i.summary, "summary"), use(i.verdict, "verdict");
  replace_evidence(sql, kIncidentEvidence, i.event_id, i.evidence);
}

/// rtsp://user:password@host/… without the part before the @.
std::string without_credentials(std::string source) {
  const auto scheme = source.find("://");
  if (scheme == std::string::npos) return source;
  const auto host = scheme + 3;
  const auto at = source.substr(0, source.find_first_of("/?#", host)).rfind('@');
  if (at != std::string::npos && at >= host) source.erase(host, at + 1 - host);
  return source;
}

}  // namespace

bool is_verdict(std::string_view word) {
  return std::find(kVerdicts.begin(), kVerdicts.end(), word) != kVerdicts.end();
}

Result<IncidentStore> IncidentStore::open(const std::filesystem::path& data_dir) {
  TRY(auto database, Database::open(data_dir / "shrike.db"));
  return IncidentStore(std::move(database));
}

/// Reads, edits and reads again in one transaction; `edit` says whether it changed anything.
Result<StoredChange> IncidentStore::change(const std::string& event_id, const Edit& edit) {
  StoredChange result;
  TRY_VOID(database_.write([&](soci::session& sql) -> Result<void> {
    result.before = select_incident(sql, event_id);
    TRY(result.changed, edit(sql, result.before));
    result.after = result.changed ? *select_incident(sql, event_id) : *result.before;
    return {};
  }));
  return announce(std::move(result));
}

/// Only what is on disk is told of.
StoredChange IncidentStore::announce(StoredChange change) {
  std::lock_guard lock(signal_->mutex);
  signal_->revision = std::max(signal_->revision, change.after.revision);
  signal_->changed.notify_all();
  return change;
}

Result<int64_t> IncidentStore::newest_revision() {
  long long newest = 0;
  TRY_VOID(database_.read([&](soci::session& sql) -> Result<void> {
    newest = next_revision(sql) - 1;
    return {};
  }));
  return newest;
}

void IncidentStore::wait_for_change(int64_t revision, double patience_s) {
  std::unique_lock lock(signal_->mutex);
  signal_->changed.wait_for(lock, std::chrono::duration<double>(patience_s),
                            [&] { return signal_->revision > revision; });
}

Result<StoredChange> IncidentStore::save(const Incident& incident) {
  if (!is_ulid(incident.event_id)) return bad_input("event_id '" + incident.event_id + "' is not a ULID");
  return change(incident.event_id, [&](soci::session& sql, const auto& before) -> Result<bool> {
    Incident merged = incident;
    if (before) {
      const auto& kept = before->incident;
      merged.verdict = kept.verdict;
      if (kept.clip_state != "pending") {
        merged.clip_state = kept.clip_state;
        merged.clip = kept.clip;
      }
      if (merged.picture.empty()) merged.picture = kept.picture;
      if (merged == kept) return false;
    }
    put_incident(sql, merged, before);
    return true;
  });
}

Result<StoredChange> IncidentStore::set_clip(const std::string& event_id, const std::string& state,
                                             const std::string& file) {
  return change(event_id, [&](soci::session& sql, const auto& before) -> Result<bool> {
    if (!before) return bad_input("no incident " + event_id);
    auto incident = before->incident;
    incident.clip_state = state;
    incident.clip = file;
    if (incident == before->incident) return false;
    put_incident(sql, incident, before);
    return true;
  });
}

Result<StoredChange> IncidentStore::add_verdict(const std::string& event_id, const Verdict& verdict) {
  if (!is_verdict(verdict.verdict)) {
    return bad_input(
        fmt::format("verdict '{}' is none of theft, attempted, honest, staff_error, unsure", verdict.verdict));
  }
  return change(event_id, [&](soci::session& sql, const auto& before) -> Result<bool> {
    if (!before) return bad_input("no incident " + event_id);
    if (!before->verdicts.empty()) {
      const auto& newest = before->verdicts.front();
      if (newest.verdict == verdict.verdict && newest.by == verdict.by && newest.note == verdict.note) return false;
    }
    const auto position = static_cast<long long>(before->verdicts.size());
    const long long time_us = verdict.time.us;
    sql << "INSERT INTO verdicts (event_id, position, verdict, by_whom, note, time_us) VALUES (:event_id, :position, "
           ":verdict, :by_whom, :note, :time_us)",
        use(event_id, "event_id"), use(position, "position"), use(verdict.verdict, "verdict"),
        use(verdict.by, "by_whom"), use(verdict.note, "note"), use(time_us, "time_us");
    auto incident = before->incident;
    incident.verdict = verdict.verdict;
    put_incident(sql, incident, before);
    return true;
  });
}

Result<StoredChange> IncidentStore::save_edge_alert(const EdgeAlert& alert) {
  const auto& incident = alert.incident;
  if (!is_ulid(incident.event_id)) return bad_input("event_id '" + incident.event_id + "' is not a ULID");
  // Without a key of the device's own, the alert is only ever itself.
  const auto& key = alert.idempotency_key.empty() ? incident.event_id : alert.idempotency_key;
  StoredChange result;
  TRY_VOID(database_.write([&](soci::session& sql) -> Result<void> {
    std::string known;
    sql << "SELECT event_id FROM edge_alerts WHERE source = :source AND idempotency_key = :key", into(known),
        use(incident.source, "source"), use(key, "key");
    if (sql.got_data()) {
      result.before = select_incident(sql, known);
      result.after = *result.before;
      result.changed = false;
      return {};
    }
    if (select_incident(sql, incident.event_id)) {
      return bad_input("event_id " + incident.event_id + " is already that of another incident");
    }
    put_incident(sql, incident, std::nullopt);
    const long long received_us = alert.received.us;
    sql << "INSERT INTO edge_alerts (event_id, source, idempotency_key, received_us, body) VALUES (:event_id, :source, "
           ":key, :received_us, :body)",
        use(incident.event_id, "event_id"), use(incident.source, "source"), use(key, "key"),
        use(received_us, "received_us"), use(alert.body, "body");
    result.after = *select_incident(sql, incident.event_id);
    return {};
  }));
  return announce(std::move(result));
}

Result<std::optional<StoredIncident>> IncidentStore::find(const std::string& event_id) {
  std::optional<StoredIncident> found;
  TRY_VOID(database_.read([&](soci::session& sql) -> Result<void> {
    found = select_incident(sql, event_id);
    return {};
  }));
  return found;
}

Result<std::vector<std::string>> IncidentStore::pending_clips() {
  std::vector<std::string> all;
  TRY_VOID(database_.read([&](soci::session& sql) -> Result<void> {
    std::string event_id;
    soci::statement statement =
        (sql.prepare << "SELECT event_id FROM incidents WHERE clip_state = 'pending' ORDER BY event_id",
         into(event_id));
    statement.execute();
    while (statement.fetch()) all.push_back(event_id);
    return {};
  }));
  return all;
}

Result<IncidentPage> IncidentStore::list(const IncidentFilter& filter) {
  const int limit = std::clamp(filter.limit, 1, kPageSizeMax);
  const int limit_and_one = limit + 1;  // the one more says whether there is a next page
  const long long since_us = filter.since.value_or(Timestamp{}).us, until_us = filter.until.value_or(Timestamp{}).us;
  const std::string verdict = filter.verdict == "none" ? "" : filter.verdict;
  std::string tail = "WHERE 1 = 1";
  if (filter.since) tail += " AND time_us >= :since";
  if (filter.until) tail += " AND time_us <= :until";
  if (!filter.camera.empty()) tail += " AND camera = :camera";
  if (!filter.type.empty()) tail += " AND type = :type";
  if (!filter.source.empty()) tail += " AND source = :source";
  if (!filter.verdict.empty()) tail += " AND verdict = :verdict";
  if (!filter.before_event_id.empty()) tail += " AND event_id < :before";
  tail += " ORDER BY event_id DESC LIMIT :limit";

  IncidentPage page;
  TRY_VOID(database_.read([&](soci::session& sql) -> Result<void> {
    page.incidents = select_incidents(sql, tail, [&](soci::statement& statement) {
      if (filter.since) statement.exchange(use(since_us, "since"));
      if (filter.until) statement.exchange(use(until_us, "until"));
      if (!filter.camera.empty()) statement.exchange(use(filter.camera, "camera"));
      if (!filter.type.empty()) statement.exchange(use(filter.type, "type"));
      if (!filter.source.empty()) statement.exchange(use(filter.source, "source"));
      if (!filter.verdict.empty()) statement.exchange(use(verdict, "verdict"));
      if (!filter.before_event_id.empty()) statement.exchange(use(filter.before_event_id, "before"));
      statement.exchange(use(limit_and_one, "limit"));
    });
    return {};
  }));
  if (page.incidents.size() > static_cast<size_t>(limit)) {
    page.incidents.resize(static_cast<size_t>(limit));
    page.next = page.incidents.back().incident.event_id;
  }
  return page;
}

Result<std::vector<StoredIncident>> IncidentStore::changed_since(int64_t revision, int limit) {
  std::vector<StoredIncident> found;
  const long long after = revision;
  TRY_VOID(database_.read([&](soci::session& sql) -> Result<void> {
    found = select_incidents(sql, "WHERE revision > :after ORDER BY revision LIMIT :limit",
                             [&](soci::statement& statement) {
                               statement.exchange(use(after, "after"));
                               statement.exchange(use(limit, "limit"));
                             });
    return {};
  }));
  return found;
}

Result<void> IncidentStore::save_visit(const VisitRecord& visit) {
  if (!is_ulid(visit.visit_id)) return bad_input("visit_id '" + visit.visit_id + "' is not a ULID");
  const long long track_id = visit.track_id, from_us = visit.from.us, to_us = visit.to.us;
  return database_.write([&](soci::session& sql) -> Result<void> {
    sql << "INSERT INTO visits (visit_id, store_id, camera, track_id, from_us, to_us, prior, risk) VALUES (:visit_id, "
           ":store_id, :camera, :track_id, :from_us, :to_us, :prior, :risk) ON CONFLICT (visit_id) DO UPDATE SET "
           "store_id = excluded.store_id, camera = excluded.camera, track_id = excluded.track_id, "
           "from_us = excluded.from_us, to_us = excluded.to_us, prior = excluded.prior, risk = excluded.risk",
        use(visit.visit_id, "visit_id"), use(visit.store_id, "store_id"), use(visit.camera, "camera"),
        use(track_id, "track_id"), use(from_us, "from_us"), use(to_us, "to_us"), use(visit.prior, "prior"),
        use(visit.risk, "risk");
    replace_evidence(sql, kVisitEvidence, visit.visit_id, visit.evidence);
    return {};
  });
}

Result<std::optional<VisitRecord>> IncidentStore::find_visit(const std::string& visit_id) {
  std::optional<VisitRecord> found;
  TRY_VOID(database_.read([&](soci::session& sql) -> Result<void> {
    VisitRecord visit;
    long long track_id = 0, from_us = 0, to_us = 0;
    sql << "SELECT visit_id, store_id, camera, track_id, from_us, to_us, prior, risk FROM visits WHERE visit_id = :id",
        into(visit.visit_id), into(visit.store_id), into(visit.camera), into(track_id), into(from_us), into(to_us),
        into(visit.prior), into(visit.risk), use(visit_id, "id");
    if (!sql.got_data()) return {};
    visit.track_id = track_id;
    visit.from.us = from_us;
    visit.to.us = to_us;
    visit.evidence = load_evidence(sql, kVisitEvidence, visit_id);
    found = std::move(visit);
    return {};
  }));
  return found;
}

Result<int64_t> IncidentStore::visit_count() {
  long long count = 0;
  TRY_VOID(database_.read([&](soci::session& sql) -> Result<void> {
    sql << "SELECT COUNT(*) FROM visits", into(count);
    return {};
  }));
  return count;
}

Result<void> IncidentStore::save_camera(const std::string& name, const std::string& source, Timestamp time) {
  const std::string shown = without_credentials(source);
  const long long time_us = time.us;
  return database_.write([&](soci::session& sql) -> Result<void> {
    sql << "INSERT INTO cameras (name, source, first_seen_us, last_seen_us) VALUES (:name, :source, :first, :last) "
           "ON CONFLICT (name) DO UPDATE SET source = excluded.source, last_seen_us = excluded.last_seen_us",
        use(name, "name"), use(shown, "source"), use(time_us, "first"), use(time_us, "last");
    return {};
  });
}

Result<std::vector<CameraRecord>> IncidentStore::cameras() {
  std::vector<CameraRecord> all;
  TRY_VOID(database_.read([&](soci::session& sql) -> Result<void> {
    CameraRecord row;
    long long first_us = 0, last_us = 0;
    soci::statement statement =
        (sql.prepare << "SELECT name, source, first_seen_us, last_seen_us FROM cameras ORDER BY name", into(row.name),
         into(row.source), into(first_us), into(last_us));
    statement.execute();
    while (statement.fetch()) {
      row.first_seen.us = first_us;
      row.last_seen.us = last_us;
      all.push_back(row);
    }
    return {};
  }));
  return all;
}

}  // namespace shrike
