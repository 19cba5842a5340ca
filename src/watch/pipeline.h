#pragma once
// One camera from detections to evidence: tracker, visits, behaviour, in the order of its frames, on one thread.

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/queue.h"
#include "behaviour/body_watch.h"
#include "behaviour/engine.h"
#include "site/config.h"
#include "track/tracker.h"
#include "track/visits.h"
#include "track/whole_box.h"
#include "watch/desk.h"
#include "watch/detect_pool.h"
#include "watch/live.h"
#include "watch/metrics.h"
#include "watch/pose_maker.h"

namespace shrike {

/// What a pipeline made of one frame, for whoever draws or measures.
struct AnalysedFrame {
  const std::string& camera;
  const Frame& frame;
  const LiveFrame& live;  ///< tracks with zones and visits; no jpeg
};

class Pipeline {
 public:
  struct Parts {
    const CameraConfig& camera;
    RuleBook rules;
    std::vector<std::string> labels;  ///< of the detector
    TrackerOptions tracker;
    std::optional<PoseMaker> poses;               ///< none: no poses are made
    std::optional<ConcealmentModel> concealment;  ///< judges their hands
    LiveBoard& board;
    Metrics& metrics;
    std::function<bool(Told)> tell;                      ///< to the desk
    std::function<void(const AnalysedFrame&)> on_frame;  ///< may be empty; called on the pipeline's thread
    std::function<void()> on_over;                       ///< the stream is over and everything before it was told
  };

  explicit Pipeline(Parts parts);
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  /// A frame from the detector, in any order; blocks while the pipeline is behind.
  void put(SeenFrame seen) { seen_.push(std::move(seen)); }
  /// Ends without waiting for what is queued, and joins.
  void stop();

 private:
  void run();
  void analyse(const SeenFrame& seen);
  void finish();
  Observation observe(const SeenFrame& seen, std::span<const Track> tracks, const VisitsUpdate& visits);
  void add(Observation& observation, Behaviour behaviour, const VisitsUpdate& visits) const;
  std::vector<ItemEvent> see_bodies(const SeenFrame& seen, std::span<const Track> tracks, const VisitsUpdate& visits);
  Result<BodyNews> body_news(const SeenFrame& seen, std::span<const Track> tracks, const VisitsUpdate& visits);
  void end_visits(Observation& observation, const std::vector<EndedVisit>& ended);
  void show(const SeenFrame& seen, std::span<const Track> tracks, const VisitsUpdate& visits);

  Parts parts_;
  CameraMetrics metrics_;
  BoundedQueue<SeenFrame> seen_;
  Tracker tracker_;
  Visits visits_;
  BehaviourEngine behaviour_;
  BodyWatch bodies_;
  WholeBoxes whole_;
  Timestamp told_, newest_;
  std::thread thread_;
};

}  // namespace shrike
