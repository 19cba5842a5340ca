#include "vision/detector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

#include "video/picture.h"
#include "video/scale.h"
#include "video/testing/media.h"
#include "vision/self_check.h"
#include "vision/testing/fake_model.h"

namespace shrike {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using testing::kNpmModels;
using testing::kSharedModels;

Detector nanodet(float threshold = 0.4F) {
  auto detector = Detector::load({.model = kNpmModels / "nanodet.json", .threshold = threshold});
  EXPECT_TRUE(detector) << detector.error().message;
  return *detector;
}

std::string load_error(const DetectorOptions& options) {
  const auto detector = Detector::load(options);
  EXPECT_FALSE(detector) << "loaded " << options.model;
  if (detector) return {};
  EXPECT_EQ(detector.error().kind, Error::Kind::bad_input);
  return detector.error().message;
}

/// The best box of a class; an empty one where there is none.
Box best(const Detector& detector, const Detections& found, const std::string& name) {
  for (size_t i = 0; i < found.size(); ++i) {
    if (detector.labels()[static_cast<size_t>(found.classes[i])] == name) return found.boxes[i];
  }
  return {};
}

TEST(Detector, nanodet_finds_what_is_drawn_where_it_is) {
  const Detector detector = nanodet(0.25F);
  EXPECT_EQ(detector.head().format, DetectorFormat::nanodet);
  EXPECT_EQ(detector.head().width, 416);
  EXPECT_EQ(detector.labels(), coco_labels());
  const auto found = detector.detect(to_frame(self_check_picture()));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_GT(iou(best(detector, *found, "person"), {152, 47, 290, 455}), 0.8F);
  EXPECT_GT(iou(best(detector, *found, "bottle"), {350, 243, 390, 420}), 0.8F);
  EXPECT_GT(iou(best(detector, *found, "sports ball"), {60, 385, 120, 445}), 0.8F);
  EXPECT_THAT(found->scores, Each(::testing::Ge(0.25F)));
  EXPECT_TRUE(std::ranges::is_sorted(found->scores, std::greater()));
}

TEST(Detector, boxes_are_pixels_of_the_frame_whatever_its_size) {
  const Detector detector = nanodet(0.3F);
  Picture drawn = self_check_picture();
  Picture wide{
      .width = drawn.width * 2, .height = drawn.height, .rgb = {}};  // the drawing at the right of a wide frame
  for (int y = 0; y < drawn.height; ++y) {
    const auto row = drawn.rgb.begin() + static_cast<std::ptrdiff_t>(y) * drawn.width * 3;
    wide.rgb.insert(wide.rgb.end(), static_cast<size_t>(drawn.width) * 3, 190);
    wide.rgb.insert(wide.rgb.end(), row, row + drawn.width * 3);
  }
  const auto found = detector.detect(to_frame(wide));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_GT(iou(best(detector, *found, "person"), {480 + 152, 47, 480 + 290, 455}), 0.75F);
  for (const Box& b : found->boxes) {
    EXPECT_GE(b.x1, 0);
    EXPECT_LE(b.x2, 960);
    EXPECT_LE(b.y2, 480);
  }
}

TEST(Detector, frames_of_extreme_size_are_taken) {
  const Detector detector = nanodet();
  for (const auto& [width, height] : {std::pair{1, 1}, {8192, 2}, {3, 4000}}) {
    const Picture picture{width, height,
                          std::vector<uint8_t>(static_cast<size_t>(width) * static_cast<size_t>(height) * 3, 128)};
    EXPECT_TRUE(detector.detect(to_frame(picture))) << width << 'x' << height;
  }
}

TEST(Detector, gives_the_same_in_several_threads_at_a_time) {
  const Detector detector = nanodet(0.1F);
  const Frame frame = to_frame(self_check_picture());
  const auto alone = detector.detect(frame);
  ASSERT_TRUE(alone);
  std::vector<int> wrong(3, -1);
  {
    std::vector<std::jthread> threads;
    for (int& count : wrong) {
      threads.emplace_back([&] {
        count = 0;
        for (int i = 0; i < 3; ++i) {
          const auto found = detector.detect(frame);
          if (!found || found->scores != alone->scores || found->classes != alone->classes) ++count;
        }
      });
    }
  }
  EXPECT_THAT(wrong, Each(0));
}

TEST(Detector, threshold_zero_and_no_limit_give_every_cell_that_survives) {
  auto detector = Detector::load({.model = kNpmModels / "nanodet.json", .threshold = 0, .detections_max = 10'000});
  ASSERT_TRUE(detector) << detector.error().message;
  const auto all = detector->detect(to_frame(self_check_picture()));
  ASSERT_TRUE(all);
  EXPECT_GT(all->size(), 500U);
  EXPECT_LE(all->size(), 3549U);
  EXPECT_LT(all->scores.back(), 0.01F);
  EXPECT_THAT(load_error({.model = kNpmModels / "nanodet.json", .threshold = 1.5F}),
              HasSubstr("found 1.5, expected 0 to 1"));
}

TEST(Detector, nanodet_runs_at_another_size_that_its_sidecar_says) {
  const testing::TempFolder folder;
  std::filesystem::create_symlink(std::filesystem::canonical(kNpmModels / "nanodet.json"), folder / "small.json");
  std::filesystem::create_symlink(std::filesystem::canonical(kNpmModels / "nanodet.bin"), folder / "nanodet.bin");
  testing::write_file(folder / "small.shrike.yml", "size: [384, 256]\n");
  const auto detector = Detector::load({.model = folder / "small.json", .threshold = 0.25F});
  ASSERT_TRUE(detector) << detector.error().message;
  EXPECT_EQ(detector->head().width, 384);
  EXPECT_EQ(detector->head().height, 256);
  const auto found = detector->detect(to_frame(self_check_picture()));
  ASSERT_TRUE(found);
  EXPECT_GT(iou(best(*detector, *found, "person"), {152, 47, 290, 455}), 0.6F);
}

// --- models that are not what they should be -------------------------------------------------------------------

class FakeDetector : public ::testing::Test {
 protected:
  testing::TempFolder folder_;
  std::filesystem::path model_ = folder_ / "fake.onnx";

  void write(const std::vector<testing::FakeOutput>& outputs, const Shape& input = testing::kFakeInput) {
    testing::write_fake_model(model_, input, outputs);
  }
  void sidecar(const std::string& text) { testing::write_file(folder_ / "fake.shrike.yml", text); }
  std::filesystem::path labels(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "class " + std::to_string(i) + "\n";
    testing::write_file(folder_ / "names.txt", text);
    return folder_ / "names.txt";
  }
};

TEST_F(FakeDetector, is_recognised_and_takes_its_labels_from_a_file) {
  write({testing::fake_yolov8(3)});
  const auto detector = Detector::load({.model = model_, .labels = labels(3), .threshold = 0.015F});
  ASSERT_TRUE(detector) << detector.error().message;
  EXPECT_EQ(detector->head().format, DetectorFormat::yolov8);
  EXPECT_EQ(detector->labels().back(), "class 2");
  const auto found = detector->detect(to_frame(self_check_picture()));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->size(), 1U);
}

TEST_F(FakeDetector, labels_of_the_wrong_count_are_refused) {
  write({testing::fake_yolov8(3)});
  EXPECT_THAT(load_error({.model = model_, .labels = labels(4)}),
              AllOf(HasSubstr("fake.onnx"), HasSubstr("3 classes"), HasSubstr("names.txt has 4 names")));
  EXPECT_THAT(load_error({.model = model_}), AllOf(HasSubstr("3 classes and no names"), HasSubstr("3 lines")));
  labels(2);
  sidecar("labels: names.txt\n");
  EXPECT_THAT(load_error({.model = model_}), AllOf(HasSubstr("3 classes"), HasSubstr("2 names")));
  EXPECT_THAT(load_error({.model = kNpmModels / "nanodet.json", .labels = labels(79)}),
              AllOf(HasSubstr("80 classes"), HasSubstr("79 names")));
}

TEST_F(FakeDetector, whose_scores_never_leave_zero_is_refused) {
  auto dead = testing::fake_yolov8(80);
  std::fill(dead.values.begin() + 4 * testing::kFakeCells, dead.values.end(), 0.F);
  write({dead});
  EXPECT_THAT(load_error({.model = model_}), AllOf(HasSubstr("fake.onnx"), HasSubstr("never leave zero")));
}

TEST_F(FakeDetector, configured_as_another_format_is_refused) {
  write({testing::fake_yolov8(80)});
  sidecar("format: nanodet\n");
  EXPECT_THAT(load_error({.model = model_}),
              AllOf(HasSubstr("configured as nanodet but looks like yolov8"), HasSubstr("1x84x126")));
  sidecar("fomat: nanodet\n");
  EXPECT_THAT(load_error({.model = model_}), HasSubstr("fake.shrike.yml:1:1: unknown key 'fomat'"));
}

TEST_F(FakeDetector, inputs_that_are_no_picture_are_refused) {
  const auto output = testing::fake_yolov8(80);
  for (const Shape& input : {Shape{1, 96, 64, 3}, Shape{8, 3, 96, 64}, Shape{1, 1, 96, 64}, Shape{1, 12288},
                             Shape{1, 3, 96, 60}, Shape{1, 3, 16, 64}}) {
    write({output}, input);
    EXPECT_THAT(load_error({.model = model_}), AllOf(HasSubstr("fake.onnx"), HasSubstr("found"), HasSubstr("expected")))
        << input[1];
  }
}

TEST_F(FakeDetector, open_sizes_are_set_by_the_sidecar) {
  write({testing::fake_yolov8(80)}, {-1, 3, -1, -1});
  EXPECT_THAT(load_error({.model = model_}),
              AllOf(HasSubstr("leaves its size open"), HasSubstr("size: [width, height]")));
  sidecar("size: [64, 96]\n");
  const auto detector = Detector::load({.model = model_});
  ASSERT_TRUE(detector) << detector.error().message;
  EXPECT_EQ(detector->head().width, 64);
  EXPECT_EQ(detector->head().height, 96);
  write({testing::fake_yolov8(80)});
  sidecar("size: [128, 96]\n");
  EXPECT_THAT(load_error({.model = model_}), AllOf(HasSubstr("asks for 128x96"), HasSubstr("takes only 64x96")));
}

// --- models of others ------------------------------------------------------------------------------------------

class SharedDetector : public ::testing::TestWithParam<const char*> {};

TEST_P(SharedDetector, finds_the_ball_and_the_bottle) {
  if (!std::filesystem::exists(kSharedModels / GetParam())) GTEST_SKIP() << GetParam() << " not here";
  const auto detector = Detector::load({.model = kSharedModels / GetParam(), .threshold = 0.25F});
  ASSERT_TRUE(detector) << detector.error().message;
  const auto found = detector->detect(to_frame(self_check_picture()));
  ASSERT_TRUE(found);
  EXPECT_GT(iou(best(*detector, *found, "orange"), {60, 385, 120, 445}), 0.8F);  // an orange ball: so they say
  EXPECT_GT(iou(best(*detector, *found, "bottle"), {350, 243, 390, 420}), 0.8F);
}

INSTANTIATE_TEST_SUITE_P(, SharedDetector, ::testing::Values("yolox_nano.onnx", "yolov8n.onnx", "yolov8n_int8.onnx"));

TEST(Detector, models_of_another_kind_are_refused) {
  if (!std::filesystem::exists(kSharedModels)) GTEST_SKIP() << "shared models not here";
  EXPECT_THAT(load_error({.model = kSharedModels / "osnet_x0_25_msmt17.onnx"}),
              AllOf(HasSubstr("appearance model"), HasSubstr("1x512")));
  EXPECT_THAT(load_error({.model = kSharedModels / "yolo11n-pose_w8.onnx"}),
              AllOf(HasSubstr("YOLOv8-pose"), HasSubstr("`pose: model`")));
}

TEST(Detector, other_tensorflow_js_models_are_refused_by_name) {
  EXPECT_THAT(load_error({.model = kNpmModels / "movenet-lightning.json"}),
              AllOf(HasSubstr("movenet-lightning.json"), HasSubstr("a pose model")));
  EXPECT_THAT(load_error({.model = kNpmModels / "age.json"}), HasSubstr("age.json"));
}

}  // namespace
}  // namespace shrike
