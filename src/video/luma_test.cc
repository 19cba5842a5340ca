#include "video/luma.h"

#include <gtest/gtest.h>

#include "video/scale.h"
#include "video/swscale.h"
#include "video/testing/media.h"

namespace shrike {
namespace {

Frame in_format(const Picture& picture, AVPixelFormat format) {
  const Frame rgb = to_frame(picture);
  return ff::to_frame(ff::scale(*rgb.picture, format, rgb.width, rgb.height, ff::Colours{.range = ff::Range::full}), {},
                      0);
}

TEST(Luma, IsTheMeanOfEachCellInEveryFormat) {
  Picture halves = testing::plain(640, 480, 40, 40, 40);
  for (size_t i = 0; i < halves.rgb.size(); ++i) {
    if ((i / 3) % 640 >= 320) halves.rgb[i] = 200;
  }
  for (const AVPixelFormat format :
       {AV_PIX_FMT_YUV420P, AV_PIX_FMT_NV12, AV_PIX_FMT_GRAY8, AV_PIX_FMT_YUYV422, AV_PIX_FMT_RGB24}) {
    Luma luma;
    read_luma(in_format(halves, format), luma);
    ASSERT_EQ(luma.width, 160);
    ASSERT_EQ(luma.height, 120);
    for (int y = 0; y < luma.height; ++y) {
      ASSERT_NEAR(luma.cells[static_cast<size_t>(y * 160 + 10)], 40 * 16, 32) << format;
      ASSERT_NEAR(luma.cells[static_cast<size_t>(y * 160 + 150)], 200 * 16, 32) << format;
    }
  }
}

TEST(Luma, SizesThatDoNotDivide) {
  for (const auto& [width, height] : {std::pair{1, 1}, {159, 161}, {1921, 7}, {7, 1921}, {8192, 4320}}) {
    Luma luma;
    read_luma(in_format(testing::plain(width, height, 99, 99, 99), AV_PIX_FMT_YUV420P), luma);
    EXPECT_LE(luma.width, 160);
    EXPECT_LE(luma.height, 160);
    EXPECT_GE(luma.width * luma.height, 1);
    for (const uint16_t cell : luma.cells) ASSERT_NEAR(cell, 99 * 16, 32) << width << ' ' << height;
  }
}

}  // namespace
}  // namespace shrike
