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

/// Rarities fitted to unbroken stretches of normal shopping: to all of them, and to all but one group at a time.
struct Rarities {
  Rarity all;
  std::vector<Rarity> without;  ///< by group
};

/// `group` of each stretch is one of 0 .. `groups` - 1. Refused: fewer than 1000 steps in any of the fits.
[[nodiscard]] Result<Rarities> fit_rarities(std::span<const std::span<const BodyStep>> stretches,
                                            std::span<const size_t> group, size_t groups);

}  // namespace shrike
