#pragma once
// Visits of single cameras become visits of the store: one person from entering to leaving, whatever camera sees them.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "track/clock_offsets.h"
#include "track/floor_map.h"
#include "track/walk_model.h"

namespace shrike {

/// One person on one camera at one moment.
struct SeenPerson {
  std::string camera_visit;       ///< id of the visit on this camera (Visits)
  double continuity = 1;          ///< of that visit
  std::optional<FloorSpot> spot;  ///< none where the camera is not placed or the feet are not on the floor
  std::vector<float> look;        ///< appearance, length 1; empty: none
  bool at_door = false;           ///< in an entrance or exit zone
};

struct CameraSight {
  std::string camera;
  Timestamp time;  ///< by the camera's own clock
  std::vector<SeenPerson> people;
  std::vector<std::string> ended;  ///< camera visits that are over
};

/// That a camera visit is part of a store visit.
struct Claim {
  std::string visit_id;
  double probability = 0;
};

/// Whose a camera visit is, from `since` on: what it did before that belongs to whom was said before. First the visit
/// that it is part of: one that is more likely than not, or its own (then 1: that is who it is, whoever else it was);
/// then others that it may be part of.
struct Belonging {
  std::string camera, camera_visit;
  Timestamp since;
  std::vector<Claim> claims;
};

/// All that belonged to `from` belongs to `into` now; `from` is no more.
struct VisitsMerged {
  std::string from, into;
  double probability = 1;
};

/// One person in the store, as far as it is known who is whom.
struct StoreVisit {
  struct Part {
    std::string camera, camera_visit;
    Timestamp from, to;
    double probability = 1;  ///< that this part is the same person's as the first one
  };
  std::string id;  ///< of the first part's camera visit
  Timestamp begun, seen;
  std::vector<Part> parts;  ///< in order of their begin
  double continuity = 1;    ///< that all parts are one person's
  bool left = false;        ///< last seen in an entrance or exit zone
};

/// The probability that who a visit was at `until` is who it was at `since`: of what cameras saw of it in the last
/// minute, what began after `since` counts as surely as it was joined, what was there already fully.
[[nodiscard]] double same_person_since(const StoreVisit& visit, Timestamp since, Timestamp until);

struct StoreVisitsUpdate {
  std::vector<Belonging> belong;     ///< new, or changed since it was last said
  std::vector<VisitsMerged> merged;  ///< after `belong`
  std::vector<StoreVisit> ended;     ///< over; nothing is said of them again
};

struct StoreVisitOptions {
  ShopFloor shop;
  double hidden_max_s = 300;      ///< nobody who is unseen for longer is waited for
  double visit_max_s = 6 * 3600;  ///< a visit that is longer is cut: a doll in the window must not live for ever
  size_t visits_max = 5000;       ///< held at the same time; then the longest hidden end early
};

/// A value machine: no thread, no clock of its own; the same sights give the same answers, but for ids of the rare new
/// visits that a camera visit's id cannot name. Who a newcomer is follows from time, place and looks (walk_model,
/// look_model), all newcomers of a camera weighed together (identity_odds), and is decided anew for some seconds, when
/// two cameras see people walk together or apart, and when somebody's clothing changes from one moment to the next.
class StoreVisits {
 public:
  using NewId = std::function<std::string(Timestamp)>;
  explicit StoreVisits(StoreVisitOptions options = {});
  StoreVisits(StoreVisitOptions options, NewId new_id);
  ~StoreVisits();
  StoreVisits(StoreVisits&&) noexcept;
  StoreVisits& operator=(StoreVisits&&) noexcept;

  [[nodiscard]] StoreVisitsUpdate see(const CameraSight& sight);
  /// Ends those who have been hidden for too long by `now`; for times in which no camera says anything.
  [[nodiscard]] StoreVisitsUpdate advance(Timestamp now);
  /// Everything is over.
  [[nodiscard]] StoreVisitsUpdate finish();

  /// An officer says that two visits are one person, or that a camera visit is not its store visit's person. It is
  /// certain from then on. Nothing changes where one of them is not held.
  [[nodiscard]] StoreVisitsUpdate merge(std::string_view from, std::string_view into);
  [[nodiscard]] StoreVisitsUpdate split(std::string_view camera_visit);

  /// Claims on a camera visit now; empty where it is not known.
  [[nodiscard]] std::vector<Claim> claims_of(std::string_view camera_visit) const;
  [[nodiscard]] std::optional<StoreVisit> find(std::string_view visit_id) const;
  /// Whether some camera follows them at the moment.
  [[nodiscard]] bool is_seen(std::string_view visit_id) const;
  /// Clocks that were found apart by 1.5 s or more; they are corrected for.
  [[nodiscard]] const std::vector<ClockOffset>& clocks_apart() const;
  [[nodiscard]] size_t visits_held() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shrike
