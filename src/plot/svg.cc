#include "plot/svg.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

#include "plot/scale.h"

namespace shrike::plot {
namespace {

constexpr double kWidth = 720, kLabelWidth = 210, kRowHeight = 20;

const char* css_class(Ink ink) {
  switch (ink) {
    case Ink::first:
      return "i1";
    case Ink::second:
      return "i2";
    case Ink::focus:
      return "i3";
    case Ink::muted:
      return "i4";
  }
  return "i1";
}

std::string open_svg(double width, double height, std::string_view title) {
  return fmt::format("<svg viewBox=\"0 0 {:g} {:g}\" style=\"max-width:{:g}px\" role=\"img\" aria-label=\"{}\">\n",
                     width, height, width, escaped(title));
}

std::string text(double x, double y, std::string_view anchor, std::string_view content, std::string_view more = "") {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{}>{}</text>\n", x, y, anchor, more,
                     escaped(content));
}

std::string line(double x1, double y1, double x2, double y2, std::string_view css) {
  return fmt::format("<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n", css, x1, y1, x2,
                     y2);
}

std::string tip_of(std::string_view tip) { return tip.empty() ? std::string() : "<title>" + escaped(tip) + "</title>"; }

/// A row's name at the left of a chart, whole in its tip where it had to be cut.
std::string row_label(double x, double y, const std::string& label) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}{}</text>\n", x, y,
                     escaped(shortened(label, 30)), tip_of(label));
}

struct Frame {
  double left, top, right, bottom;
  Scale x, y;
  [[nodiscard]] double px(double v) const { return left + x.at(v) * (right - left); }
  [[nodiscard]] double py(double v) const { return bottom - y.at(v) * (bottom - top); }
};

std::string grid(const Frame& f, const XyChart& chart) {
  std::string out;
  for (double v : f.y.ticks) {
    out += line(f.left, f.py(v), f.right, f.py(v), "grid");
    out += text(f.left - 6, f.py(v) + 4, "end", tick_label(v, f.y, chart.y.percent));
  }
  if (chart.x_names.empty()) {
    for (double v : f.x.ticks) {
      out += line(f.px(v), f.bottom, f.px(v), f.bottom + 4, "axis");
      out += text(f.px(v), f.bottom + 17, "middle", tick_label(v, f.x, chart.x.percent));
    }
  } else {
    const size_t step = 1 + (chart.x_names.size() - 1) / 9;
    for (size_t i = 0; i < chart.x_names.size(); i += step)
      out += text(f.px(static_cast<double>(i)), f.bottom + 17, "middle", shortened(chart.x_names[i], 12));
  }
  out += line(f.left, f.bottom, f.right, f.bottom, "axis");
  out += text(0.5 * (f.left + f.right), f.bottom + 36, "middle", chart.x.title, " class=\"name\"");
  const double middle = 0.5 * (f.top + f.bottom);
  out += text(14, middle, "middle", chart.y.title,
              fmt::format(" class=\"name\" transform=\"rotate(-90 14 {:.1f})\"", middle));
  return out;
}

std::string path_of(const Frame& f, const Series& s, bool steps) {
  std::string d;
  bool pen_down = false;
  for (size_t i = 0; i < s.x.size(); ++i) {
    if (!std::isfinite(s.x[i]) || !std::isfinite(s.y[i])) {
      pen_down = false;
      continue;
    }
    const double x = f.px(s.x[i]), y = f.py(s.y[i]);
    if (steps && pen_down) d += fmt::format("H{:.1f}", x);
    d += fmt::format("{}{:.1f} {:.1f}", pen_down ? "L" : "M", x, y);
    pen_down = true;
  }
  return d;
}

std::string band_of(const Frame& f, const Series& s) {
  std::string there, back;
  for (size_t i = 0; i < s.x.size(); ++i) {
    if (!std::isfinite(s.x[i]) || !std::isfinite(s.y[i]) || !std::isfinite(s.y_low[i])) continue;
    there += fmt::format("{}{:.1f} {:.1f}", there.empty() ? "M" : "L", f.px(s.x[i]), f.py(s.y[i]));
    back = fmt::format("L{:.1f} {:.1f}", f.px(s.x[i]), f.py(s.y_low[i])) + back;
  }
  return there.empty() ? "" : fmt::format("<path class=\"band {}\" d=\"{}{}Z\"/>\n", css_class(s.ink), there, back);
}

