#pragma once
// How well visits across cameras hold who is who, where the truth is known.

#include <array>
#include <map>
#include <string>
#include <vector>

#include "track/mot_eval.h"
#include "track/store_visits.h"

namespace shrike {

/// Takes what was seen, with the truth, sight by sight, and runs StoreVisits beside.
class StoreVisitsScore {
 public:
  explicit StoreVisitsScore(StoreVisitOptions options = {});
  /// `who`: the true person of each of sight.people, -1 where it is none. Returns what the visits said.
  StoreVisitsUpdate add(const CameraSight& sight, const std::vector<int>& who);
  /// Ends all visits; call before the results.
  void finish();

  struct Result {
    /// Identity over all cameras (score_mot): a person seen on one camera at one moment is one box.
    MotScore at_once;   ///< as was said at that moment
    MotScore revised;   ///< as it stood when the visits were over
    MotScore no_joins;  ///< each camera's visit taken as a person: what there was without joining
    int people = 0, visits = 0, camera_visits = 0;
    /// Parts that were joined to an earlier one, in tenths of the probability that was said: how many, and how many of
    /// them right.
    std::array<int, 10> joins{}, right{};
    double brier = 0;     ///< mean squared error of those probabilities
    double sight_us = 0;  ///< time a sight took, mean
  };
  [[nodiscard]] Result result() const;
  [[nodiscard]] const StoreVisits& visits() const { return visits_; }

 private:
  struct Row {
    int frame;
    int who;
    std::string camera_visit, visit;
    Timestamp time;
  };
  void take(const std::vector<StoreVisit>& ended);
  [[nodiscard]] int most_seen(const std::string& camera_visit, Timestamp from, Timestamp to) const;

  StoreVisits visits_;
  std::vector<Row> rows_;
  std::map<std::string, std::vector<size_t>> rows_of_;  ///< by camera visit
  std::map<std::string, std::vector<std::pair<StoreVisit::Part, std::string>>> final_;
  std::vector<StoreVisit> ended_;
  int frames_ = 0;
  double spent_s_ = 0;
};

}  // namespace shrike
