#pragma once
#include <cstddef>
#include <vector>

#include "base/geometry.h"
#include "vision/pose.h"

namespace shrike {

/// What was found in one frame, column by column: row i of every column is one object. Vision makes it, everything
/// downstream takes it.
struct Detections {
  std::vector<Box> boxes;     ///< pixels of the original frame
  std::vector<float> scores;  ///< 0..1
  std::vector<int> classes;   ///< index into the model's labels
  std::vector<Pose> poses;    ///< pixels of the original frame; empty where the model gives none

  [[nodiscard]] size_t size() const { return boxes.size(); }
  void add(const Box& box, float score, int label) {
    boxes.push_back(box);
    scores.push_back(score);
    classes.push_back(label);
  }
  void clear() {
    boxes.clear();
    scores.clear();
    classes.clear();
    poses.clear();
  }
};

}  // namespace shrike
