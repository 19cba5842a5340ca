#include "vision/yolo_pose.h"

#include <algorithm>
#include <cassert>

namespace shrike {

void decode_yolo_pose(std::span<const float> planes, float threshold, Detections& found) {
  assert(planes.size() % kYoloPoseChannels == 0);
  const size_t cells = planes.size() / kYoloPoseChannels;
  const auto at = [&](size_t channel, size_t cell) { return planes[channel * cells + cell]; };
  for (size_t i = 0; i < cells; ++i) {
    if (!(at(4, i) >= threshold)) continue;
    const float x = at(0, i), y = at(1, i), w = at(2, i) / 2, h = at(3, i) / 2;
    Pose pose;
    for (size_t j = 0; j < kJoints; ++j)
      pose[j] = {at(5 + 3 * j, i), at(6 + 3 * j, i), std::clamp(at(7 + 3 * j, i), 0.F, 1.F)};
    found.add({x - w, y - h, x + w, y + h}, at(4, i), 0);
    found.poses.push_back(pose);
  }
}

}  // namespace shrike
