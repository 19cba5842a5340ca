#pragma once
// How long before a door's reader says that a tag crossed, or after, the one who carries it is seen there last.

#include <map>
#include <string>

namespace shrike {

/// Learnt for each door from passings of which it is sure whose they were: cameras see more or less of a door, and
/// readers' clocks are a little off. Bounded in doors.
class DoorTiming {
 public:
  /// Who surely carried the tag was seen at the door for the last time `after_s` after it crossed (negative: before).
  void learn(const std::string& zone, double after_s);
  /// How well it fits that somebody carried it who was seen there last so long after: 1 at best, never 0.
  [[nodiscard]] double fit(const std::string& zone, double after_s) const;

 private:
  struct Door {
    double mean_s = 0, variance_s2 = 0, n = 0;
  };
  [[nodiscard]] static Door unknown();

  std::map<std::string, Door> doors_;
};

}  // namespace shrike
