#pragma once
// One camera, kept running: the first stage of the pipeline.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/time.h"
#include "site/config.h"
#include "video/backoff.h"
#include "video/frame.h"
#include "video/packet_ring.h"

namespace shrike {

enum class FeedState {
  connecting,  ///< being opened for the first time
  live,        ///< pictures come
  stalled,     ///< pictures came and have stopped, or do not change any more; being opened again
  failed,      ///< cannot be opened; a camera is tried again, a file is not
  ended,       ///< a file was played to its end, or stop() was called
};
[[nodiscard]] const char* to_string(FeedState state);

struct FeedStatus {
  std::string camera;
  FeedState state = FeedState::connecting;
  std::string last_error;               ///< why it last failed, in words for a technician; kept after it is live again
  Timestamp since;                      ///< when `state` began
  double fps = 0;                       ///< frames decoded a second, over the last seconds
  uint64_t frames = 0;                  ///< decoded
  uint64_t dropped = 0;                 ///< not decoded, because decoding fell behind the camera
  uint64_t skipped_by_motion_gate = 0;  ///< handed on with Frame::motion = false
  uint64_t damaged = 0;                 ///< packets that could not be decoded, or not wholly
  uint64_t reconnects = 0;              ///< times it was opened again
};

struct FeedOptions {
  CameraConfig camera;
  /// Takes each frame that is due (detect_fps), on the feed's thread, with Frame::motion set. It must not block, except
  /// with Pace::fast, where blocking slows the file down; then it must return once the feed's owner wants to stop it.
  std::function<void(Frame)> on_frame;
  /// Told about each change of state, on the feed's thread; must not block.
  std::function<void(const FeedStatus&)> on_state;
  /// A file's first picture was taken then; absent: now.
  std::optional<Timestamp> file_start;
  double ring_s = 30;
  size_t ring_bytes_max = 64U << 20U;
  BackoffOptions backoff;
  double frozen_s = 30;  ///< a live picture that does not change for so long is frozen
};

/// Opens a camera or a file on a thread of its own, keeps its packets in a ring, decodes, and hands frames on. A camera
/// that refuses, drops, freezes, changes its resolution or sends garbage is opened again, with growing pauses; nothing
/// that one does reaches another. Parts of the picture in `fitting_room` zones are black in every frame and clip.
class Feed {
 public:
  /// Starts.
  explicit Feed(FeedOptions options);
  /// Stops.
  ~Feed();
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  /// Ends whatever goes on, within the time that one picture takes to decode, and waits for the thread.
  /// No callback comes afterwards, except the last on_state(ended) that comes before this returns.
  void stop();

  [[nodiscard]] FeedStatus status() const;
  /// Outlives the feed where someone still cuts a clip from it.
  [[nodiscard]] std::shared_ptr<PacketRing> ring() const;

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace shrike
