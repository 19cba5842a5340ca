#pragma once
// Clips of poses turned into scores, frame by frame, by the model or by what knows nothing of poses.

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "behaviour/concealment_protocol.h"
#include "behaviour/pose_lift.h"

namespace shrike {

/// One score a step of one person's steps; may look ahead of a step no further than a second.
using StepScorer = std::function<Result<std::vector<float>>(std::span<const BodyStep>)>;

/// Frames without a person: nobody is less suspicious than anybody.
inline constexpr float kNobodyScore = -20;

/// Each frame has the highest score of the people in it. `theft`: the labels, one a frame; empty for normal shopping.
/// Refused: labels that end before the people do.
[[nodiscard]] Result<ScoredClip> score_clip(const PoseClip& clip, const std::vector<bool>& theft,
                                            const StepScorer& scorer);

/// What can be said without looking at the pose, from boxes and times: a score that beats none of these has learned
/// nothing about concealment.
struct NoPoseBaseline {
  std::string name;
  std::function<float(const PoseClip& clip, const PosePerson& person, size_t i)>
      score;  ///< of its i-th frame, from frames up to it
};
[[nodiscard]] const std::vector<NoPoseBaseline>& no_pose_baselines();
[[nodiscard]] Result<ScoredClip> score_clip(const PoseClip& clip, const std::vector<bool>& theft,
                                            const NoPoseBaseline& baseline);

}  // namespace shrike
