#include "vision/model_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "video/testing/media.h"

namespace shrike {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<Sidecar> from_text(const std::string& text) {
  const testing::TempFolder folder;
  testing::write_file(folder / "cart.shrike.yml", text);
  return load_sidecar(folder / "cart.onnx");
}

TEST(Sidecar, lies_beside_the_model) {
  EXPECT_EQ(sidecar_path("/models/cart.v2.onnx"), "/models/cart.v2.shrike.yml");
  EXPECT_EQ(sidecar_path("nanodet.json"), "nanodet.shrike.yml");
}

TEST(Sidecar, without_one_the_defaults_of_the_format_hold) {
  const auto sidecar = load_sidecar("/nowhere/cart.onnx");
  ASSERT_TRUE(sidecar) << sidecar.error().message;
  EXPECT_TRUE(sidecar->file.empty());
  const ModelFacts facts = sidecar->facts(DetectorFormat::yolox);
  EXPECT_EQ(facts.order, ChannelOrder::bgr);
  EXPECT_EQ(facts.align, Align::top_left);
  EXPECT_EQ(facts.fill, 114);
}

TEST(Sidecar, changes_what_it_says_and_nothing_else) {
  const auto sidecar = from_text(
      "format: yolov8\ncolour: bgr\nletterbox: top_left\nfill: 7\nmean: [1, 2, 3]\nstd: [4, 5, 6]\nnms_iou: 0.5\n"
      "labels: names.txt\nsize: [320, 192]\n");
  ASSERT_TRUE(sidecar) << sidecar.error().message;
  EXPECT_EQ(sidecar->format, DetectorFormat::yolov8);
  EXPECT_EQ(sidecar->labels, sidecar->file.parent_path() / "names.txt");
  EXPECT_EQ(sidecar->width, 320);
  EXPECT_EQ(sidecar->height, 192);
  const ModelFacts facts = sidecar->facts(DetectorFormat::yolov8);
  EXPECT_EQ(facts.order, ChannelOrder::bgr);
  EXPECT_EQ(facts.align, Align::top_left);
  EXPECT_EQ(facts.fill, 7);
  EXPECT_THAT(facts.mean, ElementsAre(1, 2, 3));
  EXPECT_THAT(facts.std, ElementsAre(4, 5, 6));
  EXPECT_FLOAT_EQ(facts.nms_iou, 0.5F);

  const auto partly = from_text("fill: 0\n");
  ASSERT_TRUE(partly) << partly.error().message;
  EXPECT_EQ(partly->facts(DetectorFormat::yolov8).fill, 0);
  EXPECT_THAT(partly->facts(DetectorFormat::yolov8).std, ElementsAre(255, 255, 255));
  EXPECT_EQ(partly->facts(DetectorFormat::yolov8).order, ChannelOrder::rgb);
}

TEST(Sidecar, the_shipped_example_says_what_nanodet_needs_anyway) {
  const auto sidecar = load_sidecar(SHRIKE_SOURCE_DIR "/models/nanodet.json");
  ASSERT_TRUE(sidecar) << sidecar.error().message;
  ASSERT_FALSE(sidecar->file.empty());
  EXPECT_EQ(sidecar->format, DetectorFormat::nanodet);
  ASSERT_TRUE(sidecar->order && sidecar->align && sidecar->fill && sidecar->mean && sidecar->std && sidecar->nms_iou);
  const ModelFacts said = sidecar->facts(DetectorFormat::yolox), defaults = default_facts(DetectorFormat::nanodet);
  EXPECT_EQ(said.order, defaults.order);
  EXPECT_EQ(said.align, defaults.align);
  EXPECT_EQ(said.fill, defaults.fill);
  EXPECT_EQ(said.mean, defaults.mean);
  EXPECT_EQ(said.std, defaults.std);
  EXPECT_EQ(said.nms_iou, defaults.nms_iou);
}

struct BadSidecar {
  const char* text;
  const char* message;
};
void PrintTo(const BadSidecar& bad, std::ostream* out) {
  const std::string text = bad.text;
  *out << text.substr(0, text.find('\n'));
}
class SidecarFault : public ::testing::TestWithParam<BadSidecar> {};

TEST_P(SidecarFault, is_named_with_line_and_column) {
  const auto sidecar = from_text(GetParam().text);
  ASSERT_FALSE(sidecar);
  EXPECT_EQ(sidecar.error().kind, Error::Kind::bad_input);
  EXPECT_THAT(sidecar.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    , SidecarFault,
    ::testing::Values(
        BadSidecar{"fill: 0\ncolor: rgb\n", "cart.shrike.yml:2:1: unknown key 'color'; did you mean 'colour'?"},
        BadSidecar{"format: rcnn\n", ":1:9: format: unknown value 'rcnn'; expected nanodet, yolox, yolov8"},
        BadSidecar{"colour: [rgb]\n", ":1:9: colour: expected text, found a list"},
        BadSidecar{"fill: 256\n", ":1:7: fill: 256 is out of range; expected 0 to 255"},
        BadSidecar{"fill: grey\n", ":1:7: fill: expected a whole number, found 'grey'"},
        BadSidecar{"mean: [1, 2]\n", ":1:7: mean: expected a list of 3 numbers, found 2"},
        BadSidecar{"mean: [1, 2, x]\n", ":1:14: mean: expected a number from 0 to 1000000, found 'x'"},
        BadSidecar{"std: [0, 1, 1]\n", ":1:7: std: expected a number"},
        BadSidecar{"std: [.nan, 1, 1]\n", "expected a number"},
        BadSidecar{"size: [416, 100]\n", ":1:7: size: 100 is no multiple of 32"},
        BadSidecar{"size: 416\n", "expected a list of 2 numbers, found '416'"},
        BadSidecar{"nms_iou: 1.5\n", "1.5 is out of range"}, BadSidecar{"- a\n- b\n", "expected a mapping"},
        BadSidecar{"fill: [\n", "cart.shrike.yml:"}));

}  // namespace
}  // namespace shrike
