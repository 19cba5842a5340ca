#pragma once
#include "base/time.h"
#include "video/luma.h"

namespace shrike {

/// Notices a camera that goes on sending one and the same picture: its sensor or encoder hangs. A living sensor's noise
/// moves some cell of the picture by more than a grey level within half a minute, even at night.
class FrozenPicture {
 public:
  explicit FrozenPicture(double patience_s) : patience_s_(patience_s), first_patience_s_(patience_s) {}

  enum class Verdict {
    moves,         ///< the picture changes
    still,         ///< not for some time, but not long enough to say
    froze,         ///< just now it has been still for too long: reconnect
    still_frozen,  ///< reconnecting did not help; `froze` comes again after twice the time
  };
  [[nodiscard]] Verdict look(const Luma& luma, Timestamp time);

  /// How long the picture has been the same.
  [[nodiscard]] double still_s(Timestamp time) const { return seconds_between(since_, time); }

 private:
  double patience_s_, first_patience_s_;
  Luma reference_;
  Timestamp since_;  ///< the picture has been as in reference_
  Timestamp from_;   ///< patience counts from here
  bool frozen_ = false;
};

}  // namespace shrike
