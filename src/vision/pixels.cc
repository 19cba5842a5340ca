#include "vision/pixels.h"

namespace shrike {

namespace {

// always_inline, so that the compiler makes it anew for the instruction set of each caller.
[[gnu::always_inline]] inline void convert(const uint8_t* __restrict pixels, size_t count, float scale, float shift,
                                           float* __restrict plane) {
  for (size_t i = 0; i < count; ++i) plane[i] = static_cast<float>(pixels[3 * i]) * scale + shift;
}

void convert_anywhere(const uint8_t* pixels, size_t count, float scale, float shift, float* plane) {
  convert(pixels, count, scale, shift, plane);
}

#ifdef __x86_64__
// With byte shuffles (every x86 since 2008) the stride of three vectorises: four times as fast. No newer set, because
// fused multiply-add would round otherwise on some machines.
[[gnu::target("ssse3,sse4.1")]] void convert_shuffled(const uint8_t* pixels, size_t count, float scale, float shift,
                                                      float* plane) {
  convert(pixels, count, scale, shift, plane);
}
#endif

}  // namespace

void to_planes(const uint8_t* pixels, size_t count, const std::array<float, 3>& mean, const std::array<float, 3>& std,
               float* planes) {
  auto run = convert_anywhere;
#ifdef __x86_64__
  if (__builtin_cpu_supports("ssse3") && __builtin_cpu_supports("sse4.1")) run = convert_shuffled;
#endif
  for (size_t c = 0; c < 3; ++c) run(pixels + c, count, 1 / std[c], -mean[c] / std[c], planes + c * count);
}

}  // namespace shrike
