#pragma once
#include <algorithm>
#include <vector>

namespace shrike {

struct Point {
  float x = 0, y = 0;
};

/// An axis-aligned box; x to the right, y down. The unit (pixels or 0..1 of the picture) is said where one is used.
struct Box {
  float x1 = 0, y1 = 0, x2 = 0, y2 = 0;

  [[nodiscard]] float width() const { return x2 - x1; }
  [[nodiscard]] float height() const { return y2 - y1; }
  [[nodiscard]] float area() const { return std::max(0.F, width()) * std::max(0.F, height()); }
  [[nodiscard]] Point centre() const { return {(x1 + x2) / 2, (y1 + y2) / 2}; }
  /// Where a standing person touches the floor: what zones are tested with.
  [[nodiscard]] Point bottom_centre() const { return {(x1 + x2) / 2, y2}; }
};

/// Area shared by two boxes, in the boxes' unit squared.
[[nodiscard]] inline float intersection(const Box& a, const Box& b) {
  const float w = std::min(a.x2, b.x2) - std::max(a.x1, b.x1);
  const float h = std::min(a.y2, b.y2) - std::max(a.y1, b.y1);
  return w > 0 && h > 0 ? w * h : 0.F;
}

/// Intersection over union, 0..1; 0 where both are empty.
[[nodiscard]] inline float iou(const Box& a, const Box& b) {
  const float shared = intersection(a, b);
  return shared > 0 ? shared / (a.area() + b.area() - shared) : 0.F;
}

/// Corners in order, either way round; not closed (the last corner joins the first).
using Polygon = std::vector<Point>;

/// Whether `p` lies inside `polygon` (even-odd rule). Fewer than three corners hold nothing.
[[nodiscard]] bool contains(const Polygon& polygon, Point p);
/// Whether two edges that are not neighbours meet.
[[nodiscard]] bool crosses_itself(const Polygon& polygon);
/// Unsigned area, in the corners' unit squared.
[[nodiscard]] float area(const Polygon& polygon);

}  // namespace shrike
