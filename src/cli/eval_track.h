#pragma once
#include <filesystem>

#include "base/result.h"

namespace shrike {

struct EvalTrackVideoArgs {
  std::filesystem::path video, sequence;  ///< the folder with seqinfo.ini and gt/gt.txt
  std::filesystem::path model;            ///< empty: the default
  float threshold = 0.6F;                 ///< as detector.threshold
  bool json = false;
};

/// Plays a labelled video through detector, tracker and visits as `shrike watch` does, with and without appearance, and
/// prints the score of each.
[[nodiscard]] Result<void> eval_track_video(const EvalTrackVideoArgs& args);

}  // namespace shrike
