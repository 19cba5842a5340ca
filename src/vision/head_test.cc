#include "vision/head.h"

#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

namespace shrike {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kWidth = 64, kHeight = 96;  // 8 x 12, 4 x 6 and 2 x 3 cells
constexpr int64_t kCells = 96 + 24 + 6;

/// Outputs with their values, and views of them.
struct Outputs {
  std::vector<std::vector<float>> values;
  std::vector<OutputView> views;

  std::vector<float>& add(std::string_view name, const Shape& shape, float value) {
    values.reserve(16);  // the views point into it
    values.emplace_back(static_cast<size_t>(elements(shape)), value);
    views.push_back({name, shape, values.back()});
    return values.back();
  }
};

Result<Head> recognised(const Outputs& o, std::optional<DetectorFormat> configured = {},
                        std::optional<size_t> labels = {}) {
  return recognise(o.views, kWidth, kHeight, configured, labels);
}

Detections decoded(const Outputs& o, float threshold) {
  const auto head = recognised(o);
  EXPECT_TRUE(head) << head.error().message;
  Detections found;
  std::vector<float> scratch(3, NAN);
  decode(*head, o.views, threshold, scratch, found);
  return found;
}

// NanoDet with 2 classes and 3 bins, in an order that does not tell anything.
Outputs nanodet() {
  Outputs o;
  o.add("a", {1, 6, 12}, -3);
  o.add("b", {1, 96, 2}, 0.001F);
  o.add("c", {1, 24, 2}, 0.001F);
  o.add("d", {1, 96, 12}, -3);
  o.add("e", {1, 6, 2}, 0.001F);
  o.add("f", {1, 24, 12}, -3);
  return o;
}

TEST(Head, tells_nanodet_whatever_the_order_of_its_outputs) {
  const Outputs o = nanodet();
  const auto head = recognised(o, DetectorFormat::nanodet);
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(head->format, DetectorFormat::nanodet);
  EXPECT_EQ(head->classes, 2);
  EXPECT_EQ(head->bins, 3);
  ASSERT_EQ(head->levels.size(), 3U);
  EXPECT_EQ(o.views[head->levels[1].scores].name, "c");
  EXPECT_EQ(o.views[head->levels[1].boxes].name, "f");
}

TEST(Head, decodes_nanodets_distributions) {
  Outputs o = nanodet();
  const size_t cell = 2 * 4 + 1;  // row 2, column 1 of the 4 x 6 grid at stride 16: centre 24, 40
  o.values[2][cell * 2 + 1] = 0.75F;
  float* sides = &o.values[5][cell * 12];
  std::ranges::copy(std::vector<float>{50, 0, 0, 0, 50, 0, 0, 0, 50, 7, 7, 7},
                    sides);  // 0, 1, 2 and, spread evenly, 1 cells
  const Detections found = decoded(o, 0.5F);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_FLOAT_EQ(found.scores[0], 0.75F);
  EXPECT_EQ(found.classes[0], 1);
  EXPECT_NEAR(found.boxes[0].x1, 24, 1e-3);
  EXPECT_NEAR(found.boxes[0].y1, 40 - 16, 1e-3);
  EXPECT_NEAR(found.boxes[0].x2, 24 + 32, 1e-3);
  EXPECT_NEAR(found.boxes[0].y2, 40 + 16, 1e-3);
}

TEST(Head, decodes_yoloxs_raw_grid) {
  Outputs o;
  std::vector<float>& out = o.add("output", {1, kCells, 8}, 0.001F);
  const size_t cell = 96 + 24 + 2 * 2 + 1;  // row 2, column 1 at stride 32
  std::ranges::copy(std::vector<float>{0.5F, 0.25F, std::log(2.F), 0, 0.5F, 0.1F, 0.2F, 0.9F}, &out[cell * 8]);
  const Detections found = decoded(o, 0.4F);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_FLOAT_EQ(found.scores[0], 0.45F);
  EXPECT_EQ(found.classes[0], 2);
  EXPECT_NEAR(found.boxes[0].x1, 48 - 32, 1e-3);
  EXPECT_NEAR(found.boxes[0].x2, 48 + 32, 1e-3);
  EXPECT_NEAR(found.boxes[0].y1, 72 - 16, 1e-3);
  EXPECT_NEAR(found.boxes[0].y2, 72 + 16, 1e-3);
}

TEST(Head, decodes_yolov8s_columns) {
  Outputs o;
  std::vector<float>& out = o.add("output0", {1, 4 + 3, kCells}, 0.001F);
  const std::vector<float> column = {30, 40, 10, 20, 0.2F, 0.8F, 0.3F};
  for (size_t i = 0; i < column.size(); ++i) out[i * kCells + 77] = column[i];
  const Detections found = decoded(o, 0.4F);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_FLOAT_EQ(found.scores[0], 0.8F);
  EXPECT_EQ(found.classes[0], 1);
  EXPECT_THAT((std::vector{found.boxes[0].x1, found.boxes[0].y1, found.boxes[0].x2, found.boxes[0].y2}),
              ElementsAre(25, 30, 35, 50));
}

TEST(Head, threshold_zero_gives_every_cell_and_no_number_gives_none) {
  Outputs o;
  o.add("output0", {1, 4 + 2, kCells}, 0.F);
  EXPECT_EQ(decoded(o, 0).size(), static_cast<size_t>(kCells));
  std::ranges::fill(o.values[0], std::numeric_limits<float>::quiet_NaN());
  EXPECT_THAT(decoded(o, 0).scores, IsEmpty());
  EXPECT_EQ(decoded(nanodet(), 0).size(), static_cast<size_t>(kCells));
}

TEST(Head, a_pose_model_is_refused_by_its_name) {
  Outputs o;
  o.add("output0", {1, 56, kCells}, 0.F);
  for (const auto labels : {std::optional<size_t>(), std::optional<size_t>(1), std::optional<size_t>(80)}) {
    const auto head = recognised(o, {}, labels);
    ASSERT_FALSE(head);
    EXPECT_THAT(head.error().message,
                AllOf(HasSubstr("YOLOv8-pose"), HasSubstr("1x56x126"), HasSubstr("`pose: model`")));
  }
  const auto head = recognised(o, {}, 52);
  ASSERT_TRUE(head) << head.error().message;  // 52 names: a detector of 52 classes
  EXPECT_EQ(head->classes, 52);
}

TEST(Head, what_is_configured_must_be_what_is_there) {
  Outputs o;
  o.add("output0", {1, 7, kCells}, 0.F);
  const auto head = recognised(o, DetectorFormat::yolox);
  ASSERT_FALSE(head);
  EXPECT_THAT(head.error().message,
              AllOf(HasSubstr("configured as yolox but looks like yolov8"),
                    HasSubstr("found the outputs 1x7x126 'output0'"), HasSubstr("expected YOLOX's 1x126x(5+C)")));
}

struct Stranger {
  const char* what;
  std::vector<Shape> outputs;
  const char* message;
};
void PrintTo(const Stranger& s, std::ostream* out) { *out << s.what; }
class HeadStranger : public ::testing::TestWithParam<Stranger> {};

TEST_P(HeadStranger, is_refused_with_what_was_found_and_expected) {
  Outputs o;
  for (const Shape& shape : GetParam().outputs) o.add("out", shape, 0.5F);
  const auto head = recognised(o);
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().kind, Error::Kind::bad_input);
  EXPECT_THAT(head.error().message,
              AllOf(HasSubstr(GetParam().message), HasSubstr("found the outputs"), HasSubstr("expected NanoDet's")));
}

