// Any bytes as a camera's message: boxes within the picture, or an error that says what was expected.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "sense/camera_objects.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace shrike;
  const auto seen = read_camera_objects({reinterpret_cast<const char*>(data), size});
  if (!seen) {
    if (seen.error().message.empty()) std::abort();
    return 0;
  }
  if (seen->width < 1 || seen->height < 1) std::abort();
  for (const auto& object : seen->objects) {
    const Box& b = object.box;
    if (!(b.x1 >= 0 && b.x1 < b.x2 && b.x2 <= 1 && b.y1 >= 0 && b.y1 < b.y2 && b.y2 <= 1)) std::abort();
    if (!(object.score >= 0 && object.score <= 1)) std::abort();
  }
  return 0;
}
