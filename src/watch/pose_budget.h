#pragma once
#include <mutex>
#include <vector>

#include "base/time.h"

namespace shrike {

/// How many poses a second the store makes, shared by its cameras. Each has its part for itself; what it leaves goes to
/// whoever needs more. Runs on the pictures' times, so that a recording gives the same answers however fast it is read
/// (with one camera; with several, what is left goes to who comes first). Thread-safe.
class PoseBudget {
 public:
  /// `per_s` 0: no limit.
  PoseBudget(double per_s, size_t cameras);

  /// How many of `wanted` poses `camera` may make in its picture of `time`.
  [[nodiscard]] size_t take(size_t camera, Timestamp time, size_t wanted);

 private:
  struct Line {
    double left = 0;
    Timestamp newest;
  };
  const double per_s_;
  std::mutex mutex_;
  std::vector<Line> lines_;
  double left_over_ = 0;  ///< by cameras that did not use their part
};

}  // namespace shrike
