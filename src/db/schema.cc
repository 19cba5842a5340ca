#include "db/schema.h"

#include <array>

namespace shrike {
namespace {

// Plain SQL that SQLite and PostgreSQL both take: TEXT, BIGINT, DOUBLE PRECISION, no NULL, no generated keys.
// Times are microseconds UTC (`_us`).
constexpr std::array kMigrations{Migration{1, "incidents", R"sql(
CREATE TABLE cameras (
  name TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  first_seen_us BIGINT NOT NULL,
  last_seen_us BIGINT NOT NULL
);
CREATE TABLE visits (
  visit_id TEXT PRIMARY KEY,
  store_id TEXT NOT NULL,
  camera TEXT NOT NULL,
  track_id BIGINT NOT NULL,
  from_us BIGINT NOT NULL,
  to_us BIGINT NOT NULL,
  prior DOUBLE PRECISION NOT NULL,
  risk DOUBLE PRECISION NOT NULL
);
CREATE INDEX visits_by_time ON visits (from_us);
CREATE TABLE visit_evidence (
  visit_id TEXT NOT NULL REFERENCES visits (visit_id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  kind TEXT NOT NULL,
  from_us BIGINT NOT NULL,
  to_us BIGINT NOT NULL,
  source TEXT NOT NULL,
  zone TEXT NOT NULL,
  llr DOUBLE PRECISION NOT NULL,
  detail TEXT NOT NULL,
  weight DOUBLE PRECISION NOT NULL,
  contribution DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (visit_id, position)
);
-- revision: grows with every change of any incident, so that a reader can ask for what it missed.
-- created_revision: the revision that made it; a reader who stopped before that has never seen it.
CREATE TABLE incidents (
  event_id TEXT PRIMARY KEY,
  revision BIGINT NOT NULL UNIQUE,
  created_revision BIGINT NOT NULL,
  type TEXT NOT NULL,
  source TEXT NOT NULL,
  store_id TEXT NOT NULL,
  camera TEXT NOT NULL,
  visit_id TEXT NOT NULL,
  track_id BIGINT NOT NULL,
  time_us BIGINT NOT NULL,
  from_us BIGINT NOT NULL,
  to_us BIGINT NOT NULL,
  prior DOUBLE PRECISION NOT NULL,
  risk DOUBLE PRECISION NOT NULL,
  clip TEXT NOT NULL,
  clip_state TEXT NOT NULL,
  picture TEXT NOT NULL,
  summary TEXT NOT NULL,
  verdict TEXT NOT NULL
);
CREATE INDEX incidents_by_time ON incidents (time_us);
CREATE TABLE incident_evidence (
  event_id TEXT NOT NULL REFERENCES incidents (event_id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  kind TEXT NOT NULL,
  from_us BIGINT NOT NULL,
  to_us BIGINT NOT NULL,
  source TEXT NOT NULL,
  zone TEXT NOT NULL,
  llr DOUBLE PRECISION NOT NULL,
  detail TEXT NOT NULL,
  weight DOUBLE PRECISION NOT NULL,
  contribution DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (event_id, position)
);
CREATE TABLE verdicts (
  event_id TEXT NOT NULL REFERENCES incidents (event_id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  verdict TEXT NOT NULL,
  by_whom TEXT NOT NULL,
  note TEXT NOT NULL,
  time_us BIGINT NOT NULL,
  PRIMARY KEY (event_id, position)
);
-- What an edge device sent, word for word; idempotency_key is what it calls the alert by.
CREATE TABLE edge_alerts (
  event_id TEXT PRIMARY KEY REFERENCES incidents (event_id) ON DELETE CASCADE,
  source TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  received_us BIGINT NOT NULL,
  body TEXT NOT NULL
);
CREATE UNIQUE INDEX edge_alerts_by_key ON edge_alerts (source, idempotency_key);
)sql"},
                                 Migration{2, "visit traces", R"sql(
-- What a visit leaves behind for insight: no picture, no appearance. A visit seen by several cameras has a trace a
-- camera; visit_id says which belong together (the camera visit itself until they are joined).
CREATE TABLE visit_traces (
  camera_visit_id TEXT PRIMARY KEY,
  visit_id TEXT NOT NULL,
  camera TEXT NOT NULL,
  from_us BIGINT NOT NULL,
  to_us BIGINT NOT NULL,
  plane TEXT NOT NULL,
  aspect DOUBLE PRECISION NOT NULL,
  bag BIGINT NOT NULL,
  cart BIGINT NOT NULL,
  path TEXT NOT NULL
);
CREATE INDEX visit_traces_by_time ON visit_traces (from_us);
CREATE INDEX visit_traces_by_visit ON visit_traces (visit_id);
CREATE TABLE visit_stays (
  camera_visit_id TEXT NOT NULL REFERENCES visit_traces (camera_visit_id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  zone TEXT NOT NULL,
  kind TEXT NOT NULL,
  from_us BIGINT NOT NULL,
  to_us BIGINT NOT NULL,
  dwell_s DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (camera_visit_id, position)
);
-- The zones as they were when the store was last watched, so that a report can draw them.
CREATE TABLE zone_outlines (
  camera TEXT NOT NULL,
  zone TEXT NOT NULL,
  kind TEXT NOT NULL,
  polygon TEXT NOT NULL,
  PRIMARY KEY (camera, zone)
);
)sql"},
                                 Migration{3, "store facts", R"sql(
-- What a report must know of the store: store, time_zone.
CREATE TABLE store_facts (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
);
)sql"},
                                 Migration{4, "who is who", R"sql(
-- The cameras' visits that a visit was put together from, and how sure each is the same person as the first.
CREATE TABLE visit_parts (
  visit_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  camera TEXT NOT NULL,
  camera_visit TEXT NOT NULL,
  from_us BIGINT NOT NULL,
  to_us BIGINT NOT NULL,
  probability DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (visit_id, position)
);
-- What officers said of who is who; waiting until whoever runs the store has done it.
CREATE TABLE corrections (
  id TEXT PRIMARY KEY,
  action TEXT NOT NULL,
  visit_id TEXT NOT NULL,
  other TEXT NOT NULL,
  said_by TEXT NOT NULL,
  note TEXT NOT NULL,
  time_us BIGINT NOT NULL,
  state TEXT NOT NULL
);
CREATE INDEX corrections_by_state ON corrections (state);
)sql"},
                                 Migration{5, "watch list", R"sql(
-- Rows are only ever added; hash is over the row and the hash before it (vault/audit_log.h).
CREATE TABLE audit_log (
  number BIGINT PRIMARY KEY,
  time_us BIGINT NOT NULL,
  subject TEXT NOT NULL,
  what TEXT NOT NULL,
  by_whom TEXT NOT NULL,
  detail TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE INDEX audit_log_by_subject ON audit_log (subject, number);
-- Looks of visits with an incident, until it is judged or their time is over. common: -1 where it is not known.
CREATE TABLE watch_looks (
  event_id TEXT PRIMARY KEY,
  visit_id TEXT NOT NULL,
  kept_us BIGINT NOT NULL,
  quality DOUBLE PRECISION NOT NULL,
  common DOUBLE PRECISION NOT NULL,
  appearance TEXT NOT NULL
);
CREATE TABLE watch_entries (
  entry_id TEXT PRIMARY KEY,
  event_id TEXT NOT NULL UNIQUE,
  visit_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  added_by TEXT NOT NULL,
  added_us BIGINT NOT NULL,
  approved_by TEXT NOT NULL,
  approved_us BIGINT NOT NULL,
  expires_us BIGINT NOT NULL,
  quality DOUBLE PRECISION NOT NULL,
  appearance TEXT NOT NULL
);
)sql"},
                                 Migration{6, "goods of an incident", R"sql(
-- goods: JSON, [[product id, expected pieces that left unpaid], …]; empty where the fact is not about goods.
ALTER TABLE incident_evidence ADD COLUMN goods TEXT NOT NULL DEFAULT '';
ALTER TABLE visit_evidence ADD COLUMN goods TEXT NOT NULL DEFAULT '';
)sql"}};

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

}  // namespace shrike
