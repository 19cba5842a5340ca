#pragma once
// YOLOv8-pose and YOLO11-pose (Ultralytics): people and their poses in one run. The output is 1 x 56 x N, one column a
// cell: middle and size of the box, the score of a person, then x, y and confidence of COCO's 17 keypoints, all in
// pixels of the input.

#include <span>

#include "vision/detections.h"

namespace shrike {

/// 4 of the box, 1 of the person, 17 x 3 of the joints.
inline constexpr size_t kYoloPoseChannels = 4 + 1 + 3 * kJoints;

/// Adds every cell whose score is `threshold` or more to `found`, with its pose, in pixels of the input and before
/// suppression. `planes` holds kYoloPoseChannels values of each of its cells, plane by plane.
void decode_yolo_pose(std::span<const float> planes, float threshold, Detections& found);

}  // namespace shrike
