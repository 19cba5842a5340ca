#include "video/luma.h"

#include <algorithm>

#include "video/swscale.h"

namespace shrike {
namespace {

constexpr int kCellsMax = 160;

struct Plane {
  const uint8_t* data;
  ptrdiff_t stride;
  int width, height;
};

bool first_plane_is_luma(int format) {
  const auto* d = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(format));
  constexpr uint64_t kOther = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_HWACCEL |
                              AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_BAYER;
  return d != nullptr && (d->flags & kOther) == 0 && d->comp[0].depth == 8 && d->comp[0].step == 1 &&
         d->comp[0].plane == 0;
}

/// Means of `side` x `side` pixels; of large cells only about four rows are read, which is plenty for a mean.
void average(const Plane& plane, int side, Luma& luma) {
  const int row_step = std::max(1, side / 4);
  thread_local std::vector<uint16_t> columns;
  columns.resize(static_cast<size_t>(plane.width));
  for (int cy = 0; cy < luma.height; ++cy) {
    std::fill(columns.begin(), columns.end(), uint16_t{0});
    const int y_end = std::min((cy + 1) * side, plane.height);
    int rows = 0;
    for (int y = cy * side; y < y_end; y += row_step, ++rows) {
      const uint8_t* p = plane.data + y * plane.stride;
      uint16_t* sum = columns.data();
      for (int x = 0; x < plane.width; ++x) sum[x] = static_cast<uint16_t>(sum[x] + p[x]);
    }
    for (int cx = 0; cx < luma.width; ++cx) {
      const int x_end = std::min((cx + 1) * side, plane.width);
      uint32_t sum = 0;
      for (int x = cx * side; x < x_end; ++x) sum += columns[static_cast<size_t>(x)];
      const auto pixels = static_cast<uint32_t>(rows * (x_end - cx * side));
      luma.cells[static_cast<size_t>(cy * luma.width + cx)] = static_cast<uint16_t>(sum * 16 / pixels);
    }
  }
}

}  // namespace

void read_luma(const Frame& frame, Luma& luma) {
  const int side = std::max(1, (std::max(frame.width, frame.height) + kCellsMax - 1) / kCellsMax);
  luma.width = (frame.width + side - 1) / side;
  luma.height = (frame.height + side - 1) / side;
  luma.cells.resize(static_cast<size_t>(luma.width) * static_cast<size_t>(luma.height));
  const AVFrame& picture = *frame.picture;
  if (first_plane_is_luma(picture.format)) {
    average({picture.data[0], picture.linesize[0], frame.width, frame.height}, side, luma);
    return;
  }
  const ff::FramePtr grey = ff::scale(picture, AV_PIX_FMT_GRAY8, luma.width, luma.height, {.range = ff::Range::full});
  average({grey->data[0], grey->linesize[0], luma.width, luma.height}, 1, luma);
}

}  // namespace shrike
