#pragma once
// What StoreVisits holds. Included by its own files alone.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "track/floor_path.h"
#include "track/identity_odds.h"
#include "track/look_model.h"
#include "track/store_visits.h"

namespace shrike {

/// A camera visit, or what of it is between two moments at which its clothing changed. Grows with the order of begins.
using PartId = uint32_t;

struct VisitPart {
  std::string camera, camera_visit;
  Timestamp begun, seen;
  bool open = true;       ///< its camera still has it
  bool settled = false;   ///< decided, until something speaks against it
  bool pinned = false;    ///< an officer said so
  double continuity = 1;  ///< the camera's
  bool began_at_door = false, at_door = false;
  std::optional<FloorSpot> first_spot, spot;  ///< `spot` is the newest
  Timestamp spot_time, looked;
  FloorPath path;
  std::vector<float> look;                  ///< mean over all of it
  std::vector<float> fresh;                 ///< of the last second
  double alike_usual = 0, alike_fresh = 0;  ///< of each sight to `look`, slow and quick mean
  int looks = 0;
  std::set<PartId> beside;           ///< parts that were in one picture with it: they are other people
  std::map<PartId, double> returns;  ///< log_odds_of_return() of those who were known when it began
  std::string person;                ///< whose it is
  std::vector<Claim> claims, said;   ///< now, and as said last
};

struct StorePerson {
  std::string id;
  std::vector<PartId> parts;  ///< ascending
};

/// Two open parts on two placed cameras.
struct WalkTogether {
  double log_odds = 0;
  int moments = 0;
  int apart = 0;          ///< moments in a row that speak against being one
  bool were_one = false;  ///< walked together before that
  Timestamp newest;
};

/// By part: the parts on other cameras that it was seen walking with or apart from, and the log-odds of being one.
using Walks = std::unordered_map<PartId, std::vector<std::pair<PartId, double>>>;

struct StoreVisits::State {
  StoreVisitOptions options;
  NewId new_id;
  LookModel looks;
  ClockOffsets clocks;
  std::vector<ClockOffset> clocks_apart;
  int clock_people = 0;                         ///< who told of the newest correction
  std::map<std::string, double> clock_ahead_s;  ///< by camera, corrected for
  std::unordered_map<PartId, VisitPart> parts;
  std::map<std::string, PartId, std::less<>> newest_part;  ///< by camera visit, while it is open
  std::map<std::string, StorePerson, std::less<>> persons;
  std::map<std::pair<PartId, PartId>, WalkTogether> together;  ///< the older first
  std::set<PartId> unsettled, changed;
  PartId next_part = 1;
  Timestamp newest;                       ///< of all cameras
  std::map<std::string, Timestamp> seen;  ///< by camera
  Timestamp compared, decided;
  bool begun = false;  ///< somebody, in this sight

  // store_visits.cc: sights.
  void note_beside(const CameraSight& sight);
  void see_person(const std::string& camera, Timestamp time, const SeenPerson& now);
  PartId begin_part(const std::string& camera, Timestamp time, const SeenPerson& now);
  void remember_returns(PartId id);
  /// False where the clothing is not what it was: this may be somebody else now.
  [[nodiscard]] bool follow_look(VisitPart& part, Timestamp time, const std::vector<float>& look);
  PartId cut_part(PartId id, Timestamp time);
  void close_part(PartId id);
  void compare_clocks(PartId id);
  void correct_clock();
  void say_clocks();
  void shift_camera(const std::string& camera, double seconds);
  void compare_walks(Timestamp time);
  /// Notes how they stand now. True where they are two people as yet and walk as one.
  [[nodiscard]] bool compare_two(PartId first, PartId second);
  /// `newcomer` walks with `known`: the part of that person in the newcomer's camera, where that camera went on with
  /// somebody else and found the person anew as the newcomer.
  [[nodiscard]] std::optional<PartId> went_astray(PartId newcomer, PartId known) const;
  /// What `id` saw since `newcomer` began is somebody else's.
  void cut_astray(PartId id, PartId newcomer);
  void learn_looks(Timestamp time);
  void expire(StoreVisitsUpdate& update);
  void end_person(const std::string& id, StoreVisitsUpdate& update);
  void cut_what_never_ends(StoreVisitsUpdate& update);
  void say_changes(StoreVisitsUpdate& update);
  [[nodiscard]] StoreVisit visit_of(const StorePerson& person) const;
  [[nodiscard]] Timestamp last_seen(const StorePerson& person) const;
  [[nodiscard]] bool is_hidden(const StorePerson& person) const;

  // store_visits_decide.cc: who is whom.
  void decide(StoreVisitsUpdate& update);
  [[nodiscard]] Walks walks() const;
  void decide_camera(const std::vector<PartId>& rows, const Walks& walks, StoreVisitsUpdate& update);
  [[nodiscard]] std::vector<IdentityOdds> weigh(const std::vector<PartId>& rows, const Walks& walks,
                                                std::vector<std::string>& columns) const;
  void set_claims(PartId id, double first, std::vector<Claim> others);
  [[nodiscard]] std::vector<PartId> moving_with(PartId id) const;
  [[nodiscard]] double log_odds_of_looks(const VisitPart& part, const StorePerson& person,
                                         const std::vector<PartId>& moving) const;
  struct Meeting {
    double came, walked = 0;  ///< log-odds of coming back as, and of walking as, somebody
  };
  [[nodiscard]] std::map<std::string_view, Meeting> meetings(PartId id, const std::vector<PartId>& moving,
                                                             const Walks& walks) const;
  [[nodiscard]] double log_odds(PartId id, const StorePerson& person, Meeting meeting,
                                const std::vector<PartId>& moving, const std::vector<PartId>& rows) const;
  [[nodiscard]] bool conflict(const std::vector<PartId>& moving, const StorePerson& person,
                              const std::vector<PartId>& rows) const;
  void make_own(PartId id);
  void give(PartId id, const std::string& person, StoreVisitsUpdate& update, double probability);
  void reopen(PartId id);
};

}  // namespace shrike
