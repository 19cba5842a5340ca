#pragma once
// Where what cameras, sensors and tills say becomes incidents that are kept, told and filmed. One thread owns the risk.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "base/queue.h"
#include "behaviour/visit_trace.h"
#include "risk/entry_watch.h"
#include "risk/in_use.h"
#include "risk/store_mind.h"
#include "track/floor_map.h"
#include "vault/corrections.h"
#include "vault/incident_store.h"
#include "video/frame.h"
#include "watch/live.h"
#include "watch/metrics.h"
#include "watch/movement_watch.h"
#include "watch/watch_matcher.h"

namespace shrike {

/// What one camera's pipeline saw in one frame, as far as it concerns risk.
struct Observation : CameraView {
  std::vector<VisitTrace> traces = {};    ///< what visits that are over leave behind for insight
  std::optional<Frame> frame = {};        ///< the picture with the evidence in it, where there is some
  std::map<std::string, Box> boxes = {};  ///< of the visits with evidence, pixels of `frame`
};

/// All that a desk can be told.
using Told = std::variant<Observation, ItemEvent, TillTransaction, ZoneFact>;

/// A clip to be cut: seconds of one camera's picture around an incident.
struct ClipJob {
  std::string event_id, camera;
  Timestamp from, to;
};

/// Takes what it is told on a bounded queue that blocks rather than drops: an incident is never lost. What the disk
/// will not take is kept in memory and tried again; nothing is told to anyone before it is kept.
class Desk {
 public:
  struct Parts {
    IncidentStore& store;
    LiveBoard& board;
    Metrics& metrics;
    const SiteConfig& site;
    StoreMind mind;
    RiskInUse risk;  ///< what the mind weighs by; corrected visits are weighed anew by it
    /// Called on the desk's thread once an incident is kept for the first time.
    std::function<void(const Incident&)> on_incident;
    /// Cuts the clip into `file`; called on a thread of its own once the post-roll is over.
    std::function<Result<void>(const ClipJob&, const std::filesystem::path& file)> cut_clip;
    /// Whether clips of a camera must be encoded anew, the dearest work after detection: then incidents whose clips
    /// overlap share one film. Copies of the camera's own H.264 cost nothing and are cut each by itself.
    std::function<bool(const std::string& camera)> encodes_clips = [](const std::string&) { return false; };
  };

  explicit Desk(Parts parts);
  ~Desk();
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  /// Blocks while the desk is behind. False once closed.
  bool tell(Told told);
  /// Weighs what is left, ends every incident, cuts the clips that are due, and joins. `tell` returns false from now
  /// on.
  void close();

 private:
  /// One film for one or several incidents: cut for the first, linked for the others.
  struct Film {
    ClipJob clip;
    std::vector<std::string> others;  ///< event ids
  };
  /// A clip whose post-roll is still to come.
  struct DueClip {
    ClipJob job;
    double ordered_s;  ///< monotonic
  };
  struct Unkept {
    Incident incident;
    IncidentChange::Type type;
    Timestamp frame_time;
  };

  void weigh_all();
  void weigh(Observation& observation);
  void keep_traces(const Observation& observation);
  void keep_look_of(const Incident& incident);
  /// `observation` is the one that led to it; none where a sensor or a till did.
  void take(const MindChanges& changes, const Observation* observation);
  void take(const IncidentChange& change, const Observation* observation);
  void correct();
  std::string correct(const VisitCorrection& correction);
  std::string correct_kept(const VisitCorrection& correction);
  bool keep(const Unkept& unkept);
  void retry_unkept();
  void order_clip(const Incident& incident);
  /// Takes out of `due_` the first film of `camera` whose post-roll is over at `now`; none where there is none.
  std::optional<Film> take_film(const std::string& camera, Timestamp now);
  void release_clips(const std::string& camera, Timestamp now);
  void release_clips_of_silent_cameras();
  void release_all_clips();
  void cut_all();
  void finish_clip(const std::string& event_id, const Result<void>& cut);

  Parts parts_;
  BoundedQueue<Told> told_;
  BoundedQueue<Film> clips_;
  std::deque<Unkept> unkept_;
  double corrected_s_ = 0;                 ///< monotonic, when corrections were last looked for
  std::optional<double> forgot_traces_s_;  ///< monotonic, when traces were last looked through for old ones
  std::vector<DueClip> due_;               ///< in the order of their incidents; the desk's thread alone has them
  WatchMatcher watch_list_;
  MovementWatch movement_;
  EntryWatch entries_;
  std::map<std::string, FloorMap, std::less<>> floors_;  ///< by camera, of those that are placed
  std::thread desk_, cutter_;
};

/// Where an incident's files lie, relative to the data folder.
[[nodiscard]] std::string exhibit_file(const std::string& event_id, const char* extension);

/// Says of every clip that an earlier run left pending that it is missing. Call before the first Desk.
Result<size_t> close_old_clips(IncidentStore& store);

}  // namespace shrike
