#include <CLI/CLI.hpp>
#include <algorithm>
#include <barrier>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/file.h"
#include "base/progress.h"
#include "base/sha256.h"
#include "base/time.h"
#include "cli/cli.h"
#include "cli/finish.h"
#include "video/picture.h"
#include "vision/detector.h"
#include "vision/model_file.h"
#include "vision/self_check.h"
#include "vision/tfjs_model.h"

namespace shrike {
namespace {

using Json = nlohmann::json;

struct ModelArgs {
  DetectorOptions detector;
  std::string picture;
  double seconds = 5;
  bool json = false;
};

// --- info ------------------------------------------------------------------------------------------------------

struct FileFact {
  std::filesystem::path file;
  uintmax_t bytes = 0;
  std::string sha256;
};

Result<FileFact> hash_file(const std::filesystem::path& file) {
  TRY(std::string sha256, sha256_of_file(file));
  return FileFact{.file = file, .bytes = std::filesystem::file_size(file), .sha256 = std::move(sha256)};
}

/// The model's file, and for a TensorFlow.js model those of its weights.
Result<std::vector<FileFact>> hash_model(const std::filesystem::path& model) {
  TRY(FileFact first, hash_file(model));
  std::vector<FileFact> facts{std::move(first)};
  if (model.extension() != ".json") return facts;
  TRY(const std::string json, read_file(model, 10'000'000));
  TRY(const auto names, tfjs_weight_files(json));
  for (const std::string& name : names) {
    TRY(FileFact fact, hash_file(model.parent_path() / name));
    facts.push_back(std::move(fact));
  }
  return facts;
}

struct Info {
  std::vector<FileFact> files;
  std::string runtime_version, runtime_library;
  Session session;
  Result<Detector> detector;  ///< or why it is none that Shrike can use
};

std::string shape_text(const Shape& shape) {
  std::vector<std::string> sides;
  for (const int64_t d : shape) sides.push_back(d < 0 ? "?" : std::to_string(d));
  return fmt::format("{}", fmt::join(sides, "x"));
}

Json tensors_json(const std::vector<TensorInfo>& tensors) {
  Json list = Json::array();
  for (const TensorInfo& t : tensors) list.push_back({{"name", t.name}, {"type", t.type}, {"shape", t.shape}});
  return list;
}

void print_info_json(const Info& info, const ModelArgs& args) {
  Json out = {{"files", Json::array()},
              {"runtime", {{"version", info.runtime_version}, {"library", info.runtime_library}}},
              {"provider", args.detector.provider},
              {"inputs", tensors_json(info.session.inputs())},
              {"outputs", tensors_json(info.session.outputs())}};
  for (const FileFact& f : info.files)
    out["files"].push_back({{"file", f.file.string()}, {"bytes", f.bytes}, {"sha256", f.sha256}});
  if (info.detector) {
    const ModelFacts& facts = info.detector->facts();
    out["detector"] = {{"format", to_string(info.detector->head().format)},
                       {"width", info.detector->head().width},
                       {"height", info.detector->head().height},
                       {"colour", facts.order == ChannelOrder::rgb ? "rgb" : "bgr"},
                       {"mean", facts.mean},
                       {"std", facts.std},
                       {"letterbox", facts.align == Align::centre ? "centre" : "top_left"},
                       {"fill", facts.fill},
                       {"nms_iou", facts.nms_iou},
                       {"labels", info.detector->labels()}};
  } else {
    out["detector"] = nullptr;
    out["refused"] = info.detector.error().message;
  }
  fmt::print("{}\n", out.dump(2));
}

void print_info_table(const Info& info, const ModelArgs& args) {
  for (const FileFact& f : info.files)
    fmt::print("{:<10} {}  ({} bytes)\n{:<10} {}\n", "file", f.file.string(), f.bytes, "sha256", f.sha256);
  fmt::print("{:<10} ONNX Runtime {}, {}  ({})\n", "engine", info.runtime_version, args.detector.provider,
             info.runtime_library);
  for (const TensorInfo& t : info.session.inputs())
    fmt::print("{:<10} {}  {} {}\n", "input", t.name, t.type, shape_text(t.shape));
  for (const TensorInfo& t : info.session.outputs())
    fmt::print("{:<10} {}  {} {}\n", "output", t.name, t.type, shape_text(t.shape));
  if (!info.detector) {
    fmt::print("{:<10} no: {}\n", "detector", info.detector.error().message);
    return;
  }
  const Head& head = info.detector->head();
  const ModelFacts& facts = info.detector->facts();
  fmt::print("{:<10} {}, {} classes, {}x{}\n", "detector", to_string(head.format), head.classes, head.width,
             head.height);
  fmt::print("{:<10} {}, mean {}, std {}, letterbox {} filled with {}, nms_iou {:.2f}\n", "picture",
             facts.order == ChannelOrder::rgb ? "rgb" : "bgr", fmt::join(facts.mean, " "), fmt::join(facts.std, " "),
             facts.align == Align::centre ? "centre" : "top_left", facts.fill, facts.nms_iou);
  fmt::print("{:<10} {}\n", "labels", fmt::join(info.detector->labels(), ", "));
}

Result<void> model_info(const ModelArgs& args) {
  TRY(const Runtime runtime, Runtime::open(args.detector.runtime));
  // First as a network, so that a model that is no detector is shown too.
  TRY(Session session, open_model(runtime, args.detector.model, {.session = {.provider = args.detector.provider}}));
  TRY(auto files, hash_model(args.detector.model));
  const Info info{std::move(files), runtime.version(), runtime.library().string(), std::move(session),
                  Detector::load(args.detector)};
  args.json ? print_info_json(info, args) : print_info_table(info, args);
  return {};
}

// --- bench -----------------------------------------------------------------------------------------------------

struct Timing {
  std::vector<double> seconds;  ///< of each call

