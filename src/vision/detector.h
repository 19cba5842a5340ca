#pragma once
// Objects in a frame: a model, how its pictures are prepared, and what its outputs mean.

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "video/frame.h"
#include "vision/detections.h"
#include "vision/head.h"
#include "vision/labels.h"
#include "vision/model_facts.h"
#include "vision/runtime.h"

namespace shrike {

struct DetectorOptions {
  std::filesystem::path model;    ///< .onnx, or the .json of a TensorFlow.js graph model
  std::filesystem::path labels;   ///< one class name a line; empty: the sidecar's, the model's own, or COCO-80
  std::filesystem::path runtime;  ///< see Runtime::open
  std::string provider = "cpu";   ///< cpu, cuda, tensorrt
  int threads = 1;                ///< of one detection; several detections may run at the same time
  float threshold = 0.4F;         ///< scores below are not returned; 0 returns everything, for evaluation
  size_t detections_max = 300;    ///< the best so many of a frame
  bool poses = false;             ///< the model is YOLOv8-pose or YOLO11-pose and gives poses with its boxes
};

/// A detector that is ready. A handle: copies share the network. Safe to use from any number of threads at a time.
class Detector {
 public:
  /// Reads the model, its sidecar and labels, recognises its format and runs it on a self-check picture. Errors name
  /// the file, what was found and what was expected.
  [[nodiscard]] static Result<Detector> load(const DetectorOptions& options);

  /// What is in the frame, best score first, boxes cut at its border. Fails only where the engine does.
  [[nodiscard]] Result<Detections> detect(const Frame& frame) const;

  [[nodiscard]] const Labels& labels() const;
  /// Format, classes and input size.
  [[nodiscard]] const Head& head() const;
  [[nodiscard]] const ModelFacts& facts() const;
  /// The network alone, e.g. to time a bare run.
  [[nodiscard]] const Session& session() const;

 private:
  struct State;
  explicit Detector(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

}  // namespace shrike
