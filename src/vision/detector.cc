#include "vision/detector.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <mutex>

#include "video/scale.h"
#include "vision/model_file.h"
#include "vision/movenet.h"
#include "vision/nms.h"
#include "vision/pixels.h"
#include "vision/self_check.h"

namespace shrike {

namespace {

constexpr int64_t kSideMax = 4096;  // of the input: 200 MB of floats

/// One detection's working memory, used again by the next.
struct Scratch {
  Inference inference;
  std::vector<uint8_t> pixels;      // letterboxed, packed
  std::vector<OutputView> outputs;  // of the newest run
  std::vector<float> best;
  std::vector<int> order;
};

struct InputSize {
  int width = 0, height = 0;
};

/// Ultralytics writes imgsz as [height, width] into its exports.
std::optional<InputSize> size_in_metadata(const Session& session) {
  const auto it = session.metadata().find("imgsz");
  int height = 0, width = 0;
  if (it == session.metadata().end() || std::sscanf(it->second.c_str(), "[%6d, %6d]", &height, &width) != 2)
    return std::nullopt;
  return InputSize{width, height};
}

/// The size to run the model at: what its input says; where it is left open, what the sidecar or the metadata say.
Result<InputSize> input_size(const Session& session, const Sidecar& sidecar) {
  const auto& inputs = session.inputs();
  const auto found = [&] {
    std::string text;
    for (const TensorInfo& i : inputs)
      text += fmt::format("{}{} '{}' {}", text.empty() ? "" : ", ", fmt::join(i.shape, "x"), i.name, i.type);
    return text.empty() ? "none" : text;
  };
  const char* expected = "expected one picture, float 1x3xHxW";
  if (inputs.size() != 1 || inputs[0].shape.size() != 4)
    return bad_input(fmt::format("it is no detector: found the input {}; {}", found(), expected));
  const Shape& s = inputs[0].shape;
  if ((s[0] != -1 && s[0] != 1) || (s[1] != -1 && s[1] != 3)) {
    const bool nhwc = s[3] == 3;
    return bad_input(fmt::format("found the input {}; {}{}", found(), expected,
                                 nhwc ? " (channels first: export it for ONNX, not from TensorFlow's NHWC)" : ""));
  }
  InputSize size{static_cast<int>(std::min(s[3], kSideMax + 1)), static_cast<int>(std::min(s[2], kSideMax + 1))};
  const std::optional<InputSize> metadata = size_in_metadata(session);
  if (size.width == -1) size.width = sidecar.width > 0 ? sidecar.width : metadata ? metadata->width : -1;
  if (size.height == -1) size.height = sidecar.height > 0 ? sidecar.height : metadata ? metadata->height : -1;
  if (size.width == -1 || size.height == -1) {
    return bad_input(fmt::format(
        "found the input {}, which leaves its size open; say `size: [width, height]` in its sidecar", found()));
  }
  if ((sidecar.width > 0 && sidecar.width != size.width) || (sidecar.height > 0 && sidecar.height != size.height)) {
    return bad_input(fmt::format("{} asks for {}x{}, but the model takes only {}x{}", sidecar.file.string(),
                                 sidecar.width, sidecar.height, size.width, size.height));
  }
  const auto fits = [](int side) { return side >= 32 && side <= kSideMax && side % 32 == 0; };
  if (!fits(size.width) || !fits(size.height)) {
    return bad_input(
        fmt::format("found an input of {}x{}; expected multiples of 32 up to {}", size.width, size.height, kSideMax));
  }
  return size;
}

Result<Labels> choose_labels(const DetectorOptions& options, const Sidecar& sidecar, const Session& session,
                             std::optional<int> classes) {
  if (!options.labels.empty()) return load_labels(options.labels);
  if (!sidecar.labels.empty()) return load_labels(sidecar.labels);
  const auto named = session.metadata().find("names");
  if (named != session.metadata().end()) return parse_metadata_names(named->second);
  if (!classes || *classes == static_cast<int>(coco_labels().size())) return coco_labels();
  return bad_input(
      fmt::format("it has {} classes and no names for them; give a labels file with {} lines", *classes, *classes));
}

/// What kept `model` from being opened; a pose model is told where it belongs.
tl::unexpected<Error> refused(const std::filesystem::path& model, Error error) {
  if (model.extension() == ".json" && is_movenet(model)) {
    return bad_input(
        fmt::format("{}: it is MoveNet, a pose model; expected a detection model: name this one as `pose: "
                    "model`",
                    model.string()));
  }
  return tl::unexpected<Error>(std::move(error));
}

std::string labels_origin(const DetectorOptions& options, const Sidecar& sidecar) {
  if (!options.labels.empty()) return options.labels.string();
  if (!sidecar.labels.empty()) return sidecar.labels.string();
  return "its metadata `names`";
}

}  // namespace

struct Detector::State {
  State(DetectorOptions given, Session opened) : options(std::move(given)), session(std::move(opened)) {}

  DetectorOptions options;
  Session session;
  Head head;
  ModelFacts facts;
  Labels labels;

  std::mutex mutex;
  std::vector<std::unique_ptr<Scratch>> idle;  // guarded by mutex; as many as detections ever ran at the same time

