#pragma once
// What a person's clothing looks like, to know them again after a pillar or a shelf on the same camera. No faces.

#include <cstddef>
#include <span>
#include <vector>

#include "video/frame.h"
#include "vision/detections.h"

namespace shrike {

/// Length of one appearance: three stripes of a person's box, top to bottom, each a histogram of 8 hues x 4
/// saturations x 4 values.
inline constexpr size_t kAppearanceSize = size_t{3} * 8 * 4 * 4;

/// One row of kAppearanceSize a detection, in their order; square roots of the histograms (Hellinger), length 1.
/// All zeros for whatever is not a person (`person_label`), for what scores below `score_min` (a box of doubt shows
/// others as well as its person), and for a box of which less than 8 x 16 pixels are in the picture. Looks at about
/// five hundred pixels a person, weighted towards the middle of the box; planar 8-bit YUV, NV12 and packed RGB are read
/// as they are, other formats are converted first. Safe on any number of threads.
[[nodiscard]] std::vector<float> appearance_of(const Frame& frame, const Detections& detections, float score_min = 0,
                                               int person_label = 0);

/// How alike two appearances are: 0..1, the Bhattacharyya coefficient. 0 where one is empty or all zeros.
[[nodiscard]] float alike(std::span<const float> a, std::span<const float> b);

}  // namespace shrike
