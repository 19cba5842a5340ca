#pragma once
// A recorded day of a store, gone through again faster than it happened: the tracker, visits, behaviour and mind of the
// running store, fed from files (watch/recording.h, watch/replay_signals.h).

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "behaviour/visit_trace.h"
#include "risk/store_mind.h"
#include "watch/replay_signals.h"

namespace shrike {

/// One camera's view, and from which detection of the recording (counted from 0) each of its people was made; -1 where
/// from none.
struct ReplayedView {
  CameraView view;
  std::vector<int64_t> detections;
  std::vector<VisitTrace> traces = {};  ///< what camera visits that are over leave behind; in 0..1 of the picture
};

struct ReplayOptions {
  int threads = 2;
  /// One mind an entry, each without these sources. They share what the cameras' trackers make of the day, which is
  /// most of the work.
  std::vector<std::set<ReplaySource>> minds_without{{}};
  std::set<std::string> cameras_lost;  ///< as if they were not there
  double hours_max = 24;               ///< of the day, from its first frame on; the rest is left out
  /// In the order of the day, on the caller's thread, some minutes ahead of `on_changes`. May be empty.
  std::function<void(size_t camera, const ReplayedView&)> on_view;
  /// Each mind's in order; different minds' on different threads at the same time. May be empty.
  std::function<void(size_t mind, Timestamp, const MindChanges&, const StoreMind&)> on_changes;
  std::function<void(Timestamp)> on_progress;  ///< now and then
};

struct ReplayCounts {
  uint64_t frames = 0, detections = 0, views = 0, items = 0, tills = 0;
  uint64_t hands_of_nobody = 0;  ///< the tracker had nobody where a hand was seen
  double seconds = 0;
};

/// Goes through `day` (a folder as `shrike sim store` writes it). The result does not depend on `threads`: visits and
/// incidents get ids by camera and order. Errors: a file that is missing, cut off or not what it should be.
[[nodiscard]] Result<ReplayCounts> replay_day(const SiteConfig& site, const Planogram& planogram,
                                              const std::filesystem::path& day, const ReplayOptions& options);

/// An id in the form of a ULID that says where it comes from rather than being drawn.
[[nodiscard]] std::string replay_id(Timestamp t, uint32_t source, uint64_t number);

}  // namespace shrike
