#pragma once
#include <cstdint>
#include <deque>

#include "base/time.h"

namespace shrike {

/// How far a sensor's clock is from ours, from messages that say when they were made. A message is never here before it
/// was sent, so the least difference between arrival and stated time is the offset plus the shortest way; late messages
/// do not disturb it. A clock that is set forward shows at once, one that is set back after the window.
class SensorClock {
 public:
  /// `window_s`: how long a difference is remembered.
  explicit SensorClock(double window_s = 300) : window_us_(static_cast<int64_t>(window_s * 1e6)) {}

  /// One message. Returns its stated time on our clock, never later than its arrival.
  Timestamp observe(Timestamp stated, Timestamp received);

  /// The sensor's clock less ours; 0 before the first message.
  [[nodiscard]] double offset_s() const;
  [[nodiscard]] bool known() const { return !least_.empty(); }

 private:
  struct Difference {
    Timestamp received;
    int64_t us;  ///< received less stated
  };
  int64_t window_us_;
  std::deque<Difference> least_;  // rising in time and in difference: the front is the least of the window
};

}  // namespace shrike