  Result<std::unique_ptr<Scratch>> borrow() {
    {
      const std::scoped_lock lock(mutex);
      if (!idle.empty()) {
        auto scratch = std::move(idle.back());
        idle.pop_back();
        return scratch;
      }
    }
    return make_scratch();
  }
  void give_back(std::unique_ptr<Scratch> scratch) {
    const std::scoped_lock lock(mutex);
    idle.push_back(std::move(scratch));
  }

  Result<std::unique_ptr<Scratch>> make_scratch() const {
    TRY(auto inference, session.prepare({1, 3, head.height, head.width}));
    const size_t bytes = static_cast<size_t>(head.width) * static_cast<size_t>(head.height) * 3;
    return std::make_unique<Scratch>(Scratch{std::move(inference), std::vector<uint8_t>(bytes), {}, {}, {}});
  }

  /// Runs the network on what is in the input.
  static Result<void> run(Scratch& s) {
    TRY_VOID(s.inference.run());
    s.outputs.resize(s.inference.outputs());
    for (size_t i = 0; i < s.outputs.size(); ++i) {
      s.outputs[i].shape = s.inference.output_shape(i);
      s.outputs[i].values = s.inference.output(i);
    }
    return {};
  }

  /// Prepares the frame and runs the network on it.
  Result<Letterbox> run(const Frame& frame, Scratch& s) const {
    const Letterbox box = letterbox(frame, head.width, head.height,
                                    {.order = facts.order, .align = facts.align, .fill = facts.fill}, s.pixels.data());
    to_planes(s.pixels.data(), s.pixels.size() / 3, facts.mean, facts.std, s.inference.input().data());
    TRY_VOID(run(s));
    return box;
  }

  Result<void> inspect(const Sidecar& sidecar);
};

/// Finds out what the model is, from what it gives for an empty and for the self-check picture.
Result<void> Detector::State::inspect(const Sidecar& sidecar) {
  TRY(const InputSize size, input_size(session, sidecar));
  head.width = size.width;
  head.height = size.height;
  TRY(auto scratch, make_scratch());
  TRY_VOID(run(*scratch));
  for (size_t i = 0; i < scratch->outputs.size(); ++i) scratch->outputs[i].name = session.outputs()[i].name;
  auto known = choose_labels(options, sidecar, session, std::nullopt);
  if (options.poses) {
    TRY(head, recognise_poses(scratch->outputs, size.width, size.height));
  } else {
    TRY(head, recognise(scratch->outputs, size.width, size.height, sidecar.format,
                        known ? std::optional(known->size()) : std::nullopt));
  }
  facts = sidecar.facts(head.format);
  TRY(labels, choose_labels(options, sidecar, session, head.classes));
  if (labels.size() != static_cast<size_t>(head.classes)) {
    return bad_input(fmt::format("it has {} classes, but {} has {} names", head.classes,
                                 labels_origin(options, sidecar), labels.size()));
  }
  const Frame picture = to_frame(self_check_picture());
  TRY_VOID(run(picture, *scratch));
  TRY_VOID(check_outputs(head, scratch->outputs));
  give_back(std::move(scratch));
  return {};
}

Result<Detector> Detector::load(const DetectorOptions& options) {
  if (!(options.threshold >= 0 && options.threshold <= 1)) {
    return bad_input(fmt::format("threshold: found {}, expected 0 to 1", options.threshold));
  }
  TRY(const Runtime runtime, Runtime::open(options.runtime));
  TRY(const Sidecar sidecar, load_sidecar(options.model));
  ModelFileOptions file_options{.session = {.provider = options.provider, .threads = options.threads, .save_as = {}},
                                .width = sidecar.width,
                                .height = sidecar.height};
  auto session = open_model(runtime, options.model, file_options);
  if (!session) return refused(options.model, std::move(session.error()));
  auto state = std::make_shared<State>(options, std::move(*session));
  if (auto inspected = state->inspect(sidecar); !inspected)
    return fail(std::move(inspected.error()), options.model.string());
  return Detector(std::move(state));
}

Result<Detections> Detector::detect(const Frame& frame) const {
  TRY(auto scratch, state_->borrow());
  TRY(const Letterbox box, state_->run(frame, *scratch));
  Detections found;
  decode(state_->head, scratch->outputs, state_->options.threshold, scratch->best, found);
  suppress_overlaps(found, state_->facts.nms_iou, state_->options.detections_max, scratch->order);
  state_->give_back(std::move(scratch));
  const auto width = static_cast<float>(frame.width), height = static_cast<float>(frame.height);
  for (Box& b : found.boxes) {
    b = box.to_picture(b);
    b = {std::clamp(b.x1, 0.F, width), std::clamp(b.y1, 0.F, height), std::clamp(b.x2, 0.F, width),
         std::clamp(b.y2, 0.F, height)};
  }
  for (Pose& pose : found.poses)
    for (Joint& joint : pose) {
      const Box at = box.to_picture({joint.x, joint.y, joint.x, joint.y});
      joint.x = at.x1;
      joint.y = at.y1;
    }
  return found;
}

const Labels& Detector::labels() const { return state_->labels; }
const Head& Detector::head() const { return state_->head; }
const ModelFacts& Detector::facts() const { return state_->facts; }
const Session& Detector::session() const { return state_->session; }

}  // namespace shrike
