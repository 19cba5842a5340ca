#pragma once
#include <span>
#include <vector>

#include "base/geometry.h"

namespace shrike {

/// Where a followed object was seen, against where it was expected.
struct Surprise {
  float x = 0, y = 0;  ///< pixels, seen minus expected
  float variance = 1;  ///< of either, squared pixels, were the camera still
};

/// Tells the camera's own movement from that of the people, by detections alone: what is common to all surprises is
/// the camera. How much of it to believe is learned from the camera itself, so that a fixed camera stays fixed and a
/// carried one is followed. Finds shifts (pan, tilt, shake), not zoom or roll.
class CameraMotion {
 public:
  /// The shift to expect over the next `dt_s`, pixels.
  Point predict(float dt_s);
  /// The shift still to be added to predict()'s, given at least three surprises (fewer: none).
  Point correct(std::span<const Surprise> surprises, float dt_s);
  /// What remains unknown of the last shift, squared pixels.
  [[nodiscard]] float variance() const { return variance_; }

 private:
  Point speed_;             // pixels a second
  float restlessness_ = 0;  // variance that the camera gains a second, squared pixels
  float variance_ = 0;
  std::vector<float> sorted_;  // kept between calls
};

}  // namespace shrike
