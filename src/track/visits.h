#pragma once
// One camera's person tracks become visits. A track breaks whenever a person is hidden for a while; a visit goes on.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "site/config.h"
#include "track/track.h"
#include "track/tracker.h"

namespace shrike {

/// One person in this frame.
struct VisitTrack {
  std::string visit_id;  ///< ULID
  Track track;           ///< pixels; `missed` > 0 where the box is predicted
  /// Probability that everything this visit has collected belongs to the person seen now: 1 for a visit of one
  /// track, multiplied at each bridged gap by the probability of that bridge.
  double continuity = 1;
};

/// A person on this camera from entering to leaving.
struct Visit {
  std::string id;               ///< ULID, made at the first detection's time
  Timestamp begun;              ///< first detection
  Timestamp seen;               ///< newest detection
  std::vector<int64_t> tracks;  ///< ids on this camera, in the order they were taken up
  double continuity = 1;        ///< as in VisitTrack
  bool begun_at_door = false;   ///< first seen at the picture's edge or in an entrance or exit zone
};

/// How a visit ended.
enum class VisitEnd {
  left,    ///< last seen at the picture's edge or in an entrance or exit zone
  lost,    ///< vanished in the middle of the picture and did not come back
  closed,  ///< the camera stopped, finish() was called
};

struct EndedVisit {
  Visit visit;
  VisitEnd end = VisitEnd::lost;
  Box last_box;  ///< pixels
};

/// What one frame did to the visits. A visit is in `begun` before or with its first appearance in `present`, and in
/// `ended` once, after its last. Between, it may be absent from `present` for a while (hidden).
struct VisitsUpdate {
  std::vector<VisitTrack> present;  ///< ascending by track id
  std::vector<Visit> begun;
  std::vector<EndedVisit> ended;
};

struct VisitOptions {
  int person_label = 0;
  double confirm_s = 0.25;  ///< a track must be followed so long before it counts as a person
  int confirm_hits = 3;     ///< … and be detected so often
  double hidden_s = 8;      ///< mean time that a person who vanished in the middle stays hidden
  double door_s = 1;        ///< … who vanished at the edge or a door comes back after, if at all
  double end_below = 0.05;  ///< a hidden visit ends when the probability of seeing it again falls below
};

/// Owned by one thread. Driven by picture times alone, so a recording gives the same visits every time (but for the
/// ids, which `make_id` makes).
class Visits {
 public:
  using MakeId = std::function<std::string(Timestamp)>;

  /// `zones` are the camera's (0..1); only those of kind entrance and exit are used.
  explicit Visits(VisitOptions options = {}, const std::vector<Zone>& zones = {}, MakeId make_id = new_visit_id);
  ~Visits();
  Visits(Visits&&) noexcept;
  Visits& operator=(Visits&&) noexcept;

  /// `tracks` as Tracker::update() gave them for this picture (ascending by id), `appearance` as
  /// Tracker::appearance() (empty: motion alone bridges gaps). A visit begins when its track is confirmed, with the
  /// time of the track's first detection.
  VisitsUpdate update(const PictureAt& picture, std::span<const Track> tracks, std::span<const float> appearance = {});

  /// Ends every open visit, e.g. at the end of a file or when a camera is gone for good.
  std::vector<EndedVisit> finish();

 private:
  static std::string new_visit_id(Timestamp t);
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shrike