std::string points_of(const Frame& f, const Series& s) {
  std::string out;
  for (size_t i = 0; i < s.x.size(); ++i) {
    if (!std::isfinite(s.x[i]) || !std::isfinite(s.y[i])) continue;
    const double x = f.px(s.x[i]), y = f.py(s.y[i]);
    if (i < s.y_low.size() && i < s.y_high.size() && !std::isnan(s.y_low[i]) && !std::isnan(s.y_high[i]))
      out += line(x, f.py(s.y_low[i]), x, f.py(s.y_high[i]), fmt::format("whisker {}", css_class(s.ink)));
    out += fmt::format("<circle class=\"dot {}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\">{}</circle>\n", css_class(s.ink),
                       x, y, s.ink == Ink::focus ? 5 : 3.5, tip_of(i < s.tips.size() ? s.tips[i] : ""));
    if (i < s.labels.size() && !s.labels[i].empty()) {
      const bool left = x > f.right - 90;
      out += text(left ? x - 8 : x + 8, y + 4, left ? "end" : "start", shortened(s.labels[i], 18));
    }
  }
  return out;
}

std::string columns_of(const Frame& f, const Series& s) {
  std::string out;
  const double apart = s.x.size() > 1 ? std::abs(f.px(s.x[1]) - f.px(s.x[0])) : 40;
  const double wide = std::isfinite(apart) ? 0.8 * apart : 8;
  const double zero = f.py(std::clamp(0.0, f.y.low, f.y.high));
  for (size_t i = 0; i < s.x.size(); ++i) {
    if (!std::isfinite(s.x[i]) || !std::isfinite(s.y[i])) continue;
    const double y = f.py(s.y[i]);
    out +=
        fmt::format("<rect class=\"fill {}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\">{}</rect>\n",
                    css_class(s.ink), f.px(s.x[i]) - wide / 2, std::min(y, zero), wide, std::abs(zero - y),
                    tip_of(i < s.tips.size() ? s.tips[i] : ""));
  }
  return out;
}

std::string marks_of(const Frame& f, const Series& s) {
  switch (s.mark) {
    case Series::Mark::line:
    case Series::Mark::dashed:
    case Series::Mark::steps:
      return fmt::format("<path class=\"curve {}{}\" d=\"{}\"/>\n", css_class(s.ink),
                         s.mark == Series::Mark::dashed ? " dashed" : "", path_of(f, s, s.mark == Series::Mark::steps));
    case Series::Mark::band:
      return band_of(f, s);
    case Series::Mark::points:
      return points_of(f, s);
    case Series::Mark::columns:
      return columns_of(f, s);
  }
  return "";
}

