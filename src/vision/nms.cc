#include "vision/nms.h"

#include <algorithm>
#include <numeric>

namespace shrike {

namespace {

// Moves the rows named by `order` to the front, in that order, and drops the rest.
void keep(Detections& d, const std::vector<int>& order) {
  Detections kept;
  kept.boxes.reserve(order.size());
  kept.scores.reserve(order.size());
  kept.classes.reserve(order.size());
  for (const int i : order) {
    const auto row = static_cast<size_t>(i);
    kept.add(d.boxes[row], d.scores[row], d.classes[row]);
    if (!d.poses.empty()) kept.poses.push_back(d.poses[row]);
  }
  d = std::move(kept);
}

}  // namespace

void suppress_overlaps(Detections& d, float iou_max, size_t count_max, std::vector<int>& order) {
  order.resize(d.size());
  std::iota(order.begin(), order.end(), 0);
  const auto score = [&](int i) { return d.scores[static_cast<size_t>(i)]; };
  const auto label = [&](int i) { return d.classes[static_cast<size_t>(i)]; };
  const auto box = [&](int i) -> const Box& { return d.boxes[static_cast<size_t>(i)]; };
  std::ranges::sort(order, [&](int a, int b) {
    if (label(a) != label(b)) return label(a) < label(b);
    return score(a) != score(b) ? score(a) > score(b) : a < b;
  });
  size_t kept = 0, class_begin = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    const int candidate = order[i];
    if (kept > 0 && label(order[kept - 1]) != label(candidate)) class_begin = kept;
    const auto overlaps = [&](int better) { return iou(box(better), box(candidate)) > iou_max; };
    const auto begin = order.begin() + static_cast<std::ptrdiff_t>(class_begin);
    const auto end = order.begin() + static_cast<std::ptrdiff_t>(kept);
    if (std::none_of(begin, end, overlaps)) order[kept++] = candidate;
  }
  order.resize(kept);
  std::ranges::stable_sort(order, [&](int a, int b) { return score(a) > score(b); });
  if (order.size() > count_max) order.resize(count_max);
  keep(d, order);
}

}  // namespace shrike
