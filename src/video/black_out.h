#pragma once
#include <vector>

#include "base/geometry.h"
#include "video/ffmpeg.h"

namespace shrike {

/// `picture` with everything inside `polygons` (0..1) black, so that nobody and nothing after it sees what happens in a
/// fitting room. The edge is drawn a little outside the polygon. The picture itself is left as it is.
[[nodiscard]] ff::FramePtr black_out(const AVFrame& picture, const std::vector<Polygon>& polygons);

}  // namespace shrike
