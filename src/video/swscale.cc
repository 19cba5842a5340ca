#include "video/swscale.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <compare>
#include <new>

namespace shrike::ff {
namespace {

/// Everything that a conversion depends on: one SwsContext for each.
struct Conversion {
  int from_width, from_height, from_format, from_matrix, from_range;
  int width, height, format, matrix, range;
  bool operator==(const Conversion&) const = default;
};

/// The old full-range twins (yuvj420p, …) mean their plain format at full range.
int without_j(int format) {
  switch (format) {
    case AV_PIX_FMT_YUVJ411P:
      return AV_PIX_FMT_YUV411P;
    case AV_PIX_FMT_YUVJ420P:
      return AV_PIX_FMT_YUV420P;
    case AV_PIX_FMT_YUVJ422P:
      return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUVJ440P:
      return AV_PIX_FMT_YUV440P;
    case AV_PIX_FMT_YUVJ444P:
      return AV_PIX_FMT_YUV444P;
    default:
      return format;
  }
}

bool is_grey(int format) {
  const auto* d = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(format));
  return d != nullptr && d->nb_components <= 2;
}

AVColorSpace name_of(int matrix) {
  switch (matrix) {
    case SWS_CS_ITU709:
      return AVCOL_SPC_BT709;
    case SWS_CS_FCC:
      return AVCOL_SPC_FCC;
    case SWS_CS_SMPTE240M:
      return AVCOL_SPC_SMPTE240M;
    case SWS_CS_BT2020:
      return AVCOL_SPC_BT2020_NCL;
    default:
      return AVCOL_SPC_SMPTE170M;
  }
}

/// The conversions that this thread used last, newest first: a thread that serves several cameras and picture sizes
/// must not set one up anew for each frame.
SwsContext* find(const Conversion& wanted) {
  struct Entry {
    Conversion conversion{};
    std::unique_ptr<SwsContext, Free> context;
  };
  thread_local std::array<Entry, 12> cache;
  auto it = std::find_if(cache.begin(), cache.end(), [&](const Entry& e) { return e.conversion == wanted; });
  if (it == cache.end()) {
    it = cache.end() - 1;
    it->conversion = wanted;
    // RGB of an odd width: without this flag the scaler takes the colour of the last pixel from the one beyond it.
    const bool from_rgb =
        (av_pix_fmt_desc_get(static_cast<AVPixelFormat>(wanted.from_format))->flags & AV_PIX_FMT_FLAG_RGB) != 0;
    const int flags = SWS_BILINEAR | (from_rgb ? SWS_FULL_CHR_H_INP : 0);
    it->context.reset(sws_getContext(wanted.from_width, wanted.from_height,
                                     static_cast<AVPixelFormat>(wanted.from_format), wanted.width, wanted.height,
                                     static_cast<AVPixelFormat>(wanted.format), flags, nullptr, nullptr, nullptr));
    // Pictures enter this room only in formats that the scaler reads, so this is memory.
    if (!it->context) throw std::bad_alloc();
    // Refused for pairs in which it has no meaning (RGB to RGB); that is fine.
    sws_setColorspaceDetails(it->context.get(), sws_getCoefficients(wanted.from_matrix), wanted.from_range,
                             sws_getCoefficients(wanted.matrix), wanted.range, 0, 1 << 16, 1 << 16);
  }
  std::rotate(cache.begin(), it, it + 1);
  return cache.front().context.get();
}

}  // namespace

Range range_of(const AVFrame& f) {
  if (f.color_range == AVCOL_RANGE_JPEG || without_j(f.format) != f.format) return Range::full;
  // A grey still image has no limited range unless it says so.
  return is_grey(f.format) && f.color_range == AVCOL_RANGE_UNSPECIFIED ? Range::full : Range::limited;
}

/// Cameras often leave the matrix out; then HD is BT.709 and what is smaller BT.601, as players guess it (mpv's rule).
int matrix_of(const AVFrame& f) {
  switch (f.colorspace) {
    case AVCOL_SPC_BT709:
      return SWS_CS_ITU709;
    case AVCOL_SPC_FCC:
      return SWS_CS_FCC;
    case AVCOL_SPC_SMPTE240M:
      return SWS_CS_SMPTE240M;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
      return SWS_CS_BT2020;
    case AVCOL_SPC_UNSPECIFIED:
      return f.width >= 1280 || f.height > 576 ? SWS_CS_ITU709 : SWS_CS_ITU601;
    default:
      return SWS_CS_ITU601;
  }
}

void scale(const AVFrame& source, AVPixelFormat format, int width, int height, Colours colours,
           uint8_t* const planes[4], const int strides[4]) {
  assert(width > 0 && height > 0);
  SwsContext* context = find({.from_width = source.width,
                              .from_height = source.height,
                              .from_format = without_j(source.format),
                              .from_matrix = matrix_of(source),
                              .from_range = range_of(source) == Range::full ? 1 : 0,
                              .width = width,
                              .height = height,
                              .format = format,
                              .matrix = colours.matrix,
                              .range = colours.range == Range::full ? 1 : 0});
  sws_scale(context, source.data, source.linesize, 0, source.height, planes, strides);
}

FramePtr scale(const AVFrame& source, AVPixelFormat format, int width, int height, Colours colours) {
  FramePtr out = new_frame();
  out->format = format;
  out->width = width;
  out->height = height;
  out->color_range = colours.range == Range::full ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  out->colorspace = name_of(colours.matrix);
  if (av_frame_get_buffer(out.get(), 64) < 0) throw std::bad_alloc();
  scale(source, format, width, height, colours, out->data, out->linesize);
  return out;
}

}  // namespace shrike::ff
