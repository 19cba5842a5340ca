#include "video/scale.h"

#include <cmath>
#include <gtest/gtest.h>
#include <thread>

#include "video/swscale.h"
#include "video/testing/media.h"

namespace shrike {
namespace {

using testing::plain;

struct Pixel {
  int r, g, b;
};
Pixel at(const std::vector<uint8_t>& pixels, int width, int x, int y) {
  const auto i = static_cast<size_t>(3 * (y * width + x));
  return {pixels[i], pixels[i + 1], pixels[i + 2]};
}

void expect_near(Pixel p, int r, int g, int b, int within) {
  EXPECT_NEAR(p.r, r, within);
  EXPECT_NEAR(p.g, g, within);
  EXPECT_NEAR(p.b, b, within);
}

/// One flat YUV 4:2:0 picture of a given size with its colour described.
Frame yuv_frame(int width, int height, int y, int u, int v, AVColorSpace matrix, AVColorRange range) {
  auto f = ff::new_frame();
  f->format = AV_PIX_FMT_YUV420P;
  f->width = width;
  f->height = height;
  f->colorspace = matrix;
  f->color_range = range;
  EXPECT_GE(av_frame_get_buffer(f.get(), 0), 0);
  for (int row = 0; row < height; ++row) std::fill_n(f->data[0] + row * f->linesize[0], width, uint8_t(y));
  for (int row = 0; row < (height + 1) / 2; ++row) {
    std::fill_n(f->data[1] + row * f->linesize[1], (width + 1) / 2, uint8_t(u));
    std::fill_n(f->data[2] + row * f->linesize[2], (width + 1) / 2, uint8_t(v));
  }
  return ff::to_frame(std::move(f), {}, 0);
}

Pixel centre_as_rgb(const Frame& frame) {
  const Picture p = to_picture(frame);
  return at(p.rgb, p.width, p.width / 2, p.height / 2);
}

TEST(Letterbox, WidePictureIsCentredWithTheFillAboveAndBelow) {
  const Frame frame = to_frame(plain(200, 100, 250, 20, 10));
  std::vector<uint8_t> out(64 * 64 * 3, 77);
  const Letterbox box = letterbox(frame, 64, 64, {.fill = 114}, out.data());
  EXPECT_EQ(box.left, 0);
  EXPECT_EQ(box.top, 16);
  EXPECT_EQ(box.width, 64);
  EXPECT_EQ(box.height, 32);
  for (int x = 0; x < 64; ++x) {
    expect_near(at(out, 64, x, 15), 114, 114, 114, 0);
    expect_near(at(out, 64, x, 16), 250, 20, 10, 1);
    expect_near(at(out, 64, x, 47), 250, 20, 10, 1);
    expect_near(at(out, 64, x, 48), 114, 114, 114, 0);
  }
}

TEST(Letterbox, TallPictureCanSitTopLeftAndComeAsBgr) {
  const Frame frame = to_frame(plain(50, 101, 250, 20, 10));
  std::vector<uint8_t> out(96 * 64 * 3, 77);
  const Letterbox box =
      letterbox(frame, 96, 64, {.order = ChannelOrder::bgr, .align = Align::top_left, .fill = 0}, out.data());
  EXPECT_EQ(box.left, 0);
  EXPECT_EQ(box.top, 0);
  EXPECT_EQ(box.width, 32);
  EXPECT_EQ(box.height, 64);
  for (int y = 0; y < 64; ++y) {
    expect_near(at(out, 96, 31, y), 10, 20, 250, 1);
    expect_near(at(out, 96, 32, y), 0, 0, 0, 0);
    expect_near(at(out, 96, 95, y), 0, 0, 0, 0);
  }
}

TEST(Letterbox, ABoxGoesBackToThePicture) {
  const Frame frame = to_frame(plain(768, 576, 0, 0, 0));
  std::vector<uint8_t> out(416 * 416 * 3);
  const Letterbox box = letterbox(frame, 416, 416, {}, out.data());
  const Box corner = box.to_picture({0, 52, 416, 364});
  EXPECT_NEAR(corner.x1, 0, 1e-3);
  EXPECT_NEAR(corner.y1, 0, 1e-3);
  EXPECT_NEAR(corner.x2, 768, 1e-3);
  EXPECT_NEAR(corner.y2, 576, 1e-3);
}

TEST(Letterbox, WritesNothingOutsideItsPixels) {
  const Frame frame = to_frame(plain(333, 77, 9, 9, 9));
  for (const int width : {1, 2, 7, 33, 416}) {
    std::vector<uint8_t> out(static_cast<size_t>(width * 31 * 3 + 64), 0xA5);
    letterbox(frame, width, 31, {.fill = 9}, out.data());
    for (int i = 0; i < width * 31 * 3; ++i) ASSERT_NEAR(out[static_cast<size_t>(i)], 9, 2) << width << ' ' << i;
    for (int i = 0; i < 64; ++i) ASSERT_EQ(out[static_cast<size_t>(width * 31 * 3 + i)], 0xA5) << width << ' ' << i;
  }
}

TEST(Letterbox, OddAndTinyPicturesOfManyFormats) {
  for (const AVPixelFormat format :
       {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_NV12, AV_PIX_FMT_YUV444P10LE,
        AV_PIX_FMT_GRAY8, AV_PIX_FMT_PAL8, AV_PIX_FMT_YUYV422, AV_PIX_FMT_RGB48BE, AV_PIX_FMT_MONOBLACK}) {
    for (const auto& [width, height] : {std::pair{1, 1}, {3, 1}, {1, 9}, {17, 13}, {641, 2}}) {
      auto f = ff::new_frame();
      f->format = format;
      f->width = width;
      f->height = height;
      ASSERT_GE(av_frame_get_buffer(f.get(), 0), 0);
      for (auto* plane : f->buf) {
        if (plane != nullptr) std::fill_n(plane->data, plane->size, uint8_t{128});
      }
      const Frame frame = ff::to_frame(std::move(f), {}, 0);
      std::vector<uint8_t> out(32 * 32 * 3);
      const Letterbox box = letterbox(frame, 32, 32, {}, out.data());
      EXPECT_GE(box.width, 1);
      EXPECT_GE(box.height, 1);
      EXPECT_TRUE(box.width == 32 || box.height == 32);
    }
  }
}

TEST(Scale, LimitedAndFullRangeDifferAsTheStandardSays) {
  expect_near(centre_as_rgb(yuv_frame(64, 64, 235, 128, 128, AVCOL_SPC_BT470BG, AVCOL_RANGE_MPEG)), 255, 255, 255, 1);
  expect_near(centre_as_rgb(yuv_frame(64, 64, 16, 128, 128, AVCOL_SPC_BT470BG, AVCOL_RANGE_MPEG)), 0, 0, 0, 1);
  expect_near(centre_as_rgb(yuv_frame(64, 64, 235, 128, 128, AVCOL_SPC_BT470BG, AVCOL_RANGE_JPEG)), 235, 235, 235, 1);
}

TEST(Scale, TheColourMatrixIsTheFramesOwnOrGuessedFromItsSize) {
  // Pure red in limited range: BT.601 (81, 90, 240), BT.709 (63, 102, 240).
  expect_near(centre_as_rgb(yuv_frame(64, 64, 81, 90, 240, AVCOL_SPC_BT470BG, AVCOL_RANGE_MPEG)), 255, 0, 0, 3);
  expect_near(centre_as_rgb(yuv_frame(64, 64, 63, 102, 240, AVCOL_SPC_BT709, AVCOL_RANGE_MPEG)), 255, 0, 0, 3);
  expect_near(centre_as_rgb(yuv_frame(640, 480, 81, 90, 240, AVCOL_SPC_UNSPECIFIED, AVCOL_RANGE_UNSPECIFIED)), 255, 0,
              0, 3);
  expect_near(centre_as_rgb(yuv_frame(1280, 720, 63, 102, 240, AVCOL_SPC_UNSPECIFIED, AVCOL_RANGE_UNSPECIFIED)), 255, 0,
              0, 3);
}

TEST(Scale, ToPictureShrinksOnlyWhatIsWider) {
  const Frame frame = to_frame(plain(300, 200, 1, 2, 3));
  EXPECT_EQ(to_picture(frame, 0).width, 300);
  EXPECT_EQ(to_picture(frame, 400).width, 300);
  const Picture small = to_picture(frame, 30);
  EXPECT_EQ(small.width, 30);
  EXPECT_EQ(small.height, 20);
  EXPECT_EQ(small.rgb.size(), 30U * 20U * 3U);
}

/// Each pixel says where it is.
Frame chart(int width, int height) {
  Picture picture{.width = width, .height = height, .rgb = {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const std::array<uint8_t, 3> pixel{static_cast<uint8_t>(x), static_cast<uint8_t>(y), 7};
      picture.rgb.insert(picture.rgb.end(), pixel.begin(), pixel.end());
    }
  return to_frame(picture);
}

TEST(Crop, GivesThePartThatLiesInThePicture) {
  const Frame frame = chart(60, 40);
  const auto part = crop(frame, {-5, 11.5F, 9.2F, 400});
  ASSERT_TRUE(part);
  EXPECT_EQ(part->left, 0);
  EXPECT_EQ(part->top, 10);
  EXPECT_EQ(part->frame.width, 10);
  EXPECT_EQ(part->frame.height, 30);
  const Picture picture = to_picture(part->frame);
  expect_near(at(picture.rgb, 10, 0, 0), 0, 10, 7, 0);
  expect_near(at(picture.rgb, 10, 9, 29), 9, 39, 7, 0);
  expect_near(at(to_picture(frame).rgb, 60, 59, 0), 59, 0, 7, 0);  // the whole is as it was
}

TEST(Crop, APictureOfOddSidesAndWithHalfColour) {
  const auto part = crop(yuv_frame(33, 17, 120, 90, 160, AVCOL_SPC_BT709, AVCOL_RANGE_MPEG), {31, 15, 33, 17});
  ASSERT_TRUE(part);
  EXPECT_EQ(part->frame.width, 3);
  EXPECT_EQ(part->frame.height, 3);
  EXPECT_EQ(to_picture(part->frame).rgb.size(), 27U);
}

TEST(Crop, WhatHoldsNoPictureIsNone) {
  const Frame frame = chart(60, 40);
  EXPECT_FALSE(crop(frame, {60, 0, 90, 40}));
  EXPECT_FALSE(crop(frame, {10, 10, 10, 10}));
  EXPECT_FALSE(crop(frame, {30, 30, 10, 10}));
  EXPECT_FALSE(crop(frame, {NAN, 0, 10, 10}));
}

TEST(Scale, ThreadsAndSizesDoNotDisturbEachOther) {
  const auto work = [](uint8_t value) {
    for (int i = 0; i < 60; ++i) {
      // More sizes than a thread keeps conversions for, so that they are replaced all the time.
      const Frame frame = to_frame(plain(20 + i % 17, 30, value, value, value));
      std::vector<uint8_t> out(40 * 40 * 3);
      letterbox(frame, 40, 40, {.fill = value}, out.data());
      for (const uint8_t p : out) ASSERT_NEAR(p, value, 1);
    }
  };
  std::thread a(work, uint8_t{40});
  std::thread b(work, uint8_t{200});
  a.join();
  b.join();
}

}  // namespace
}  // namespace shrike
