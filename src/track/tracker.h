#pragma once
#include <cstdint>
#include <memory>
#include <span>

#include "base/time.h"
#include "track/motion.h"
#include "track/track.h"
#include "vision/detections.h"

namespace shrike {

/// When a picture was taken and how large it is.
struct PictureAt {
  Timestamp time;
  int width = 0, height = 0;  ///< pixels; 0 where unknown, the edges are then not minded
};

/// The defaults are the ones that `shrike eval track` measures and that the store runs on: one setting for every
/// camera. docs/tracking.md says how they were chosen.
struct TrackerOptions {
  int person_label = 0;  ///< persons are only matched with persons, everything else only with everything else

  float score_min = 0.1F;    ///< detections below are not looked at
  float score_high = 0.5F;   ///< detections below only prolong tracks that were seen a moment ago
  float score_birth = 0.6F;  ///< an unmatched detection from here on is a new track at once …
  float twin_iou = 0.3F;     ///< … unless it overlaps one that is seen so much: then it is that one, found twice

  float gate_high = 0.2F;       ///< likeness (overlap, heights counting double) that a match needs
  float gate_low = 0.5F;        ///< … a match with a low score
  float recent_s = 0.2F;        ///< tracks seen within choose first, those lost longer from what remains
  float memory_s = 3;           ///< a lost track can come back for so long
  float young_memory_s = 0.5F;  ///< … one that was seen less than `young_hits` times
  int young_hits = 3;
  float search_growth = 0.5F;  ///< boxes grow by this share a second while lost, up to search_growth_max, to be found
  float search_growth_max = 0.5F;
  float replay_from_s = 0.25F;  ///< from such a gap on its path is filled in straight when it is found again

  int coast_frames = 3;        ///< so long a track goes on without detection, predicted …
  int coast_hits = 3;          ///< … if it was detected so often
  float coast_spread = 0.2F;   ///< … while its place is known to so many box widths (standard deviation) …
  float coast_covered = 0.2F;  ///< … and, after the first frame, while somebody covers this share of it

  bool follows_camera = true;  ///< tells the camera's movement from the people's
  bool counts_heights = true;  ///< likeness minds heights, not the overlap alone

  /// With appearance: what looks alike counts as near, what does not counts as far. Added to the likeness of a track
  /// lost longer than recent_s, a unit of difference from `alike_neutral` …
  float appearance_weight = 1.5F;
  float alike_neutral = 0.83F;
  /// … and of one that was seen a moment ago, where it is near enough without: it is never kept away by its looks.
  float appearance_weight_recent = 3;
  float alike_neutral_recent = 0.9F;

  MotionNoise noise;

  /// The same for a detector whose boxes mean something from `threshold` on: detectors disagree about what .5 is. The
  /// defaults are those of 0.6. The detector should give everything from `score_min` on.
  [[nodiscard]] static TrackerOptions for_detector(float threshold);
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
  /// A picture that is not later than the one before it (a clock was set back) is taken to follow at the last gap.
  std::span<const Track> update(const Detections& detections, const PictureAt& picture,
                                std::span<const float> appearance = {});

  /// Says that nothing moved since the last picture and detection was skipped (the motion gate): who was seen in it
  /// stays where they are and does not age. Returns them.
  std::span<const Track> hold(const PictureAt& picture);

  /// One row a track of the last result, in its order: appearance smoothed over its detections, length 1; zeros where
  /// there is none. Empty where no appearance was ever given.
  [[nodiscard]] std::span<const float> appearance() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shrike
