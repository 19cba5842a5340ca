#pragma once
// A video's people and their poses, as the running store finds them: detector, tracker, pose on each track.

#include <filesystem>

#include "behaviour/pose_lift.h"
#include "vision/detector.h"
#include "vision/pose_estimator.h"

namespace shrike {

struct VideoPoseOptions {
  std::filesystem::path detector, pose;  ///< models
  float threshold = 0.4F;                ///< detections below begin no track
  int threads = 1;
};

/// Finds poses in videos, one after the other.
class VideoPoses {
 public:
  [[nodiscard]] static Result<VideoPoses> load(const VideoPoseOptions& options);

  /// One person a track; poses that are a neighbour's are left out. Named by its file, fps as found.
  [[nodiscard]] Result<PoseClip> find(const std::filesystem::path& video);

 private:
  VideoPoses(Detector detector, PoseEstimator estimator, float threshold)
      : detector_(std::move(detector)), estimator_(std::move(estimator)), threshold_(threshold) {}

  Detector detector_;
  PoseEstimator estimator_;
  float threshold_;
};

}  // namespace shrike
