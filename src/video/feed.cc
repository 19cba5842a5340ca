#include "video/feed.h"

#include <fmt/format.h>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "video/black_out.h"
#include "video/frame_rate.h"
#include "video/frozen_picture.h"
#include "video/motion_gate.h"
#include "video/player.h"
#include "video/wait.h"

namespace shrike {
namespace {

constexpr double kHealthyAfter_s = 10;  ///< live for so long: the next pause is the first one again

std::vector<Polygon> fitting_rooms(const CameraConfig& camera) {
  std::vector<Polygon> polygons;
  for (const Zone& zone : camera.zones) {
    if (zone.kind == ZoneKind::fitting_room) polygons.push_back(zone.polygon);
  }
  return polygons;
}

}  // namespace

const char* to_string(FeedState state) {
  switch (state) {
    case FeedState::connecting:
      return "connecting";
    case FeedState::live:
      return "live";
    case FeedState::stalled:
      return "stalled";
    case FeedState::failed:
      return "failed";
    case FeedState::ended:
      return "ended";
  }
  return "";
}

class Feed::Worker {
 public:
  explicit Worker(FeedOptions options);

  void stop();
  [[nodiscard]] FeedStatus status() const;

  const std::shared_ptr<PacketRing> ring;

 private:
  void run(const std::stop_token& stop);
  /// One connection: plays until a file's end or stop (no error), or until it breaks.
  Result<void> play(const std::stop_token& stop);
  Result<void> take_picture(ff::FramePtr picture, Timestamp time);
  Result<void> check_frozen(Timestamp time);
  void recover(const Error& error, bool had_pictures, const std::stop_token& stop);
  void set_state(FeedState state, const std::string& error = "");
  void add_up(const Player& player);

  FeedOptions options_;
  const bool is_file_;
  const std::vector<Polygon> black_;
  Backoff backoff_;
  PresentationClock clock_;
  MotionGate gate_;
  FrozenPicture frozen_;
  Thinning thinning_;
  Luma luma_;
  int64_t next_seq_ = 0;
  Timestamp last_time_;
  double live_since_s_ = 0;

  mutable std::mutex mutex_;  ///< of the two below; only the thread writes them
  FeedStatus status_;
  FpsMeter fps_;
  Player::Counts earlier_;  ///< of connections that are over
  std::jthread thread_;     ///< last, because it uses all of the above
};

Feed::Worker::Worker(FeedOptions options)
    : ring(std::make_shared<PacketRing>(PacketRingOptions{
          .seconds = options.ring_s, .bytes_max = options.ring_bytes_max, .black = fitting_rooms(options.camera)})),
      options_(std::move(options)),
      is_file_(source_kind(options_.camera.source).value_or(SourceKind::file) == SourceKind::file),
      black_(fitting_rooms(options_.camera)),
      backoff_(options_.backoff, static_cast<uint32_t>(std::hash<std::string>{}(options_.camera.name))),
      clock_(is_file_ ? PresentationClock::Anchor::start : PresentationClock::Anchor::arrival),
      gate_({.masks = options_.camera.motion_masks}),
      frozen_(options_.frozen_s),
      thinning_(options_.camera.detect_fps) {
  status_.camera = options_.camera.name;
  status_.since = now_utc();
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Feed::Worker::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

FeedStatus Feed::Worker::status() const {
  std::lock_guard lock(mutex_);
  FeedStatus now = status_;
  now.fps = fps_.fps(monotonic_s());
  return now;
}

void Feed::Worker::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const int64_t first_seq = next_seq_;
    const auto played = play(stop);
    if (stop.stop_requested()) break;
    if (played) {
      set_state(FeedState::ended);
      break;
    }
    if (is_file_) {
      // What could be played of it was played; a file that gave nothing has failed.
      set_state(next_seq_ > 0 ? FeedState::ended : FeedState::failed, played.error().message);
      break;
    }
    recover(played.error(), next_seq_ > first_seq, stop);
  }
  ring->close();
  if (stop.stop_requested() && status_.state != FeedState::ended) set_state(FeedState::ended);
}

