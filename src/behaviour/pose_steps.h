#pragma once
// From keypoints as a tracker gives them (pixels, jitter, holes, any frame rate) to a body in even steps of time, free
// of place and size: what the concealment model is trained on, tested on and run on.

#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "base/geometry.h"
#include "vision/pose.h"

namespace shrike {

/// One person at one step of time. Unit: torso lengths; origin: the middle of the hips; y down.
struct BodyStep {
  double time_s = 0;
  bool first = false;  ///< nothing before it belongs to it: the person was new, or unseen for longer than kGap_s
  std::array<Point, kJoints> at;
  std::array<float, kJoints> score{};
  Point hip_speed;  ///< torso lengths a second, over the last third of a second
};

/// Makes the steps of one person. A step is final one step after its time (a median over three steps holds back single
/// jumps of a joint), or at once by finish(). Depends on nothing but the poses pushed so far.
class PoseSteps {
 public:
  static constexpr double kStep_s = 1.0 / 15;
  static constexpr double kGap_s = 0.6;

  /// Appends the steps that `pose` makes final. A pose that is not later than the one before, or without any finite
  /// shoulder and hip ever, changes nothing. Joints that are missing stay where they were last (beside the body's
  /// middle where they never were seen) with score 0.
  void push(double time_s, const Pose& pose, std::vector<BodyStep>& out);
  /// Appends the last step. The next pose begins anew.
  void finish(std::vector<BodyStep>& out);

 private:
  struct Raw {
    double time_s = 0;
    Pose pose;
  };
  void step(double time_s, const Pose& pose, std::vector<BodyStep>& out);
  void emit(const Pose& steady, const Raw& raw, std::vector<BodyStep>& out);
  [[nodiscard]] float size_of(const Pose& pose);

  std::optional<Raw> newest_;   ///< as pushed, holes filled
  double next_s_ = 0;           ///< time of the next step
  std::deque<Raw> recent_;      ///< the last three steps before the median; the last is not final
  std::deque<float> sizes_px_;  ///< of the last two seconds
  std::deque<Point> hips_px_;   ///< of the last third of a second
  bool first_ = true;
};

/// All steps of one track: `times_s` ascending, one a pose.
[[nodiscard]] std::vector<BodyStep> body_steps(const std::vector<double>& times_s, const std::vector<Pose>& poses);

}  // namespace shrike
