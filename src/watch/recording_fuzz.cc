#include <cstddef>
#include <cstdint>
#include <string>

#include "watch/recording.h"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto recording = shrike::Recording::from_bytes(std::string(reinterpret_cast<const char*>(data), size), "fuzz");
  if (!recording) return 0;
  shrike::RecordedFrame frame;
  for (int i = 0; i < 10000; ++i) {
    const auto more = recording->next(frame);
    if (!more || !*more) break;
  }
  return 0;
}
