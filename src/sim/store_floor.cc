#include "sim/store_floor.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <queue>

namespace shrike {
namespace {

constexpr double kCell_m = 0.25;
constexpr double kBody_m = 0.2;  // so far from a shelf is the middle of whoever passes it
constexpr float kFar = std::numeric_limits<float>::infinity();

struct Step {
  int dx, dy;
  float length;
};
constexpr Step kSteps[] = {{1, 0, 1},        {-1, 0, 1},        {0, 1, 1},         {0, -1, 1},
                           {1, 1, 1.41421F}, {1, -1, 1.41421F}, {-1, 1, 1.41421F}, {-1, -1, 1.41421F}};

}  // namespace

double distance(FloorPoint a, FloorPoint b) { return std::hypot(a.x - b.x, a.y - b.y); }

double length_of(std::span<const FloorPoint> way) {
  double length = 0;
  for (size_t i = 1; i < way.size(); ++i) length += distance(way[i - 1], way[i]);
  return length;
}

FloorPlan::FloorPlan(const StoreWorld& world)
    : width_m_(world.width_m),
      depth_m_(world.depth_m),
      columns_(static_cast<int>(std::ceil(world.width_m / kCell_m))),
      rows_(static_cast<int>(std::ceil(world.depth_m / kCell_m))) {
  free_.assign(static_cast<size_t>(columns_) * static_cast<size_t>(rows_), true);
  for (int cell = 0; cell < columns_ * rows_; ++cell) {
    const FloorPoint p = middle_of(cell);
    bool free = p.x > kBody_m && p.y > kBody_m && p.x < width_m_ - kBody_m && p.y < depth_m_ - kBody_m;
    for (const WorldShelf& shelf : world.shelves) {
      const FloorRect& r = shelf.floor;
      free = free && !FloorRect{r.x1 - kBody_m, r.y1 - kBody_m, r.x2 + kBody_m, r.y2 + kBody_m}.holds(p);
    }
    free_[static_cast<size_t>(cell)] = free;
  }
}

int FloorPlan::cell_of(FloorPoint p) const {
  const int x = std::clamp(static_cast<int>(p.x / kCell_m), 0, columns_ - 1);
  const int y = std::clamp(static_cast<int>(p.y / kCell_m), 0, rows_ - 1);
  return y * columns_ + x;
}

FloorPoint FloorPlan::middle_of(int cell) const {
  return {(cell % columns_ + 0.5) * kCell_m, (cell / columns_ + 0.5) * kCell_m};
}

FloorPoint FloorPlan::standing_near(FloorPoint p) const {
  if (free_[static_cast<size_t>(cell_of(p))] && p.x > 0 && p.y > 0 && p.x < width_m_ && p.y < depth_m_) return p;
  FloorPoint best = p;
  double nearest = std::numeric_limits<double>::infinity();
  for (int cell = 0; cell < columns_ * rows_; ++cell) {
    const double far = distance(middle_of(cell), p);
    if (free_[static_cast<size_t>(cell)] && far < nearest) {
      nearest = far;
      best = middle_of(cell);
    }
  }
  return best;
}

const std::vector<float>& FloorPlan::distances_to(int cell) {
  const auto [found, fresh] = distances_.try_emplace(cell);
  std::vector<float>& far = found->second;
  if (!fresh) return far;
  far.assign(free_.size(), kFar);
  using Entry = std::pair<float, int>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> next;
  far[static_cast<size_t>(cell)] = 0;
  next.emplace(0.F, cell);
  while (!next.empty()) {
    const auto [metres, at] = next.top();
    next.pop();
    if (metres > far[static_cast<size_t>(at)]) continue;
    for (const Step& step : kSteps) {
      const int x = at % columns_ + step.dx, y = at / columns_ + step.dy;
      if (x < 0 || y < 0 || x >= columns_ || y >= rows_) continue;
      const int to = y * columns_ + x;
      const float longer = metres + step.length * static_cast<float>(kCell_m);
      if (!free_[static_cast<size_t>(to)] || longer >= far[static_cast<size_t>(to)]) continue;
      far[static_cast<size_t>(to)] = longer;
      next.emplace(longer, to);
    }
  }
  return far;
}

bool FloorPlan::straight(FloorPoint a, FloorPoint b) const {
  const int steps = static_cast<int>(distance(a, b) / (kCell_m / 2)) + 1;
  for (int i = 1; i < steps; ++i) {
    const double t = static_cast<double>(i) / steps;
    if (!free_[static_cast<size_t>(cell_of({a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t}))]) return false;
  }
  return true;
}

std::vector<FloorPoint> FloorPlan::way(FloorPoint from, FloorPoint to) {
  from = standing_near(from);
  to = standing_near(to);
  const int goal = cell_of(to);
  const std::vector<float>& far = distances_to(goal);
  int at = cell_of(from);
  if (far[static_cast<size_t>(at)] == kFar) return {};
  std::vector<FloorPoint> cells{from};
  while (at != goal) {
    int best = at;
    for (const Step& step : kSteps) {
      const int x = at % columns_ + step.dx, y = at / columns_ + step.dy;
      if (x < 0 || y < 0 || x >= columns_ || y >= rows_) continue;
      if (far[static_cast<size_t>(y * columns_ + x)] < far[static_cast<size_t>(best)]) best = y * columns_ + x;
    }
    at = best;
    cells.push_back(at == goal ? to : middle_of(at));
  }
  if (cells.size() == 1) cells.push_back(to);
  std::vector<FloorPoint> corners{cells.front()};
  for (size_t i = 1; i + 1 < cells.size(); ++i)
    if (!straight(corners.back(), cells[i + 1])) corners.push_back(cells[i]);
  corners.push_back(cells.back());
  return corners;
}

}  // namespace shrike
