#pragma once
// Whether people are known again after they were out of sight on one camera, measured on real walks.

#include <map>
#include <string>
#include <vector>

#include "track/mot_files.h"
#include "track/store_visits.h"
#include "track/tracker.h"
#include "track/visits.h"
#include "vision/detections.h"

namespace shrike {

/// Frames in which one true person is taken out of sight, both included.
struct GapCut {
  int64_t id = 0;
  int first = 0, last = 0;
};

/// One gap a person: in the middle of the time that it is there, where that is 2 s longer on either side.
[[nodiscard]] std::vector<GapCut> cut_gaps(const std::vector<MotRow>& truth, double fps, double gap_s);

struct GapScore {
  int gaps = 0;   ///< after which the person was followed again for a second
  int again = 0;  ///< known again
  int wrong = 0;  ///< taken for somebody who was there before
  int fresh = 0;  ///< taken for somebody new
};

/// Plays a sequence's true boxes, without those in the gaps, through Tracker, Visits and StoreVisits (the camera is not
/// placed), as if a detector had found them: only who is who is measured, not what a detector misses.
class GapRun {
 public:
  GapRun(const MotSequence& sequence, const std::vector<MotRow>& truth, double gap_s);
  /// Boxes to be seen in this frame; frames from 1 on, in order.
  [[nodiscard]] Detections detections(int frame) const;
  /// `appearance` one row a detection of detections(frame), or empty.
  void see(int frame, const Detections& detections, const std::vector<float>& appearance);
  [[nodiscard]] GapScore visits() const { return score(&Row::visit); }
  [[nodiscard]] GapScore store_visits() const { return score(&Row::store_visit); }

 private:
  struct Row {
    int frame;
    int64_t who;
    std::string visit, store_visit;
  };
  [[nodiscard]] GapScore score(std::string Row::*id) const;

  MotSequence sequence_;
  std::vector<GapCut> gaps_;
  std::map<int, std::vector<MotRow>> seen_;  ///< by frame, without those in gaps
  std::vector<Row> rows_;
  int named_ = 0;
  Tracker tracker_;
  Visits visits_;
  StoreVisits store_visits_;
};

}  // namespace shrike
