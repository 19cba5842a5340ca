#include "video/picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "video/ffmpeg.h"
#include "video/scale.h"
#include "video/testing/media.h"

namespace shrike {
namespace {

using testing::ffmpeg;
using ::testing::HasSubstr;
using testing::read_file;
using testing::TempFolder;
using testing::write_file;

constexpr const char* kPattern = "-f lavfi -i testsrc=size=321x243 -frames:v 1";

/// Mean difference a channel between two pictures of one size, 0..255.
double difference(const Picture& a, const Picture& b) {
  EXPECT_EQ(a.rgb.size(), b.rgb.size());
  double sum = 0;
  for (size_t i = 0; i < a.rgb.size(); ++i) sum += std::abs(a.rgb[i] - b.rgb[i]);
  return sum / static_cast<double>(a.rgb.size());
}

std::string error_of(const std::filesystem::path& path) {
  const auto picture = load_picture(path);
  EXPECT_FALSE(picture.has_value());
  if (picture) return "";
  EXPECT_EQ(picture.error().kind, Error::Kind::bad_input);
  EXPECT_THAT(picture.error().message, HasSubstr(path.string()));
  return picture.error().message;
}

TEST(LoadPicture, PngAndJpegShowTheSame) {
  TempFolder folder;
  const auto png = load_picture(ffmpeg(kPattern, folder / "a.png"));
  const auto jpeg = load_picture(ffmpeg(std::string(kPattern) + " -q:v 2", folder / "a.jpg"));
  ASSERT_TRUE(png) << png.error().message;
  ASSERT_TRUE(jpeg) << jpeg.error().message;
  EXPECT_EQ(png->width, 321);
  EXPECT_EQ(png->height, 243);
  EXPECT_LT(difference(to_picture(*png), to_picture(*jpeg)), 4.0);
}

TEST(LoadPicture, TheNameDoesNotMatter) {
  TempFolder folder;
  const auto png = ffmpeg(kPattern, folder / "a.png");
  std::filesystem::rename(png, folder / "a.txt");
  EXPECT_TRUE(load_picture(folder / "a.txt"));
}

TEST(LoadPicture, OnePixel) {
  TempFolder folder;
  const auto one =
      load_picture(ffmpeg("-f lavfi -i color=red:size=16x16,format=rgb24,crop=1:1 -frames:v 1", folder / "one.png"));
  ASSERT_TRUE(one) << one.error().message;
  const Picture p = to_picture(*one);
  ASSERT_EQ(p.rgb.size(), 3U);
  EXPECT_GT(p.rgb[0], 240);
  EXPECT_LT(p.rgb[1], 15);
}

TEST(LoadPicture, EightKIsTakenAndMoreIsRefused) {
  TempFolder folder;
  EXPECT_TRUE(load_picture(ffmpeg("-f lavfi -i color=gray:size=7680x4320 -frames:v 1", folder / "8k.jpg")));
  for (const char* name : {"9k.jpg", "9k.png"}) {
    const auto big = ffmpeg("-f lavfi -i color=gray:size=9000x300 -frames:v 1", folder / name);
    EXPECT_THAT(error_of(big), HasSubstr("9000 x 300, larger than 8K"));
  }
}

TEST(LoadPicture, BadFilesAreNamed) {
  TempFolder folder;
  EXPECT_THAT(error_of(folder / "absent.png"), HasSubstr("cannot be opened"));
  EXPECT_THAT(error_of(folder.path()), HasSubstr("is a folder"));
  write_file(folder / "empty.jpg", "");
  EXPECT_THAT(error_of(folder / "empty.jpg"), HasSubstr("empty (0 bytes)"));
  write_file(folder / "text.jpg", "these are words, not a picture");
  EXPECT_THAT(error_of(folder / "text.jpg"), HasSubstr("neither a JPEG nor a PNG"));
}

TEST(LoadPicture, CutOffFilesAreRefused) {
  TempFolder folder;
  for (const char* name : {"a.png", "a.jpg"}) {
    const std::string whole = read_file(ffmpeg(kPattern, folder / name));
    for (const double part : {0.03, 0.5, 0.9}) {
      write_file(folder / name, whole.substr(0, static_cast<size_t>(static_cast<double>(whole.size()) * part)));
      EXPECT_THAT(error_of(folder / name), HasSubstr("damaged or cut off")) << part;
    }
  }
}

TEST(EncodeJpeg, ComesBackAsItWas) {
  TempFolder folder;
  const auto png = load_picture(ffmpeg(kPattern, folder / "a.png"));
  ASSERT_TRUE(png);
  const auto jpeg = encode_jpeg(*png, 90);
  ASSERT_TRUE(jpeg) << jpeg.error().message;
  write_file(folder / "b.jpg", *jpeg);
  const auto back = load_picture(folder / "b.jpg");
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_LT(difference(to_picture(*png), to_picture(*back)), 6.0);
}

TEST(EncodeJpeg, QualityAndWidthMakeItSmaller) {
  TempFolder folder;
  const auto png = load_picture(ffmpeg(kPattern, folder / "a.png"));
  ASSERT_TRUE(png);
  const auto fine = encode_jpeg(*png, 95);
  const auto coarse = encode_jpeg(*png, 30);
  const auto small = encode_jpeg(*png, 95, 100);
  ASSERT_TRUE(fine && coarse && small);
  EXPECT_LT(coarse->size() * 2, fine->size());
  write_file(folder / "small.jpg", *small);
  const auto back = load_picture(folder / "small.jpg");
  ASSERT_TRUE(back);
  EXPECT_EQ(back->width, 100);
  EXPECT_EQ(back->height, 76);
}

TEST(EncodeJpeg, OnePixelWorks) {
  const Frame frame = to_frame(Picture{.width = 1, .height = 1, .rgb = {255, 0, 0}});
  EXPECT_TRUE(encode_jpeg(frame));
}

}  // namespace
}  // namespace shrike
