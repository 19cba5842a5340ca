#include "video/player.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/time.h"
#include "video/wait.h"

namespace shrike {
namespace {

constexpr double kBehindMax_s = 2;      ///< decoding that far behind: go on with the next key frame
constexpr double kGlimpseEvery_s = 1;   ///< … but decode a key frame as often as this even then
constexpr double kPictureTimeouts = 3;  ///< packets without a picture for so many timeouts: garbage
constexpr AVRational kMicroseconds{1, 1'000'000};

}  // namespace

Result<Player> Player::open(const PlayerOptions& options, PresentationClock& clock, PacketRing& ring,
                            std::stop_token stop) {
  TRY(Source source, Source::open(options.source, stop));
  auto decoder = Decoder::open(*source.parameters());
  if (!decoder) return fail(std::move(decoder.error()), source.name());
  clock.restart(options.file_start);
  return Player(std::move(source), std::move(*decoder), options, clock, ring, std::move(stop));
}

Player::Player(Source source, Decoder decoder, const PlayerOptions& options, PresentationClock& clock, PacketRing& ring,
               std::stop_token stop)
    : source_(std::move(source)),
      decoder_(std::move(decoder)),
      watch_(source_.parameters()),
      pace_(options.pace),
      timeout_s_(options.source.timeout_s),
      clock_(&clock),
      ring_(&ring),
      stop_(std::move(stop)),
      last_picture_s_(monotonic_s()) {}

Result<bool> Player::step(const TakePicture& take) {
  TRY(const ff::PacketPtr packet, source_.read());
  if (!packet) {
    if (!stop_.stop_requested()) TRY_VOID(decode(nullptr, take));
    return false;
  }
  double late_s = set_times(*packet);
  keep(packet);
  const bool file = source_.kind() == SourceKind::file;
  if (file && pace_ == Pace::realtime) late_s = wait_until_due({packet->dts});
  if (stop_.stop_requested()) return false;
  if (worth_decoding((packet->flags & AV_PKT_FLAG_KEY) != 0, late_s)) {
    TRY_VOID(decode(packet.get(), take));
  } else {
    ++counts_.dropped;
  }
  if (!file && monotonic_s() - last_picture_s_ > kPictureTimeouts * timeout_s_) {
    return unavailable(fmt::format("{}: sends data for {:g} s, but no picture can be made of it", source_.name(),
                                   kPictureTimeouts * timeout_s_));
  }
  return true;
}

/// Replaces the packet's timestamps, which may be absent or jump, by microseconds UTC. Returns how late it came.
double Player::set_times(AVPacket& packet) {
  const double unit_s = av_q2d(source_.time_base());
  const double frame_s = packet.duration > 0 ? static_cast<double>(packet.duration) * unit_s : source_.frame_s();
  const auto in_s = [&](int64_t t, double otherwise) {
    return t == AV_NOPTS_VALUE ? otherwise : static_cast<double>(t) * unit_s;
  };
  // Matroska, for one, leaves the time of decoding out: it lies before the time of showing by the codec's delay.
  const double delay_s = frame_s * watch_.parameters()->video_delay;
  const double pts_s = in_s(packet.pts, in_s(packet.dts, next_s_ + delay_s));
  const double guess_s = first_s_ ? std::clamp(next_s_, pts_s - delay_s - frame_s, pts_s) : pts_s - delay_s;
  const double dts_s = std::min(in_s(packet.dts, guess_s), pts_s);
  if (!first_s_) first_s_ = dts_s;
  next_s_ = dts_s + frame_s;
  const double late_s = clock_->arrived(dts_s, pts_s, frame_s, now_utc());
  last_decoded_at_us_ = std::max(clock_->at(dts_s).us, last_decoded_at_us_ + 1);
  packet.dts = last_decoded_at_us_;
  packet.pts = std::max(clock_->at(pts_s).us, packet.dts);
  packet.duration = static_cast<int64_t>(frame_s * 1e6);
  packet.time_base = kMicroseconds;
  return late_s;
}

void Player::keep(const ff::PacketPtr& packet) {
  const bool key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
  const SharedParameters& parameters = watch_.look(*packet);
  key_seen_ = key_seen_ || key;
  if (!key_seen_) return;
  AVPacket* shared = av_packet_clone(packet.get());
  if (shared == nullptr) return;
  ring_->push({.packet = {shared, [](const AVPacket* p) { ff::Free()(const_cast<AVPacket*>(p)); }},
               .parameters = parameters,
               .time = {packet->pts},
               .decoded_at = {packet->dts},
               .key = key});
}

bool Player::worth_decoding(bool key, double late_s) {
  if (late_s > kBehindMax_s) {
    skipping_ = true;
  } else if (key) {
    skipping_ = false;
  }
  return !skipping_ || (key && monotonic_s() - last_picture_s_ >= kGlimpseEvery_s);
}

Result<void> Player::decode(const AVPacket* packet, const TakePicture& take) {
  Result<void> taken;
  const auto decoded = decoder_.decode(packet, [&](ff::FramePtr picture) {
    ++pictures_;
    last_picture_s_ = monotonic_s();
    if (picture->decode_error_flags != 0) ++counts_.damaged;
    const Timestamp time{picture->best_effort_timestamp};
    if (taken && !stop_.stop_requested()) taken = take(std::move(picture), time);
  });
  if (!decoded) {
    ++counts_.damaged;
    // Garbage is survived, but a picture that is too large will not shrink by itself.
    if (decoder_.too_large()) return fail(Error(decoded.error()), source_.name());
  }
  return taken;
}

double Player::wait_until_due(Timestamp time) {
  const double now_s = monotonic_s();
  if (!begin_) {
    begin_ = time;
    begin_s_ = now_s;
  }
  const double wait_s = begin_s_ + seconds_between(*begin_, time) - now_s;
  if (wait_s > 0) wait_for(wait_s, stop_);
  return std::max(0.0, -wait_s);
}

Result<void> Player::check_whole() const {
  const double promised_s = source_.duration_s();
  const double played_s = first_s_ ? next_s_ - *first_s_ : 0;
  if (played_s < 0.9 * promised_s - 2) {
    return bad_input(
        fmt::format("{}: is cut off: it ends after {:.1f} s of {:.1f} s", source_.name(), played_s, promised_s));
  }
  if (pictures_ == 0) return bad_input(source_.name() + ": holds no picture that can be decoded");
  return {};
}

}  // namespace shrike
