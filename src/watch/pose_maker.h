#pragma once
#include <optional>
#include <span>
#include <vector>

#include "behaviour/body_watch.h"
#include "vision/pose_estimator.h"
#include "watch/detect_pool.h"
#include "watch/metrics.h"
#include "watch/pose_budget.h"

namespace shrike {

/// Makes the poses of one camera's people: by a network on each person's part of the picture, within the budget, or out
/// of what the detector gave already where it is a pose model itself. Owned by the camera's pipeline.
class PoseMaker {
 public:
  /// `estimator`: none where the detector gives poses.
  PoseMaker(std::optional<PoseEstimator> estimator, PoseBudget& budget, size_t camera)
      : estimator_(std::move(estimator)), budget_(budget), camera_(camera) {}

  /// Poses of those of `people` whom `wanted` names (most urgent first), as many as the budget gives. One that lies in
  /// a neighbour's box is rejected: its SeenPose is empty. Fails where the engine does.
  [[nodiscard]] Result<std::vector<SeenPose>> make(const SeenFrame& seen, std::span<const VisitTrack> people,
                                                   std::span<const size_t> wanted);

 private:
  Result<std::optional<Pose>> pose_in(const SeenFrame& seen, const Box& box);

  std::optional<PoseEstimator> estimator_;
  PoseBudget& budget_;
  size_t camera_;
};

}  // namespace shrike
