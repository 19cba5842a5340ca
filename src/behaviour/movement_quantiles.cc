#include "behaviour/movement_quantiles.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace shrike {
namespace {

using nlohmann::json;

/// Values at equal steps of rank.
std::vector<float> points_of(const std::vector<float>& sorted, size_t points) {
  std::vector<float> out;
  for (size_t k = 0; k < points && !sorted.empty(); ++k) {
    const double at = static_cast<double>(sorted.size() - 1) * static_cast<double>(k) / static_cast<double>(points - 1);
    const auto below = static_cast<size_t>(at);
    const auto above = std::min(below + 1, sorted.size() - 1);
    const auto part = static_cast<float>(at - static_cast<double>(below));
    out.push_back(sorted[below] + (sorted[above] - sorted[below]) * part);
  }
  return out;
}

}  // namespace

Quantiles Quantiles::of(std::vector<float> sample, size_t points) {
  std::erase_if(sample, [](float v) { return !std::isfinite(v); });
  std::ranges::sort(sample);
  return {static_cast<int64_t>(sample.size()), points_of(sample, points)};
}

double Quantiles::exceedance(float value) const {
  if (count == 0 || values.size() < 2) return 0.5;
  const auto n = static_cast<double>(count), steps = static_cast<double>(values.size() - 1);
  // Ranks in the sample, ties counted half.
  const auto low = std::ranges::lower_bound(values, value), high = std::ranges::upper_bound(values, value);
  double below = 0;  // share of the sample
  if (low != high) {
    below = (static_cast<double>(low - values.begin()) + static_cast<double>(high - values.begin() - 1)) / 2 / steps;
  } else if (low == values.end()) {
    below = 1;
  } else if (low != values.begin()) {
    const float a = *std::prev(low), b = *low;
    below = (static_cast<double>(low - values.begin()) - 1 + static_cast<double>((value - a) / (b - a))) / steps;
  }
  return std::clamp((n * (1 - below) + 0.5) / (n + 1), 0.5 / (n + 1), 1.0);
}

json json_of(const Quantiles& q) { return {{"count", q.count}, {"values", q.values}}; }

Result<Quantiles> quantiles_from(const json& object) {
  Quantiles q;
  if (!object.is_object()) return bad_input("a table of ranks is no object");
  const auto count = object.find("count"), values = object.find("values");
  if (count == object.end() || !count->is_number_unsigned() || values == object.end() || !values->is_array())
    return bad_input("a table of ranks lacks count or values");
  q.count = static_cast<int64_t>(std::min<uint64_t>(count->get<uint64_t>(), uint64_t{1} << 40U));
  const bool fits = q.count == 0 ? values->empty() : values->size() >= 2 && values->size() <= Quantiles::kPointsMost;
  if (!fits)
    return bad_input(
        fmt::format("a table of ranks has {} values, expected 2 to {}", values->size(), Quantiles::kPointsMost));
  for (const json& value : *values) {
    if (!value.is_number() || !std::isfinite(value.get<float>())) return bad_input("a table of ranks holds no numbers");
    q.values.push_back(value.get<float>());
  }
  if (!std::ranges::is_sorted(q.values)) return bad_input("a table of ranks does not ascend");
  return q;
}

}  // namespace shrike
