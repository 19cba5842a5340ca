#pragma once
// What a visit leaves behind for insight: where it stayed and the way that it went. Nothing of who it was.

#include <string>
#include <vector>

#include "base/geometry.h"
#include "base/time.h"
#include "site/config.h"

namespace shrike {

class FloorMap;

struct ZoneStay {
  std::string zone;
  ZoneKind kind = ZoneKind::shelf;
  Timestamp from, to;
  double dwell_s = 0;  ///< inside; less than to - from where the person stepped out for a moment

  bool operator==(const ZoneStay&) const = default;
};

/// A place on the way, and how long the feet were near it.
struct Waypoint {
  double at_s = 0;     ///< seconds after the visit began
  double stood_s = 0;  ///< seen near here for so long before the next waypoint
  float x = 0, y = 0;

  bool operator==(const Waypoint&) const = default;
};

/// What a path is measured in.
enum class Plane {
  picture,  ///< 0..1 of the camera's picture
  floor,    ///< metres on the store's floor plan
};
[[nodiscard]] const char* to_string(Plane plane);

/// One visit on one camera.
struct VisitTrace {
  std::string camera_visit_id;  ///< ULID
  std::string visit_id;         ///< of the store visit that it belongs to; as camera_visit_id until it is joined
  std::string camera;
  Timestamp from, to;
  Plane plane = Plane::picture;
  double aspect = 1;            ///< width / height of the camera's picture
  bool bag = false;             ///< carried a bag or an article
  bool cart = false;            ///< had a cart or a basket
  std::vector<ZoneStay> stays;  ///< by the time they ended; kStaysMax at most, later ones are left out
  std::vector<Waypoint> path;   ///< in order, PathThinner::kWaypointsMax at most

  static constexpr size_t kStaysMax = 200;
};

/// The way in metres instead of shares of the picture; what is not on the floor is left out.
void put_on_floor(VisitTrace& trace, const FloorMap& floor);

/// Keeps the way of one person in bounded memory: a waypoint holds as long as the feet stay within reach of it, and
/// where there are too many, reach grows and neighbours become one. Time is kept whole: the stood_s of all waypoints
/// add up to the time in which the person was seen.
class PathThinner {
 public:
  static constexpr size_t kWaypointsMax = 128;
  static constexpr double kReach = 0.03;   ///< to begin with, of the picture
  static constexpr double kUnseen_s = 30;  ///< a longer gap is not counted as time near a waypoint

  /// The feet were at `at` (0..1 of the picture); `time` is not before the newest.
  void see(Point at, Timestamp time);
  /// The camera's clock was set: all times held move by `seconds`.
  void shift_clock(double seconds);
  [[nodiscard]] const std::vector<Waypoint>& waypoints() const { return waypoints_; }
  [[nodiscard]] Timestamp begun() const { return begun_; }
  [[nodiscard]] Timestamp newest() const { return newest_; }

 private:
  void thin();

  Timestamp begun_, newest_;
  double reach_ = kReach;
  std::vector<Waypoint> waypoints_;
};

}  // namespace shrike
