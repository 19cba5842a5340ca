#pragma once
#include <vector>

#include "vision/detections.h"

namespace shrike {

/// Greedy non-maximum suppression, class by class: a box that overlaps a better scored one of its class by more than
/// `iou_max` is dropped. Keeps the `count_max` best, sorted by falling score (ties by class, then first come first).
/// `order` is scratch space, so that repeated calls need not allocate.
void suppress_overlaps(Detections& detections, float iou_max, size_t count_max, std::vector<int>& order);

}  // namespace shrike
