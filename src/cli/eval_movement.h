#pragma once
// What a movement model is worth on visits whose truth is known, and how steady it is on tracks of real people.

#include <string>
#include <vector>

#include "base/result.h"
#include "behaviour/movement_model.h"

namespace shrike {

struct EvalMovementArgs {
  std::string model;
  std::vector<std::string> data, normal, mot;
  size_t top = 5;
  bool json = false;
};

/// `shrike eval movement --mot`: true tracks of sequences, laid over the floor of the model's store, as they are and
/// with errors put in.
[[nodiscard]] Result<void> eval_movement_tracks(const EvalMovementArgs& args, const MovementModel& model);

}  // namespace shrike
