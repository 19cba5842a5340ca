#include "video/video_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "video/picture.h"
#include "video/testing/media.h"

namespace shrike {
namespace {

using testing::plain;

using testing::ffmpeg;
using ::testing::HasSubstr;
using testing::shell;
using testing::TempFolder;

TEST(VideoWriter, ColoursAndTimesComeBack) {
  TempFolder folder;
  const auto file = folder / "a.mp4";
  for (const auto& [width, height] : {std::pair{321, 241}, {1280, 720}}) {
    auto writer = VideoWriter::open(file, {.width = width, .height = height, .fps = 5});
    ASSERT_TRUE(writer) << writer.error().message;
    for (int i = 0; i < 10; ++i) {
      ASSERT_TRUE(writer->add(plain(width, height, 200, 60, 30), Timestamp{1'800'000'000'000'000}.plus_s(i * 0.2)));
    }
    EXPECT_FALSE(std::filesystem::exists(file)) << "not before it is whole";
    const auto bytes = writer->finish();
    ASSERT_TRUE(bytes) << bytes.error().message;
    EXPECT_EQ(*bytes, static_cast<int64_t>(std::filesystem::file_size(file)));
    EXPECT_THAT(shell("ffprobe -v error -show_entries stream=width,height,duration,nb_frames -of csv=p=0 '" +
                      file.string() + "'"),
                HasSubstr(std::to_string(width & ~1) + "," + std::to_string(height & ~1) + ",2.000000,10"));
    const auto still = load_picture(ffmpeg("-i '" + file.string() + "' -frames:v 1", folder / "s.png"));
    ASSERT_TRUE(still);
    const Picture p = to_picture(*still);
    EXPECT_NEAR(p.rgb[0], 200, 4) << width;
    EXPECT_NEAR(p.rgb[1], 60, 4) << width;
    EXPECT_NEAR(p.rgb[2], 30, 4) << width;
    std::filesystem::remove(file);
  }
}

TEST(VideoWriter, ThatIsNotFinishedLeavesNothing) {
  TempFolder folder;
  {
    auto writer = VideoWriter::open(folder / "a.mp4", {.width = 64, .height = 48});
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->add(plain(64, 48, 1, 2, 3), {}));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(VideoWriter, OnePixelAndEightK) {
  TempFolder folder;
  auto dot = VideoWriter::open(folder / "dot.mp4", {.width = 1, .height = 1});
  ASSERT_TRUE(dot) << dot.error().message;
  ASSERT_TRUE(dot->add(plain(1, 1, 255, 0, 0), {}));
  EXPECT_TRUE(dot->finish());
  const auto huge = VideoWriter::open(folder / "huge.mp4", {.width = 10'000, .height = 10'000});
  ASSERT_FALSE(huge);
  EXPECT_THAT(huge.error().message, HasSubstr("larger than 8K"));
}

}  // namespace
}  // namespace shrike
