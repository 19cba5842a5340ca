#pragma once
// Trains the network of shrink/loss_net.h with libtorch.

#include <filesystem>

#include "shrink/loss_net.h"

namespace shrike {

struct NetTraining {
  uint64_t seed = 1;
  int threads = 1;
  /// Several processes train one net: each takes its share of every batch, and their gradients are added up over Gloo.
  /// They find each other through the file `meet`. With 1 nothing of this happens.
  int rank = 0, workers = 1;
  std::filesystem::path meet;
};

/// Negative binomial likelihood, the baseline as offset; as many epochs as are best for a seventh of the stores, which
/// are left out for that, then again on all. The same options give the same net, to the last bit.
[[nodiscard]] Result<LossNet> train_loss_net(const ChallengeRows& rows, const NetTraining& how);

}  // namespace shrike
