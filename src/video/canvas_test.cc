#include "video/canvas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shrike {
namespace {

constexpr Colour kRed{255, 0, 0};
constexpr Colour kWhite{255, 255, 255};

Canvas black(int width, int height) {
  return Canvas(
      Picture{.width = width, .height = height, .rgb = std::vector<uint8_t>(static_cast<size_t>(3 * width * height))});
}

int red_at(const Canvas& c, int x, int y) {
  return c.picture().rgb[static_cast<size_t>(3 * (y * c.picture().width + x))];
}

int painted(const Canvas& c) {
  int n = 0;
  for (size_t i = 0; i < c.picture().rgb.size(); i += 3) n += c.picture().rgb[i] > 127 ? 1 : 0;
  return n;
}

TEST(Canvas, ABoxIsItsOutline) {
  Canvas c = black(100, 80);
  c.box({10, 20, 50, 60}, kRed, 2);
  EXPECT_EQ(painted(c), 40 * 40 - 36 * 36);
  EXPECT_EQ(red_at(c, 10, 20), 255);
  EXPECT_EQ(red_at(c, 49, 59), 255);
  EXPECT_EQ(red_at(c, 12, 22), 0);
  EXPECT_EQ(red_at(c, 50, 60), 0);
}

TEST(Canvas, WhatFallsOutsideIsCutOff) {
  Canvas c = black(40, 30);
  c.box({-20, -1e30F, 1e30F, 500}, kRed, 3);
  c.polygon({{-5, -5}, {5, -5}, {5, 5}, {-5, 5}}, kRed, 0.5F, 9);
  c.polygon({{0.1F, 0.1F}}, kRed, 1);
  EXPECT_EQ(red_at(c, 20, 15), 128);
}

TEST(Canvas, APolygonCoversItsInsideAndDrawsItsEdges) {
  Canvas c = black(100, 100);
  c.polygon({{0.2F, 0.2F}, {0.8F, 0.2F}, {0.5F, 0.8F}}, kRed, 0.5F, 2);
  EXPECT_NEAR(red_at(c, 50, 40), 128, 1);
  EXPECT_EQ(red_at(c, 50, 20), 255);
  EXPECT_EQ(red_at(c, 20, 70), 0);
  EXPECT_GT(red_at(c, 35, 50), 200);  // on the slope from (20,20) to (50,80)
}

TEST(Canvas, ALabelStaysInThePictureAndTakesAnyBytes) {
  const auto font = Font::load(kDefaultFont, 16);
  ASSERT_TRUE(font) << font.error().message;
  EXPECT_LE(font->height_px(), 16);
  EXPECT_GT(font->width_px("person 17"), font->width_px("person"));
  EXPECT_EQ(font->width_px(""), 0);
  for (const Point corner : {Point{0, 0}, {1000, 1000}, {-50, 20}, {30, 30}}) {
    Canvas c = black(120, 40);
    c.label(corner, "Käse", *font, {0, 0, 0}, kWhite);
    EXPECT_GT(painted(c), 300);
  }
  Canvas c = black(60, 20);
  c.label({0, 20}, std::string("\xff\xc3\x00 long text that does not fit", 31), *font, kRed, kWhite);
}

TEST(Canvas, AnAccentIsOneLetter) {
  const auto font = Font::load(kDefaultFont, 16);
  ASSERT_TRUE(font);
  EXPECT_EQ(font->width_px("é"), font->width_px("e"));
}

TEST(Canvas, AMissingFontIsNamed) {
  const auto font = Font::load("/absent.ttf", 12);
  ASSERT_FALSE(font);
  EXPECT_THAT(font.error().message, ::testing::HasSubstr("/absent.ttf"));
}

}  // namespace
}  // namespace shrike
