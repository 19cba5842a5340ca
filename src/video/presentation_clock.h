#pragma once
#include <optional>

#include "base/time.h"

namespace shrike {

/// Maps a stream's own time (seconds, any origin, may jump) to UTC that never goes back, except by what the stream
/// itself steps back to reorder its pictures (less than half a second).
///
/// A live stream is anchored at the arrival of its packets: the packet that travelled fastest is right, what comes
/// later than it should was delayed on the way, and a slow drift of the camera's clock is followed. A recording is
/// anchored once, and a gap or a step back in it is closed.
class PresentationClock {
 public:
  enum class Anchor { arrival, start };

  explicit PresentationClock(Anchor anchor) : anchor_(anchor) {}

  /// A stream begins, again or for the first time: its next packet is anchored at its arrival (live), or at `start`.
  void restart(Timestamp start);

  /// A packet that is decoded at `decode_s` and shown at `show_s`, in the stream's time, arrived at `now`; `frame_s` is
  /// how long a frame usually lasts. Returns how many seconds it came later than it should have (0 for a recording).
  double arrived(double decode_s, double show_s, double frame_s, Timestamp now);

  /// UTC of a time near that of the last packet that arrived.
  [[nodiscard]] Timestamp at(double stream_s) const;

 private:
  void anchor_at(double stream_s, Timestamp time);
  void follow(double late_s, double step_s);

  Anchor anchor_;
  bool anchored_ = false;
  Timestamp start_;
  double offset_s_ = 0;        ///< UTC seconds since the epoch_ of stream time 0
  Timestamp epoch_;            ///< keeps offset_s_ small enough for microseconds in a double
  double first_stream_s_ = 0;  ///< stream time of the anchor
  double last_stream_s_ = 0;
  std::optional<Timestamp> last_;
};

}  // namespace shrike
