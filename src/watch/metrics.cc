#include "watch/metrics.h"

#include <limits>

namespace shrike {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Registry;

prometheus::Gauge& gauge(Registry& registry, const char* name, const char* help,
                         const prometheus::Labels& labels = {}) {
  return BuildGauge().Name(name).Help(help).Register(registry).Add(labels);
}

const prometheus::Histogram::BucketBoundaries kInferenceBuckets{.005, .01, .02, .03, .05, .075, .1, .2, .5, 1};
const prometheus::Histogram::BucketBoundaries kLatencyBuckets{.01, .025, .05, .1, .2, .3, .5, 1, 2, 5};

}  // namespace

Metrics::Metrics(std::shared_ptr<Registry> registry)
    : inference_s(BuildHistogram()
                      .Name("shrike_detector_inference_seconds")
                      .Help("One detection, from the decoded frame to its boxes")
                      .Register(*registry)
                      .Add({}, kInferenceBuckets)),
      pose_s(BuildHistogram()
                 .Name("shrike_pose_inference_seconds")
                 .Help("One person's pose")
                 .Register(*registry)
                 .Add({}, kInferenceBuckets)),
      latency_s(BuildHistogram()
                    .Name("shrike_incident_latency_seconds")
                    .Help("From the time of a frame to its incident being kept and told")
                    .Register(*registry)
                    .Add({}, kLatencyBuckets)),
      desk_waiting(gauge(*registry, "shrike_queue_depth", "Items that wait", {{"queue", "desk"}})),
      clips_waiting(gauge(*registry, "shrike_queue_depth", "Items that wait", {{"queue", "clips"}})),
      clips_missing(BuildCounter()
                        .Name("shrike_clips_missing_total")
                        .Help("Clips that could not be cut; their incidents are kept")
                        .Register(*registry)
                        .Add({})),
      movement_judged(BuildCounter()
                          .Name("shrike_movement_visits_total")
                          .Help("Visits that the movement model gave a rank")
                          .Register(*registry)
                          .Add({})),
      movement_psi(gauge(*registry, "shrike_movement_drift_psi",
                         "Population stability index of the movement model's ranks, newest 500 visits; NaN before 50",
                         {})),
      movement_age_s(gauge(*registry, "shrike_movement_model_age_seconds",
                           "Since the newest visit that the movement model knows of; NaN: no model", {})),
      registry_(std::move(registry)),
      incidents_(BuildCounter().Name("shrike_incidents_total").Help("Incidents raised, by type").Register(*registry_)),
      trainings_(BuildCounter()
                     .Name("shrike_movement_trainings_total")
                     .Help("Trainings of a new movement model by the running store, by outcome")
                     .Register(*registry_)) {
  // Until there is a model there is no drift and no age; 0 would say that all is well.
  movement_psi.Set(std::numeric_limits<double>::quiet_NaN());
  movement_age_s.Set(std::numeric_limits<double>::quiet_NaN());
}

CameraMetrics Metrics::camera(const std::string& name) {
  const prometheus::Labels labels{{"camera", name}};
  auto& r = *registry_;
  return {
      gauge(r, "shrike_camera_fps", "Frames decoded a second", labels),
      gauge(r, "shrike_camera_frames", "Frames decoded since the start", labels),
      gauge(r, "shrike_camera_dropped_frames", "Frames dropped before inference because it could not keep up", labels),
      gauge(r, "shrike_camera_skipped_frames", "Frames that the motion gate spared the detector", labels),
      gauge(r, "shrike_camera_reconnects", "Times the camera was lost and sought again", labels),
      gauge(r, "shrike_camera_up", "1 while pictures come from the camera", labels),
      gauge(r, "shrike_queue_depth", "Items that wait", {{"queue", "detect"}, {"camera", name}}),
      BuildCounter().Name("shrike_detections_total").Help("Boxes found").Register(r).Add(labels),
      BuildCounter().Name("shrike_poses_total").Help("Poses tried").Register(r).Add(labels)};
}

SensorMetrics Metrics::sensor(const std::string& name, const std::string& sort) {
  const prometheus::Labels labels{{"sensor", name}, {"sort", sort}};
  auto& r = *registry_;
  return {gauge(r, "shrike_sensor_up", "1 while the sensor is live", labels),
          gauge(r, "shrike_sensor_messages", "Messages, tag reads, readings or transactions since the start", labels),
          gauge(r, "shrike_sensor_events", "Events that were made of them", labels),
          gauge(r, "shrike_sensor_left_out", "Messages that could not be read, or were too many or too large", labels),
          gauge(r, "shrike_sensor_reconnects", "Times the sensor was lost and sought again", labels),
          gauge(r, "shrike_sensor_clock_offset_seconds", "The sensor's clock less this machine's", labels)};
}

void Metrics::movement_training(const std::string& outcome) { trainings_.Add({{"outcome", outcome}}).Increment(); }

void Metrics::incident(const std::string& type) { incidents_.Add({{"type", type}}).Increment(); }

}  // namespace shrike
