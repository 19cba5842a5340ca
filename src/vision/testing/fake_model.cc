#include "vision/testing/fake_model.h"

#include <gtest/gtest.h>

#include "vision/runtime.h"

namespace shrike::testing {

OnnxGraph fake_network(const Shape& input, const std::vector<FakeOutput>& outputs) {
  OnnxGraph graph;
  graph.inputs = {{"picture", input}};
  // Zero times one value of the picture, so that every output depends on the input.
  graph.constants = {{"zero", {{}, std::vector<float>{0}}}, {"one", {{1}, std::vector<int64_t>{1}}}};
  const Shape all(input.size(), 0);
  std::vector<int64_t> axes;
  for (size_t i = 0; i < input.size(); ++i) axes.push_back(static_cast<int64_t>(i));
  graph.nodes = {{"ReduceMax", "peak", {"picture"}, {"peak"}, {{"axes", axes}, {"keepdims", int64_t{1}}}},
                 {"Reshape", "flat", {"peak", "one"}, {"flat"}, {}},
                 {"Mul", "nothing", {"flat", "zero"}, {"nothing"}, {}}};
  for (const FakeOutput& output : outputs) {
    graph.outputs.push_back({output.name, output.shape});
    graph.constants.emplace_back(output.name + "_values", OnnxTensor{output.shape, output.values});
    graph.nodes.push_back({"Add", output.name, {output.name + "_values", "nothing"}, {output.name}, {}});
  }
  return graph;
}

void write_fake_model(const std::filesystem::path& file, const Shape& input, const std::vector<FakeOutput>& outputs) {
  const auto runtime = Runtime::open();
  ASSERT_TRUE(runtime) << runtime.error().message;
  const auto session = runtime->build(fake_network(input, outputs), {.save_as = file});
  ASSERT_TRUE(session) << session.error().message;
}

FakeOutput fake_yolov8(int classes) {
  FakeOutput output{"output0", {1, 4 + classes, kFakeCells}, {}};
  output.values.assign(static_cast<size_t>(4 * kFakeCells), 20.F);
  output.values.insert(output.values.end(), static_cast<size_t>(classes) * kFakeCells, 0.01F);
  output.values.back() = 0.02F;
  return output;
}

}  // namespace shrike::testing
