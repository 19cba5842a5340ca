#pragma once
// One call to FFmpeg's scaler with the meaning of the colours kept; for the room's own .cc files.

#include "video/ffmpeg.h"

namespace shrike::ff {

enum class Range { limited, full };

/// How a conversion describes the YUV that comes out; RGB is always full range.
struct Colours {
  Range range = Range::limited;
  int matrix = SWS_CS_ITU601;
};

/// The matrix of a frame's YUV, guessed where the frame does not say: SWS_CS_ITU601, SWS_CS_ITU709, …
[[nodiscard]] int matrix_of(const AVFrame& frame);
[[nodiscard]] Range range_of(const AVFrame& frame);

/// Scales and converts all of `source` to `format`, `width` x `height`, at `planes` with rows `strides` bytes apart.
/// FFmpeg may write up to 64 bytes past the end of a row: rows must be padded by that much.
void scale(const AVFrame& source, AVPixelFormat format, int width, int height, Colours colours,
           uint8_t* const planes[4], const int strides[4]);

/// As above, into a new frame that says what its colours are.
[[nodiscard]] FramePtr scale(const AVFrame& source, AVPixelFormat format, int width, int height, Colours colours);

/// The same, BT.601 at full or limited range: the form that tests of other rooms use.
[[nodiscard]] inline FramePtr scale(const AVFrame& source, AVPixelFormat format, int width, int height,
                                    bool full_range) {
  return scale(source, format, width, height, Colours{.range = full_range ? Range::full : Range::limited});
}

}  // namespace shrike::ff
