#pragma once
#include <cstdint>
#include <memory>
#include <span>

#include "base/time.h"
#include "track/track.h"
#include "vision/detections.h"

namespace shrike {

/// When a picture was taken and how large it is.
struct PictureAt {
  Timestamp time;
  int width = 0, height = 0;  ///< pixels; 0 where unknown, the edges are then not minded
};

/// What the tracker can be told. The defaults are the ones that `shrike eval track` measures and that the store runs
/// on: one setting for every camera.
struct TrackerOptions {
  int person_label = 0;  ///< persons are only matched with persons, everything else only with everything else
};

/// Follows the objects of one camera from frame to frame: tracking by detection in the line of SORT, ByteTrack and
/// OC-SORT. Time is real time, so frames may come at any rate and may be missing. Owned by one thread; allocates only
/// when there are more objects than there ever were.
class Tracker {
 public:
  explicit Tracker(TrackerOptions options = {});
  ~Tracker();
  Tracker(Tracker&&) noexcept;
  Tracker& operator=(Tracker&&) noexcept;

  /// The tracks of this frame, ascending by id: those detected in it (`missed` 0) and those that were lost a moment
  /// ago and are predicted (`missed` > 0). Valid until the next call. `detections` are of this picture, with every
  /// score the detector gives (low ones help). `appearance` is empty or holds one row of equal length a detection
  /// (vision/appearance.h); a row of zeros says that there is none for this one.
  /// A picture that is not later than the one before it is treated as taken a millisecond after it.
  std::span<const Track> update(const Detections& detections, const PictureAt& picture,
                                std::span<const float> appearance = {});

  /// Says that nothing moved since the last picture and detection was skipped (the motion gate): every track stays
  /// where it is and does not age. Returns the tracks of the last frame.
  std::span<const Track> hold(const PictureAt& picture);

  /// One row a track of the last result, in its order: appearance smoothed over its detections, length 1; zeros where
  /// there is none. Empty where no appearance was ever given.
  [[nodiscard]] std::span<const float> appearance() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shrike
