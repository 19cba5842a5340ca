#include "vision/pixels.h"

#include <gtest/gtest.h>
#include <vector>

namespace shrike {
namespace {

TEST(Pixels, become_planes_scaled_by_channel) {
  for (const size_t count : {1U, 5U, 16U, 1001U}) {  // also what is left over after whole vectors
    std::vector<uint8_t> pixels(count * 3);
    for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<uint8_t>(i * 37 + 11);
    std::vector<float> planes(count * 3, -1);
    const std::array<float, 3> mean = {10, 20, 30}, std = {2, 4, 255};
    to_planes(pixels.data(), count, mean, std, planes.data());
    for (size_t c = 0; c < 3; ++c) {
      for (size_t i = 0; i < count; ++i) {
        ASSERT_NEAR(planes[c * count + i], (static_cast<float>(pixels[3 * i + c]) - mean[c]) / std[c], 1e-5F)
            << c << ' ' << i;
      }
    }
  }
}

}  // namespace
}  // namespace shrike
