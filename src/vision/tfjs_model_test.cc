#include "vision/tfjs_model.h"

#include <cmath>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "video/testing/media.h"

namespace shrike {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A graph model with the given nodes and weights, e.g. R"({"name": "w", "shape": [2], "dtype": "float32"})".
std::string model(const std::string& nodes, const std::string& weights, const std::string& paths = "\"w.bin\"") {
  return R"({"format": "graph-model", "generatedBy": "a test", "signature": {"outputs": {"y:0": {"name": "y:0"}}},)"
         R"("modelTopology": {"node": [)" +
         nodes + R"(]}, "weightsManifest": [{"paths": [)" + paths + R"(], "weights": [)" + weights + "]}]}";
}

Result<TfjsModel> parsed(const std::string& json, const std::vector<uint8_t>& weights = {}) {
  return parse_tfjs(json, weights);
}

std::string error_of(const std::string& json, const std::vector<uint8_t>& weights = {}) {
  const auto result = parsed(json, weights);
  EXPECT_FALSE(result);
  return result ? "" : result.error().message;
}

TEST(TfjsModel, reads_nodes_attributes_and_outputs) {
  const auto m = parsed(model(
      R"({"name": "x", "op": "Placeholder", "attr": {"shape": {"shape": {"dim": [{"size": "1"}, {"size": -1}, {}]}},
                                  "dtype": {"type": "DT_FLOAT"}}},
                                 {"name": "y", "op": "Conv2D", "input": ["x", "^control", "w:1"], "attr": {
                                  "padding": {"s": "U0FNRQ=="}, "strides": {"list": {"i": ["1", 2, "2", 1]}},
                                  "alpha": {"f": 0.25},
                                  "fused_ops": {"list": {"s": ["Qmlhc0FkZA==", "UmVsdTY="]}}, "on": {"b": true}}})",
      ""));
  ASSERT_TRUE(m) << m.error().message;
  EXPECT_EQ(m->generated_by, "a test");
  EXPECT_THAT(m->outputs, ElementsAre("y"));
  ASSERT_EQ(m->nodes.size(), 2U);
  EXPECT_THAT(m->nodes[0].attributes.at("shape").shape, ElementsAre(1, -1, 0));
  EXPECT_EQ(m->nodes[0].attributes.at("dtype").text, "DT_FLOAT");
  const TfjsNode& y = m->nodes[1];
  EXPECT_THAT(y.inputs, ElementsAre("x", "w:1"));
  EXPECT_EQ(y.attributes.at("padding").text, "SAME");
  EXPECT_THAT(y.attributes.at("strides").ints, ElementsAre(1, 2, 2, 1));
  EXPECT_DOUBLE_EQ(y.attributes.at("alpha").number, 0.25);
  EXPECT_THAT(y.attributes.at("fused_ops").texts, ElementsAre("BiasAdd", "Relu6"));
  EXPECT_TRUE(y.attributes.at("on").flag);
}

TEST(TfjsModel, widens_every_way_in_which_weights_are_stored) {
  const auto m =
      parsed(model("", R"({"name": "f", "shape": [1], "dtype": "float32"},
                   {"name": "h", "shape": [5], "dtype": "float32", "quantization": {"dtype": "float16"}},
                   {"name": "i", "shape": [2], "dtype": "int32"}, {"name": "b", "shape": [], "dtype": "bool"},
                   {"name": "q", "shape": [2], "dtype": "float32",
                    "quantization": {"dtype": "uint8", "scale": 0.5, "min": -1}},
                   {"name": "s", "shape": [1], "dtype": "float32",
                    "quantization": {"dtype": "uint16", "scale": 2, "min": 1}},
                   {"name": "none", "shape": [0, 3], "dtype": "float32"})"),
             {0,    0,    0xc0, 0x3f,                                      // 1.5
              0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00, 0x00, 0xfc, 0x00, 0x80,  // 1, -2, the smallest subnormal, -inf, -0
              7,    0,    0,    0,    0xff, 0xff, 0xff, 0xff, 1,    0,    4, 3, 1});
  ASSERT_TRUE(m) << m.error().message;
  const auto floats = [&](const char* name) { return std::get<std::vector<float>>(m->weights.at(name).values); };
  const auto whole = [&](const char* name) { return std::get<std::vector<int64_t>>(m->weights.at(name).values); };
  EXPECT_THAT(floats("f"), ElementsAre(1.5F));
  EXPECT_THAT(floats("h"), ElementsAre(1, -2, std::ldexp(1.F, -24), -INFINITY, 0));
  EXPECT_TRUE(std::signbit(floats("h")[4]));
  EXPECT_THAT(whole("i"), ElementsAre(7, -1));
  EXPECT_THAT(whole("b"), ElementsAre(1));
  EXPECT_THAT(floats("q"), ElementsAre(-1, 1));
  EXPECT_THAT(floats("s"), ElementsAre(2 * (3 + 256) + 1));
  EXPECT_TRUE(floats("none").empty());
}

