#include <cstdint>
#include <string_view>

#include "behaviour/pose_lift.h"

// Whatever stands in a file of poses: an answer, never a crash; and what was read can be made into steps.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto clip = shrike::parse_pose_clip(text, "fuzz");
  if (!clip && clip.error().message.empty()) __builtin_trap();
  if (clip)
    for (const auto& person : clip->people) {
      // A person who is in one frame of every thousand would only make the target slow.
      if (person.frames.back() > 10'000) continue;
      for (const auto& step : clip->steps_of(person))
        for (const auto& p : step.at)
          if (!(p.x == p.x) || !(p.y == p.y)) __builtin_trap();
    }
  const auto labels = shrike::parse_frame_labels(text, "fuzz");
  if (!labels && labels.error().message.empty()) __builtin_trap();
  return 0;
}
