#pragma once
#include <memory>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <string>

namespace shrike {

/// What a camera's pipeline counts. References into the registry, which must outlive them. Thread-safe.
struct CameraMetrics {
  prometheus::Gauge& fps;      ///< frames decoded a second
  prometheus::Gauge& frames;   ///< decoded since the start; gauges, because the feed does the counting
  prometheus::Gauge& dropped;  ///< fell out of a full queue before inference
  prometheus::Gauge& skipped;  ///< spared by the motion gate
  prometheus::Gauge& reconnects;
  prometheus::Gauge& up;       ///< 1 while pictures come
  prometheus::Gauge& waiting;  ///< frames in the queue before the detector
  prometheus::Counter& detections;
  prometheus::Counter& poses;  ///< tried, also those that were a neighbour's
};

/// What a sensor does; gauges, because its line does the counting.
struct SensorMetrics {
  prometheus::Gauge& up;  ///< 1 while it is live
  prometheus::Gauge& messages;
  prometheus::Gauge& events;
  prometheus::Gauge& left_out;
  prometheus::Gauge& reconnects;
  prometheus::Gauge& clock_offset_s;
};

/// What the store counts, in Prometheus base units (seconds); served by the hub under /metrics.
class Metrics {
 public:
  explicit Metrics(std::shared_ptr<prometheus::Registry> registry);

  [[nodiscard]] CameraMetrics camera(const std::string& name);
  [[nodiscard]] SensorMetrics sensor(const std::string& name, const std::string& sort);
  /// Counts one incident of `type`.
  void incident(const std::string& type);
  /// Counts one training of a movement model that ended so (MovementStatus::Training).
  void movement_training(const std::string& outcome);

  prometheus::Histogram& inference_s;  ///< one detection, preprocessing to boxes
  prometheus::Histogram& pose_s;       ///< one pose
  prometheus::Histogram& latency_s;    ///< from a frame's time to its incident being kept and told
  prometheus::Gauge& desk_waiting;     ///< observations that wait to be weighed
  prometheus::Gauge& clips_waiting;
  prometheus::Counter& clips_missing;
  prometheus::Counter& movement_judged;  ///< visits that the movement model gave a rank
  prometheus::Gauge& movement_psi;       ///< drift of its ranks, of the newest visits; NaN while not known
  prometheus::Gauge& movement_age_s;     ///< since the newest visit that the model knows of; NaN: no model

 private:
  std::shared_ptr<prometheus::Registry> registry_;
  prometheus::Family<prometheus::Counter>&incidents_, &trainings_;
};

}  // namespace shrike
