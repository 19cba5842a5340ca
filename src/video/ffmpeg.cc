#include "video/ffmpeg.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <new>

namespace shrike::ff {

std::string message(int error) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(error, text.data(), text.size());
  return text.data();
}

void keep_quiet() {
  static const bool done = [] {
    av_log_set_level(AV_LOG_QUIET);
    return true;
  }();
  (void)done;
}

FramePtr new_frame() {
  FramePtr frame(av_frame_alloc());
  if (!frame) throw std::bad_alloc();
  return frame;
}

PacketPtr new_packet() {
  PacketPtr packet(av_packet_alloc());
  if (!packet) throw std::bad_alloc();
  return packet;
}

Result<void> check_size(int width, int height) {
  if (width < 1 || height < 1) return bad_input(fmt::format("the picture has no size ({} x {})", width, height));
  if (std::max(width, height) > kSideMax || int64_t{width} * height > kPixelsMax) {
    return bad_input(
        fmt::format("the picture is {} x {}, larger than 8K (8192 x 4320), the largest that is taken", width, height));
  }
  return {};
}

void refuse_large(AVCodecContext& decoder) {
  decoder.get_buffer2 = [](AVCodecContext* context, AVFrame* frame, int flags) {
    return check_size(frame->width, frame->height) ? avcodec_default_get_buffer2(context, frame, flags)
                                                   : AVERROR(EINVAL);
  };
}

Frame to_frame(FramePtr picture, Timestamp time, int64_t seq) {
  const int width = picture->width;
  const int height = picture->height;
  return {.picture = std::shared_ptr<const AVFrame>(picture.release(), [](AVFrame* f) { av_frame_free(&f); }),
          .time = time,
          .seq = seq,
          .width = width,
          .height = height};
}

}  // namespace shrike::ff
