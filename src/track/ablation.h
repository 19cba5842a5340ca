#pragma once
#include <string>
#include <vector>

#include "track/tracker.h"

namespace shrike {

/// A tracker without one of its parts, to see what the part gains.
struct Ablation {
  std::string name;  ///< "whole", or "without …"
  TrackerOptions options;
};

/// The whole tracker first, then it without each part in turn.
[[nodiscard]] std::vector<Ablation> ablations();

}  // namespace shrike
