#pragma once
// Whether the clocks of two cameras agree, told from people whom both see.

#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "track/floor_path.h"

namespace shrike {

/// What `camera` shows at a moment, `other` shows `seconds` later by their clocks: its clock is so much ahead.
struct ClockOffset {
  std::string camera, other;
  double seconds = 0;
  int people = 0;  ///< walks that both cameras saw and that fit this offset
};

/// Pairs of walks on two placed cameras vote for the offset at which they are one walk. Walks of different people fit
/// at no offset, or each at another one, and so do not add up.
class ClockOffsets {
 public:
  static constexpr double kMost_s = 10, kStep_s = 0.25;

  /// `walk` and `other_walk` may be of one person. Cheap to refuse: short walks and those on other ground.
  void compare(const std::string& camera, const FloorPath& walk, const std::string& other, const FloorPath& other_walk);
  /// The offset of each pair of cameras that is told from `kPeopleMin` walks or more, also one of about 0; none where
  /// it may lie `kMost_s` apart or further.
  [[nodiscard]] std::vector<ClockOffset> known() const;
  /// Forgets what concerns `camera`: its clock was set, or is corrected for from now on.
  void forget(const std::string& camera);

  static constexpr int kPeopleMin = 4;

 private:
  static constexpr size_t kShifts = static_cast<size_t>(2 * kMost_s / kStep_s) + 1;
  struct Votes {
    std::array<double, kShifts> log_likelihood{};
    std::array<int, kShifts> walks{};
    int compared = 0;
  };
  std::map<std::pair<std::string, std::string>, Votes> votes_;  ///< names in order
};

}  // namespace shrike
