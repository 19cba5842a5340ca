#pragma once
#include <vector>

#include "track/mot_files.h"
#include "track/tracker.h"

namespace shrike {

/// Plays the detections of a sequence (sorted by frame) through a tracker, frame by frame at its frame rate, and
/// gives what the tracker said of each frame at that frame: nothing is filled in or taken back later. Boxes are rounded
/// to a hundredth of a pixel, as a result file holds them.
[[nodiscard]] std::vector<MotRow> track_sequence(const MotSequence& sequence, const std::vector<MotRow>& detections,
                                                 const TrackerOptions& options = {});

}  // namespace shrike
