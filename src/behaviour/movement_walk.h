#pragma once
// A visit's way through the store as a sequence of stretches: what the movement model reads. Nothing of who it was.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "behaviour/visit_trace.h"

namespace shrike {

/// A stay in a zone, or a piece of the way over the floor between zones.
struct Stretch {
  std::string place;             ///< the zone's name; "floor 3,1" or "<camera> 2,0" for a square of floor or picture
  std::optional<ZoneKind> zone;  ///< none on open floor
  double at_s = 0;               ///< since the visit began
  double seconds = 0;            ///< > 0
  double way = 0;                ///< distance gone in it: metres, or tenths of the picture
};

struct Walk {
  std::string visit_id;
  Timestamp from;
  double seconds = 0;
  std::vector<Stretch> stretches;  ///< in order; kStretchesMax at most, later ones are left out

  static constexpr size_t kStretchesMax = 256;
};

/// The place of stretches in which no camera saw the visit.
inline constexpr const char* kUnseenPlace = "unseen";

/// One visit's walk from the traces that its cameras left; empty where they hold nothing. Overlapping cameras are put
/// together second by second; a gap of up to kCarried_s is bridged where it began, a longer one is a stretch unseen;
/// less than kShortest_s belongs to the stretch before. Whatever is not finite is left out.
[[nodiscard]] Walk walk_of(std::span<const VisitTrace> traces);
/// By visit, in the order of their begin; visits that were never seen for kWalkShortest_s are left out.
[[nodiscard]] std::vector<Walk> walks_of(std::span<const VisitTrace> traces);

inline constexpr double kCarried_s = 8, kShortest_s = 2, kWalkShortest_s = 10;
inline constexpr double kFloorCell_m = 3;

}  // namespace shrike
