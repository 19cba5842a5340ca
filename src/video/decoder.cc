#include "video/decoder.h"

#include <fmt/format.h>

namespace shrike {

Result<Decoder> Decoder::open(const AVCodecParameters& parameters) {
  const char* name = avcodec_get_name(parameters.codec_id);
  const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
  if (codec == nullptr) return bad_input(fmt::format("{} video cannot be decoded here", name));
  Decoder decoder;
  decoder.codec_.reset(avcodec_alloc_context3(codec));
  AVCodecContext& context = *decoder.codec_;
  int error = avcodec_parameters_to_context(&context, &parameters);
  context.pkt_timebase = {1, 1'000'000};
  // One thread a camera: cores are for detection, and frame threads would hold back a frame each.
  context.thread_count = 1;
  ff::refuse_large(context);
  if (error >= 0) error = avcodec_open2(&context, codec, nullptr);
  if (error < 0) return bad_input(fmt::format("{} video cannot be decoded: {}", name, ff::message(error)));
  return decoder;
}

Result<void> Decoder::decode(const AVPacket* packet, const std::function<void(ff::FramePtr)>& take) {
  const int sent = avcodec_send_packet(codec_.get(), packet);
  int got = 0;
  while (got >= 0) {
    ff::FramePtr frame = ff::new_frame();
    got = avcodec_receive_frame(codec_.get(), frame.get());
    if (got < 0) break;
    // Only what the scaler reads becomes a Frame; memory of a graphics card, for instance, does not.
    if (sws_isSupportedInput(static_cast<AVPixelFormat>(frame->format)) == 0) {
      return bad_input("the pictures' pixel format cannot be read");
    }
    take(std::move(frame));
  }
  if (sent >= 0 && (got == AVERROR(EAGAIN) || got == AVERROR_EOF)) return {};
  if (codec_->width > 0 && codec_->height > 0) {
    auto size = ff::check_size(codec_->width, codec_->height);
    too_large_ = !size;
    if (too_large_) return size;
  }
  return bad_input("damaged picture: " + ff::message(sent < 0 ? sent : got));
}

}  // namespace shrike