TEST(TfjsModel, faults_are_named) {
  const std::string float_weight = R"({"name": "w", "shape": [2], "dtype": "float32"})";
  EXPECT_THAT(error_of("{"), HasSubstr("is not JSON"));
  EXPECT_THAT(error_of("[1, 2]"), HasSubstr("no TensorFlow.js graph model"));
  EXPECT_THAT(error_of(R"({"name": "shrike", "version": "1"})"), HasSubstr("no modelTopology.node"));
  EXPECT_THAT(error_of(R"({"format": "layers-model", "modelTopology": {}})"), HasSubstr("layers model"));
  EXPECT_THAT(error_of(R"({"modelTopology": {"node": []}})"), HasSubstr("no weightsManifest"));
  EXPECT_THAT(error_of(std::string(10'000'001, ' ')), HasSubstr("10000001 bytes"));
  EXPECT_THAT(error_of(model("", float_weight), {1, 2, 3, 4, 5}),
              HasSubstr("end in 'w': 5 bytes are there, at least 8"));
  EXPECT_THAT(error_of(model("", float_weight), std::vector<uint8_t>(9)),
              HasSubstr("9 bytes; the manifest describes 8"));
  EXPECT_THAT(error_of(model("", R"({"name": "w", "shape": [2], "dtype": "complex64"})")),
              HasSubstr("type 'complex64'"));
  EXPECT_THAT(error_of(model("", R"({"name": "w", "shape": [-2], "dtype": "float32"})")), HasSubstr("not a size: -2"));
  EXPECT_THAT(error_of(model("", R"({"name": "w", "shape": [[[]]], "dtype": "float32"})")),
              HasSubstr("not a size: array"));
  EXPECT_THAT(error_of(model("", R"({"name": "w", "shape": [1000000, 1000000], "dtype": "float32"})")),
              HasSubstr("'w'"));
  EXPECT_THAT(error_of(model("", R"({"name": "w", "shape": [1,1,1,1,1,1,1,1,1], "dtype": "float32"})")),
              HasSubstr("more than 8"));
  EXPECT_THAT(error_of(model("", float_weight + "," + float_weight), std::vector<uint8_t>(16)),
              HasSubstr("'w' is there twice"));
  EXPECT_THAT(error_of(model(R"({"name": "x", "op": "A"}, {"name": "x", "op": "B"})", "")),
              HasSubstr("node 'x' is there twice"));
  EXPECT_THAT(error_of(model(R"({"name": "x"})", "")), HasSubstr("no name or no op"));
}

TEST(TfjsModel, deeply_nested_json_is_no_danger) {
  EXPECT_THAT(error_of(model("", R"({"name": "w", "dtype": "float32", "shape": [)" + std::string(200'000, '[') +
                                     std::string(200'000, ']') + "]}")),
              HasSubstr("not a size"));
  EXPECT_THAT(error_of(std::string(1'000'000, '[')), HasSubstr("is not JSON"));
}

TEST(TfjsModel, weights_are_read_only_from_beside_the_model) {
  for (const char* path : {"../w.bin", "/etc/passwd", "a/b.bin", "..", ".", ""}) {
    const auto files = tfjs_weight_files(model("", "", fmt::format("\"{}\"", path)));
    ASSERT_FALSE(files) << path;
    EXPECT_THAT(files.error().message, HasSubstr("not the plain name")) << path;
  }
  const auto files = tfjs_weight_files(model("", "", R"("one.bin", "two.bin")"));
  ASSERT_TRUE(files) << files.error().message;
  EXPECT_THAT(*files, ElementsAre("one.bin", "two.bin"));
}

TEST(TfjsModel, weights_in_several_files_lie_end_to_end) {
  const testing::TempFolder folder;
  testing::write_file(folder / "m.json",
                      model("", R"({"name": "w", "shape": [2], "dtype": "int32"})", R"("one.bin", "two.bin")"));
  testing::write_file(folder / "one.bin", std::string("\x01\0\0", 3));
  testing::write_file(folder / "two.bin", std::string("\0\x02\0\0\0", 5));
  const auto m = load_tfjs(folder / "m.json");
  ASSERT_TRUE(m) << m.error().message;
  EXPECT_THAT(std::get<std::vector<int64_t>>(m->weights.at("w").values), ElementsAre(1, 2));
}

}  // namespace
}  // namespace shrike
