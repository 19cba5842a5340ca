#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"

namespace shrike {

/// Somebody whose pose is wanted in this frame.
struct PoseWish {
  std::string visit_id;
  double risk = 0;  ///< posterior of the visit, 0..1
};

/// Whose poses one camera makes where there are more people than poses. What hands do can only be read from poses in a
/// row, so somebody who is chosen stays chosen for some seconds; then those who waited longest come. The most
/// suspicious come first, always. Owned by one thread.
class PoseTurns {
 public:
  static constexpr double kTurn_s = 4;
  static constexpr double kSuspicious = 0.1;  ///< risk from which waiting does not count
  /// Nobody is looked at more often: the steps that behaviour is read from are longer.
  static constexpr double kEvery_s = 1.0 / 16;

  /// Indices into `wishes`, most urgent first, of those who are due at `time`: the caller poses as many of them as the
  /// budget gives, from the front, and says so by posed().
  [[nodiscard]] std::vector<size_t> order(Timestamp time, std::span<const PoseWish> wishes) const;
  void posed(const std::string& visit_id, Timestamp time);
  /// The visit is over.
  void forget(const std::string& visit_id) { turns_.erase(visit_id); }
  /// The camera's clock was set back.
  void clear() { turns_.clear(); }
  [[nodiscard]] size_t held() const { return turns_.size(); }

 private:
  struct Turn {
    Timestamp begun, newest;
    int64_t poses = 0;
  };
  std::map<std::string, Turn> turns_;  ///< of everybody who was ever posed and is still there
};

}  // namespace shrike
