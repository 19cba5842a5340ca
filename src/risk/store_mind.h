#pragma once
// All that a store's cameras, sensors and tills say, as visits with a risk. One owner, no thread, no disk, no clock of
// its own: the desk of a running store and the replay of a simulated day use the same.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/geometry.h"
#include "base/ulid.h"
#include "behaviour/evidence.h"
#include "behaviour/rule_book.h"
#include "risk/engine.h"
#include "risk/visit_record.h"
#include "risk/who_is_who.h"
#include "sense/item_event.h"
#include "sense/till.h"
#include "site/config.h"
#include "site/planogram.h"

namespace shrike {

/// One person on one camera's picture.
struct PersonSeen {
  std::string camera_visit_id;  ///< ULID, of the visit on this camera
  int64_t track_id = 0;
  Box box;                         ///< 0..1 of the picture
  std::vector<std::string> zones;  ///< names of those it stands in
  double continuity = 1;           ///< probability that the camera visit is one person so far
  std::vector<float> appearance;   ///< may be empty
};

/// What one camera saw in one frame, without the picture. Views without evidence and ends need not be more than five a
/// second.
struct CameraView {
  std::string camera;
  Timestamp time;
  std::vector<PersonSeen> people;
  std::vector<VisitEvidence> evidence;  ///< by camera visit
  std::vector<VisitRecord> ended;       ///< camera visits that are over: ids and times; the rest is filled in
};

/// What became of it.
struct MindChanges {
  std::vector<IncidentChange> incidents;
  /// Visits that are over, with prior, risk and evidence; a visit of which evidence came later comes again: the newest
  /// record of a visit_id counts.
  std::vector<VisitRecord> ended;
};

class StoreMind {
 public:
  StoreMind(const SiteConfig& site, RuleBook rules, Planogram planogram, RiskEngine::NewId new_id = new_ulid);

  /// Cameras may be behind one another; their times drive the clock.
  [[nodiscard]] MindChanges see(const CameraView& view);
  [[nodiscard]] MindChanges hear(const ItemEvent& event);
  [[nodiscard]] MindChanges hear(const TillTransaction& transaction);
  /// What is due by `now`; for times in which no camera says anything.
  [[nodiscard]] MindChanges advance(Timestamp now);
  /// Ends everything: the process stops, or the day is over.
  [[nodiscard]] MindChanges finish();

  /// An officer's corrections (StoreVisits::merge and split). None where a visit is not held any more: then
  /// risk/visit_correction.h corrects what is kept of it.
  [[nodiscard]] std::optional<MindChanges> correct_merge(std::string_view from, std::string_view into);
  [[nodiscard]] std::optional<MindChanges> correct_split(std::string_view camera_visit_id);

  /// Posterior of the visit that a camera's visit belongs to; the prior where it is not known.
  [[nodiscard]] double risk_of(std::string_view camera_visit_id) const {
    return risk_.risk_of(who_.visit_of(camera_visit_id));
  }
  /// The store visit that a camera's visit most probably is part of; itself where it is not known.
  [[nodiscard]] std::string visit_of(std::string_view camera_visit_id) const { return who_.visit_of(camera_visit_id); }
  [[nodiscard]] const WhoIsWho& who() const { return who_; }

 private:
  void take(const WhoChanges& who, Timestamp now, MindChanges& changes);
  [[nodiscard]] VisitRecord weighed(VisitRecord record) const;

  std::string store_;
  double prior_;
  Planogram planogram_;
  WhoIsWho who_;
  RiskEngine risk_;
  Timestamp now_;  ///< the newest that was said
};

}  // namespace shrike
