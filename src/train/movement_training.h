#pragma once
// Teaches the movement model what visits of normal days do next: no labels, nothing but the walks themselves.

#include "behaviour/movement_net.h"

namespace shrike {

struct MovementTraining {
  uint64_t seed = 1;
  int threads = 1;  ///< the shop is being watched meanwhile
  int epochs_max = 12, patience = 2;
  int embed = 12, hidden = 40, seconds_hidden = 24;
};

struct TrainedMovement {
  MovementNet net;
  int epochs = 0;               ///< those that were best for the walks kept aside
  double surprise_per_stretch;  ///< mean, of the walks kept aside
};

/// One in ten walks is kept aside to tell when to stop. The same rows and options give the same net on one machine.
/// Refused: fewer than 100 walks.
[[nodiscard]] Result<TrainedMovement> train_movement(const MovementRows& rows, const MovementTraining& how);

}  // namespace shrike
