// What video costs a frame, and what the feed adds to FFmpeg's bare decoding of the same file (goal: next to nothing).

#include <benchmark/benchmark.h>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/log.h"
#include "base/queue.h"
#include "video/clip.h"
#include "video/decoder.h"
#include "video/feed.h"
#include "video/motion_gate.h"
#include "video/picture.h"
#include "video/scale.h"
#include "video/source.h"

namespace shrike {
namespace {

constexpr const char* kVtest = "/usr/share/doc/opencv-doc/examples/data/vtest.avi";

/// vtest.avi as a camera would send it: H.264 of the given size, a key frame every 2 s, 8 s long. Made once.
std::string h264(int width, int height) {
  const std::string size = std::to_string(width) + ":" + std::to_string(height);
  const auto file = std::filesystem::temp_directory_path() / ("shrike-bench-" + std::to_string(height) + ".mp4");
  if (!std::filesystem::exists(file)) {
    const std::string command = std::string("ffmpeg -nostdin -y -v error -i ") + kVtest + " -t 8 -vf scale=" + size +
                                " -c:v libx264 -preset veryfast -g 20 -pix_fmt yuv420p '" + file.string() + "'";
    if (std::system(command.c_str()) != 0) std::abort();
  }
  return file;
}

std::string media(int64_t which) { return which == 0 ? kVtest : which == 1 ? h264(768, 576) : h264(1920, 1080); }
const char* name_of(int64_t which) {
  return which == 0 ? "vtest.avi 768x576 msmpeg4" : which == 1 ? "H.264 768x576" : "H.264 1920x1080";
}

void per_frame(benchmark::State& state, uint64_t frames) {
  state.SetItemsProcessed(static_cast<int64_t>(frames));
  state.counters["us_per_frame"] =
      benchmark::Counter(static_cast<double>(frames) * 1e-6, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

/// FFmpeg alone: read and decode.
void bare_decode(benchmark::State& state) {
  uint64_t frames = 0;
  for (auto _ : state) {
    auto source = *Source::open({.url = media(state.range(0))}, {});
    auto decoder = *Decoder::open(*source.parameters());
    const auto take = [&](const ff::FramePtr&) { ++frames; };
    for (auto packet = source.read(); *packet; packet = source.read())
      (void)decoder.decode(packet->get(), take).has_value();
    (void)decoder.decode(nullptr, take).has_value();
  }
  per_frame(state, frames);
  state.SetLabel(name_of(state.range(0)));
}
BENCHMARK(bare_decode)->DenseRange(0, 2)->Unit(benchmark::kMillisecond)->UseRealTime();

/// The whole feed: the same, with clock, ring, motion gate, and frames handed on.
void feed_decode(benchmark::State& state) {
  uint64_t frames = 0;
  for (auto _ : state) {
    BoundedQueue<FeedState> states(100, WhenFull::drop_oldest);
    Feed feed({.camera = {.name = "bench", .source = media(state.range(0)), .pace = Pace::fast, .detect_fps = 0},
               .on_frame = [](const Frame& f) { benchmark::DoNotOptimize(f.motion); },
               .on_state = [&](const FeedStatus& s) { states.push(s.state); }});
    while (states.pop() != FeedState::ended) {
    }
    frames += feed.status().frames;
  }
  per_frame(state, frames);
  state.SetLabel(name_of(state.range(0)));
}
BENCHMARK(feed_decode)->DenseRange(0, 2)->Unit(benchmark::kMillisecond)->UseRealTime();

Frame first_frame(const std::string& file) {
  auto source = *Source::open({.url = file}, {});
  auto decoder = *Decoder::open(*source.parameters());
  std::optional<Frame> frame;
  while (!frame) {
    const auto packet = source.read();
    (void)decoder.decode(packet->get(), [&](ff::FramePtr f) { frame = ff::to_frame(std::move(f), {}, 0); }).has_value();
  }
  return *frame;
}

void motion_gate(benchmark::State& state) {
  const Frame frame = first_frame(media(state.range(0)));
  MotionGate gate({});
  Luma luma;
  uint64_t frames = 0;
  for (auto _ : state) {
    read_luma(frame, luma);
    benchmark::DoNotOptimize(gate.open(luma, Timestamp{static_cast<int64_t>(++frames) * 100'000}));
  }
  per_frame(state, frames);
  state.SetLabel(name_of(state.range(0)));
}
BENCHMARK(motion_gate)->DenseRange(1, 2)->Unit(benchmark::kMicrosecond);

void letterbox_416(benchmark::State& state) {
  const Frame frame = first_frame(media(state.range(0)));
  std::vector<uint8_t> pixels(416 * 416 * 3);
  uint64_t frames = 0;
  for (auto _ : state) {
    letterbox(frame, 416, 416, {.order = ChannelOrder::bgr}, pixels.data());
    ++frames;
  }
  per_frame(state, frames);
  state.SetLabel(name_of(state.range(0)));
}
BENCHMARK(letterbox_416)->DenseRange(1, 2)->Unit(benchmark::kMicrosecond);

void jpeg_960(benchmark::State& state) {
  const Frame frame = first_frame(media(state.range(0)));
  uint64_t frames = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(encode_jpeg(frame, 80, 960));
    ++frames;
  }
  per_frame(state, frames);
  state.SetLabel(name_of(state.range(0)));
}
BENCHMARK(jpeg_960)->DenseRange(1, 2)->Unit(benchmark::kMicrosecond);

/// A clip of 5 s: copied from H.264, encoded anew from vtest.avi.
void cut_5_s(benchmark::State& state) {
  BoundedQueue<FeedState> states(100, WhenFull::drop_oldest);
  const Timestamp start{1'800'000'000'000'000};
  Feed feed({.camera = {.name = "bench", .source = media(state.range(0)), .pace = Pace::fast, .motion_gate = false},
             .on_state = [&](const FeedStatus& s) { states.push(s.state); },
             .file_start = start,
             .ring_s = 1000});
  while (states.pop() != FeedState::ended) {
  }
  const auto file = std::filesystem::temp_directory_path() / "shrike-bench-clip.mp4";
  for (auto _ : state) benchmark::DoNotOptimize(cut_clip(*feed.ring(), start.plus_s(2), start.plus_s(7), file, 0));
  std::filesystem::remove(file);
  state.SetLabel(name_of(state.range(0)));
}
BENCHMARK(cut_5_s)->DenseRange(0, 2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace shrike

int main(int argc, char** argv) {
  shrike::start_log(spdlog::level::warn);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
