#pragma once
#include <string>
#include <utility>
#include <vector>

namespace shrike::plot {

/// A plan or a camera's picture in cells, the deeper the colour the more; outlines are drawn over it with their names.
struct PlanMap {
  struct Outline {
    std::string name;
    std::vector<std::pair<double, double>> corners;  ///< 0..1 across and down
  };
  std::string title;
  std::string low_name, high_name;  ///< what the two ends of the scale mean
  int columns = 0, rows = 0;
  double aspect = 1;              ///< width / height
  std::vector<double> values;     ///< row by row, none negative
  std::vector<std::string> tips;  ///< as values, or empty
  std::vector<Outline> outlines;
  std::string picture;  ///< URI of a picture to be drawn below, pale; empty: none
  double picture_left = 0, picture_top = 0, picture_width = 1, picture_height = 1;  ///< where it lies, as corners
};
/// The full colour is that of the 99th percentile of what is not zero: one cell in which someone stood all day must not
/// pale the rest. Empty where there is no cell or nothing in any.
[[nodiscard]] std::string draw(const PlanMap& map);

}  // namespace shrike::plot
