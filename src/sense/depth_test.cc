#include "sense/depth.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/child.h"
#include "base/file.h"
#include "base/folder_testing.h"

namespace shrike {
namespace {

using testing::HasSubstr;

constexpr int kWidth = 80, kHeight = 60;

std::string pgm(const DepthFrame& frame) {
  std::string bytes = fmt::format("P5\n# made up\n{} {}\n65535\n", frame.width, frame.height);
  for (const auto mm : frame.mm) {
    bytes += static_cast<char>(mm >> 8U);
    bytes += static_cast<char>(mm & 0xFFU);
  }
  return bytes;
}

/// SIMULATED: a wall of goods at `far_mm`, with things before it and some noise.
class Scene {
 public:
  explicit Scene(DepthWatch& watch, uint16_t far_mm) : watch_(watch), far_mm_(far_mm) {
    goods_.assign(size_t{kWidth} * kHeight, far_mm);
  }
  void block(int x, int y, int width, int height, uint16_t mm) {
    for (int i = y; i < y + height; ++i) {
      for (int j = x; j < x + width; ++j) goods_[static_cast<size_t>(i * kWidth + j)] = mm;
    }
  }
  void clear(int x, int y, int width, int height) { block(x, y, width, height, far_mm_); }
  void pass(int frames) {
    for (int i = 0; i < frames; ++i, ++frame_) {
      DepthFrame frame{kWidth, kHeight, goods_, {}};
      for (size_t p = 0; p < frame.mm.size(); ++p) {
        const auto noise = static_cast<uint16_t>((p * 31 + static_cast<size_t>(frame_) * 17) % 9);
        frame.mm[p] = (p + static_cast<size_t>(frame_)) % 97 == 0 ? 0 : static_cast<uint16_t>(frame.mm[p] + noise);
      }
      auto read = read_depth_frame(pgm(frame));
      ASSERT_TRUE(read) << read.error().message;
      auto more = watch_.observe(*read, Timestamp{1'772'355'600'000'000}.plus_s(frame_ / 15.0));
      for (auto& each : more.items) found.items.push_back(each);
      for (auto& each : more.facts) found.facts.push_back(each);
    }
  }
  DepthFindings found;

 private:
  DepthWatch& watch_;
  uint16_t far_mm_;
  std::vector<uint16_t> goods_;
  int frame_ = 0;
};

DepthConfig config_of(DepthConfig::Use use) {
  DepthConfig config;
  config.name = "depth";
  config.zone = "razors";
  config.use = use;
  return config;
}

TEST(DepthWatch, AHandThatTakesAndPutsBackAtAShelf) {
  DepthWatch watch(config_of(DepthConfig::Use::shelf));
  Scene scene(watch, 900);
  scene.block(30, 20, 10, 14, 800);  // a product that stands before the others
  scene.pass(60);
  EXPECT_TRUE(scene.found.items.empty());
  scene.block(28, 10, 14, 30, 500);  // the hand
  scene.pass(10);
  scene.clear(28, 10, 14, 30);
  scene.pass(5);  // hand and product are gone
  ASSERT_EQ(scene.found.items.size(), 1U);
  EXPECT_EQ(scene.found.items[0].kind, ItemEvent::Kind::taken);
  EXPECT_EQ(scene.found.items[0].guesses[0].product, "");
  EXPECT_LT(seconds_between(scene.found.items[0].from, scene.found.items[0].to), 1.5);
  scene.pass(60);
  scene.block(28, 10, 14, 30, 500);
  scene.pass(10);
  scene.clear(28, 10, 14, 30);
  scene.block(30, 20, 10, 14, 800);
  scene.pass(45);  // what was put back is nearer than the wall, and does not move
  ASSERT_EQ(scene.found.items.size(), 2U);
  EXPECT_EQ(scene.found.items[1].kind, ItemEvent::Kind::put_back);
  EXPECT_LT(seconds_between(scene.found.items[1].from, scene.found.items[1].to), 1.5);
  EXPECT_EQ(watch.state().reaches, 2U);
}

TEST(DepthWatch, AHandThatChangesNothingIsOnlyAReach) {
  DepthWatch watch(config_of(DepthConfig::Use::shelf));
  Scene scene(watch, 900);
  scene.pass(40);
  scene.block(28, 10, 14, 30, 500);
  scene.pass(20);
  scene.clear(28, 10, 14, 30);
  scene.pass(40);
  EXPECT_EQ(watch.state().reaches, 1U);
  EXPECT_TRUE(scene.found.items.empty());
}

TEST(DepthWatch, HeightsAtAnExit) {
  auto config = config_of(DepthConfig::Use::exit);
  config.near_mm = 150;
  DepthWatch watch(config);
  Scene scene(watch, 2'500);
  scene.pass(40);
  scene.block(20, 20, 14, 14, 800);  // a person of 1.7 m
  scene.pass(15);
  scene.clear(20, 20, 14, 14);
  scene.pass(15);
  EXPECT_TRUE(scene.found.facts.empty());
  EXPECT_EQ(watch.state().people, 1U);
  scene.block(20, 20, 14, 14, 800);
  scene.block(50, 20, 16, 20, 1'550);  // … and a trolley of 0.95 m
  scene.pass(15);
  scene.clear(20, 20, 46, 20);
  scene.pass(15);
  ASSERT_EQ(scene.found.facts.size(), 1U);
  EXPECT_EQ(scene.found.facts[0].kind, "object_carried_out");
  EXPECT_THAT(scene.found.facts[0].detail, HasSubstr("0.9 m high"));
}

TEST(DepthFrame, ReadsPngPgmAndHeightMaps) {
  const TestFolder folder;
  const DepthFrame frame{4, 2, {1, 256, 1'000, 65'535, 0, 5, 6, 7}, {}};
  const auto file = folder.write("a.pgm", pgm(frame)), png = folder.path() / "a.png";
  const auto made =
      start_child({"/usr/bin/ffmpeg", "-loglevel", "error", "-i", file.string(), "-pix_fmt", "gray16be", png.string()});
  ASSERT_TRUE(made && wait_for_children({*made}));
  for (const auto& bytes :
       {pgm(frame), read_file(png, 1'000'000).value(),
        fmt::format(R"({{"width":4,"height":2,"time":1772355600,"mm":[{}]}})", fmt::join(frame.mm, ","))}) {
    const auto read = read_depth_frame(bytes);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->width, 4);
    EXPECT_EQ(read->mm, frame.mm);
  }
}

TEST(DepthFrame, SaysWhatIsWrong) {
  const auto error = [](const std::string& bytes) {
    const auto read = read_depth_frame(bytes);
    EXPECT_FALSE(read);
    return read ? "" : read.error().message;
  };
  EXPECT_THAT(error("P5 4 2 255 "), HasSubstr("expected 16 bit"));
  EXPECT_THAT(error("P5 4 2 65535 xx"), HasSubstr("found 2 bytes of values, expected 16"));
  EXPECT_THAT(error("P5 100000 2 65535 "), HasSubstr("expected at most 1280 x 1024"));
  EXPECT_THAT(error("P5 x"), HasSubstr("no width"));
  EXPECT_THAT(error("\x89PNG\r\n\x1A\nxx"), HasSubstr("damaged"));
  EXPECT_THAT(error(R"({"width":2,"height":2,"mm":[1]})"), HasSubstr("found 1, expected a list of 4"));
  EXPECT_THAT(error(R"({"width":-1,"height":2,"mm":[1]})"), HasSubstr("found -1 x 2"));
  EXPECT_THAT(error("[]"), HasSubstr("found 0 x 0"));
  EXPECT_THAT(error("nothing"), HasSubstr("expected JSON"));
}

}  // namespace
}  // namespace shrike
