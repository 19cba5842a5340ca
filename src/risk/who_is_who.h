#pragma once
// Whose evidence is whose: what cameras say of their visits, as evidence of the store's visits, moved when it turns out
// that two were one person or one was two.

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "behaviour/evidence.h"
#include "behaviour/staff.h"
#include "risk/visit_record.h"
#include "sense/item_event.h"
#include "site/config.h"
#include "track/store_visits.h"

namespace shrike {

struct CameraView;

/// To be taken in this order.
struct WhoChanges {
  std::vector<VisitsMerged> merged;
  /// Of store visits, new or changed. A fact that no longer belongs to a visit comes with llr 0: taken back.
  std::vector<VisitEvidence> evidence;
  std::vector<VisitRecord> paused;  ///< nobody sees them at the moment; they may go on. Ids, times and parts alone
  std::vector<VisitRecord> ended;   ///< over; likewise
};

/// Evidence is told of each visit that its camera visit may be part of, whole, and says whose it is (Evidence::whose):
/// risk weighs that.
class WhoIsWho {
 public:
  explicit WhoIsWho(const SiteConfig& site);
  [[nodiscard]] WhoChanges see(const CameraView& view);
  [[nodiscard]] WhoChanges advance(Timestamp now);
  [[nodiscard]] WhoChanges finish();

  /// Whether the event is of a staff badge and of no goods.
  [[nodiscard]] bool is_badge(const ItemEvent& event) const;
  /// Evidence for those who stood in the event's zone then.
  [[nodiscard]] WhoChanges badge(const ItemEvent& event);

  /// An officer's corrections (StoreVisits::merge and split).
  [[nodiscard]] WhoChanges merge(std::string_view from, std::string_view into);
  [[nodiscard]] WhoChanges split(std::string_view camera_visit);

  /// The store visit that a camera's visit most probably is part of now; itself where it is not known.
  [[nodiscard]] std::string visit_of(std::string_view camera_visit) const;
  /// All that it may be part of.
  [[nodiscard]] std::vector<Claim> claims_of(std::string_view camera_visit) const;
  /// Where on the floor somebody stands whom a placed camera sees in `box`.
  [[nodiscard]] std::optional<FloorSpot> spot_of(const std::string& camera, const Box& box) const;
  [[nodiscard]] const StoreVisits& visits() const { return visits_; }

 private:
  struct CameraVisit {
    std::vector<Belonging> belongs;              ///< by `since`
    std::map<std::string, VisitEvidence> facts;  ///< by key_of()
    std::string camera;
    int64_t track_id = 0;
    std::vector<std::string> zones;  ///< where it stood last,
    Timestamp seen;                  ///< and when
  };

  WhoChanges take(StoreVisitsUpdate update);
  void belong(const Belonging& belonging);
  void end(const StoreVisit& visit, WhoChanges& changes);
  void take_fact(const std::string& camera, Timestamp time, const VisitEvidence& fact);
  void note_people(const CameraView& view);
  void end_of_view(const CameraView& view, WhoChanges& changes);
  [[nodiscard]] VisitRecord record_of(const StoreVisit& visit) const;
  void retell(const std::string& visit, WhoChanges& changes);
  [[nodiscard]] const Belonging* belonging_at(const CameraVisit& one, Timestamp time) const;

  StoreVisits visits_;
  StaffWatch staff_;
  std::map<std::string, FloorMap> floors_;     ///< by camera
  std::set<std::string> doors_, staff_zones_;  ///< names of entrance and exit zones, and of staff's
  std::map<std::string, CameraVisit, std::less<>> camera_visits_;
  std::map<std::string, std::set<std::string>> members_;              ///< camera visits by store visit
  std::map<std::string, std::map<std::string, VisitEvidence>> told_;  ///< by store visit and key_of()
  std::set<std::string> touched_;                                     ///< store visits to be told of again
};

}  // namespace shrike