INSTANTIATE_TEST_SUITE_P(
    , HeadStranger,
    ::testing::Values(Stranger{"features", {{1, 512}}, "classifier or an appearance model"},
                      Stranger{"scalar", {{}}, "classifier"}, Stranger{"end to end", {{1, 300, 6}}, "built in"},
                      Stranger{"yolov5", {{1, 3 * kCells, 85}}, "anchor-based"},
                      Stranger{"segmentation", {{1, 116, kCells}, {1, 32, 24, 16}}, "segmentation"},
                      Stranger{"heat map", {{1, 17, 24, 16}}, "no detector that Shrike reads"},
                      Stranger{"other size", {{1, 84, 8400}}, "no detector that Shrike reads"},
                      Stranger{"batch of two", {{2, 84, kCells}}, "no detector that Shrike reads"},
                      Stranger{"no classes", {{1, 4, kCells}}, "no detector that Shrike reads"},
                      Stranger{"six of one size",
                               {{1, 96, 2}, {1, 96, 2}, {1, 96, 2}, {1, 96, 2}, {1, 96, 2}, {1, 96, 2}},
                               "no detector"},
                      Stranger{"nanodet without sigmoid",
                               {{1, 6, 12}, {1, 96, 2}, {1, 24, 2}, {1, 96, 12}, {1, 6, 2}, {1, 24, 12}},
                               "no detector"}));