  [[nodiscard]] double percentile(double p) const {
    std::vector<double> sorted = seconds;
    const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(p * static_cast<double>(sorted.size() - 1));
    std::ranges::nth_element(sorted, at);
    return *at;
  }
  /// Calls a second where `threads` make them without a pause.
  [[nodiscard]] double rate(int threads) const {
    double sum = 0;
    for (const double s : seconds) sum += s;
    return threads * static_cast<double>(seconds.size()) / sum;
  }
  void append(const Timing& other) { seconds.insert(seconds.end(), other.seconds.begin(), other.seconds.end()); }
};

struct Bench {
  Timing bare, whole;
};

/// One thread's part: bare run and whole detection by turns, so that whatever else the machine does hits both alike.
Result<Bench> bench_thread(const Detector& detector, const Frame& frame, double until_s, std::barrier<>& start,
                           Progress* progress) {
  auto prepared = detector.session().prepare({1, 3, detector.head().height, detector.head().width});
  Result<void> ready = prepared ? prepared->run() : Result<void>(tl::unexpected(prepared.error()));
  if (ready) ready = detector.detect(frame) ? Result<void>() : fail("the detector fails on the picture");
  start.arrive_and_wait();  // also when not ready: the others wait for us
  TRY_VOID(ready);
  Bench bench;
  const double begun = monotonic_s();
  for (double now = begun; now < begun + until_s;) {
    TRY_VOID(prepared->run());
    const double between = monotonic_s();
    TRY(const Detections found, detector.detect(frame));
    const double after = monotonic_s();
    bench.bare.seconds.push_back(between - now);
    bench.whole.seconds.push_back(after - between);
    now = after;
    if (progress) progress->at(static_cast<int64_t>((now - begun) * 1000));
  }
  return bench;
}

Json timing_json(const Timing& t, int threads) {
  return {{"median_ms", t.percentile(0.5) * 1e3},
          {"p99_ms", t.percentile(0.99) * 1e3},
          {"per_second", t.rate(threads)},
          {"calls", t.seconds.size()}};
}

void print_bench(const Bench& bench, const ModelArgs& args, const Detector& detector, const Frame& frame, int threads) {
  const double ratio = bench.whole.rate(threads) / bench.bare.rate(threads);
  if (args.json) {
    fmt::print("{}\n", Json{{"model", args.detector.model.string()},
                            {"provider", args.detector.provider},
                            {"threads", threads},
                            {"input", {detector.head().width, detector.head().height}},
                            {"picture", {frame.width, frame.height}},
                            {"bare_run", timing_json(bench.bare, threads)},
                            {"detector", timing_json(bench.whole, threads)},
                            {"ratio", ratio}}
                           .dump(2));
    return;
  }
  fmt::print("{} at {}x{}, {}, {} thread{}, picture {}x{} {}\n", args.detector.model.filename().string(),
             detector.head().width, detector.head().height, args.detector.provider, threads, threads == 1 ? "" : "s",
             frame.width, frame.height,
             args.picture.empty() ? "(the self-check drawing; give a real one with --picture)" : args.picture);
  fmt::print("{:<16} {:>10} {:>10} {:>12} {:>8}\n", "", "median ms", "p99 ms", "per second", "calls");
  for (const auto& [name, t] : {std::pair{"bare Run()", &bench.bare}, {"whole detector", &bench.whole}}) {
    fmt::print("{:<16} {:>10.2f} {:>10.2f} {:>12.1f} {:>8}\n", name, t->percentile(0.5) * 1e3,
               t->percentile(0.99) * 1e3, t->rate(threads), t->seconds.size());
  }
  fmt::print("whole detector ÷ bare Run(), calls a second: {:.3f}\n", ratio);
}

Result<void> model_bench(const ModelArgs& args, int threads) {
  TRY(const Detector detector, Detector::load(args.detector));
  Frame frame = to_frame(self_check_picture());
  if (!args.picture.empty()) {
    TRY(frame, load_picture(args.picture));
  }
  std::vector<Result<Bench>> parts(static_cast<size_t>(threads), Result<Bench>(Bench{}));
  {
    Progress progress("timing", static_cast<int64_t>(args.seconds * 1000));
    std::barrier<> start(threads);
    std::vector<std::jthread> workers;
    for (size_t i = 0; i < parts.size(); ++i) {
      workers.emplace_back(
          [&, i] { parts[i] = bench_thread(detector, frame, args.seconds, start, i == 0 ? &progress : nullptr); });
    }
  }
  Bench all;
  for (auto& part : parts) {
    TRY(const Bench bench, std::move(part));
    all.bare.append(bench.bare);
    all.whole.append(bench.whole);
  }
  print_bench(all, args, detector, frame, threads);
  return {};
}

void add_common(CLI::App& command, ModelArgs& args) {
  command.add_option("file", args.detector.model, "An .onnx file, or the .json of a TensorFlow.js graph model")
      ->required();
  command.add_option("--names", args.detector.labels,
                     "Class names, one a line (default: the sidecar's, the model's own, or COCO-80)");
  command.add_option("--provider", args.detector.provider, "cpu, cuda or tensorrt")->capture_default_str();
  command.add_option("--runtime", args.detector.runtime,
                     "The libonnxruntime.so to use (default: the one the build installed)");
  command.add_flag("--json", args.json, "Print JSON");
}

}  // namespace

void add_model(CLI::App& app, int& exit_code) {
  CLI::App* model = app.add_subcommand("model", "Look at a detection model, or time it");
  model->require_subcommand(1);

  auto info = std::make_shared<ModelArgs>();
  CLI::App* show =
      model->add_subcommand("info",
                            "What a model is: files and their hashes, inputs and outputs, format, picture, labels;\n"
                            "for one that Shrike cannot detect with, why");
  add_common(*show, *info);
  show->footer("Example: shrike model info cart.onnx");
  show->callback([info, &exit_code] { exit_code = finish_command("model info", model_info(*info)); });

  auto args = std::make_shared<ModelArgs>();
  auto threads = std::make_shared<int>(1);
  CLI::App* bench = model->add_subcommand(
      "bench",
      "Time a model: the engine's bare Run() and the whole detector (scaling, run, decoding, suppression)\n"
      "by turns on one picture");
  add_common(*bench, *args);
  bench->add_option("--threads", *threads, "Threads that detect at the same time, one core each")
      ->capture_default_str()
      ->check(CLI::Range(1, 256));
  bench->add_option("--picture", args->picture, "A .jpg or .png to detect on (default: the drawing of the self-check)");
  bench->add_option("--seconds", args->seconds, "How long to measure")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 3600.0));
  bench->footer("Example: shrike model bench cart.onnx --threads 2 --picture shop.jpg");
  bench->callback(
      [args, threads, &exit_code] { exit_code = finish_command("model bench", model_bench(*args, *threads)); });
}

}  // namespace shrike
