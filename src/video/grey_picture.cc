#include "video/grey_picture.h"

#include <cstring>
#include <new>

#include "video/ffmpeg.h"

namespace shrike {

Result<std::shared_ptr<const AVFrame>> grey_picture(int width, int height) {
  constexpr int kDark = 60, kNoColour = 128;
  TRY_VOID(ff::check_size(width, height));
  auto picture = ff::new_frame();
  picture->format = AV_PIX_FMT_YUV420P;
  picture->width = width;
  picture->height = height;
  if (av_frame_get_buffer(picture.get(), 0) < 0) throw std::bad_alloc();
  for (int plane = 0; plane < 3; ++plane) {
    const int rows = plane == 0 ? height : (height + 1) / 2;
    std::memset(picture->data[plane], plane == 0 ? kDark : kNoColour,
                static_cast<size_t>(rows) * static_cast<size_t>(picture->linesize[plane]));
  }
  return std::shared_ptr<const AVFrame>(picture.release(), ff::Free());
}

}  // namespace shrike
