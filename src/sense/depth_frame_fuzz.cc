// Any bytes as a depth picture: as many values as its size says, or an error.
#include <cstdint>
#include <cstdlib>

#include "sense/depth_frame.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace shrike;
  const auto frame = read_depth_frame({reinterpret_cast<const char*>(data), size});
  if (!frame) {
    if (frame.error().message.empty()) std::abort();
    return 0;
  }
  if (frame->mm.size() != static_cast<size_t>(frame->width) * static_cast<size_t>(frame->height)) std::abort();
  return 0;
}
