#include "video/black_out.h"

#include <cstring>
#include <new>

#include "video/raster.h"
#include "video/swscale.h"

namespace shrike {
namespace {

bool is_planar_8_bit_yuv(int format) {
  const auto* d = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(format));
  return d != nullptr && d->nb_components == 3 && (d->flags & AV_PIX_FMT_FLAG_RGB) == 0 && d->comp[0].depth == 8 &&
         d->comp[0].step == 1 && d->comp[1].step == 1 && d->comp[1].plane == 1 && d->comp[2].plane == 2;
}

ff::FramePtr own_copy(const AVFrame& picture) {
  if (!is_planar_8_bit_yuv(picture.format)) {
    return ff::scale(picture, AV_PIX_FMT_YUV420P, picture.width, picture.height, {.matrix = ff::matrix_of(picture)});
  }
  ff::FramePtr copy(av_frame_clone(&picture));
  if (!copy || av_frame_make_writable(copy.get()) < 0) throw std::bad_alloc();
  return copy;
}

}  // namespace

ff::FramePtr black_out(const AVFrame& picture, const std::vector<Polygon>& polygons) {
  ff::FramePtr out = own_copy(picture);
  const auto* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(out->format));
  for (int plane = 0; plane < 3; ++plane) {
    const int width = plane == 0 ? out->width : AV_CEIL_RSHIFT(out->width, format->log2_chroma_w);
    const int height = plane == 0 ? out->height : AV_CEIL_RSHIFT(out->height, format->log2_chroma_h);
    // 16 is black in limited range and next to black in full range.
    const int value = plane == 0 ? 16 : 128;
    for (const Polygon& polygon : polygons) {
      for_each_span(polygon, width, height, 1.0F, [&](int y, int begin, int end) {
        std::memset(out->data[plane] + static_cast<ptrdiff_t>(y) * out->linesize[plane] + begin, value,
                    static_cast<size_t>(end - begin));
      });
    }
  }
  return out;
}

}  // namespace shrike
