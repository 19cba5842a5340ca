#pragma once
// Where a value lies on an axis, and which values are written beside it.

#include <string>
#include <vector>

namespace shrike::plot {

struct Scale {
  double low = 0, high = 1;
  bool logarithmic = false;
  std::vector<double> ticks;
  /// 0 at the low end, 1 at the high end; what lies beyond an end is brought in to it.
  [[nodiscard]] double at(double value) const;
};

/// An axis that holds [low, high], its ends and `ticks_max` or fewer ticks on round numbers. A logarithmic one needs
/// 0 < low.
[[nodiscard]] Scale scale_of(double low, double high, bool logarithmic, int ticks_max);
[[nodiscard]] std::string tick_label(double value, const Scale& scale, bool percent);

}  // namespace shrike::plot
