#pragma once
// From evidence to incidents, for all cameras of a store.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ulid.h"
#include "behaviour/rule_book.h"
#include "risk/fusion.h"
#include "risk/incident.h"
#include "site/config.h"

namespace shrike {

/// What became of an incident, in Frigate's form: before and after. The incident's clip, picture and verdict are other
/// rooms' facts: the risk engine never sets them, so whoever takes over `after` keeps their own.
struct IncidentChange {
  enum class Type { created, updated, ended };
  Type type = Type::created;
  std::optional<Incident> before;  ///< none when created
  Incident after;
  std::string reason;  ///< one clause: "risk reached 0.50", "checkout_visited: 12 s at till 1", "visit over"
};

/// new, update, end.
[[nodiscard]] const char* to_string(IncidentChange::Type type);

/// Not thread-safe; one owner. An incident is created once a visit, when the visit's risk reaches the threshold, unless
/// it rests on facts that may be another visit's, which is likelier to have done it: one walk is one incident. It stays
/// the same incident (event_id) until it ends, also when evidence against later lowers the risk. A visit is kept for
/// `kLateEvidence_s` after it ended, so that a till's or another camera's late evidence still counts; then its incident
/// ends and its record is freed. Time is the evidence's and the caller's, never the machine's.
class RiskEngine {
 public:
  static constexpr double kLateEvidence_s = 60;
  using NewId = std::function<std::string(Timestamp)>;

  RiskEngine(std::string store_id, RiskConfig config, RuleBook rules, NewId new_id = new_ulid);
  /// Probabilities are calibrated so from now on.
  void calibrate(const RiskCalibration& calibration) { calibration_ = calibration; }

  /// Weighs all of it, then says what changed: at most one change a visit. `now` is the frame's time.
  [[nodiscard]] std::vector<IncidentChange> add(std::span<const VisitEvidence> evidence, Timestamp now);
  /// Two visits were one person: what `from` had belongs to `into`, its incident too. Where both had one, that of
  /// `from` ends. Nothing where `from` is not known.
  [[nodiscard]] std::vector<IncidentChange> merge(std::string_view from, std::string_view into, Timestamp now);
  /// The visit was seen for the last time at or before `now`.
  void visit_ended(std::string_view visit_id, Timestamp now);
  /// Ends what is due. To be called now and then with the time of frames, from whatever camera.
  [[nodiscard]] std::vector<IncidentChange> advance(Timestamp now);
  /// Ends everything: the process stops, or the file is over.
  [[nodiscard]] std::vector<IncidentChange> finish();

  /// The visit's own prior, in place of the configuration's, from the next piece of evidence on.
  void set_prior(const std::string& visit_id, double prior, Timestamp now);
  [[nodiscard]] double prior_of(std::string_view visit_id) const;

  /// Posterior probability; the prior for a visit without evidence.
  [[nodiscard]] double risk_of(std::string_view visit_id) const;
  /// The visit's evidence as it is weighed now; no evidence, and the prior, for a visit that is not known.
  [[nodiscard]] Risk assess(std::string_view visit_id) const { return assess(visit_id, {}); }
  [[nodiscard]] size_t visits_held() const { return visits_.size(); }

 private:
  struct Visit {
    std::map<std::string, Evidence> evidence;  ///< by key_of()
    std::optional<Incident> incident;
    VisitEvidence newest;
    Timestamp touched;
    std::optional<Timestamp> ended;
    std::optional<double> prior;  ///< none: the configuration's
    double risk = 0;
    int64_t left_out = 0;  ///< evidence beyond what is kept of a visit
  };

  std::vector<IncidentChange> weigh(const std::set<std::string>& ids, Timestamp now);
  std::optional<IncidentChange> take(const std::string& id, Visit& visit, const Risk& risk, double risk_before,
                                     Timestamp now) const;
  /// Whether another's risk rests on the same facts, and is higher.
  [[nodiscard]] bool is_anothers(const std::string& id, const Visit& visit) const;
  /// Without its part `without`.
  [[nodiscard]] Risk assess(std::string_view visit_id, std::string_view without) const;
  [[nodiscard]] IncidentChange end_of(const Visit& visit) const;
  void make_room(std::vector<IncidentChange>& changes);

  std::string store_id_;
  RiskConfig config_;
  RuleBook rules_;
  NewId new_id_;
  RiskCalibration calibration_;
  std::map<std::string, Visit, std::less<>> visits_;
  int64_t forgotten_ = 0;  ///< visits that nobody ended, dropped to bound the memory
};

}  // namespace shrike
