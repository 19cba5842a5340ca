#pragma once
#include <cstdint>
#include <vector>

#include "video/frame.h"

namespace shrike {

/// Brightness of a frame in a coarse grid: what can be said about a picture for next to nothing.
/// Row by row; each cell is the mean of its part of the picture, in 1/16 of a grey level (0..4080).
struct Luma {
  int width = 0, height = 0;
  std::vector<uint16_t> cells;
};

/// At most 160 cells wide and 160 high, at least one. 8-bit planar pictures are read where they are, others are scaled.
void read_luma(const Frame& frame, Luma& luma);

}  // namespace shrike
