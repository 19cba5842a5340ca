#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/progress.h"
#include "cli/cli.h"
#include "cli/finish.h"
#include "video/picture.h"
#include "vision/average_precision.h"
#include "vision/detector.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

struct EvalDetectArgs {
  DetectorOptions detector{.threshold = 0, .detections_max = 100'000};  // scored without a threshold
  std::string images, labels;
  bool json = false;
};

/// One picture, labelled and looked at.
struct Seen {
  std::vector<TruthBox> truth;
  Detections found;
  bool labelled = true;  ///< false: no label file, which in YOLO's form says that nothing is on it
};

Result<std::vector<fs::path>> files_in(const std::string& folder, const std::vector<std::string>& endings) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::string ending = it->path().extension().string();
    std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (std::ranges::find(endings, ending) != endings.end()) files.push_back(it->path());
  }
  if (error) return bad_input(fmt::format("{}: cannot be listed: {}", folder, error.message()));
  std::ranges::sort(files);
  return files;
}

Result<Seen> look(const Detector& detector, const fs::path& image, const fs::path& labels) {
  Seen seen;
  TRY(const Frame frame, load_picture(image));
  const fs::path file = labels / (image.stem().string() + ".txt");
  seen.labelled = fs::exists(file);
  if (seen.labelled) {
    TRY(seen.truth, load_yolo_labels(file, detector.head().classes, frame.width, frame.height));
  }
  TRY(seen.found, detector.detect(frame));
  return seen;
}

/// All pictures, on every core; in the order of `images`, so that the score does not depend on who was faster.
Result<std::vector<Seen>> look_at_all(const Detector& detector, const std::vector<fs::path>& images,
                                      const fs::path& labels) {
  std::vector<Seen> all(images.size());
  std::atomic<size_t> next = 0;
  std::mutex mutex;  // guards the two below
  std::optional<Error> first_error;
  int64_t done = 0;
  Progress progress("looking at pictures", static_cast<int64_t>(images.size()));
  {
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) {
      workers.emplace_back([&] {
        for (size_t at = next++; at < images.size(); at = next++) {
          auto seen = look(detector, images[at], labels);
          const std::scoped_lock lock(mutex);
          progress.at(++done);
          if (seen) {
            all[at] = std::move(*seen);
          } else {
            if (!first_error) first_error = std::move(seen.error());
            next = images.size();  // the others stop too
          }
        }
      });
    }
  }
  if (first_error) return tl::unexpected<Error>(std::move(*first_error));
  return all;
}

struct Counts {
  size_t images_without_labels = 0, labels_without_image = 0;
};

void print_json(const EvalDetectArgs& args, const Detector& detector, const DetectionScore& score,
                const Counts& counts) {
  nlohmann::json classes = nlohmann::json::array();
  for (const ClassScore& c : score.classes) {
    classes.push_back({{"label", detector.labels()[static_cast<size_t>(c.label)]},
                       {"class", c.label},
                       {"truth_boxes", c.truth},
                       {"detections", c.detections},
                       {"ap50", c.ap50},
                       {"ap50_95", c.ap}});
  }
  const nlohmann::json out = {{"model", args.detector.model.string()},
                              {"format", to_string(detector.head().format)},
                              {"images", score.pictures},
                              {"images_without_labels", counts.images_without_labels},
                              {"labels_without_image", counts.labels_without_image},
                              {"truth_boxes", score.truth},
                              {"ap50", score.map50},
                              {"ap50_95", score.map},
                              {"classes", classes}};
  fmt::print("{}\n", out.dump(2));
}

void print_table(const Detector& detector, const DetectionScore& score, const Counts& counts) {
  fmt::print("{:<18} {:>7} {:>9} {:>7} {:>9}\n", "class", "boxes", "detected", "AP50", "AP50-95");
  for (const ClassScore& c : score.classes) {
    fmt::print("{:<18} {:>7} {:>9} {:>7.3f} {:>9.3f}\n", detector.labels()[static_cast<size_t>(c.label)], c.truth,
               c.detections, c.ap50, c.ap);
  }
  fmt::print("{:<18} {:>7} {:>9} {:>7.3f} {:>9.3f}\n", fmt::format("mean of {}", score.classes.size()), score.truth, "",
             score.map50, score.map);
  fmt::print("{} pictures", score.pictures);
  if (counts.images_without_labels > 0)
    fmt::print(", {} without a label file (taken as empty)", counts.images_without_labels);
  if (counts.labels_without_image > 0)
    fmt::print(", {} label files without a picture (left out)", counts.labels_without_image);
  fmt::print("; no score threshold, at most 100 detections a class and picture\n");
}

Result<void> eval_detect(const EvalDetectArgs& args) {
  TRY(const auto images, files_in(args.images, {".jpg", ".jpeg", ".png"}));
  TRY(const auto label_files, files_in(args.labels, {".txt"}));
  if (images.empty()) return bad_input(fmt::format("{}: found no picture, expected .jpg or .png files", args.images));
  TRY(const Detector detector, Detector::load(args.detector));
  TRY(const auto all, look_at_all(detector, images, args.labels));
  DetectionScorer scorer(detector.head().classes);
  Counts counts;
  for (const Seen& seen : all) {
    scorer.add(seen.truth, seen.found);
    counts.images_without_labels += seen.labelled ? 0 : 1;
  }
  counts.labels_without_image = label_files.size() - (images.size() - counts.images_without_labels);
  if (counts.images_without_labels == images.size()) {
    return bad_input(fmt::format("{}: found no label file for any of {} pictures, expected <picture>.txt", args.labels,
                                 images.size()));
  }
  const DetectionScore score = scorer.score();
  args.json ? print_json(args, detector, score, counts) : print_table(detector, score, counts);
  return {};
}

}  // namespace

void add_eval_detect(CLI::App& eval, int& exit_code) {
  auto args = std::make_shared<EvalDetectArgs>();
  CLI::App* command = eval.add_subcommand(
      "detect",
      "Run a detector on labelled pictures and score it as COCO does: average precision per class at IoU 0.50 and\n"
      "averaged over 0.50 … 0.95 (101 recalls, best 100 detections a class and picture, no score threshold).");
  command->add_option("--model", args->detector.model, "An .onnx file, or the .json of a TensorFlow.js graph model")
      ->required();
  command->add_option("--images", args->images, "Folder of .jpg and .png pictures")->required();
  command->add_option("--labels", args->labels, "Folder of <picture>.txt, a line `class x y w h` in 0..1 an object")
      ->required();
  command->add_option("--names", args->detector.labels,
                      "The model's class names, one a line (default: as `shrike model info` shows)");
  command->add_option("--provider", args->detector.provider, "cpu, cuda or tensorrt")->capture_default_str();
  command->add_option("--runtime", args->detector.runtime,
                      "The libonnxruntime.so to use (default: the one the build installed)");
  command->add_flag("--json", args->json, "Print JSON");
  command->footer("Example: shrike eval detect --model yolox_nano.onnx --images coco/images --labels coco/labels");
  command->callback([args, &exit_code] { exit_code = finish_command("eval detect", eval_detect(*args)); });
}

}  // namespace shrike
