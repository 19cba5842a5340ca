#pragma once
#include <algorithm>
#include <cmath>
#include <vector>

#include "base/geometry.h"

namespace shrike {

/// Calls `take(y, x_begin, x_end)` for each run of pixels of a `width` x `height` picture that lies inside `polygon`
/// (0..1, even-odd), x_end not included, cut at the picture's border.
/// `spread`: how far beyond the polygon's edge a pixel's centre still counts as inside it, in pixels, along the row.
template <class Take>
void for_each_span(const Polygon& polygon, int width, int height, float spread, Take&& take) {
  std::vector<float> cuts;
  for (int y = 0; y < height; ++y) {
    const float at = (static_cast<float>(y) + 0.5F) / static_cast<float>(height);
    cuts.clear();
    for (size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
      const Point a = polygon[j];
      const Point b = polygon[i];
      if ((a.y > at) != (b.y > at)) {
        cuts.push_back((a.x + (at - a.y) / (b.y - a.y) * (b.x - a.x)) * static_cast<float>(width));
      }
    }
    std::sort(cuts.begin(), cuts.end());
    for (size_t i = 0; i + 1 < cuts.size(); i += 2) {
      const int begin = std::clamp(static_cast<int>(std::ceil(cuts[i] - 0.5F - spread)), 0, width);
      const int end = std::clamp(static_cast<int>(std::floor(cuts[i + 1] - 0.5F + spread)) + 1, begin, width);
      if (begin < end) take(y, begin, end);
    }
  }
}

}  // namespace shrike
