#include "video/clip.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <optional>

#include "video/black_out.h"
#include "video/decoder.h"
#include "video/mp4_file.h"
#include "video/video_writer.h"

namespace shrike {
namespace {

constexpr int kWidthMax = 1920;

bool same(const AVCodecParameters& a, const AVCodecParameters& b) {
  return &a == &b || (a.codec_id == b.codec_id && a.width == b.width && a.height == b.height &&
                      a.extradata_size == b.extradata_size &&
                      std::memcmp(a.extradata, b.extradata, static_cast<size_t>(a.extradata_size)) == 0);
}

/// H.264 as browsers decode it; professional profiles (4:2:2, 10 bit) they do not.
bool plays_in_browsers(const AVCodecParameters& p) {
  const bool format = p.format == AV_PIX_FMT_YUV420P || p.format == AV_PIX_FMT_YUVJ420P;
  return p.codec_id == AV_CODEC_ID_H264 && format && p.extradata_size > 0 && p.width > 0 && p.height > 0;
}

bool can_copy(const std::vector<RingPacket>& packets) {
  const AVCodecParameters& first = *packets.front().parameters;
  return plays_in_browsers(first) &&
         std::all_of(packets.begin(), packets.end(), [&](const RingPacket& p) { return same(*p.parameters, first); });
}

/// How many of `packets` can be shown without a hole at their end. Where the codec reorders, pictures may come before
/// others that are shown earlier; a group that is not complete is left out.
size_t without_holes(const std::vector<RingPacket>& packets) {
  const bool reorders =
      std::any_of(packets.begin(), packets.end(), [](const RingPacket& p) { return p.time != p.decoded_at; });
  if (!reorders) return packets.size();
  Timestamp earliest_later{INT64_MAX};
  std::vector<Timestamp> latest;  // of the packets up to each
  latest.reserve(packets.size());
  for (const RingPacket& p : packets) latest.push_back(latest.empty() ? p.time : std::max(latest.back(), p.time));
  for (size_t n = packets.size() - 1; n > 0; --n) {
    earliest_later = std::min(earliest_later, packets[n].time);
    if (latest[n - 1] < earliest_later) return n;
  }
  return packets.size();
}

Result<Clip> copy(const std::vector<RingPacket>& packets, const std::filesystem::path& path) {
  TRY(Mp4File file, Mp4File::create(path, *packets.front().parameters));
  Clip clip{.from = packets.front().time, .to = packets.front().time, .pictures = static_cast<int>(packets.size())};
  for (const RingPacket& p : packets) {
    TRY_VOID(file.write(*p.packet));
    clip.to = std::max(clip.to, Timestamp{p.time.us + p.packet->duration});
  }
  TRY(clip.bytes, file.finish());
  return clip;
}

/// Decodes and encodes anew, keeping what is shown from `from` on.
class Reencoder {
 public:
  Reencoder(Timestamp from, const std::vector<Polygon>& black, std::filesystem::path path)
      : from_(from), black_(black), path_(std::move(path)) {}

  Result<void> add(const RingPacket& p) {
    if (!decoder_ || !same(*p.parameters, *parameters_)) TRY_VOID(start(p.parameters));
    duration_us_ = p.packet->duration;
    return decode(p.packet.get());
  }

  Result<Clip> finish() {
    if (decoder_) TRY_VOID(decode(nullptr));
    if (!writer_) return unavailable("no picture of the wanted time could be decoded");
    TRY(clip_.bytes, writer_->finish());
    clip_.to.us += duration_us_;
    return clip_;
  }

 private:
  Result<void> start(const std::shared_ptr<const AVCodecParameters>& parameters) {
    if (decoder_) TRY_VOID(decode(nullptr));
    TRY(Decoder decoder, Decoder::open(*parameters));
    decoder_ = std::move(decoder);
    parameters_ = parameters;
    return {};
  }

  Result<void> decode(const AVPacket* packet) {
    Result<void> written;
    // A damaged packet costs its pictures; the clip goes on.
    const auto ignored = decoder_->decode(packet, [&](ff::FramePtr picture) {
      if (written) written = write(std::move(picture));
    });
    return written;
  }

  Result<void> write(ff::FramePtr picture) {
    const Timestamp time{picture->best_effort_timestamp};
    if (time < from_) return {};
    if (!black_.empty()) picture = black_out(*picture, black_);
    const Frame frame = ff::to_frame(std::move(picture), time, 0);
    if (!writer_) {
      const double shrink = std::min(1.0, 1.0 * kWidthMax / frame.width);
      TRY(VideoWriter writer,
          VideoWriter::open(path_, {.width = static_cast<int>(std::lround(frame.width * shrink)),
                                    .height = std::max(1, static_cast<int>(std::lround(frame.height * shrink))),
                                    .fps = duration_us_ > 0 ? 1e6 / static_cast<double>(duration_us_) : 25}));
      writer_ = std::move(writer);
      clip_.from = time;
    }
    clip_.to = time;
    ++clip_.pictures;
    return writer_->add(frame);
  }

  Timestamp from_;
  const std::vector<Polygon>& black_;
  std::filesystem::path path_;
  std::optional<Decoder> decoder_;
  std::shared_ptr<const AVCodecParameters> parameters_;
  std::optional<VideoWriter> writer_;
  int64_t duration_us_ = 0;
  Clip clip_{.reencoded = true};
};

}  // namespace

bool must_encode(const PacketRing& ring) {
  const auto newest = ring.newest_parameters();
  return newest != nullptr && (!ring.black().empty() || !plays_in_browsers(*newest));
}

Result<Clip> cut_clip(const PacketRing& ring, Timestamp from, Timestamp to, const std::filesystem::path& file,
                      double patience_s) {
  std::vector<RingPacket> packets = ring.collect(from, to, patience_s);
  if (packets.empty()) {
    return unavailable(fmt::format("no video is kept of {} to {}", to_rfc3339(from), to_rfc3339(to)));
  }
  if (ring.black().empty() && can_copy(packets)) {
    packets.resize(without_holes(packets));
    return copy(packets, file);
  }
  Reencoder reencoder(from, ring.black(), file);
  for (const RingPacket& p : packets) TRY_VOID(reencoder.add(p));
  return reencoder.finish();
}

}  // namespace shrike
