// The whole path beside the bare engine, in one process and by turns, so that whatever else the machine does hits both
// alike: decode, detection of every frame, tracking, visits, behaviour, risk, incidents kept, clips cut.
// Demand: end to end at least 0.90 of bare Run() throughput with the same model and the same number of threads.

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <vector>

#include "base/log.h"
#include "vision/default_model.h"
#include "watch/store_watch.h"

namespace {

using namespace shrike;
namespace fs = std::filesystem;

constexpr double kDemand = 0.90;
constexpr int kRounds = 7;
constexpr int kBareRuns = 800;   // of all threads together: as many as the film has frames, nearly
constexpr double kFrames = 795;  // of vtest.avi

/// Runs of the network a second, `workers` threads on one session that share the work: none waits for a slower one.
double bare_per_s(const Detector& detector, size_t workers) {
  std::vector<std::thread> threads;
  std::atomic<int> left = kBareRuns;
  const double start_s = monotonic_s();
  for (size_t i = 0; i < workers; ++i) {
    threads.emplace_back([&] {
      auto inference = detector.session().prepare({1, 3, detector.head().height, detector.head().width});
      while (inference && --left >= 0) {
        if (!inference->run()) std::abort();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  return kBareRuns / (monotonic_s() - start_s);
}

/// Frames a second from the file to kept incidents, all clips cut.
Result<double> whole_per_s(SiteConfig site, size_t& incidents) {
  fs::remove_all(site.data_dir);
  TRY(IncidentStore store, IncidentStore::open(site.data_dir));
  LiveBoard board;
  incidents = 0;
  TRY(auto running, StoreWatch::start(site, {.store = store,
                                             .board = board,
                                             .registry = std::make_shared<prometheus::Registry>(),
                                             .on_incident = [&](const Incident&) { ++incidents; }}));
  const double start_s = monotonic_s();
  while (!running->over(1)) {
  }
  running->stop();
  return kFrames / (monotonic_s() - start_s);
}

Result<int> bench() {
  TRY(SiteConfig site, load_site(SHRIKE_SOURCE_DIR "/demo/shrike.yml"));
  site.data_dir = fs::temp_directory_path() / "shrike-pipeline-bench";
  site.cameras[0].motion_gate = false;
  site.pose.enabled = false;  // the demand is about what surrounds detection; pose_bench.cc measures poses
  const size_t workers = std::max(1U, std::thread::hardware_concurrency());
  TRY(const Detector detector, Detector::load({.model = default_model()}));
  std::vector<double> ratios;
  for (int round = 0; round < kRounds; ++round) {
    size_t incidents = 0;
    const double before = bare_per_s(detector, workers);
    TRY(const double whole, whole_per_s(site, incidents));
    const double after = bare_per_s(detector, workers);
    const double bare = (before + after) / 2;
    ratios.push_back(whole / bare);
    fmt::print(
        "round {}: bare Run() {:.1f}/s and {:.1f}/s, end to end {:.1f} frames/s with {} incidents and their clips: "
        "ratio {:.3f}\n",
        round + 1, before, after, whole, incidents, ratios.back());
  }
  std::ranges::sort(ratios);
  const double ratio = ratios[ratios.size() / 2];
  fmt::print("end to end / bare Run(), {} threads, median of {}: {:.3f} (demand {:.2f}): {}\n", workers, kRounds, ratio,
             kDemand, ratio >= kDemand ? "reached" : "MISSED");
  fs::remove_all(site.data_dir);
  return ratio >= kDemand ? 0 : 1;
}

}  // namespace

int main() {
  start_log(spdlog::level::warn);
  const auto done = bench();
  if (done) return *done;
  fmt::print(stderr, "{}\n", done.error().message);
  return 1;
}
