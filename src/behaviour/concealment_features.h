#pragma once
#include <array>

#include "behaviour/pose_steps.h"

namespace shrike {

/// What is looked at of one step. The first kBodyFeatures numbers, of order 1: joints of head, arms and hips (x, y),
/// scores of elbows and wrists, speed of the hips; knees and ankles are left out, shelves hide them. The last one: the
/// hand cue.
inline constexpr size_t kBodyFeatures = 28;
inline constexpr size_t kConcealmentFeatures = kBodyFeatures + 1;
using ConcealmentFeatures = std::array<float, kConcealmentFeatures>;

[[nodiscard]] ConcealmentFeatures concealment_features(const BodyStep& step);

/// What a person who knows the trade looks for, 0..3: an arm that is bent with its hand at hip or chest, hands that
/// meet, somebody who stands.
[[nodiscard]] float hand_cue(const BodyStep& step);

}  // namespace shrike
