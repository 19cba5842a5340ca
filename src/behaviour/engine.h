#pragma once
// What the people on one camera did: tracks in, zone events and evidence out, frame by frame.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "behaviour/carried.h"
#include "behaviour/evidence.h"
#include "behaviour/rule_book.h"
#include "behaviour/visit_facts.h"
#include "behaviour/visit_trace.h"
#include "site/config.h"
#include "track/visits.h"

namespace shrike {

/// A visit went into a zone or out of it, by the zone's inertia.
struct ZoneEvent {
  ZoneWatch::Event type = ZoneWatch::Event::entered;
  std::string visit_id;
  std::string zone;
  ZoneKind kind = ZoneKind::shelf;
  Timestamp time;      ///< of the first (entered) or the last (left) frame inside
  double dwell_s = 0;  ///< of the stay that ended; 0 for entered
};

struct Behaviour {
  std::vector<ZoneEvent> events;
  std::vector<VisitEvidence> evidence;  ///< new, or changed since it was last handed out
  std::vector<VisitTrace> traces;       ///< of visits that are over
};

/// One camera's engine. Not thread-safe; its owner is the camera's pipeline. Holds one bounded record a visit, from its
/// first observation to visit_ended(). Depends on nothing but its arguments: the same frames give the same answers.
class BehaviourEngine {
 public:
  /// `labels` are the detector's class names; Track::label of objects is an index into them.
  BehaviourEngine(const CameraConfig& camera, RuleBook rules, std::vector<std::string> labels);

  /// One frame: the people as Visits::update() gave them (two of one visit: the first counts), and all tracks, of which
  /// the objects are looked at. Predicted boxes (Track::missed > 0) and boxes that are
  /// none (not finite, no area) change nothing. A frame that is not later than the one before is passed over; if it is
  /// much earlier (the camera's clock was set back), all that is held moves with it. A frame
  /// that the motion gate skipped need not be shown: a stay goes on over gaps of up to 30 s.
  [[nodiscard]] Behaviour observe(const PictureAt& picture, std::span<const VisitTrack> people,
                                  std::span<const Track> tracks);

  /// What poses showed of a visit in a zone (index into the camera's): the next observe() hands the evidence out. Only
  /// the first of a sign and a zone counts; a visit that is not known changes nothing.
  void note(std::string_view visit_id, size_t zone, BodySign sign, BodyFact fact);

  /// The visit is over: its stays are closed, its last evidence is handed out, its record is freed.
  [[nodiscard]] Behaviour visit_ended(std::string_view visit_id);

  /// Names of the zones the visit stands in now; empty where the visit is not known.
  [[nodiscard]] std::vector<std::string> zones_of(std::string_view visit_id) const;
  [[nodiscard]] size_t visits_held() const { return visits_.size(); }

 private:
  struct Visit {
    VisitFacts facts;
    int64_t track_id = 0;
    int64_t frame = 0;                           ///< number of the newest frame it was in
    std::map<std::string, Evidence> handed_out;  ///< by key_of()
    PathThinner path;
    std::vector<ZoneStay> stays;  ///< those that ended
    double aspect = 1;            ///< of the picture
  };

  void begin(Visit& visit) const;
  void see_person(const std::string& id, Visit& visit, const Track& track, const PictureAt& picture,
                  Behaviour& out) const;
  void see_objects(std::span<const VisitTrack> people, std::span<const Track> tracks, Timestamp time);
  void hand_out(const std::string& id, Visit& visit, Behaviour& out);
  [[nodiscard]] ZoneEvent event_of(const std::string& id, const Visit& visit, size_t zone,
                                   ZoneWatch::Event event) const;
  void note_stay(Visit& visit, size_t zone) const;
  [[nodiscard]] VisitTrace trace_of(const std::string& id, Visit& visit) const;
  void forget_the_longest_unseen();

  std::string camera_;
  std::vector<Zone> zones_;
  RuleBook rules_;
  ObjectLabels labels_;
  std::map<std::string, Visit, std::less<>> visits_;
  Timestamp newest_;
  int64_t frames_ = 0;
  int64_t forgotten_ = 0;  ///< visits that nobody ended, dropped to bound the memory
};

}  // namespace shrike
