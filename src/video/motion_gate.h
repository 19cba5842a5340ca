#pragma once
// Decides, for a fraction of a millisecond, whether a frame is worth the tens of milliseconds that detection costs.

#include <cstdint>
#include <utility>
#include <vector>

#include "base/geometry.h"
#include "base/time.h"
#include "video/luma.h"

namespace shrike {

struct MotionGateOptions {
  std::vector<Polygon> masks;  ///< 0..1 of the picture: what moves inside does not count
  double hold_s = 3;           ///< stays open so long after the last movement
  double heartbeat_s = 2;      ///< while nothing moves, one frame passes as often as this
};

/// Compares each frame with a background that it learns, cell by cell, against the noise of that very cell.
/// A cell that differs is learnt only slowly, so that someone who stands still or creeps stays foreground for about
/// half a minute; a change of the light over the whole picture is taken out before comparing.
/// One gate a camera, one thread.
class MotionGate {
 public:
  explicit MotionGate(MotionGateOptions options) : options_(std::move(options)) {}

  /// Whether the frame at `time` is worth looking at: something moves, or moved within hold_s, or it is the heartbeat.
  /// A picture of another size starts the gate anew.
  [[nodiscard]] bool open(const Luma& luma, Timestamp time);

  /// Cells that differed from the background in the last frame, in 0..1 of all; for figures and for tuning.
  [[nodiscard]] double moving_share() const { return moving_share_; }

 private:
  void start(const Luma& luma, Timestamp time);
  /// How the whole picture's brightness has changed against the background: lamps, exposure, daylight.
  struct Light {
    float gain = 1, offset = 0;
  };
  [[nodiscard]] Light fit_light(const Luma& luma);
  /// Marks what differs in hot_, learns the rest; `step_s` since the last frame.
  void compare(const Luma& luma, Light light, float step_s);
  /// Whether what differs hangs together, as a person does and noise does not.
  [[nodiscard]] bool something_moves() const;

  MotionGateOptions options_;
  int width_ = 0, height_ = 0;
  std::vector<float> background_, noise_;  ///< in units of Luma; noise is the mean absolute difference at rest
  std::vector<uint8_t> counts_;            ///< 0: masked
  std::vector<uint8_t> hot_;
  std::vector<std::pair<float, float>> sample_;
  Timestamp started_, last_, moved_, passed_;
  double moving_share_ = 0;
};

}  // namespace shrike
