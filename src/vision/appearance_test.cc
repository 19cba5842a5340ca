#include "vision/appearance.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>

#include "video/ffmpeg.h"
#include "video/scale.h"
#include "video/swscale.h"

namespace shrike {
namespace {

struct Dress {
  std::array<int, 3> head, shirt, trousers;
};
constexpr Dress kRed = {{200, 160, 130}, {190, 30, 40}, {30, 30, 60}};
constexpr Dress kBlue = {{200, 160, 130}, {30, 60, 180}, {120, 110, 90}};

// A picture of grey floor with one person of 40 x 120 whose box begins at (x, y), with a little noise and a light that
// is brighter or darker.
Frame scene(const Dress& dress, int x, int y, float light = 1, unsigned seed = 1) {
  Picture picture{.width = 320, .height = 240, .rgb = std::vector<uint8_t>(320 * 240 * 3, 120)};
  std::mt19937 random(seed);
  for (int row = std::max(0, y); row < std::min(240, y + 120); ++row)
    for (int column = std::max(0, x); column < std::min(320, x + 40); ++column) {
      const auto& colour = row < y + 20 ? dress.head : row < y + 70 ? dress.shirt : dress.trousers;
      for (size_t c = 0; c < 3; ++c) {
        const float value = static_cast<float>(colour[c]) * light + static_cast<float>(random() % 17) - 8;
        picture.rgb[static_cast<size_t>(3 * (row * 320 + column)) + c] =
            static_cast<uint8_t>(std::clamp(value, 0.F, 255.F));
      }
    }
  return to_frame(picture);
}

std::vector<float> look(const Frame& frame, float x, float y, int label = 0) {
  Detections one;
  one.add({x, y, x + 40, y + 120}, 0.9F, label);
  return appearance_of(frame, one);
}

Frame as(AVPixelFormat format, const Frame& frame) {
  return ff::to_frame(ff::scale(*frame.picture, format, frame.width, frame.height, false), {}, 0);
}

TEST(Appearance, IsOfLengthOne) {
  const auto row = look(scene(kRed, 50, 60), 50, 60);
  ASSERT_EQ(row.size(), kAppearanceSize);
  float squares = 0;
  for (const float v : row) squares += v * v;
  EXPECT_NEAR(squares, 1, 1e-4);
}

TEST(Appearance, KnowsTheSameClothesElsewhereInOtherLightInALooserBox) {
  const auto red = look(scene(kRed, 50, 60), 50, 60);
  const auto red_again = look(scene(kRed, 200, 90, 1, 2), 196, 86);
  const auto red_in_the_shade = look(scene(kRed, 200, 90, 0.85F, 3), 200, 90);
  const auto blue = look(scene(kBlue, 50, 60), 50, 60);
  EXPECT_GT(alike(red, red_again), 0.9F);
  EXPECT_GT(alike(red, red_in_the_shade), 0.8F);
  EXPECT_LT(alike(red, blue), 0.6F);
}

TEST(Appearance, IsTheSameInEveryPixelFormat) {
  const Frame rgb = scene(kRed, 50, 60);
  const auto want = look(rgb, 50, 60);
  for (const AVPixelFormat format : {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P, AV_PIX_FMT_NV12,
                                     AV_PIX_FMT_BGR24, AV_PIX_FMT_YUYV422, AV_PIX_FMT_YUV420P10})
    EXPECT_GT(alike(want, look(as(format, rgb), 50, 60)), 0.95F) << av_get_pix_fmt_name(format);
}

TEST(Appearance, TakesThePartOfABoxThatIsInThePicture) {
  const auto whole = look(scene(kRed, 50, 60), 50, 60);
  EXPECT_GT(alike(whole, look(scene(kRed, -15, 60), -15, 60)), 0.85F);
  const auto nothing = std::vector<float>(kAppearanceSize);
  EXPECT_EQ(look(scene(kRed, 50, 60), 400, 60), nothing);
  EXPECT_EQ(look(scene(kRed, 50, 60), -37, 60), nothing);
  EXPECT_EQ(look(scene(kRed, 50, 60), std::numeric_limits<float>::quiet_NaN(), 60), nothing);
  EXPECT_EQ(look(scene(kRed, 50, 60), std::numeric_limits<float>::infinity(), 60), nothing);
}

TEST(Appearance, IsOnlyForPersons) {
  EXPECT_EQ(look(scene(kRed, 50, 60), 50, 60, 26), std::vector<float>(kAppearanceSize));
  EXPECT_TRUE(appearance_of(scene(kRed, 50, 60), {}).empty());
}

TEST(Appearance, LeavesOutBoxesOfDoubt) {
  Detections two;
  two.add({50, 60, 90, 180}, 0.9F, 0);
  two.add({50, 60, 90, 180}, 0.3F, 0);
  const auto rows = appearance_of(scene(kRed, 50, 60), two, 0.5F);
  const auto doubtful = std::span(rows).subspan(kAppearanceSize);
  EXPECT_GT(alike(std::span(rows).first(kAppearanceSize), look(scene(kRed, 50, 60), 50, 60)), 0.99F);
  EXPECT_TRUE(std::ranges::all_of(doubtful, [](float v) { return v == 0; }));
}

TEST(Appearance, NothingIsLikeNothing) {
  const std::vector<float> zeros(kAppearanceSize);
  EXPECT_EQ(alike(zeros, zeros), 0);
  EXPECT_EQ(alike(zeros, {}), 0);
}

}  // namespace
}  // namespace shrike
