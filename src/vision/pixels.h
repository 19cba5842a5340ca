#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace shrike {

/// Packed 8-bit pixels to the planes that a network takes: planes[c * count + i] = (pixels[3 * i + c] − mean[c]) /
/// std[c].
void to_planes(const uint8_t* pixels, size_t count, const std::array<float, 3>& mean, const std::array<float, 3>& std,
               float* planes);

}  // namespace shrike
