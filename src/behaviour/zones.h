#pragma once
#include <optional>

#include "base/geometry.h"
#include "base/time.h"
#include "site/config.h"

namespace shrike {

/// Time spent in a zone without leaving it for long.
struct Stay {
  Timestamp from, to;  ///< first and newest frame inside
  double dwell_s = 0;  ///< time inside; less than to - from where the person stepped out for a moment
};

/// What one visit did in one zone. Of constant size however long the visit.
struct ZoneFacts {
  int entries = 0;  ///< stays; a return within kReturn_s goes on with the stay before
  bool inside = false;
  Timestamp first_entered;
  Stay newest, longest;
  std::optional<Stay> last_stop;  ///< the newest stay of at least kStop_s: the person stopped and did not walk through

  [[nodiscard]] bool longest_goes_on() const { return inside && longest.from == newest.from; }
};

/// Whoever is back within so long never really left: people step aside at the edge of a zone.
constexpr double kReturn_s = 5;
/// A stay of so long is a stop; walking through a zone of a few metres takes less.
constexpr double kStop_s = 5;

/// Follows one visit in one zone. Entries and exits need `inertia` frames in a row, so that a box that flickers over
/// the border changes nothing; times and dwell are then counted from the first of them. Dwell is by the frames' times:
/// it does not depend on the frame rate, and goes on over frames that were not looked at; a gap of more than kUnseen_s
/// is not counted, but does not end the stay either, for nobody was seen leaving.
class ZoneWatch {
 public:
  enum class Event { entered, left };
  static constexpr double kUnseen_s = 30;

  explicit ZoneWatch(int inertia_frames) : inertia_frames_(inertia_frames) {}

  /// The person stood inside (or not) at `time`, which must not be before the newest.
  std::optional<Event> see(bool inside, Timestamp time);
  /// The visit is over; a stay that goes on ends with its newest frame.
  std::optional<Event> close();
  /// The camera's clock was set: all times held move by `seconds`, so that what came first stays first.
  void shift_clock(double seconds);

  [[nodiscard]] const ZoneFacts& facts() const { return facts_; }
  /// Stood inside in the newest frame, too short to count as an entry yet.
  [[nodiscard]] bool entering() const { return !facts_.inside && run_ > 0; }

 private:
  void enter(Timestamp time);
  void stay(double seconds, Timestamp time);

  int inertia_frames_;
  int run_ = 0;          ///< frames in a row that speak against facts_.inside
  Timestamp run_from_;   ///< first of them
  Timestamp last_seen_;  ///< newest frame, inside or not
  ZoneFacts facts_;
};

/// Whether a person whose feet are at `foot_px` in a picture of `width` x `height` stands in `polygon` (0..1). Feet
/// below or beside the picture count as on its edge: the box of a person near the camera is cut off there.
[[nodiscard]] bool stands_in(const Polygon& polygon, Point foot_px, int width, int height);

}  // namespace shrike
