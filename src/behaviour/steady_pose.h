#pragma once
#include <optional>

#include "base/time.h"
#include "vision/pose.h"

namespace shrike {

/// One person's pose without its jitter: what is drawn, and what hands are followed by. Each joint passes a 1 euro
/// filter (Casiez, Roussel, Vogel, CHI 2012): a joint at rest is held still, a quick one is followed at once. A joint
/// that the network is unsure of stays where it was for a moment, with its low score.
class SteadyPose {
 public:
  /// `size_px`: height of the person, so that near and far people are smoothed alike. A pose that comes later than
  /// kGap_s after the one before, or not after it, begins anew.
  [[nodiscard]] Pose see(const Pose& pose, Timestamp time, float size_px);

  static constexpr double kGap_s = 0.6;

 private:
  struct Filtered {
    Joint at;
    float vx = 0, vy = 0;  ///< pixels a second, smoothed
    Timestamp sure;        ///< when the network was sure of it last
  };
  std::array<std::optional<Filtered>, kJoints> joints_;
  Timestamp newest_;
};

}  // namespace shrike
