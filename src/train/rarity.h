#pragma once
// How far from normal shopping a moment is: the Mahalanobis distance of all features of some steps around it, from a
// Gaussian fitted to normal shopping. (On PoseLift, which density is fitted matters little: Gaussian, mixture,
// autoencoder, flow and nearest neighbours are alike.)

#include <span>
#include <vector>

#include "base/result.h"
#include "behaviour/concealment_model.h"

namespace shrike {

/// A convolution over time whose outputs' root mean square is the distance; about 1 where things are as usual.
struct Rarity {
  std::vector<float> weights;  ///< kOutputs × kBodyFeatures × kSteps
  std::vector<float> biases;   ///< kOutputs
  static constexpr int64_t kSteps = 2 * static_cast<int64_t>(kConcealmentReach) + 1;
  static constexpr int64_t kOutputs = kSteps * static_cast<int64_t>(kBodyFeatures);

  /// One distance a step of an unbroken stretch, which stands still before and after.
  [[nodiscard]] std::vector<float> of(std::span<const BodyStep> stretch) const;
};

/// Fitted to unbroken stretches of normal shopping. Refused: fewer than 1000 steps.
[[nodiscard]] Result<Rarity> fit_rarity(std::span<const std::span<const BodyStep>> stretches);

}  // namespace shrike
