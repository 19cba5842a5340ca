#pragma once
// Incidents, what led to them and what was judged of them, kept in the database.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "risk/incident.h"
#include "risk/visit_record.h"

namespace shrike {

/// An officer's judgement of an incident.
struct Verdict {
  std::string verdict;  ///< theft, attempted, honest, staff_error, unsure
  std::string by;       ///< who judged; empty where unknown
  std::string note;
  Timestamp time;
};

/// The words that a verdict can be.
[[nodiscard]] bool is_verdict(std::string_view word);

/// An incident as the store keeps it. `revision` grows by at least one with every change of any incident.
struct StoredIncident {
  Incident incident;
  std::vector<Verdict> verdicts;  ///< newest first; the first is `incident.verdict`
  int64_t revision = 0;
  int64_t created_revision = 0;  ///< the revision at which it was first kept
};

/// What one change did: `before` is empty where the incident is new. `changed` is false where the store held all of it
/// already; before and after are then the same.
struct StoredChange {
  std::optional<StoredIncident> before;
  StoredIncident after;
  bool changed = true;
};

/// Which incidents to list; an empty field does not filter.
struct IncidentFilter {
  std::optional<Timestamp> since, until;  ///< of Incident::time, both inclusive
  std::string camera, type, source;
  std::string verdict;          ///< or "none": not judged yet
  std::string before_event_id;  ///< only older ones: where the last page ended
  int limit = 50;               ///< 1..500
};

struct IncidentPage {
  std::vector<StoredIncident> incidents;  ///< newest first (by event_id)
  std::string next;                       ///< `before_event_id` of the next page; empty on the last
};

struct CameraRecord {
  std::string name;
  std::string source;  ///< without user name and password
  Timestamp first_seen, last_seen;
};

/// An alert of an edge device, and the incident it became.
struct EdgeAlert {
  Incident incident;            ///< source is the device's name
  std::string idempotency_key;  ///< what the device calls the alert by; empty: every alert is a new one
  std::string body;             ///< as it was sent
  Timestamp received;
};

/// Thread-safe, as Database is. Everything that a call returned from without an error survives kill -9 and power loss.
class IncidentStore {
 public:
  /// Opens `data_dir`/shrike.db; errors as Database::open.
  [[nodiscard]] static Result<IncidentStore> open(const std::filesystem::path& data_dir);

  /// Keeps an incident, or brings the one of the same event_id up to date; doing it twice changes nothing. What others
  /// own stays as it is on an update: the verdict, a clip that is no longer pending, a picture that `incident` lacks.
  Result<StoredChange> save(const Incident& incident);
  /// Says what became of the clip: "ready" with its file below the data folder, or "missing".
  Result<StoredChange> set_clip(const std::string& event_id, const std::string& state, const std::string& file);
  /// Adds a verdict; the newest counts, the earlier ones stay as history. The same one twice in a row is kept once.
  /// bad_input where there is no such incident or the verdict is not one of the words.
  Result<StoredChange> add_verdict(const std::string& event_id, const Verdict& verdict);
  /// Keeps an edge device's alert as an incident. One with the same source and key as before changes nothing and gives
  /// the first one's incident.
  Result<StoredChange> save_edge_alert(const EdgeAlert& alert);

  /// Empty where there is none.
  Result<std::optional<StoredIncident>> find(const std::string& event_id);
  Result<IncidentPage> list(const IncidentFilter& filter);
  /// event_ids of Shrike's own incidents whose clip is neither ready nor missing: what a run that was killed left
  /// behind.
  Result<std::vector<std::string>> pending_clips();
  /// Incidents that changed after `revision`, in the order of their last change, `limit` at most.
  Result<std::vector<StoredIncident>> changed_since(int64_t revision, int limit);

  /// The revision of the newest change; 0 where there is no incident.
  Result<int64_t> newest_revision();
  /// Returns once this object has kept a change after `revision`, or after `patience_s`. What another process keeps
  /// ends no wait early; newest_revision() tells.
  void wait_for_change(int64_t revision, double patience_s);

  /// Keeps a visit with its evidence in place of what was kept under the same visit_id.
  Result<void> save_visit(const VisitRecord& visit);
  Result<std::optional<VisitRecord>> find_visit(const std::string& visit_id);

  /// Visits kept so far.
  Result<int64_t> visit_count();

  /// Notes that a camera was in use at `time`. User name and password are taken out of `source` before it is kept.
  Result<void> save_camera(const std::string& name, const std::string& source, Timestamp time);
  Result<std::vector<CameraRecord>> cameras();

  /// For the tables that others own: traces (vault/traces.h), watch entries.
  [[nodiscard]] Database& database() { return database_; }

 private:
  explicit IncidentStore(Database database) : database_(std::move(database)) {}
  StoredChange announce(StoredChange change);
  using Edit = std::function<Result<bool>(soci::session&, const std::optional<StoredIncident>&)>;
  Result<StoredChange> change(const std::string& event_id, const Edit& edit);

  /// Wakes wait_for_change(). On the heap, so that the store can be moved.
  struct Signal {
    std::mutex mutex;
    std::condition_variable changed;
    int64_t revision = 0;
  };

  Database database_;
  std::unique_ptr<Signal> signal_ = std::make_unique<Signal>();
};

}  // namespace shrike
