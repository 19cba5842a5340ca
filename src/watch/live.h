#pragma once
// What the running store looks like now: written by the pipelines, read by the hub. One mutex, values in, values out.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/geometry.h"
#include "base/time.h"
#include "vision/pose.h"
#include "watch/movement_status.h"
#include "watch/sensor_status.h"

namespace shrike {

struct LiveTrack {
  int64_t id = 0;
  Box box;                         ///< 0..1 of the picture
  std::string label;               ///< person, handbag, …
  std::string visit_id;            ///< empty for objects
  double risk = 0;                 ///< posterior of the visit, 0..1
  std::vector<std::string> zones;  ///< names of zones it stands in now
  std::optional<Pose> pose;        ///< 0..1 of the picture; where one was made of late
};

/// The newest picture of a camera with what was seen in it: boxes and picture belong to the same frame.
struct LiveFrame {
  int64_t seq = 0;
  Timestamp time;
  int width = 0, height = 0;
  std::vector<LiveTrack> tracks;
  std::shared_ptr<const std::string> jpeg;  ///< null where no picture was made (nobody was looking)
};

struct CameraStatus {
  std::string name;
  std::string state = "connecting";  ///< connecting, live, stalled, ended, failed
  std::string last_error;            ///< empty where there was none
  Timestamp since;                   ///< when `state` began
  double fps = 0;                    ///< frames decoded a second
  uint64_t frames = 0, dropped = 0, skipped_by_motion_gate = 0, reconnects = 0;
  double clock_offset_s = 0;  ///< its clock ahead of its neighbours'; 0 while they agree. It is corrected for.
};

/// Thread-safe.
class LiveBoard {
 public:
  void put_frame(const std::string& camera, LiveFrame frame);
  void put_status(CameraStatus status);

  /// By camera, of those whose clocks do not agree with their neighbours': how far ahead they are. In place of what
  /// was said before.
  void put_clocks(std::map<std::string, double> ahead_s);

  /// Of all sensors, in the order of the configuration.
  void put_sensors(std::vector<SensorStatus> sensors);
  [[nodiscard]] std::vector<SensorStatus> sensors() const;

  void put_movement(MovementStatus status);
  [[nodiscard]] MovementStatus movement() const;

  /// The visit's posterior as the desk last weighed it.
  void put_risk(const std::string& visit_id, double risk);
  /// 0 where nothing was weighed yet.
  [[nodiscard]] double risk(const std::string& visit_id) const;
  void forget_risk(const std::string& visit_id);

  [[nodiscard]] std::optional<LiveFrame> frame(const std::string& camera) const;
  [[nodiscard]] std::vector<CameraStatus> statuses() const;
  /// True if someone asked for a picture of `camera` in the last 2 s: only then are pictures worth encoding.
  [[nodiscard]] bool wanted(const std::string& camera) const;
  /// Says that someone looks at `camera` now.
  void want(const std::string& camera);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, LiveFrame> frames_;
  std::map<std::string, CameraStatus> statuses_;
  std::map<std::string, double> clocks_ahead_s_;
  std::vector<SensorStatus> sensors_;
  MovementStatus movement_;
  std::map<std::string, double> risks_;
  std::map<std::string, double> wanted_until_s_;
};

}  // namespace shrike
