#include "insight/heat.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

namespace shrike {
namespace {

constexpr int kColumns = 32;
constexpr double kCell_m = 0.5;
constexpr int kFloorCellsMax = 400;

/// Calls `take(x, y)` for points on the way from `a` to `b`, at most `step` apart, without `a` itself.
template <class Take>
void walk(const Waypoint& a, const Waypoint& b, double step, Take take) {
  const double length = std::hypot(b.x - a.x, b.y - a.y);
  const int n = std::clamp(static_cast<int>(std::ceil(length / step)), 1, 1000);
  for (int i = 1; i <= n; ++i) {
    const double t = static_cast<double>(i) / n;
    take(a.x + t * (b.x - a.x), a.y + t * (b.y - a.y));
  }
}

/// The grid with cells for (x, y) too: floors have no edge that is known beforehand.
void grow(HeatGrid& grid, double x, double y) {
  const auto cells = [](double v) { return static_cast<int>(std::floor(v / kCell_m)); };
  const int left = std::min(cells(grid.left), cells(x)), top = std::min(cells(grid.top), cells(y));
  const int right = std::max(cells(grid.left) + grid.columns, cells(x) + 1);
  const int bottom = std::max(cells(grid.top) + grid.rows, cells(y) + 1);
  if (right - left > kFloorCellsMax || bottom - top > kFloorCellsMax) return;  // a point that no store has
  HeatGrid wider = grid;
  wider.columns = right - left;
  wider.rows = bottom - top;
  const size_t size = static_cast<size_t>(wider.columns) * static_cast<size_t>(wider.rows);
  wider.seconds.assign(size, 0);
  wider.people.assign(size, 0);
  const int dx = cells(grid.left) - left, dy = cells(grid.top) - top;
  for (int r = 0; r < grid.rows; ++r) {
    for (int c = 0; c < grid.columns; ++c) {
      const auto from = static_cast<size_t>(r * grid.columns + c);
      const auto to = static_cast<size_t>((r + dy) * wider.columns + c + dx);
      wider.seconds[to] = grid.seconds[from];
      wider.people[to] = grid.people[from];
    }
  }
  wider.left = left * kCell_m;
  wider.top = top * kCell_m;
  wider.width = wider.columns * kCell_m;
  wider.height = wider.rows * kCell_m;
  wider.aspect = wider.width / wider.height;
  grid = std::move(wider);
}

/// The cell of (x, y); none outside.
std::optional<size_t> cell_of(const HeatGrid& grid, double x, double y) {
  const double u = (x - grid.left) / grid.width * grid.columns, v = (y - grid.top) / grid.height * grid.rows;
  if (!(u >= 0 && v >= 0 && u <= grid.columns && v <= grid.rows)) return std::nullopt;
  const int column = std::min(static_cast<int>(u), grid.columns - 1),
            row = std::min(static_cast<int>(v), grid.rows - 1);
  return static_cast<size_t>(row * grid.columns + column);
}

}  // namespace

HeatGrid& HeatMaker::grid_for(const VisitTrace& trace) {
  const std::string name = trace.plane == Plane::floor ? "floor" : trace.camera;
  const auto known =
      std::ranges::find_if(grids_, [&](const HeatGrid& g) { return g.name == name && g.plane == trace.plane; });
  if (known != grids_.end()) return *known;
  HeatGrid grid{.name = name, .plane = trace.plane};
  if (trace.plane == Plane::picture) {
    grid.aspect = trace.aspect > 0.1 && trace.aspect < 10 ? trace.aspect : 1;
    grid.columns = kColumns;
    grid.rows = std::max(4, static_cast<int>(std::lround(kColumns / grid.aspect)));
    grid.seconds.assign(static_cast<size_t>(grid.columns) * static_cast<size_t>(grid.rows), 0);
    grid.people = grid.seconds;
  } else if (!trace.path.empty()) {
    grid.left = std::floor(trace.path[0].x / kCell_m) * kCell_m;
    grid.top = std::floor(trace.path[0].y / kCell_m) * kCell_m;
    grid.width = grid.height = 0;
  }
  grids_.push_back(std::move(grid));
  return grids_.back();
}

void HeatMaker::take(const VisitTrace& trace) {
  HeatGrid& grid = grid_for(trace);
  if (seen_.insert(grid.name + "/" + trace.visit_id).second) ++grid.visits;
  if (trace.plane == Plane::floor) {
    for (const Waypoint& w : trace.path) {
      if (!cell_of(grid, w.x, w.y) || grid.columns == 0) grow(grid, w.x, w.y);
    }
    if (grid.columns == 0) return;
  }
  std::set<size_t> touched;
  const double step = grid.width / grid.columns;
  for (size_t i = 0; i < trace.path.size(); ++i) {
    const Waypoint& w = trace.path[i];
    if (const auto cell = cell_of(grid, w.x, w.y)) {
      grid.seconds[*cell] += w.stood_s;
      touched.insert(*cell);
    }
    if (i == 0) continue;
    walk(trace.path[i - 1], w, step, [&](double x, double y) {
      if (const auto cell = cell_of(grid, x, y)) touched.insert(*cell);
    });
  }
  for (size_t cell : touched) grid.people[cell] += 1;
}

std::vector<HeatGrid> HeatMaker::finish(std::span<const ZoneOutline> outlines) {
  std::ranges::sort(grids_, {}, [](const HeatGrid& g) { return std::pair(g.plane == Plane::picture, g.name); });
  for (HeatGrid& grid : grids_) {
    for (const ZoneOutline& outline : outlines) {
      if (grid.plane == Plane::picture && outline.camera == grid.name) grid.zones.push_back(outline);
    }
  }
  return std::move(grids_);
}

Result<std::vector<HeatGrid>> heat_of(Database& database, Timestamp from, Timestamp to,
                                      const std::unordered_set<std::string>& without) {
  HeatMaker maker;
  TRY_VOID(read_traces(database, from, to, [&](const VisitTrace& trace) {
    if (!without.contains(trace.visit_id)) maker.take(trace);
  }));
  TRY(const auto outlines, load_outlines(database));
  return maker.finish(outlines);
}

}  // namespace shrike
