#pragma once
// What tells a concealment from normal shopping, learnt without labels: a cue that needs no learning (hands at the
// body), and how rare the movement is.

#include <array>
#include <vector>

#include "behaviour/concealment_model.h"
#include "behaviour/concealment_protocol.h"
#include "behaviour/pose_lift.h"
#include "train/rarity.h"

namespace shrike {

/// How a part is brought to one scale with the other (standard deviations of normal shopping), and what it counts.
struct PartScale {
  float mean = 0, deviation = 1, share = 1;
};

struct TrainedConcealment {
  Rarity rarity;
  std::array<PartScale, kConcealmentParts> scales;
  std::vector<OperatingPoint> points;
  std::vector<ScoredClip> other_clips;    ///< training clips as judged by what did not see the clip
  std::vector<ScoredClip> other_cameras;  ///< … that did not see its camera; empty with one camera
};

/// `clips`: normal shopping only. No draw is made: the same clips give the same model. Refused: fewer than 4 clips, or
/// less than a minute of people in all.
[[nodiscard]] Result<TrainedConcealment> train_concealment(const std::vector<PoseClip>& clips);

}  // namespace shrike
