#include "video/video_writer.h"

#include <algorithm>
#include <optional>

#include "video/mp4_file.h"
#include "video/swscale.h"

namespace shrike {
namespace {

constexpr double kKeyEvery_s = 2;
// The cheapest that x264 has: what is encoded here shares the processor with detection. One quantiser for all frames
// spares the analysis that rate control needs, a quarter of the time; 28 gives vtest.avi a PSNR of 38 dB.
constexpr const char* kPreset = "ultrafast";
constexpr const char* kQuantiser = "28";

int even(int side) { return std::max(2, side - side % 2); }

/// What players assume of a picture of this size; so it is said and also true.
int matrix_for(int width, int height) { return width >= 1280 || height > 576 ? SWS_CS_ITU709 : SWS_CS_ITU601; }

Result<ff::CodecPtr> open_encoder(int width, int height, double fps) {
  const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
  if (codec == nullptr) return fail("this FFmpeg was built without libx264, which clips need");
  ff::CodecPtr encoder(avcodec_alloc_context3(codec));
  encoder->width = width;
  encoder->height = height;
  encoder->pix_fmt = AV_PIX_FMT_YUV420P;
  encoder->color_range = AVCOL_RANGE_MPEG;
  encoder->colorspace = matrix_for(width, height) == SWS_CS_ITU709 ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
  encoder->time_base = {1, 1'000'000};
  encoder->framerate = av_d2q(fps, 1000);
  encoder->gop_size = std::max(1, static_cast<int>(fps * kKeyEvery_s));
  encoder->max_b_frames = 0;
  encoder->thread_count = 1;
  encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  av_opt_set(encoder->priv_data, "preset", kPreset, 0);
  av_opt_set(encoder->priv_data, "qp", kQuantiser, 0);
  const int error = avcodec_open2(encoder.get(), codec, nullptr);
  if (error < 0) return fail("cannot encode H.264: " + ff::message(error));
  return encoder;
}

}  // namespace

struct VideoWriter::Work {
  ff::CodecPtr encoder;
  Mp4File file;
  int64_t duration_us;
  std::optional<Timestamp> begin = std::nullopt;
  int64_t last_us = -1;
};

VideoWriter::VideoWriter(std::unique_ptr<Work> work) : work_(std::move(work)) {}
VideoWriter::VideoWriter(VideoWriter&&) noexcept = default;
VideoWriter& VideoWriter::operator=(VideoWriter&&) noexcept = default;
VideoWriter::~VideoWriter() = default;

Result<VideoWriter> VideoWriter::open(const std::filesystem::path& path, const VideoWriterOptions& options) {
  ff::keep_quiet();
  TRY_VOID(ff::check_size(options.width, options.height));
  const double fps = std::clamp(options.fps, 0.1, 240.0);
  TRY(ff::CodecPtr encoder, open_encoder(even(options.width), even(options.height), fps));
  const std::unique_ptr<AVCodecParameters, ff::Free> parameters(avcodec_parameters_alloc());
  avcodec_parameters_from_context(parameters.get(), encoder.get());
  TRY(Mp4File file, Mp4File::create(path, *parameters));
  return VideoWriter(std::make_unique<Work>(
      Work{.encoder = std::move(encoder), .file = std::move(file), .duration_us = static_cast<int64_t>(1e6 / fps)}));
}

Result<void> VideoWriter::add(const Frame& frame) {
  AVCodecContext& encoder = *work_->encoder;
  const int matrix = matrix_for(encoder.width, encoder.height);
  const ff::FramePtr yuv =
      ff::scale(*frame.picture, AV_PIX_FMT_YUV420P, encoder.width, encoder.height, ff::Colours{.matrix = matrix});
  if (!work_->begin) work_->begin = frame.time;
  yuv->pts = work_->last_us = std::max(frame.time.us - work_->begin->us, work_->last_us + 1);
  if (const int error = avcodec_send_frame(&encoder, yuv.get()); error < 0) {
    return fail("cannot encode H.264: " + ff::message(error));
  }
  return drain();
}

Result<void> VideoWriter::add(const Picture& picture, Timestamp time) { return add(to_frame(picture, time)); }

Result<void> VideoWriter::drain() {
  const ff::PacketPtr packet = ff::new_packet();
  for (;;) {
    const int error = avcodec_receive_packet(work_->encoder.get(), packet.get());
    if (error == AVERROR(EAGAIN) || error == AVERROR_EOF) return {};
    if (error < 0) return fail("cannot encode H.264: " + ff::message(error));
    packet->duration = work_->duration_us;
    TRY_VOID(work_->file.write(*packet));
  }
}

Result<int64_t> VideoWriter::finish() {
  avcodec_send_frame(work_->encoder.get(), nullptr);
  TRY_VOID(drain());
  return work_->file.finish();
}

}  // namespace shrike
