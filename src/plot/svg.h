#pragma once
// Charts as SVG that stands inside a page of HTML. Colours are the page's CSS variables (plot/page.h), so that one file
// reads on paper, in a light and in a dark browser. Every text is escaped here: callers hand data over as it is.

#include <string>
#include <string_view>
#include <vector>

namespace shrike::plot {

/// `text` for an element or a quoted attribute of HTML and SVG. Control characters and what is no UTF-8 become U+FFFD.
[[nodiscard]] std::string escaped(std::string_view text);
/// At most `length` code points, the last an ellipsis where some were left out.
[[nodiscard]] std::string shortened(std::string_view text, size_t length);
/// 1234567.8 → "1,234,568"; fewer than 100 with `digits` significant digits; infinite or no number: "–".
[[nodiscard]] std::string number(double value, int digits = 3);

/// What colour says: always the same thing. `focus` is what the reader should look at.
enum class Ink { first, second, focus, muted };

struct Axis {
  std::string title;
  bool logarithmic = false;
  bool percent = false;  ///< values are shares
};

/// Marks of one kind in an x-y chart. NaN leaves a gap.
struct Series {
  enum class Mark { line, dashed, band, points, steps, columns };
  std::string name;  ///< in the legend; empty: not there
  Mark mark = Mark::line;
  Ink ink = Ink::first;
  std::vector<double> x, y;
  std::vector<double> y_low;        ///< a band's lower edge; of points: the whisker's foot
  std::vector<double> y_high;       ///< of points: the whisker's head
  std::vector<std::string> tips;    ///< shown while the pointer rests on the mark
  std::vector<std::string> labels;  ///< written beside points; empty: none
};

struct XyChart {
  std::string title;  ///< what a screen reader says
  Axis x, y;
  std::vector<Series> series;
  std::vector<std::string> x_names;  ///< where x are 0, 1, …: what each is called
  bool diagonal = false;             ///< y = x, as a reference
  bool square = false;
};
/// Empty where no series has a point.
[[nodiscard]] std::string draw(const XyChart& chart);

/// Horizontal bars from zero, one a line: what was lost to the right, what was found to the left.
struct Bars {
  struct Row {
    std::string label;
    std::vector<double> values;  ///< one a part
    std::string tip;
  };
  std::string title, axis;
  std::vector<std::string> parts;
  std::vector<Ink> inks;  ///< by part
  std::vector<Row> rows;
};
[[nodiscard]] std::string draw(const Bars& bars);

/// A value with its interval on each line; a dashed line at `reference`.
struct Intervals {
  struct Row {
    std::string label;
    double low = 0, middle = 0, high = 0;
    bool focus = false;
    std::string tip;
  };
  std::string title;
  Axis axis;
  double reference = 0;
  bool has_reference = false;
  std::vector<Row> rows;
};
[[nodiscard]] std::string draw(const Intervals& chart);

/// Rows × columns, coloured by a signed value; NaN stays blank.
struct HeatMap {
  std::string title;
  std::string low_name, high_name;  ///< what the two ends of the scale mean
  std::vector<std::string> rows, columns;
  std::vector<double> values;     ///< row by row
  std::vector<std::string> tips;  ///< as values
  std::vector<bool> marked;       ///< as values, or empty: drawn with a frame
  double full = 0;                ///< |value| that has the full colour; 0: the greatest
  bool one_sided = false;         ///< no value is negative: the scale begins at zero
};
[[nodiscard]] std::string draw(const HeatMap& map);

}  // namespace shrike::plot
