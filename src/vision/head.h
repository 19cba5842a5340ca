#pragma once
// From a detector's raw outputs to boxes: which format they are in, and what they say.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "vision/detections.h"
#include "vision/model_facts.h"
#include "vision/onnx_graph.h"

namespace shrike {

/// One output of a run.
struct OutputView {
  std::string_view name;
  Shape shape;
  std::span<const float> values;
};

/// What the outputs of a detector mean.
struct Head {
  /// One scale of the picture: a grid with a prediction a cell, row by row.
  struct Level {
    int stride = 0;  ///< input pixels a cell
    int columns = 0, rows = 0;
    size_t scores = 0, boxes = 0;  ///< nanodet: which outputs

    [[nodiscard]] size_t cells() const { return static_cast<size_t>(columns) * static_cast<size_t>(rows); }
  };
  DetectorFormat format = DetectorFormat::nanodet;
  int classes = 0;
  int width = 0, height = 0;  ///< of the network's input
  int bins = 0;               ///< nanodet: bins of a side's distance distribution
  bool poses = false;         ///< yolov8: a pose model, see vision/yolo_pose.h
  std::vector<Level> levels;  ///< strides 8, 16, 32

  [[nodiscard]] size_t cells() const;
};

/// Tells the format from the outputs of a run on an input of width x height. What cannot be a detector that Shrike
/// reads is an error that says what was found and what was expected; so is a format other than `configured`.
/// `labels` is the number of labels where it is known: it tells a detector of 52 classes from a pose model.
[[nodiscard]] Result<Head> recognise(std::span<const OutputView> outputs, int width, int height,
                                     std::optional<DetectorFormat> configured, std::optional<size_t> labels);
/// The same of a model that must give poses (YOLOv8-pose, YOLO11-pose); anything else is an error.
[[nodiscard]] Result<Head> recognise_poses(std::span<const OutputView> outputs, int width, int height);

/// Adds every cell whose best class scores `threshold` or more to `found`: box in input pixels, before suppression.
/// `scratch` may hold anything; it is kept between calls so that they need not allocate.
void decode(const Head& head, std::span<const OutputView> outputs, float threshold, std::vector<float>& scratch,
            Detections& found);

/// Whether the outputs of a run on the self-check picture can be a working detector's: all finite, scores between 0
/// and 1 and not stuck (at zero, or all the same), boxes in input pixels. The error says which of it fails.
[[nodiscard]] Result<void> check_outputs(const Head& head, std::span<const OutputView> outputs);

}  // namespace shrike
