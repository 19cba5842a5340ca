#pragma once
// MoveNet's outputs (github.com/tensorflow/tfjs-models, pose-detection): four maps over a grid of S × S cells, from
// which the person nearest the middle and their joints are read.

#include <filesystem>
#include <span>

#include "vision/pose.h"

namespace shrike {

/// Whether the TensorFlow.js model `json` is MoveNet, by its nodes' names.
[[nodiscard]] bool is_movenet(const std::filesystem::path& json);

/// Row-major, the last axis fastest.
struct MovenetMaps {
  int cells = 0;                   ///< S: 48 or 64
  std::span<const float> joints;   ///< S × S × 17, log-odds that the joint is here
  std::span<const float> centre;   ///< S × S × 1, that somebody's middle is
  std::span<const float> regress;  ///< S × S × 34: from a middle to its joints, y, x, in cells
  std::span<const float> offset;   ///< S × S × 34: from a cell to the joint in it, y, x, in cells
};

/// Joints in 0..1 of the input picture.
[[nodiscard]] Pose decode_movenet(const MovenetMaps& maps);

}  // namespace shrike
