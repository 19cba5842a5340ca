#pragma once
// What simulated people wear, and how a camera's colours of it come out.

#include <array>
#include <cstdint>
#include <vector>

namespace shrike {

/// Clothing from top to bottom: what is on the head and shoulders, the trunk, the legs. Hue in turns; saturation and
/// value 0..1.
struct Clothing {
  struct Colour {
    double hue = 0, saturation = 0, value = 0;
  };
  std::array<Colour, 3> parts;
};

/// What `looks_like` wears on a day; the same for the same numbers. Negative: a uniform, the same every day.
[[nodiscard]] Clothing clothing_of(uint64_t seed, int day, int looks_like);

/// A camera's light: a factor on values, and a shift of hues.
struct CameraLight {
  double gain = 1, hue = 0;
};

/// An appearance in the layout of vision/appearance.h, as a picture of a few hundred pixels would give it. `variant`
/// draws the pixels: front and back differ.
void add_look(const Clothing& clothing, const CameraLight& light, uint64_t variant, std::vector<float>& rows);

}  // namespace shrike
