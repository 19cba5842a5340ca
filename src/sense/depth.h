#pragma once
// A depth camera that looks along a shelf, or down on an exit. A value machine: no thread, no clock of its own.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "sense/depth_frame.h"
#include "sense/item_event.h"
#include "sense/sensor_clock.h"
#include "sense/zone_fact.h"
#include "site/sensor_config.h"

namespace shrike {

struct DepthFindings {
  std::vector<ItemEvent> items;
  std::vector<ZoneFact> facts;
};

struct DepthState {
  uint64_t frames = 0, events = 0;
  uint64_t reaches = 0;  ///< hands through the plane of a shelf
  uint64_t people = 0, objects = 0;
  uint64_t left_out = 0;  ///< frames of another size than the first
  double measured = 0;    ///< part of the newest picture with a distance in it
  double clock_offset_s = 0;
};

/// Learns what the picture is like when nobody is there, and looks at what is nearer.
/// Shelf: a hand that comes through the plane and goes again is a reach; where the goods behind have changed by then,
/// something was taken (they are farther away) or put back (nearer).
/// Exit: what passes below is as high as the floor is far less its distance; a person is higher than tall_mm. An object
/// of its own that is lower (a trolley that is pushed) is said as object_carried_out, as by a camera.
class DepthWatch {
 public:
  explicit DepthWatch(DepthConfig config) : config_(std::move(config)) {}

  [[nodiscard]] DepthFindings observe(const DepthFrame& frame, Timestamp received);
  [[nodiscard]] DepthState state() const;

 private:
  struct Blob {
    size_t pixels = 0;
    uint16_t nearest_mm = 0;  ///< of its 20th part that is nearest
  };

  void learn(const DepthFrame& frame, bool quiet);
  void find_near(const DepthFrame& frame);
  [[nodiscard]] std::vector<Blob> blobs(const DepthFrame& frame);
  void watch_shelf(const DepthFrame& frame, bool hand, Timestamp time, DepthFindings& findings);
  void follow_stillness(const DepthFrame& frame, Timestamp time);
  void compare_goods(const DepthFrame& frame, Timestamp time, DepthFindings& findings);
  void watch_exit(const std::vector<Blob>& blobs, Timestamp time, DepthFindings& findings);

  DepthConfig config_;
  int width_ = 0, height_ = 0;
  std::vector<float> background_;   // mm; 0 where nothing was measured yet
  std::vector<uint16_t> near_for_;  // frames in a row that a pixel was nearer
  std::vector<uint8_t> near_;       // of the newest frame
  std::vector<size_t> stack_;       // of the filling of blobs
  std::vector<float> before_;       // background when the hand came
  std::vector<uint16_t> last_mm_;
  int still_for_ = 0;  // frames in a row in which what is near did not move
  Timestamp still_since_;
  bool something_ = false;
  int agreed_ = 0;  // frames in a row that say otherwise than something_
  Timestamp since_;
  double highest_mm_ = 0;
  bool object_apart_ = false, person_ = false;
  SensorClock clock_;
  DepthState state_;
};

}  // namespace shrike
