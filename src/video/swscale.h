#pragma once
// One call to FFmpeg's scaler with the meaning of the colours kept; for the room's own .cc files.

#include "video/ffmpeg.h"

namespace shrike::ff {

/// Scales and converts all of `source` to `format`, `width` x `height`, at `planes` with rows `strides` bytes apart.
/// YUV that comes out is BT.601, full range where `full_range` says so; RGB is always full range.
/// FFmpeg may write up to 64 bytes past the end of a row: rows must be padded by that much.
void scale(const AVFrame& source, AVPixelFormat format, int width, int height, bool full_range,
           uint8_t* const planes[4], const int strides[4]);

/// As above, into a new frame.
[[nodiscard]] FramePtr scale(const AVFrame& source, AVPixelFormat format, int width, int height, bool full_range);

}  // namespace shrike::ff
