#include "plot/scale.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "plot/svg.h"

namespace shrike::plot {
namespace {

/// 1, 2 or 5 times a power of ten, so that `range` has at most `ticks_max` steps.
double round_step(double range, int ticks_max) {
  const double raw = range / std::max(1, ticks_max);
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= raw * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

Scale logarithmic_scale(double low, double high) {
  Scale scale{low, high, true, {}};
  const double decades = std::log10(high / low);
  if (decades < 1.2) {  // too short for powers of ten
    const double step = round_step(high - low, 8);
    for (double v = step * std::ceil(low / step); v <= high; v += step) scale.ticks.push_back(v);
    return scale;
  }
  for (double power = std::pow(10.0, std::floor(std::log10(low))); power <= high; power *= 10) {
    for (double factor : {1.0, 2.0, 5.0}) {
      if (decades > 3.5 && factor > 1) break;
      const double v = factor * power;
      if (v >= low * (1 - 1e-9) && v <= high * (1 + 1e-9)) scale.ticks.push_back(v);
    }
  }
  return scale;
}

}  // namespace

double Scale::at(double value) const {
  if (logarithmic) {
    if (value <= 0) return 0;
    return std::clamp(std::log(value / low) / std::log(high / low), 0.0, 1.0);
  }
  return std::clamp((value - low) / (high - low), 0.0, 1.0);
}

Scale scale_of(double low, double high, bool logarithmic, int ticks_max) {
  if (logarithmic && low > 0) {
    const double margin = high > low ? std::pow(high / low, 0.03) : 2;
    return logarithmic_scale(low / margin, high * margin);
  }
  if (!(high > low)) {  // one value, or none that is a number: some room about it
    const double room = std::max(1.0, std::abs(low));
    low -= low == 0 ? 0 : 0.5 * room;
    high = low + room;
  }
  const double step = round_step(high - low, ticks_max);
  Scale scale{step * std::floor(low / step + 1e-9), step * std::ceil(high / step - 1e-9), false, {}};
  const auto steps = static_cast<int>(std::lround((scale.high - scale.low) / step));
  for (int i = 0; i <= steps; ++i) {
    const double v = scale.low + step * i;
    scale.ticks.push_back(std::abs(v) < 1e-9 * step ? 0 : v);
  }
  return scale;
}

std::string tick_label(double value, const Scale& scale, bool percent) {
  if (percent) return fmt::format("{:g} %", std::round(value * 1e4) / 100);
  if (value != 0 && !scale.logarithmic && scale.ticks.size() > 1) {  // as many digits as the steps need, all alike
    const double step = scale.ticks[1] - scale.ticks[0];
    const int digits = step >= 1 ? 0 : static_cast<int>(std::ceil(-std::log10(step) - 1e-9));
    if (digits > 0 && digits < 7) return fmt::format("{:.{}f}", value, digits);
  }
  return number(value, 4);
}

}  // namespace shrike::plot