std::string swatch(double x, double y, Ink ink, Series::Mark mark) {
  if (mark == Series::Mark::points)
    return fmt::format("<circle class=\"dot {}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"/>", css_class(ink), x + 6, y);
  if (mark == Series::Mark::band || mark == Series::Mark::columns)
    return fmt::format("<rect class=\"{} {}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"12\" height=\"10\"/>",
                       mark == Series::Mark::band ? "band" : "fill", css_class(ink), x, y - 5);
  return fmt::format("<line class=\"curve {}{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>",
                     css_class(ink), mark == Series::Mark::dashed ? " dashed" : "", x, y, x + 12, y);
}

/// About how wide a text is at 12 px.
double text_width(std::string_view s) { return 6.4 * static_cast<double>(s.size()); }

/// The limits of what is drawn, whiskers and bands included.
struct Extent {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  void take(double v) {
    if (!std::isfinite(v)) return;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  [[nodiscard]] bool empty() const { return low > high; }
};

std::pair<Extent, Extent> extents(const XyChart& chart) {
  Extent x, y;
  for (const Series& s : chart.series) {
    for (double v : s.x) x.take(v);
    for (const auto* column : {&s.y, &s.y_low, &s.y_high}) {
      for (double v : *column) {
        if (!chart.y.logarithmic || v > 0) y.take(v);
      }
    }
    if (s.mark == Series::Mark::columns) y.take(0);
  }
  if (!chart.x_names.empty()) {
    x.take(-0.6);
    x.take(static_cast<double>(chart.x_names.size()) - 0.4);
  }
  return {x, y};
}

}  // namespace

std::string draw(const XyChart& chart) {
  const auto [x, y] = extents(chart);
  if (x.empty() || y.empty()) return "";
  std::string legend;
  double legend_x = 64;
  bool named = false;
  for (const Series& s : chart.series) {
    if (s.name.empty()) continue;
    named = true;
    legend += swatch(legend_x, 12, s.ink, s.mark) + text(legend_x + 18, 16, "start", s.name);
    legend_x += 36 + text_width(s.name);
  }
  const double width = chart.square ? 460 : kWidth;
  const double top = named ? 30 : 12, bottom = chart.square ? 400 : 330;
  Frame f{64, top, width - 16, bottom, {}, {}};
  f.x = chart.x_names.empty() ? scale_of(x.low, x.high, chart.x.logarithmic, chart.square ? 5 : 8)
                              : Scale{x.low, x.high, false, {}};
  f.y = scale_of(y.low, y.high, chart.y.logarithmic, 6);
  std::string out = open_svg(std::max(width, legend_x), bottom + 46, chart.title) + legend + grid(f, chart);
  if (chart.diagonal) {
    const double low = std::max(f.x.low, f.y.low), high = std::min(f.x.high, f.y.high);
    out += line(f.px(low), f.py(low), f.px(high), f.py(high), "curve i4 dashed");
  }
  for (const Series& s : chart.series) out += marks_of(f, s);
  return out + "</svg>\n";
}

std::string draw(const Bars& bars) {
  if (bars.rows.empty()) return "";
  Extent extent;
  extent.take(0);
  for (const auto& row : bars.rows) {
    double up = 0, down = 0;
    for (double v : row.values) (v > 0 ? up : down) += std::isfinite(v) ? v : 0;
    extent.take(up);
    extent.take(down);
  }
  const Scale scale = scale_of(extent.low, extent.high, false, 6);
  const double left = kLabelWidth, right = kWidth - 16, top = bars.parts.size() > 1 ? 28 : 8;
  const double bottom = top + kRowHeight * static_cast<double>(bars.rows.size());
  const auto px = [&](double v) { return left + scale.at(v) * (right - left); };
  std::string out = open_svg(kWidth, bottom + 42, bars.title);
  double legend_x = left;
  for (size_t p = 0; p < bars.parts.size() && bars.parts.size() > 1; ++p) {
    out += swatch(legend_x, 12, bars.inks[p], Series::Mark::columns) + text(legend_x + 18, 16, "start", bars.parts[p]);
    legend_x += 36 + text_width(bars.parts[p]);
  }
  for (double v : scale.ticks) {
    out += line(px(v), top, px(v), bottom, "grid");
    out += text(px(v), bottom + 16, "middle", tick_label(v, scale, false));
  }
  for (size_t r = 0; r < bars.rows.size(); ++r) {
    const auto& row = bars.rows[r];
    const double y = top + kRowHeight * static_cast<double>(r);
    out += row_label(left - 8, y + 14, row.label);
    double up = 0, down = 0;
    for (size_t p = 0; p < row.values.size(); ++p) {
      const double v = std::isfinite(row.values[p]) ? row.values[p] : 0;
      double& from = v > 0 ? up : down;
      const double a = px(from), b = px(from + v);
      from += v;
      out += fmt::format("<rect class=\"fill {}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"14\">{}</rect>\n",
                         css_class(bars.inks[p]), std::min(a, b), y + 3, std::abs(b - a), tip_of(row.tip));
    }
  }
  out += line(px(0), top, px(0), bottom, "axis");
  return out + text(0.5 * (left + right), bottom + 36, "middle", bars.axis, " class=\"name\"") + "</svg>\n";
}

std::string draw(const Intervals& chart) {
  if (chart.rows.empty()) return "";
  Extent extent;
  for (const auto& row : chart.rows) {
    for (double v : {row.low, row.middle, row.high}) {
      if (!chart.axis.logarithmic || v > 0) extent.take(v);
    }
  }
  if (chart.has_reference) extent.take(chart.reference);
  if (extent.empty()) return "";
  const Scale scale = scale_of(extent.low, extent.high, chart.axis.logarithmic, 7);
  const double left = kLabelWidth, right = kWidth - 16, top = 8;
  const double bottom = top + kRowHeight * static_cast<double>(chart.rows.size());
  const auto px = [&](double v) { return left + scale.at(v) * (right - left); };
  std::string out = open_svg(kWidth, bottom + 42, chart.title);
  for (double v : scale.ticks) {
    out += line(px(v), top, px(v), bottom, "grid");
    out += text(px(v), bottom + 16, "middle", tick_label(v, scale, chart.axis.percent));
  }
  if (chart.has_reference) out += line(px(chart.reference), top, px(chart.reference), bottom, "curve i4 dashed");
  for (size_t r = 0; r < chart.rows.size(); ++r) {
    const auto& row = chart.rows[r];
    const double y = top + kRowHeight * (static_cast<double>(r) + 0.5);
    const char* ink = css_class(row.focus ? Ink::focus : Ink::first);
    out += row_label(left - 8, y + 4, row.label);
    if (!std::isfinite(row.middle)) continue;
    const double low = std::isnan(row.low) ? row.middle : row.low, high = std::isnan(row.high) ? row.middle : row.high;
    out += line(px(low), y, px(high), y, fmt::format("whisker {}", ink));
    out += fmt::format("<circle class=\"dot {}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\">{}</circle>\n", ink,
                       px(row.middle), y, tip_of(row.tip));
  }
  return out + text(0.5 * (left + right), bottom + 36, "middle", chart.axis.title, " class=\"name\"") + "</svg>\n";
}

namespace {

constexpr int kLegendSteps = 10;
constexpr double kLegendStep = 14;

/// How wide the colour scale under a heat map is, with what its ends mean.
double legend_width(const HeatMap& map) {
  const int steps = (map.one_sided ? 1 : 2) * kLegendSteps + 1;
  return 24 + text_width(map.low_name) + text_width(map.high_name) + kLegendStep * steps;
}

std::string legend_of(const HeatMap& map, double bottom) {
  std::string out;
  const double left = 14 + text_width(map.low_name);
  const int first = map.one_sided ? 0 : -kLegendSteps;
  for (int i = first; i <= kLegendSteps; ++i) {
    out += fmt::format(
        "<rect class=\"cell {}\" fill-opacity=\"{:.2f}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:g}\" height=\"10\"/>\n",
        i >= 0 ? "high" : "low", std::abs(i) / static_cast<double>(kLegendSteps), left + kLegendStep * (i - first),
        bottom + 16, kLegendStep);
  }
  out += text(left - 8, bottom + 25, "end", map.low_name);
  return out + text(left + kLegendStep * (kLegendSteps - first + 1) + 8, bottom + 25, "start", map.high_name);
}

}  // namespace

std::string draw(const HeatMap& map) {
  if (map.rows.empty() || map.columns.empty()) return "";
  double full = map.full;
  if (full <= 0) {
    for (double v : map.values) full = std::max(full, std::isfinite(v) ? std::abs(v) : 0);
  }
  full = std::max(full, 1e-12);
  size_t longest = 0;
  for (const auto& column : map.columns) longest = std::max(longest, std::min<size_t>(20, column.size()));
  const double left = 150, top = 26 + 4.6 * static_cast<double>(longest), cell_height = 17;
  const double cell_width = std::clamp((kWidth - left - 60) / static_cast<double>(map.columns.size()), 14.0, 44.0);
  const double right = left + cell_width * static_cast<double>(map.columns.size());
  const double bottom = top + cell_height * static_cast<double>(map.rows.size());
  const double width = std::max({kWidth, right + 60, legend_width(map)});
  std::string out = open_svg(width, bottom + 40, map.title);
  for (size_t c = 0; c < map.columns.size(); ++c) {
    const double x = left + cell_width * (static_cast<double>(c) + 0.5) + 3;
    out += fmt::format("<text x=\"{0:.1f}\" y=\"{1:.1f}\" transform=\"rotate(-50 {0:.1f} {1:.1f})\">{2}{3}</text>\n", x,
                       top - 6, escaped(shortened(map.columns[c], 20)), tip_of(map.columns[c]));
  }
  std::string frames;
  for (size_t r = 0; r < map.rows.size(); ++r) {
    const double y = top + cell_height * static_cast<double>(r);
    out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}{}</text>\n", left - 8, y + 12.5,
                       escaped(shortened(map.rows[r], 21)), tip_of(map.rows[r]));
    for (size_t c = 0; c < map.columns.size(); ++c) {
      const size_t k = r * map.columns.size() + c;
      const double v = map.values[k], x = left + cell_width * static_cast<double>(c);
      out += fmt::format(
          "<rect class=\"cell {}\" fill-opacity=\"{:.2f}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" "
          "height=\"{:.1f}\">{}</rect>\n",
          std::isfinite(v) ? (v >= 0 ? "high" : "low") : "none",
          std::isfinite(v) ? std::min(1.0, std::abs(v) / full) : 1.0, x, y, cell_width - 1, cell_height - 1,
          tip_of(k < map.tips.size() ? map.tips[k] : ""));
      if (k < map.marked.size() && map.marked[k])
        frames += fmt::format("<rect class=\"frame\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>\n",
                              x - 0.5, y - 0.5, cell_width, cell_height);
    }
  }
  out += frames;
  return out + legend_of(map, bottom) + "</svg>\n";
}

}  // namespace shrike::plot
