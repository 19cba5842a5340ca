#include "plot/plan_map.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "plot/svg.h"

namespace shrike::plot {
namespace {

constexpr double kWidth = 720, kHeightMax = 620, kLegend = 34, kMargin = 2;

/// Names are read over any colour: each letter has a rim of the page's.
std::string name_at(double x, double y, const std::string& name) {
  return fmt::format(
      "<text class=\"name\" text-anchor=\"middle\" x=\"{:.1f}\" y=\"{:.1f}\" style=\"paint-order:stroke;"
      "stroke:var(--paper);stroke-width:3px\">{}</text>\n",
      x, y, escaped(shortened(name, 24)));
}

double full_colour(std::vector<double> values) {
  std::erase_if(values, [](double v) { return !(v > 0); });
  if (values.empty()) return 0;
  const auto at = values.begin() + static_cast<ptrdiff_t>(0.99 * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

std::string legend_of(const PlanMap& map, double top) {
  constexpr int kSteps = 8;
  constexpr double kStep = 18;
  std::string out =
      fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", kMargin, top + 10, escaped(map.low_name));
  const double left = kMargin + 8 + 6.4 * static_cast<double>(map.low_name.size());
  for (int i = 0; i <= kSteps; ++i) {
    out += fmt::format(
        "<rect class=\"cell high\" fill-opacity=\"{:.2f}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:g}\" height=\"10\"/>\n",
        static_cast<double>(i) / kSteps, left + kStep * i, top + 1, kStep);
  }
  return out + fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", left + kStep * (kSteps + 1) + 8, top + 10,
                           escaped(map.high_name));
}

std::string cells_of(const PlanMap& map, double width, double height, double full) {
  std::string out;
  const double cell_width = width / map.columns, cell_height = height / map.rows;
  for (size_t i = 0; i < map.values.size(); ++i) {
    if (!(map.values[i] > 0)) continue;
    const auto column = static_cast<double>(i % static_cast<size_t>(map.columns));
    const auto row = static_cast<double>(i / static_cast<size_t>(map.columns));
    // A little more than a cell, so that no light shows between two.
    out += fmt::format(
        "<rect class=\"cell high\" fill-opacity=\"{:.2f}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.2f}\" "
        "height=\"{:.2f}\">{}</rect>\n",
        std::clamp(map.values[i] / full, 0.03, 1.0), kMargin + column * cell_width, kMargin + row * cell_height,
        cell_width, cell_height, i < map.tips.size() ? "<title>" + escaped(map.tips[i]) + "</title>" : "");
  }
  return out;
}

/// What lies outside of the map is cut off.
std::string picture_of(const PlanMap& map, double width, double height) {
  return fmt::format(
      "<svg x=\"{0:g}\" y=\"{0:g}\" width=\"{1:.1f}\" height=\"{2:.1f}\" overflow=\"hidden\">"
      "<image href=\"{3}\" x=\"{4:.1f}\" y=\"{5:.1f}\" width=\"{6:.1f}\" height=\"{7:.1f}\" opacity=\"0.55\" "
      "preserveAspectRatio=\"none\"/></svg>\n",
      kMargin, width, height, escaped(map.picture), map.picture_left * width, map.picture_top * height,
      map.picture_width * width, map.picture_height * height);
}

std::string outline_of(const PlanMap::Outline& outline, double width, double height) {
  std::string points;
  double x_sum = 0, y_sum = 0;
  for (const auto& [x, y] : outline.corners) {
    points += fmt::format("{:.1f},{:.1f} ", kMargin + x * width, kMargin + y * height);
    x_sum += x;
    y_sum += y;
  }
  const auto n = static_cast<double>(outline.corners.size());
  return fmt::format("<polygon class=\"frame\" points=\"{}\"/>\n", points) +
         name_at(std::clamp(kMargin + x_sum / n * width, 40.0, std::max(41.0, width - 40)),
                 kMargin + y_sum / n * height + 4, outline.name);
}

}  // namespace

std::string draw(const PlanMap& map) {
  const double full = full_colour(map.values);
  if (map.columns <= 0 || map.rows <= 0 || full <= 0) return "";
  double width = kWidth - 2 * kMargin, height = width / std::clamp(map.aspect, 0.1, 10.0);
  if (height > kHeightMax) {
    width *= kHeightMax / height;
    height = kHeightMax;
  }
  const double bottom = height + 2 * kMargin;
  std::string out =
      fmt::format("<svg viewBox=\"0 0 {:g} {:.1f}\" style=\"max-width:{:g}px\" role=\"img\" aria-label=\"{}\">\n",
                  kWidth, bottom + kLegend, kWidth, escaped(map.title));
  out += fmt::format("<rect class=\"cell none\" x=\"{0:g}\" y=\"{0:g}\" width=\"{1:.1f}\" height=\"{2:.1f}\"/>\n",
                     kMargin, width, height);
  if (!map.picture.empty()) out += picture_of(map, width, height);
  out += cells_of(map, width, height, full);
  for (const auto& outline : map.outlines) {
    if (outline.corners.size() >= 3) out += outline_of(outline, width, height);
  }
  return out + legend_of(map, bottom + 12) + "</svg>\n";
}

}  // namespace shrike::plot
