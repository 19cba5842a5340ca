#include "sim/store_looks.h"

#include <algorithm>
#include <cmath>

#include "sim/chain_random.h"
#include "vision/appearance.h"

namespace shrike {
namespace {

constexpr int kPixels = 220;          // of a stripe
constexpr double kBackground = 0.12;  // share of pixels in the box that are not the person

// What people wear is mostly dark and dull: half black, grey or navy, a quarter jeans, the rest colours.
Clothing::Colour draw_colour(SimRandom& draw, bool legs) {
  const double u = draw.uniform();
  if (u < (legs ? 0.4 : 0.3)) return {draw.uniform(), draw.between(0, 0.1), draw.between(0.06, 0.3)};
  if (u < (legs ? 0.75 : 0.42)) return {draw.between(0.58, 0.66), draw.between(0.3, 0.7), draw.between(0.15, 0.5)};
  if (u < (legs ? 0.88 : 0.65)) return {draw.uniform(), draw.between(0, 0.12), draw.between(0.4, 0.95)};
  return {draw.uniform(), draw.between(0.3, 0.95), draw.between(0.3, 0.9)};
}

int bin_of(double value, int bins) { return std::clamp(static_cast<int>(value * bins), 0, bins - 1); }

}  // namespace

Clothing clothing_of(uint64_t seed, int day, int looks_like) {
  const bool uniform = looks_like < 0;
  SimRandom draw(seed, 7'000'003ULL + (uniform ? 0 : static_cast<uint64_t>(day + 1) * 1'000'000ULL) +
                           static_cast<uint64_t>(looks_like + 1000));
  if (uniform) {
    const double hue = draw.uniform();
    return {{{{hue, 0.7, 0.5}, {hue, 0.75, 0.5}, {0.6, 0.05, 0.15}}}};
  }
  const Clothing::Colour trunk = draw_colour(draw, false);
  // The upper third shows hair and shoulders: half of it is the trunk's own.
  Clothing::Colour head =
      draw.chance(0.5) ? trunk : Clothing::Colour{0.08, draw.between(0.2, 0.5), draw.between(0.1, 0.6)};
  return {{head, trunk, draw_colour(draw, true)}};
}

void add_look(const Clothing& clothing, const CameraLight& light, uint64_t variant, std::vector<float>& rows) {
  constexpr int kHues = 8, kSaturations = 4, kValues = 4;
  SimRandom draw(variant, 11);
  const size_t first = rows.size();
  rows.resize(first + kAppearanceSize, 0);
  // Folds, shade and what is carried: each side of a person is a little different.
  const double side_value = 1 + 0.1 * draw.normal();
  for (size_t part = 0; part < clothing.parts.size(); ++part) {
    const Clothing::Colour& own = clothing.parts[part];
    for (int i = 0; i < kPixels; ++i) {
      Clothing::Colour c = draw.chance(kBackground)
                               ? Clothing::Colour{draw.uniform(), draw.between(0, 0.2), draw.between(0.3, 0.9)}
                               : own;
      c.value = std::clamp(c.value * light.gain * side_value * std::exp(0.22 * draw.normal()), 0.0, 1.0);
      c.saturation = std::clamp(c.saturation + 0.07 * draw.normal(), 0.0, 1.0);
      c.hue = c.hue + light.hue + 0.02 * draw.normal();
      c.hue -= std::floor(c.hue);
      const bool grey = c.saturation < 0.12 || c.value < 0.1;
      const int hue = grey ? 0 : bin_of(c.hue, kHues), saturation = grey ? 0 : bin_of(c.saturation, kSaturations);
      const auto bin = static_cast<size_t>((hue * kSaturations + saturation) * kValues + bin_of(c.value, kValues));
      rows[first + part * (kAppearanceSize / 3) + bin] += 1;
    }
  }
  for (size_t i = first; i < rows.size(); ++i)
    rows[i] = std::sqrt(rows[i] / static_cast<float>(kPixels * static_cast<int>(clothing.parts.size())));
}

}  // namespace shrike
