#pragma once
// The only header of this room that includes FFmpeg's; for the room's own .cc files and tests. Other rooms see frame.h.

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavcodec/bsf.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include <memory>
#include <string>

#include "base/result.h"
#include "video/frame.h"

namespace shrike::ff {

struct Free {
  void operator()(AVFrame* f) const { av_frame_free(&f); }
  void operator()(AVPacket* p) const { av_packet_free(&p); }
  void operator()(AVCodecContext* c) const { avcodec_free_context(&c); }
  void operator()(AVCodecParameters* p) const { avcodec_parameters_free(&p); }
  void operator()(AVFormatContext* c) const { avformat_close_input(&c); }
  void operator()(SwsContext* c) const { sws_freeContext(c); }
};
using FramePtr = std::unique_ptr<AVFrame, Free>;
using PacketPtr = std::unique_ptr<AVPacket, Free>;
using CodecPtr = std::unique_ptr<AVCodecContext, Free>;
using ParametersPtr = std::unique_ptr<AVCodecParameters, Free>;
using InputPtr = std::unique_ptr<AVFormatContext, Free>;

/// FFmpeg's own words for an error code.
[[nodiscard]] std::string message(int error);

/// FFmpeg prints to standard error and shows URLs with their passwords; errors reach the user as Result instead.
/// Called before anything is opened; only the first call has an effect.
void keep_quiet();

/// An empty frame or packet; out of memory ends the program, as for any other `new`.
[[nodiscard]] FramePtr new_frame();
[[nodiscard]] PacketPtr new_packet();

/// The largest picture that is taken from outside: 8K (8192 x 4320, either way round).
inline constexpr int kSideMax = 8192;
inline constexpr int64_t kPixelsMax = int64_t{8192} * 4320;

/// Whether a picture of this size is taken; the error says what was found and what is the largest.
[[nodiscard]] Result<void> check_size(int width, int height);

/// Makes the decoder refuse, before it takes memory for it, a picture that check_size() refuses; its width and height
/// then still say how large it would have been.
void refuse_large(AVCodecContext& decoder);

/// A Frame that owns `picture`.
[[nodiscard]] Frame to_frame(FramePtr picture, Timestamp time, int64_t seq);

}  // namespace shrike::ff
