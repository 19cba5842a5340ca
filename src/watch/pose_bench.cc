// What poses cost. First the whole store on the real video with everybody posed in every frame and the concealment
// network on each: demand 10 frames a second on two workers. Then one camera from detections to evidence without poses:
// demand 1 ms a frame.

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <sys/resource.h>
#include <vector>

#include "base/log.h"
#include "behaviour/engine.h"
#include "track/visits.h"
#include "video/play_file.h"
#include "vision/default_model.h"
#include "watch/store_watch.h"

namespace {

using namespace shrike;
namespace fs = std::filesystem;

constexpr const char* kVtest = "/usr/share/doc/opencv-doc/examples/data/vtest.avi";
constexpr int kWorkers = 2;
constexpr double kFramesDemand_per_s = 10;
constexpr double kEvidenceDemand_s = 1e-3;

/// The whole picture is a high_risk zone; no frame is skipped, no pose is spared.
SiteConfig everybody_is_posed() {
  SiteConfig site;
  site.data_dir = fs::temp_directory_path() / "shrike-pose-bench";
  CameraConfig camera{.name = "floor", .source = kVtest, .pace = Pace::fast, .detect_fps = 0, .motion_gate = false};
  camera.zones = {{.name = "all", .kind = ZoneKind::high_risk, .polygon = {{0, 0}, {1, 0}, {1, 1}, {0, 1}}}};
  site.cameras = {camera};
  site.detector.workers = kWorkers;
  site.pose.poses_per_s = 0;
  return site;
}

struct Run {
  double frames_per_s = 0, core_ms_per_frame = 0, people = 0, shown = 0;
};

/// Processor time that this program took so far: unlike the clock it does not count what others do.
double core_s() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Result<Run> run(const SiteConfig& site) {
  fs::remove_all(site.data_dir);
  TRY(IncidentStore store, IncidentStore::open(site.data_dir));
  LiveBoard board;
  double frames = 0;
  Run out;
  const auto count = [&](const AnalysedFrame& frame) {
    ++frames;
    for (const LiveTrack& track : frame.live.tracks) {
      out.people += track.visit_id.empty() ? 0 : 1;
      out.shown += track.pose ? 1 : 0;
    }
  };
  TRY(auto running,
      StoreWatch::start(
          site,
          {.store = store, .board = board, .registry = std::make_shared<prometheus::Registry>(), .on_frame = count}));
  const double start_s = monotonic_s(), before_s = core_s();
  while (!running->over(1)) {
  }
  running->stop();
  out.frames_per_s = frames / (monotonic_s() - start_s);
  out.core_ms_per_frame = (core_s() - before_s) * 1e3 / frames;
  fs::remove_all(site.data_dir);
  return out;
}

struct Seen {
  PictureAt picture;
  Detections detections;
};

/// What the default detector finds in the real video.
Result<std::vector<Seen>> detections() {
  TRY(const Detector detector, Detector::load({.model = default_model(), .threshold = TrackerOptions().score_min}));
  std::vector<Seen> seen;
  TRY_VOID(play_file(kVtest, [&](const Frame& frame) -> Result<void> {
    TRY(Detections found, detector.detect(frame));
    seen.push_back({{frame.time, frame.width, frame.height}, std::move(found)});
    return {};
  }));
  return seen;
}

/// Seconds a frame of tracker, visits and behaviour, ascending.
std::vector<double> evidence_times(const std::vector<Seen>& seen) {
  const SiteConfig site = everybody_is_posed();
  Tracker tracker;
  Visits visits({}, site.cameras[0].zones);
  BehaviourEngine engine(site.cameras[0], *make_rule_book({}), coco_labels());
  std::vector<double> times_s;
  for (const Seen& frame : seen) {
    const double start_s = monotonic_s();
    const auto tracks = tracker.update(frame.detections, frame.picture);
    const auto update = visits.update(frame.picture, tracks);
    (void)engine.observe(frame.picture, update.present, tracks);
    for (const EndedVisit& over : update.ended) (void)engine.visit_ended(over.visit.id);
    times_s.push_back(monotonic_s() - start_s);
  }
  std::ranges::sort(times_s);
  return times_s;
}

Result<int> bench() {
  const SiteConfig site = everybody_is_posed();
  SiteConfig bare = site;
  bare.pose.enabled = false;
  TRY(const Run without, run(bare));
  TRY(const Run with, run(site));
  const bool quick = with.frames_per_s >= kFramesDemand_per_s;
  fmt::print("processor time: {:.0f} ms a frame without poses, {:.0f} ms with everybody posed and judged\n",
             without.core_ms_per_frame, with.core_ms_per_frame);
  fmt::print(
      "vtest.avi, every frame, {} workers: {:.1f} frames/s without poses, {:.1f} with everybody posed and judged "
      "({:.1f} people a frame, {:.0f} % of them with a pose of their own; demand {:.0f}): {}\n",
      kWorkers, without.frames_per_s, with.frames_per_s, with.people / 795, 100 * with.shown / with.people,
      kFramesDemand_per_s, quick ? "reached" : "MISSED");
  TRY(const auto seen, detections());
  const auto times_s = evidence_times(seen);
  const double p99_s = times_s[times_s.size() * 99 / 100];
  const bool small = p99_s < kEvidenceDemand_s;
  fmt::print("detections to evidence without poses: median {:.0f} us, p99 {:.0f} us a frame (demand < {:.0f}): {}\n",
             times_s[times_s.size() / 2] * 1e6, p99_s * 1e6, kEvidenceDemand_s * 1e6, small ? "reached" : "MISSED");
  return quick && small ? 0 : 1;
}

}  // namespace

int main() {
  start_log(spdlog::level::warn);
  const auto done = bench();
  if (done) return *done;
  fmt::print(stderr, "{}\n", done.error().message);
  return 1;
}
