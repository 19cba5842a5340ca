#pragma once
// All that a store's cameras, sensors and tills say, as visits with a risk. One owner, no thread, no disk, no clock of
// its own: the desk of a running store and the replay of a simulated day use the same.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/geometry.h"
#include "base/ulid.h"
#include "behaviour/basket.h"
#include "behaviour/basket_evidence.h"
#include "behaviour/bystanders.h"
#include "behaviour/evidence.h"
#include "behaviour/presence.h"
#include "behaviour/products.h"
#include "behaviour/rule_book.h"
#include "behaviour/till_side.h"
#include "behaviour/unexplained_sales.h"
#include "risk/engine.h"
#include "risk/visit_prior.h"
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
  StoreMind(const SiteConfig& site, RuleBook rules, const Planogram& planogram, RiskEngine::NewId new_id = new_ulid);

  /// Cameras may be behind one another; their times drive the clock.
  [[nodiscard]] MindChanges see(const CameraView& view);
  /// Its visit_id, where it has one, is a camera visit's.
  [[nodiscard]] MindChanges hear(const ItemEvent& event);
  [[nodiscard]] MindChanges hear(const TillTransaction& transaction);
  [[nodiscard]] MindChanges hear(const ZoneFact& fact);
  /// What is due by `now`; for times in which no camera says anything.
  [[nodiscard]] MindChanges advance(Timestamp now);
  /// Ends everything: the process stops, or the day is over.
  [[nodiscard]] MindChanges finish();

  /// An officer's corrections (StoreVisits::merge and split). None where a visit is not held any more: then
  /// risk/visit_correction.h corrects what is kept of it.
  [[nodiscard]] std::optional<MindChanges> correct_merge(std::string_view from, std::string_view into);
  [[nodiscard]] std::optional<MindChanges> correct_split(std::string_view camera_visit_id);
  [[nodiscard]] std::optional<MindChanges> correct_staff(std::string_view visit_id, bool is_staff);

  /// Probabilities are calibrated so from now on (risk/weights.h).
  void calibrate(const RiskCalibration& calibration) { risk_.calibrate(calibration); }

  /// Posterior of the visit that a camera's visit belongs to; the prior where it is not known.
  [[nodiscard]] double risk_of(std::string_view camera_visit_id) const {
    return risk_.risk_of(who_.visit_of(camera_visit_id));
  }
  /// The store visit that a camera's visit most probably is part of; itself where it is not known.
  [[nodiscard]] std::string visit_of(std::string_view camera_visit_id) const { return who_.visit_of(camera_visit_id); }
  [[nodiscard]] const WhoIsWho& who() const { return who_; }
  /// What the visit carries; empty where it is not known.
  [[nodiscard]] std::vector<Piece> basket_of(std::string_view visit_id) const { return basket_.pieces(visit_id); }
  /// Of what it carries, paid and unpaid, as far as is known now.
  [[nodiscard]] BasketSums sums_of(std::string_view visit_id) const;
  [[nodiscard]] std::vector<TillClock> till_clocks() const { return tills_.clocks(); }
  [[nodiscard]] size_t visits_held() const { return visitors_.size(); }

 private:
  struct Visitor {
    Timestamp from, to;  ///< seen
    std::string camera;
    int64_t track_id = 0;
    bool staff = false, staff_said = false, left = false, stop_noted = false, leaving_noted = false;
    std::optional<Timestamp> ended, wait_until;
    Timestamp left_at;
    std::optional<VisitRecord> record;     ///< as it was handed out last
    std::map<std::string, Evidence> told;  ///< of the basket, by key_of()
    Timestamp stops_told;                  ///< stays at checkouts that began before have been told of
    std::set<std::string> zones;
  };

  void take(const WhoChanges& who, Timestamp now, MindChanges& changes);
  void meet(const PersonSeen& person, const CameraView& view);
  void merge(const VisitsMerged& merged);
  void note_staff(const VisitEvidence& fact);
  void hand_out(const VisitRecord& record, bool over, Timestamp now, MindChanges& changes);
  void tick(Timestamp now, bool everything, MindChanges& changes);
  void match(Timestamp now, std::set<std::string>& dirty);
  void settle_owners(const std::string& id, std::set<std::string>& dirty);
  void note_stop(const std::string& id, Visitor& visitor);
  void note_leaving(const std::string& id, Visitor& visitor);
  void tell_stops(const std::string& id, Visitor& visitor, Timestamp now);
  [[nodiscard]] std::vector<Shopper> shoppers() const;
  [[nodiscard]] std::vector<PlaceStay> stops_of(std::string_view visit_id, double at_least_s) const;
  [[nodiscard]] std::optional<PlaceStay> door_of(const std::string& id, const Visitor& visitor) const;
  [[nodiscard]] BasketCase case_of(const std::string& id, const Visitor& visitor) const;
  [[nodiscard]] std::optional<Evidence> left_without_checkout(const std::string& id, const Visitor& visitor) const;
  [[nodiscard]] double worth_of_leaving(double rule_llr, bool counted) const;
  void say_whether_paid(BasketCase& basket, const std::string& id) const;
  void reweigh(const std::string& id, Visitor& visitor, Timestamp now, MindChanges& changes);
  void close(const std::string& id, Visitor& visitor, MindChanges& changes);
  [[nodiscard]] BasketWorld world() const;
  [[nodiscard]] VisitRecord filled(VisitRecord record) const;

  std::string store_, time_zone_;
  std::map<std::string, ZoneKind, std::less<>> kinds_;      ///< of zones
  std::set<std::pair<std::string, std::string>> one_view_;  ///< zones that one camera sees both of
  bool doors_watched_ = false, checkouts_watched_ = false;
  RuleBook rules_;
  Bystanders bystanders_;
  std::shared_ptr<const Products> products_;  ///< the basket and the tills hold on to it
  WhoIsWho who_;
  Presence presence_;
  BasketBook basket_;
  TillSide tills_;
  UnexplainedSales unexplained_;
  VisitPrior priors_;
  RiskEngine risk_;
  std::map<std::string, Visitor, std::less<>> visitors_;
  std::set<std::string> dirty_;
  double customers_left_ = 0, left_without_ = 0;  ///< by an exit; of these past goods worth stealing and no checkout
  Timestamp now_, ticked_, matched_;
  bool match_due_ = false;
};

}  // namespace shrike
