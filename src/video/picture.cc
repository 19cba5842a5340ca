#include "video/picture.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>

#include "base/file.h"
#include "video/swscale.h"

namespace shrike {
namespace {

constexpr size_t kFileBytesMax = 256U << 20U;

Result<ff::PacketPtr> packet_of(std::string_view bytes) {
  ff::PacketPtr packet = ff::new_packet();
  if (av_new_packet(packet.get(), static_cast<int>(bytes.size())) < 0) return fail("out of memory");
  std::memcpy(packet->data, bytes.data(), bytes.size());
  return packet;
}

Result<ff::PacketPtr> read_packet(const std::filesystem::path& path) {
  TRY(const std::string bytes, read_file(path, kFileBytesMax));
  if (bytes.empty()) return bad_input(path.string() + ": is empty (0 bytes)");
  return packet_of(bytes);
}

AVCodecID kind_of(const AVPacket& packet) {
  constexpr uint8_t kJpeg[] = {0xFF, 0xD8, 0xFF};
  constexpr uint8_t kPng[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  const auto starts_with = [&](const auto& magic) {
    return packet.size >= static_cast<int>(sizeof(magic)) && std::memcmp(packet.data, magic, sizeof(magic)) == 0;
  };
  if (starts_with(kJpeg)) return AV_CODEC_ID_MJPEG;
  if (starts_with(kPng)) return AV_CODEC_ID_PNG;
  return AV_CODEC_ID_NONE;
}

Result<ff::FramePtr> decode(const AVPacket& packet) {
  const AVCodecID id = kind_of(packet);
  if (id == AV_CODEC_ID_NONE) return bad_input("is neither a JPEG nor a PNG picture");
  ff::CodecPtr decoder(avcodec_alloc_context3(avcodec_find_decoder(id)));
  decoder->thread_count = 1;
  ff::refuse_large(*decoder);
  decoder->err_recognition = AV_EF_EXPLODE | AV_EF_CRCCHECK;
  ff::FramePtr frame = ff::new_frame();
  int error = avcodec_open2(decoder.get(), decoder->codec, nullptr);
  if (error >= 0) error = avcodec_send_packet(decoder.get(), &packet);
  if (error >= 0) error = avcodec_send_packet(decoder.get(), nullptr);
  if (error >= 0) error = avcodec_receive_frame(decoder.get(), frame.get());
  if (decoder->width > 0) TRY_VOID(ff::check_size(decoder->width, decoder->height));
  if (error < 0) return bad_input(fmt::format("is damaged or cut off ({})", ff::message(error)));
  if (sws_isSupportedInput(static_cast<AVPixelFormat>(frame->format)) == 0) {
    return bad_input("has a pixel format that cannot be read");
  }
  return frame;
}

}  // namespace

Result<Frame> load_picture(const std::filesystem::path& path) {
  ff::keep_quiet();
  TRY(const ff::PacketPtr packet, read_packet(path));
  auto picture = decode(*packet);
  if (!picture) return fail(std::move(picture.error()), path.string());
  return ff::to_frame(std::move(*picture), {}, 0);
}

Result<Grey16> decode_grey16_png(std::string_view bytes) {
  ff::keep_quiet();
  if (bytes.size() > kFileBytesMax) return bad_input(fmt::format("PNG: {} bytes, too many", bytes.size()));
  TRY(const ff::PacketPtr packet, packet_of(bytes));
  if (kind_of(*packet) != AV_CODEC_ID_PNG) return bad_input("is no PNG");
  auto picture = decode(*packet);
  if (!picture) return fail(std::move(picture.error()), "PNG");
  const AVFrame& frame = **picture;
  if (frame.format != AV_PIX_FMT_GRAY16BE) return bad_input("PNG: found another depth, expected 16-bit grey");
  Grey16 grey{frame.width, frame.height, {}};
  grey.values.reserve(static_cast<size_t>(frame.width) * static_cast<size_t>(frame.height));
  for (int y = 0; y < frame.height; ++y) {
    const uint8_t* row = frame.data[0] + static_cast<std::ptrdiff_t>(y) * frame.linesize[0];
    for (int x = 0; x < frame.width; ++x)
      grey.values.push_back(static_cast<uint16_t>(row[2 * x] << 8U | row[2 * x + 1]));
  }
  return grey;
}

Result<std::string> encode_jpeg(const Frame& frame, int quality, int width_max) {
  const double shrink = width_max > 0 && frame.width > width_max ? 1.0 * width_max / frame.width : 1.0;
  const int width = std::max(1, static_cast<int>(std::lround(frame.width * shrink)));
  const int height = std::max(1, static_cast<int>(std::lround(frame.height * shrink)));
  const ff::FramePtr yuv = ff::scale(*frame.picture, AV_PIX_FMT_YUV420P, width, height, {.range = ff::Range::full});
  // FFmpeg's quantiser scale runs from 1 (best) to 31; libjpeg's quality maps to it by the scale of the tables.
  const double percent = std::clamp(quality, 1, 100);
  const double table_scale = percent < 50 ? 50.0 / percent : 2.0 - percent / 50.0;
  const int qscale = std::clamp(static_cast<int>(std::lround(8.0 * table_scale)), 1, 31);
  yuv->quality = qscale * FF_QP2LAMBDA;

  ff::CodecPtr encoder(avcodec_alloc_context3(avcodec_find_encoder(AV_CODEC_ID_MJPEG)));
  encoder->width = width;
  encoder->height = height;
  encoder->pix_fmt = AV_PIX_FMT_YUVJ420P;
  encoder->color_range = AVCOL_RANGE_JPEG;
  encoder->time_base = {1, 25};
  encoder->thread_count = 1;
  encoder->flags |= AV_CODEC_FLAG_QSCALE;
  encoder->global_quality = yuv->quality;
  encoder->qmin = 1;
  yuv->format = AV_PIX_FMT_YUVJ420P;
  const ff::PacketPtr packet = ff::new_packet();
  int error = avcodec_open2(encoder.get(), encoder->codec, nullptr);
  if (error >= 0) error = avcodec_send_frame(encoder.get(), yuv.get());
  if (error >= 0) error = avcodec_receive_packet(encoder.get(), packet.get());
  if (error < 0) return fail("cannot encode a JPEG: " + ff::message(error));
  return std::string(reinterpret_cast<const char*>(packet->data), static_cast<size_t>(packet->size));
}

}  // namespace shrike
