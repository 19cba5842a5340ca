#pragma once
// Frames of all cameras meet the few threads that run the detector here.

#include <boost/circular_buffer.hpp>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/queue.h"
#include "video/frame.h"
#include "vision/detections.h"

namespace shrike {

/// What the detector made of a frame.
struct SeenFrame {
  uint64_t ticket = 0;         ///< counts a camera's frames from 0 without a gap: results may overtake one another
  std::optional<Frame> frame;  ///< none: the camera's stream is over, nothing comes after this ticket
  bool detected = false;       ///< false: skipped by the motion gate, nothing moved
  Detections detections;
  std::vector<float> appearance;  ///< one row a detection, or empty
  double queued_s = 0, inference_s = 0;
};

/// Holds a few waiting frames a camera and hands them to its workers, one camera after the other, so that a busy camera
/// cannot starve a quiet one. The dropping happens here, before inference: a frame that is not looked at must not cost
/// anything, and of a live camera the newest frame is worth most.
class DetectPool {
 public:
  /// Fills in detections and appearance; called from several threads at once. Not called for frames without motion.
  using Look = std::function<void(SeenFrame&)>;
  /// Takes a finished frame; called from several threads at once, may block to slow the workers down.
  using Deliver = std::function<void(size_t camera, SeenFrame)>;

  struct Camera {
    WhenFull when_full = WhenFull::drop_oldest;
  };

  DetectPool(const std::vector<Camera>& cameras, size_t workers, Look look, Deliver deliver);
  /// Stops as stop() does.
  ~DetectPool();
  DetectPool(const DetectPool&) = delete;
  DetectPool& operator=(const DetectPool&) = delete;

  /// False once stopped. Blocks only for a camera with WhenFull::wait.
  bool submit(size_t camera, Frame frame);
  /// The camera's stream is over: its last SeenFrame, without a frame, follows those that wait. Only the first call
  /// counts.
  void finish(size_t camera);
  /// Drops what waits, lets the workers end and joins them.
  void stop();

  [[nodiscard]] uint64_t dropped(size_t camera) const;
  [[nodiscard]] size_t waiting(size_t camera) const;

 private:
  struct Job {
    std::optional<Frame> frame;
    double since_s = 0;
  };
  struct Line {
    boost::circular_buffer<Job> jobs;
    WhenFull when_full;
    uint64_t next_ticket = 0, dropped = 0;
    bool finished = false;
  };

  bool put(size_t camera, Job job);
  std::optional<std::pair<size_t, SeenFrame>> take();
  void work();

  mutable std::mutex mutex_;
  std::condition_variable has_job_, has_room_;
  std::vector<Line> lines_;
  size_t next_line_ = 0;
  bool stopped_ = false;
  Look look_;
  Deliver deliver_;
  std::vector<std::thread> workers_;
};

/// Brings results back into the order of their tickets. Owned by the one thread that takes them.
class Resequencer {
 public:
  void put(SeenFrame seen) { early_.emplace(seen.ticket, std::move(seen)); }
  /// The next in order, if it has come.
  std::optional<SeenFrame> next();

 private:
  std::map<uint64_t, SeenFrame> early_;
  uint64_t expected_ = 0;
};

}  // namespace shrike
