#pragma once
#include <cstdint>
#include <memory>

#include "base/time.h"

struct AVFrame;

namespace shrike {

/// One decoded picture. The picture is shared and never written to after it is made, so frames are cheap to copy
/// between threads.
struct Frame {
  std::shared_ptr<const AVFrame> picture;  ///< in the decoder's own pixel format (yuv420p, yuvj420p, rgb24, …)
  Timestamp time;                          ///< presentation time mapped to UTC
  int64_t seq = 0;            ///< counts every decoded frame of this source since it was opened first; never repeats
  int width = 0, height = 0;  ///< pixels
  bool motion = true;         ///< false: the motion gate saw nothing that moved
};

}  // namespace shrike
