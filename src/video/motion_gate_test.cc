#include "video/motion_gate.h"

#include <functional>
#include <gtest/gtest.h>
#include <random>

#include "base/queue.h"
#include "video/feed.h"
#include "video/testing/media.h"

namespace shrike {
namespace {

constexpr double kFps = 10;
constexpr int kWidth = 153;
constexpr int kHeight = 115;

/// A still scene with a sensor's noise, into which a test paints.
class Scene {
 public:
  explicit Scene(double noise_levels) : noise_(0, noise_levels) {}

  /// `paint`: the brightness (grey levels) of a cell, given what is there.
  Luma next(const std::function<double(int x, int y, double there)>& paint) {
    Luma luma{.width = kWidth, .height = kHeight, .cells = {}};
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        const double there = 60 + 100 * ((x / 9 + y / 7) % 2) + noise_(random_);
        luma.cells.push_back(static_cast<uint16_t>(std::clamp(16 * paint(x, y, there), 0.0, 4080.0)));
      }
    }
    return luma;
  }
  Luma next() {
    return next([](int, int, double there) { return there; });
  }

 private:
  std::mt19937 random_{7};
  std::normal_distribution<double> noise_;
};

Timestamp at(int frame) { return Timestamp{1'800'000'000'000'000}.plus_s(frame / kFps); }

/// A person of 5 x 12 cells, 12 grey levels from what is behind, with its left edge at column `left`.
std::function<double(int, int, double)> person(double left) {
  return [left](int x, int y, double there) {
    return x >= left && x < left + 5 && y >= 50 && y < 62 ? there * 0.3 + 75 : there;
  };
}

TEST(MotionGate, AStillSceneCostsOnlyTheHeartbeat) {
  for (const double noise : {0.0, 0.5, 2.0, 5.0}) {
    Scene scene(noise);
    MotionGate gate({});
    int open = 0;
    for (int i = 0; i < 600; ++i) open += gate.open(scene.next(), at(i)) && i >= 200 ? 1 : 0;
    EXPECT_NEAR(open, 20, 2) << "one frame each 2 s of 40 s, at noise " << noise;
  }
}

TEST(MotionGate, NoiseThatGrowsIsLearnt) {
  Scene day(0.5);
  Scene night(4);
  MotionGate gate({});
  for (int i = 0; i < 300; ++i) (void)gate.open(day.next(), at(i));
  int open = 0;
  for (int i = 300; i < 900; ++i) open += gate.open(night.next(), at(i)) && i >= 600 ? 1 : 0;
  EXPECT_LE(open, 18);
}

TEST(MotionGate, SomeoneWhoWalksOrCreepsIsNeverLost) {
  for (const double cells_per_s : {20.0, 5.0, 1.0, 0.3}) {
    Scene scene(1);
    MotionGate gate({});
    for (int i = 0; i < 200; ++i) (void)gate.open(scene.next(), at(i));
    int lost = 0;
    for (int i = 200; i < 500; ++i) {
      lost += gate.open(scene.next(person(20 + std::fmod(cells_per_s * (i - 200) / kFps, 100))), at(i)) ? 0 : 1;
    }
    EXPECT_EQ(lost, 0) << cells_per_s;
  }
}

TEST(MotionGate, SomeoneWhoStandsStillIsKeptForAWhile) {
  Scene scene(1);
  MotionGate gate({});
  for (int i = 0; i < 200; ++i) (void)gate.open(scene.next(), at(i));
  for (int i = 200; i < 350; ++i) ASSERT_TRUE(gate.open(scene.next(person(40)), at(i))) << i;
  // One step is enough to be back.
  for (int i = 350; i < 2000; ++i) (void)gate.open(scene.next(person(40)), at(i));
  EXPECT_TRUE(gate.open(scene.next(person(43)), at(2000)));
}

TEST(MotionGate, ShutsAfterTheHold) {
  Scene scene(1);
  MotionGate gate({.hold_s = 3, .heartbeat_s = 1000});
  for (int i = 0; i < 200; ++i) (void)gate.open(scene.next(), at(i));
  for (int i = 200; i < 210; ++i) EXPECT_TRUE(gate.open(scene.next(person(i - 150)), at(i)));
  for (int i = 210; i < 238; ++i) ASSERT_TRUE(gate.open(scene.next(), at(i))) << i;
  for (int i = 245; i < 300; ++i) ASSERT_FALSE(gate.open(scene.next(), at(i))) << i;
}

TEST(MotionGate, ALampThatIsSwitchedIsNoMovementButWhoeverDidItIs) {
  Scene scene(1);
  MotionGate gate({.heartbeat_s = 1000});
  const auto dark = [](int, int, double there) { return there * 0.4; };
  for (int i = 0; i < 200; ++i) (void)gate.open(scene.next(), at(i));
  for (int i = 200; i < 300; ++i) ASSERT_FALSE(gate.open(scene.next(dark), at(i))) << i;
  const auto someone = person(40);
  const auto someone_in_the_dark = [&](int x, int y, double there) { return 0.4 * someone(x, y, there); };
  EXPECT_TRUE(gate.open(scene.next(someone_in_the_dark), at(300)));
}

TEST(MotionGate, ACameraThatIsTurnedIsSeenAndItsNewViewLearntAtOnce) {
  Scene scene(1);
  MotionGate gate({.heartbeat_s = 1000});
  const auto elsewhere = [](int x, int y, double) { return 40.0 + 150 * ((x / 5 + y / 11) % 2); };
  for (int i = 0; i < 200; ++i) (void)gate.open(scene.next(), at(i));
  EXPECT_TRUE(gate.open(scene.next(elsewhere), at(200)));
  for (int i = 201; i < 240; ++i) (void)gate.open(scene.next(elsewhere), at(i));
  for (int i = 240; i < 300; ++i) ASSERT_FALSE(gate.open(scene.next(elsewhere), at(i))) << i;
}

TEST(MotionGate, AutomaticExposureIsNoMovement) {
  Scene scene(1);
  MotionGate gate({.heartbeat_s = 1000});
  for (int i = 0; i < 200; ++i) (void)gate.open(scene.next(), at(i));
  for (int i = 200; i < 400; ++i) {
    const double brighter = 25 * std::sin((i - 200) * 0.05);
    EXPECT_FALSE(gate.open(scene.next([&](int, int, double there) { return there + brighter; }), at(i))) << i;
  }
}

TEST(MotionGate, WhatMovesUnderAMaskDoesNotCount) {
  Scene scene(1);
  MotionGate gate({.masks = {{{0.2F, 0.3F}, {0.9F, 0.3F}, {0.9F, 0.7F}, {0.2F, 0.7F}}}, .heartbeat_s = 1000});
  for (int i = 0; i < 200; ++i) (void)gate.open(scene.next(), at(i));
  for (int i = 200; i < 300; ++i) ASSERT_FALSE(gate.open(scene.next(person(60 + i % 20)), at(i))) << i;
  EXPECT_TRUE(gate.open(scene.next(person(5)), at(300)));
}

TEST(MotionGate, APictureOfAnotherSizeStartsItAnew) {
  Scene scene(1);
  MotionGate gate({.heartbeat_s = 1000});
  for (int i = 0; i < 200; ++i) (void)gate.open(scene.next(), at(i));
  EXPECT_FALSE(gate.open(scene.next(), at(200)));
  EXPECT_TRUE(gate.open(Luma{.width = 2, .height = 1, .cells = {100, 200}}, at(201)));
  EXPECT_TRUE(gate.open(scene.next(), at(202)));
}

TEST(MotionGate, OnRealPedestriansItLosesNothingAndOnAStillCameraItSaves) {
  testing::TempFolder folder;
  const auto played = [](const std::filesystem::path& file) {
    BoundedQueue<FeedStatus> states(100, WhenFull::drop_oldest);
    Feed feed({.camera = {.source = file.string(), .pace = Pace::fast, .detect_fps = 0},
               .on_state = [&](const FeedStatus& s) { states.push(s); }});
    while (auto s = states.pop_for(std::chrono::seconds(60))) {
      if (s->state == FeedState::ended) return *s;
    }
    ADD_FAILURE() << "did not end";
    return FeedStatus{};
  };
  // People are in every frame of vtest.avi.
  EXPECT_EQ(played(testing::kVtest).skipped_by_motion_gate, 0U);
  // One of its frames, still, with noise, as a camera compresses it.
  const auto still = testing::ffmpeg(std::string("-i ") + testing::kVtest + " -frames:v 1", folder / "still.png");
  const auto quiet = testing::ffmpeg("-loop 1 -r 10 -i '" + still.string() +
                                         "' -vf noise=alls=8:allf=t,scale=384:288,format=yuv420p -t 20 -c:v libx264 "
                                         "-preset ultrafast -g 20",
                                     folder / "quiet.mp4");
  const FeedStatus s = played(quiet);
  EXPECT_EQ(s.frames, 200U);
  EXPECT_GE(s.skipped_by_motion_gate, 130U) << "of the 150 after it is warm";
}

}  // namespace
}  // namespace shrike