Result<void> Feed::Worker::play(const std::stop_token& stop) {
  const CameraConfig& camera = options_.camera;
  TRY(Player player,
      Player::open({.source = {.url = camera.source, .transport = camera.transport, .timeout_s = camera.timeout_s},
                    .pace = camera.pace,
                    .file_start = options_.file_start.value_or(now_utc())},
                   clock_, *ring, stop));
  for (;;) {
    const auto more =
        player.step([this](ff::FramePtr picture, Timestamp time) { return take_picture(std::move(picture), time); });
    add_up(player);
    if (!more || !*more) {
      earlier_ = {earlier_.damaged + player.counts().damaged, earlier_.dropped + player.counts().dropped};
      if (!more) return tl::unexpected<Error>(more.error());
      return stop.stop_requested() ? Result<void>() : player.check_whole();
    }
  }
}

void Feed::Worker::add_up(const Player& player) {
  std::lock_guard lock(mutex_);
  status_.damaged = earlier_.damaged + player.counts().damaged;
  status_.dropped = earlier_.dropped + player.counts().dropped;
}

Result<void> Feed::Worker::take_picture(ff::FramePtr picture, Timestamp time) {
  time = std::max(time, Timestamp{last_time_.us + 1});
  last_time_ = time;
  const int64_t seq = next_seq_++;
  {
    std::lock_guard lock(mutex_);
    ++status_.frames;
    fps_.count(monotonic_s());
  }
  if (!thinning_.due(time)) return {};
  if (!black_.empty()) picture = black_out(*picture, black_);
  Frame frame = ff::to_frame(std::move(picture), time, seq);
  if (options_.camera.motion_gate || !is_file_) read_luma(frame, luma_);
  if (options_.camera.motion_gate) frame.motion = gate_.open(luma_, time);
  if (!frame.motion) {
    std::lock_guard lock(mutex_);
    ++status_.skipped_by_motion_gate;
  }
  TRY_VOID(check_frozen(time));
  if (options_.on_frame) options_.on_frame(std::move(frame));
  return {};
}

/// Also where a feed becomes live: a picture that is still frozen does not make it so.
Result<void> Feed::Worker::check_frozen(Timestamp time) {
  const auto verdict = is_file_ ? FrozenPicture::Verdict::moves : frozen_.look(luma_, time);
  if (verdict == FrozenPicture::Verdict::froze) {
    return unavailable(
        fmt::format("{}: the picture has not changed for {:.0f} s; the camera hangs, or its lens is covered",
                    mask_credentials(options_.camera.source), frozen_.still_s(time)));
  }
  if (status_.state != FeedState::live && verdict != FrozenPicture::Verdict::still_frozen) {
    live_since_s_ = monotonic_s();
    set_state(FeedState::live);
  }
  return {};
}

void Feed::Worker::recover(const Error& error, bool had_pictures, const std::stop_token& stop) {
  if (status_.state == FeedState::live && monotonic_s() - live_since_s_ > kHealthyAfter_s) backoff_.reset();
  set_state(had_pictures ? FeedState::stalled : FeedState::failed, error.message);
  // A wrong password is not right a second later, and cameras lock out who tries it again and again.
  const double wait_s = error.kind == Error::Kind::bad_input ? backoff_.longest_s() : backoff_.next_s();
  if (!wait_for(wait_s, stop)) return;
  std::lock_guard lock(mutex_);
  ++status_.reconnects;
}

void Feed::Worker::set_state(FeedState state, const std::string& error) {
  FeedStatus now;
  {
    std::lock_guard lock(mutex_);
    if (!error.empty()) status_.last_error = error;
    if (state != status_.state) status_.since = now_utc();
    status_.state = state;
    now = status_;
    now.fps = fps_.fps(monotonic_s());
  }
  if (error.empty()) {
    spdlog::info("camera {}: {}", now.camera, to_string(state));
  } else {
    spdlog::warn("camera {}: {}: {}", now.camera, to_string(state), error);
  }
  if (options_.on_state) options_.on_state(now);
}

Feed::Feed(FeedOptions options) : worker_(std::make_unique<Worker>(std::move(options))) {}
Feed::~Feed() = default;
void Feed::stop() { worker_->stop(); }
FeedStatus Feed::status() const { return worker_->status(); }
std::shared_ptr<PacketRing> Feed::ring() const { return worker_->ring; }

}  // namespace shrike
