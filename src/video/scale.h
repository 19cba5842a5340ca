#pragma once
// Pictures as packed pixels of another size, the form that networks and painters want.

#include <cstdint>
#include <optional>
#include <vector>

#include "base/geometry.h"
#include "video/frame.h"

namespace shrike {

/// A packed 8-bit RGB picture, rows top to bottom without padding: pixel (x, y) starts at rgb[3 * (y * width + x)].
struct Picture {
  int width = 0, height = 0;
  std::vector<uint8_t> rgb;
};

enum class ChannelOrder { rgb, bgr };
enum class Align { centre, top_left };

struct LetterboxOptions {
  ChannelOrder order = ChannelOrder::rgb;
  Align align = Align::centre;
  uint8_t fill = 0;  ///< what is put around the picture, in all three channels
};

/// Where a picture came to lie in its letterbox (pixels of the letterbox).
struct Letterbox {
  int left = 0, top = 0, width = 0, height = 0;
  float scale_x = 1, scale_y = 1;  ///< letterbox pixels a picture pixel

  /// A box in the letterbox, in pixels of the picture; not cut at its border.
  [[nodiscard]] Box to_picture(const Box& b) const {
    const auto x = static_cast<float>(left);
    const auto y = static_cast<float>(top);
    return {(b.x1 - x) / scale_x, (b.y1 - y) / scale_y, (b.x2 - x) / scale_x, (b.y2 - y) / scale_y};
  }
};

/// Scales the whole frame, aspect kept, into `width` x `height` packed pixels at `pixels` (3 * width * height bytes,
/// height-width-channel) and fills what is left over. Bilinear, widened when shrinking so that nothing is skipped.
/// The frame's colour matrix (BT.601/709) and range (limited/full) are honoured; output is full-range RGB.
/// Safe on any number of threads; each keeps the conversions that it used last.
Letterbox letterbox(const Frame& frame, int width, int height, const LetterboxOptions& options, uint8_t* pixels);

/// The frame as RGB, shrunk to `width_max` where it is wider (0 = never).
[[nodiscard]] Picture to_picture(const Frame& frame, int width_max = 0);

/// The part of `frame` that lies in `box` (pixels), sharing its memory. Nothing where the box
/// holds no pixel of it. Sides are moved outward to whole colour samples.
struct Crop {
  Frame frame;
  int left = 0, top = 0;
};
[[nodiscard]] std::optional<Crop> crop(const Frame& frame, const Box& box);

/// A frame that holds a copy of `picture`.
[[nodiscard]] Frame to_frame(const Picture& picture, Timestamp time = {}, int64_t seq = 0);

}  // namespace shrike
