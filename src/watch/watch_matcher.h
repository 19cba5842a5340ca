#pragma once
// Compares who is seen now with the watch entries. What it says is evidence, small and never an alert by itself.

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "risk/store_mind.h"
#include "site/watch_list_config.h"
#include "vault/appearance_index.h"
#include "vault/watch_list.h"

namespace shrike {

/// Owned by the desk's thread. Looks of people are held in memory for as long as they are seen and two minutes more;
/// nothing is kept on disk unless keep_look() is called for a visit with an incident.
class WatchMatcher {
 public:
  static constexpr int kSightingsMin = 8;  ///< before a look is compared: a single picture lies
  static constexpr double kLookKept_s = 120;
  static constexpr size_t kRecentMax = 300, kRecentMin = 50;  ///< other visits that say how common a look is

  WatchMatcher(Database& database, WatchListConfig config);

  /// Erases what has expired by `now` and takes up what was approved, at most every few seconds; cheap between.
  void refresh(Timestamp now);
  /// Evidence of people who look like an entry, and of those who no longer do (llr 0).
  /// `now` is the wall clock: entries expire by it.
  [[nodiscard]] std::vector<VisitEvidence> see(const CameraView& view, Timestamp now);

  /// The best look among the camera visits that `is_theirs` names; none where nobody was seen well enough.
  [[nodiscard]] std::optional<Look> look_of(
      const std::function<bool(const std::string& camera_visit_id)>& is_theirs) const;
  [[nodiscard]] size_t looks_held() const { return people_.size(); }

 private:
  struct Person {
    std::vector<float> sum;  ///< of the appearances
    int sightings = 0;
    double height = 0;  ///< sum, of the picture's
    double continuity = 1;
    Timestamp first, newest;
    bool over = false;
    std::string matched;  ///< entry that it looks like now
    int compared_at = 0;  ///< sightings at the newest comparison
  };
  struct Group {  ///< entries with appearances of one length
    AppearanceIndex index;
    std::vector<WatchEntry> entries;
  };

  void load(Timestamp now);
  void watch(const PersonSeen& seen, const CameraView& view, Timestamp now, std::vector<VisitEvidence>& out);
  [[nodiscard]] const WatchEntry* find(const std::vector<float>& look, Timestamp now, double& alike) const;
  [[nodiscard]] static Look look_of(const Person& person);
  [[nodiscard]] std::optional<double> common(const std::vector<float>& look) const;
  void forget(Timestamp now);

  Database& database_;
  WatchListConfig config_;
  std::map<std::string, Person, std::less<>> people_;  ///< by camera visit
  std::deque<std::vector<float>> recent_;              ///< looks of visits that are over
  std::map<size_t, Group> groups_;
  int64_t revision_ = -1;
  std::optional<double> refreshed_s_, expired_s_;  ///< monotonic
};

}  // namespace shrike