// --- the self-check ---------------------------------------------------------------------------------------------

std::string complaint(Outputs& o) {
  const auto head = recognised(o);
  EXPECT_TRUE(head) << head.error().message;
  const auto checked = check_outputs(*head, o.views);
  return checked ? "" : checked.error().message;
}

Outputs yolov8_alive() {
  Outputs o;
  std::vector<float>& out = o.add("output0", {1, 6, kCells}, 0.01F);
  std::fill_n(out.begin(), 4 * kCells, 20.F);
  out.back() = 0.02F;
  return o;
}

TEST(SelfCheck, lets_a_working_model_pass) {
  Outputs o = yolov8_alive();
  EXPECT_EQ(complaint(o), "");
  o = nanodet();
  o.values[1][5] = 0.3F;
  EXPECT_EQ(complaint(o), "");
}

TEST(SelfCheck, refuses_scores_that_never_leave_zero) {
  Outputs o = yolov8_alive();
  std::fill(o.values[0].begin() + 4 * kCells, o.values[0].end(), 0.F);
  EXPECT_THAT(complaint(o), HasSubstr("never leave zero"));
  o = nanodet();
  for (const size_t i : {1U, 2U, 4U}) std::ranges::fill(o.values[i], 0.F);
  EXPECT_THAT(complaint(o), HasSubstr("never leave zero"));
  o = {};
  std::vector<float>& yolox = o.add("output", {1, kCells, 7}, 0.F);
  for (size_t i = 5; i < yolox.size(); i += 7) yolox[i] = 0.9F;  // classes, but no objectness anywhere
  EXPECT_THAT(complaint(o), HasSubstr("never leave zero"));
}

TEST(SelfCheck, refuses_scores_that_are_all_the_same) {
  Outputs o = yolov8_alive();
  o.values[0].back() = 0.01F;
  EXPECT_THAT(complaint(o), HasSubstr("all the same"));
}

TEST(SelfCheck, refuses_what_is_no_number) {
  Outputs o = yolov8_alive();
  o.values[0][3] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(complaint(o), HasSubstr("no numbers"));
}

TEST(SelfCheck, refuses_scores_without_a_sigmoid) {
  Outputs o = yolov8_alive();
  o.values[0].back() = -4.5F;
  EXPECT_THAT(complaint(o), HasSubstr("expected 0 to 1"));
}

TEST(SelfCheck, refuses_boxes_in_other_units) {
  Outputs o = yolov8_alive();
  std::fill_n(o.values[0].begin(), 4 * kCells, 0.4F);
  EXPECT_THAT(complaint(o), HasSubstr("expected pixels of the 64x96 input"));
  o = {};
  std::vector<float>& yolox = o.add("output", {1, kCells, 7}, 0.1F);
  yolox[6] = 0.9F;
  yolox[2] = 200;
  EXPECT_THAT(complaint(o), HasSubstr("decoded already"));
}

}  // namespace
}  // namespace shrike
