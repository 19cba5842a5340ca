#include "video/feed.h"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "base/queue.h"
#include "video/scale.h"
#include "video/testing/media.h"
#include "video/testing/rtsp_server.h"

namespace shrike {
namespace {

using testing::ball_pipeline;
using testing::ffmpeg;
using ::testing::HasSubstr;
using testing::kVtest;
using testing::read_file;
using testing::RtspServer;
using testing::SilentServer;
using testing::TempFolder;
using testing::write_file;
using namespace std::chrono_literals;

/// Longer than anything here takes, so that a test that hangs fails instead.
constexpr auto kDeadline = 60s;

/// A feed whose frames and states are queued up for the test.
struct Watched {
  BoundedQueue<Frame> frames{100'000, WhenFull::drop_oldest};
  BoundedQueue<FeedStatus> states{1000, WhenFull::drop_oldest};
  std::unique_ptr<Feed> feed;

  explicit Watched(CameraConfig camera, double frozen_s = 30) {
    camera.name = "till";
    const bool long_video = camera.source == kVtest;  // whose pictures would be half a gigabyte
    feed = std::make_unique<Feed>(FeedOptions{.camera = std::move(camera),
                                              .on_frame =
                                                  [this, long_video](Frame f) {
                                                    if (long_video) f.picture.reset();
                                                    frames.push(std::move(f));
                                                  },
                                              .on_state = [this](const FeedStatus& s) { states.push(s); },
                                              .file_start = Timestamp{1'800'000'000'000'000},
                                              .backoff = {.first_s = 0.05, .max_s = 0.2},
                                              .frozen_s = frozen_s});
  }
  ~Watched() { feed.reset(); }

  /// The next status in `state`; those before it are passed over.
  FeedStatus reach(FeedState state) {
    while (auto s = states.pop_for(kDeadline)) {
      if (s->state == state) return *s;
    }
    ADD_FAILURE() << "never became " << to_string(state);
    return {};
  }
  Frame next_frame() {
    auto f = frames.pop_for(kDeadline);
    EXPECT_TRUE(f.has_value()) << "no frame came";
    return f.value_or(Frame{});
  }
  /// Waits for the end of a file and takes all frames that it gave.
  std::vector<Frame> play() {
    reach(FeedState::ended);
    std::vector<Frame> all;
    while (frames.size() > 0) all.push_back(*frames.pop());
    return all;
  }
};

CameraConfig file(const std::filesystem::path& path) {
  return {.source = path.string(), .pace = Pace::fast, .detect_fps = 0, .motion_gate = false};
}
CameraConfig camera(const std::string& url) {
  return {.source = url, .timeout_s = 2, .detect_fps = 0, .motion_gate = false};
}

void expect_time_grows(const std::vector<Frame>& frames) {
  for (size_t i = 1; i < frames.size(); ++i) {
    ASSERT_GT(frames[i].time, frames[i - 1].time) << i;
    ASSERT_GT(frames[i].seq, frames[i - 1].seq) << i;
  }
}

TEST(FeedFile, GivesEveryFrameOfARealVideoWithItsTime) {
  Watched w(file(kVtest));
  const auto frames = w.play();
  ASSERT_EQ(frames.size(), 795U);
  for (size_t i = 0; i < frames.size(); ++i) {
    EXPECT_EQ(frames[i].seq, static_cast<int64_t>(i));
    EXPECT_NEAR(static_cast<double>(frames[i].time.us - 1'800'000'000'000'000), static_cast<double>(i) * 1e5, 2.0);
    EXPECT_EQ(frames[i].width, 768);
    EXPECT_TRUE(frames[i].motion);
  }
  const FeedStatus s = w.feed->status();
  EXPECT_EQ(s.camera, "till");
  EXPECT_EQ(s.frames, 795U);
  EXPECT_EQ(s.damaged + s.dropped + s.reconnects + s.skipped_by_motion_gate, 0U);
  EXPECT_EQ(s.last_error, "");
}

TEST(FeedFile, PassesThroughLive) {
  TempFolder folder;
  Watched w(file(ffmpeg("-f lavfi -i testsrc=rate=10 -t 1", folder / "a.mp4")));
  w.reach(FeedState::live);
  w.reach(FeedState::ended);
}

TEST(FeedFile, FramesInDisplayOrderWhereTheCodecReordersThem) {
  TempFolder folder;
  Watched w(file(ffmpeg("-f lavfi -i testsrc=rate=25 -t 2 -c:v libx264 -bf 3", folder / "b.mp4")));
  const auto frames = w.play();
  ASSERT_EQ(frames.size(), 50U);
  expect_time_grows(frames);
  EXPECT_EQ(frames.front().time.us, 1'800'000'000'000'000);
  EXPECT_NEAR(seconds_between(frames.front().time, frames.back().time), 49.0 / 25, 0.002);
}

TEST(FeedFile, LooksAtAsManyFramesASecondAsAsked) {
  for (const auto& [fps, expected] : {std::pair{10.0, 795}, {5.0, 398}, {1.0, 80}, {25.0, 795}, {4.0, 318}}) {
    CameraConfig c = file(kVtest);
    c.detect_fps = fps;
    Watched w(c);
    EXPECT_NEAR(static_cast<double>(w.play().size()), expected, 2) << fps;
    EXPECT_EQ(w.feed->status().frames, 795U);
  }
}

TEST(FeedFile, AtItsOwnPaceItTakesAsLongAsItIs) {
  TempFolder folder;
  CameraConfig c = file(ffmpeg("-f lavfi -i testsrc=rate=10 -t 1", folder / "a.mp4"));
  c.pace = Pace::realtime;
  const double begin_s = monotonic_s();
  Watched w(c);
  EXPECT_EQ(w.play().size(), 10U);
  EXPECT_GE(monotonic_s() - begin_s, 0.89);
}

TEST(FeedFile, WhatCannotBePlayedHasFailed) {
  TempFolder folder;
  write_file(folder / "words.mp4", "these are words");
  Watched w(file(folder / "words.mp4"));
  EXPECT_THAT(w.reach(FeedState::failed).last_error, HasSubstr("is not a video"));
  EXPECT_EQ(w.frames.size(), 0U);
}

TEST(FeedFile, ACutOffFileIsPlayedAsFarAsItGoesAndSaysSo) {
  TempFolder folder;
  const std::string whole = read_file(kVtest);
  write_file(folder / "cut.avi", whole.substr(0, whole.size() / 2));
  Watched w(file(folder / "cut.avi"));
  EXPECT_THAT(w.reach(FeedState::ended).last_error, HasSubstr("is cut off: it ends after"));
  EXPECT_GT(w.frames.size(), 300U);
  EXPECT_LT(w.frames.size(), 500U);
}

TEST(FeedFile, GarbageInTheMiddleIsSurvived) {
  TempFolder folder;
  for (const char* name : {"a.ts", "a.avi", "a.mkv"}) {
    std::string bytes =
        read_file(ffmpeg("-f lavfi -i testsrc2=rate=25:size=320x240 -t 8 -c:v libx264 -g 25", folder / name));
    uint32_t random = 1;
    for (size_t i = bytes.size() / 3; i < bytes.size() / 2; ++i) bytes[i] = static_cast<char>((random *= 48271) >> 16U);
    write_file(folder / name, bytes);
    Watched w(file(folder / name));
    const auto frames = w.play();
    EXPECT_GT(frames.size(), 100U) << name;
    expect_time_grows(frames);
    // An AVI knows time only as the number of the frame.
    EXPECT_NEAR(seconds_between(frames.front().time, frames.back().time), 8, 2) << name;
  }
}

TEST(FeedFile, ResolutionMayChangeInTheMiddle) {
  TempFolder folder;
  const auto part = [&](const char* size) {
    return read_file(ffmpeg(std::string("-f lavfi -i testsrc=rate=25:size=") + size + " -t 1 -c:v libx264 -g 25",
                            folder / (std::string(size) + ".ts")));
  };
  write_file(folder / "both.ts", part("320x240") + part("642x358"));
  CameraConfig c = file(folder / "both.ts");
  c.motion_gate = true;
  Watched w(c);
  const auto frames = w.play();
  // The decoder may keep the last one when the change comes.
  EXPECT_GE(std::count_if(frames.begin(), frames.end(), [](const Frame& f) { return f.width == 320; }), 24);
  EXPECT_EQ(std::count_if(frames.begin(), frames.end(), [](const Frame& f) { return f.width == 642; }), 25);
  expect_time_grows(frames);
  EXPECT_NEAR(seconds_between(frames.front().time, frames.back().time), 49.0 / 25, 0.1);
}

TEST(FeedFile, OddSizesAndFormats) {
  TempFolder folder;
  for (const char* how :
       {"321x243,format=yuv444p -c:v libx264", "33x17,format=gray -c:v ffv1", "64x48,format=yuyv422 -c:v rawvideo",
        "63x47,format=rgb24 -c:v png", "64x48,format=yuv420p10le -c:v ffv1", "66x50,format=yuvj422p -c:v mjpeg"}) {
    CameraConfig c = file(ffmpeg(std::string("-f lavfi -i testsrc=rate=10:size=") + how + " -t 1", folder / "odd.mkv"));
    c.motion_gate = true;
    Watched w(c);
    const auto frames = w.play();
    EXPECT_EQ(frames.size(), 10U) << how;
    for (const Frame& f : frames) EXPECT_EQ(to_picture(f).rgb.size(), static_cast<size_t>(3 * f.width * f.height));
  }
}

TEST(FeedFile, OnePixelIsAVideoToo) {
  TempFolder folder;
  CameraConfig c =
      file(ffmpeg("-f lavfi -i color=red:size=16x16:rate=5,format=rgb24,crop=1:1 -t 1 -c:v png", folder / "1.mkv"));
  c.motion_gate = true;
  Watched w(c);
  EXPECT_EQ(w.play().size(), 5U);
}

TEST(FeedFile, AFittingRoomIsBlackBeforeAnyoneSeesIt) {
  TempFolder folder;
  CameraConfig c = file(ffmpeg("-f lavfi -i color=white:size=320x240:rate=5 -t 1 -c:v libx264", folder / "w.mp4"));
  c.zones = {{.name = "cabin", .kind = ZoneKind::fitting_room, .polygon = {{0.5F, 0}, {1, 0}, {1, 1}, {0.5F, 1}}},
             {.name = "rack", .kind = ZoneKind::shelf, .polygon = {{0, 0}, {0.4F, 0}, {0.4F, 1}}}};
  Watched w(c);
  const auto frames = w.play();
  ASSERT_EQ(frames.size(), 5U);
  for (const Frame& f : frames) {
    const Picture p = to_picture(f);
    for (int y = 0; y < p.height; ++y) {
      for (int x = 0; x < p.width; ++x) {
        const int grey = p.rgb[static_cast<size_t>(3 * (y * p.width + x))];
        // The edge itself may go either way.
        if (x >= 150 && x < 160) continue;
        ASSERT_TRUE(x < 150 ? grey > 245 : grey < 10) << x << ' ' << y << ' ' << grey;
      }
    }
  }
}

TEST(FeedFile, StoppedInTheMiddleItEnds) {
  CameraConfig c = file(kVtest);
  c.pace = Pace::realtime;
  Watched w(c);
  w.next_frame();
  w.feed->stop();
  EXPECT_EQ(w.feed->status().state, FeedState::ended);
  EXPECT_LT(w.feed->status().frames, 700U);
  EXPECT_TRUE(w.feed->ring()->collect({0}, {INT64_MAX}, 60).size() < 700) << "a stopped feed's ring must not wait";
}

TEST(FeedRtsp, PlaysAndComesBackAfterTheCameraWasPulledAndChanged) {
  auto server = std::make_unique<RtspServer>(std::vector{ball_pipeline(320, 240)});
  Watched w(camera(server->url()));
  w.reach(FeedState::live);
  std::vector<Frame> seen;
  for (int i = 0; i < 10; ++i) seen.push_back(w.next_frame());
  EXPECT_LT(std::abs(seconds_between(seen.back().time, now_utc())), 10);

  const std::string port = server->port();
  server->kill();
  EXPECT_THAT(w.reach(FeedState::stalled).last_error, HasSubstr("127.0.0.1"));
  EXPECT_THAT(w.reach(FeedState::failed).last_error, HasSubstr("refused the connection"));
  server = std::make_unique<RtspServer>(std::vector<std::string>{"--port", port, ball_pipeline(480, 360)});
  const FeedStatus back = w.reach(FeedState::live);
  EXPECT_GE(back.reconnects, 1U);
  while (seen.back().width != 480) seen.push_back(w.next_frame());
  for (int i = 0; i < 10; ++i) seen.push_back(w.next_frame());
  EXPECT_EQ(seen.back().height, 360);
  expect_time_grows(seen);
}

TEST(FeedRtsp, AStreamThatStopsIsNoticedAndPickedUpAgain) {
  const RtspServer server({ball_pipeline()});
  CameraConfig c = camera(server.url());
  c.timeout_s = 0.7;
  Watched w(c);
  w.reach(FeedState::live);
  server.freeze();
  EXPECT_THAT(w.reach(FeedState::stalled).last_error, HasSubstr("stalled: nothing came for 0.7 s"));
  server.thaw();
  w.reach(FeedState::live);
}

TEST(FeedRtsp, AFrozenPictureIsNoticed) {
  const RtspServer server(
      {"( videotestsrc is-live=true pattern=solid-color foreground-color=0xff336699 ! "
       "video/x-raw,width=320,height=240,framerate=25/1 ! x264enc tune=zerolatency "
       "speed-preset=ultrafast threads=1 key-int-max=10 ! rtph264pay name=pay0 pt=96 )"});
  Watched w(camera(server.url()), 0.5);
  w.reach(FeedState::live);
  EXPECT_THAT(w.reach(FeedState::stalled).last_error, HasSubstr("the picture has not changed for"));
  // Connecting again does not help; the feed must not call the frozen picture live.
  const auto next = w.states.pop_for(kDeadline);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->state, FeedState::stalled);
  EXPECT_GE(w.feed->status().reconnects, 1U);
}

TEST(FeedRtsp, OneCameraThatFailsDoesNotTouchAnother) {
  const RtspServer good({ball_pipeline()});
  const RtspServer locked({"--user", "guard", "--password", "s3cret", ball_pipeline()});
  const SilentServer silent;
  Watched a(camera(good.url()));
  Watched b(camera("rtsp://127.0.0.1:" + std::to_string(free_port()) + "/cam"));
  Watched c(camera(locked.url()));
  CameraConfig mute = camera(silent.url());
  mute.timeout_s = 0.3;
  Watched d(mute);
  a.reach(FeedState::live);
  EXPECT_THAT(b.reach(FeedState::failed).last_error, HasSubstr("refused"));
  EXPECT_THAT(c.reach(FeedState::failed).last_error, HasSubstr("401"));
  EXPECT_THAT(d.reach(FeedState::failed).last_error, HasSubstr("stalled"));
  d.reach(FeedState::failed);  // tried again
  const int64_t before = a.next_frame().seq;
  for (int i = 0; i < 10; ++i) EXPECT_GT(a.next_frame().seq, before);
  EXPECT_EQ(a.feed->status().reconnects, 0U);
}

TEST(FeedRtsp, UdpWorks) {
  const RtspServer server({ball_pipeline()});
  CameraConfig c = camera(server.url());
  c.transport = RtspTransport::udp;
  Watched w(c);
  w.reach(FeedState::live);
  for (int i = 0; i < 10; ++i) w.next_frame();
}

TEST(FeedRtsp, StopsAtOnceWhateverItWaitsFor) {
  const SilentServer silent;
  CameraConfig mute = camera(silent.url());
  mute.timeout_s = 1000;
  Watched opening(mute);
  opening.feed->stop();
  EXPECT_EQ(opening.reach(FeedState::ended).state, FeedState::ended);

  BoundedQueue<FeedStatus> states(100, WhenFull::drop_oldest);
  Feed pausing({.camera = camera("rtsp://127.0.0.1:" + std::to_string(free_port()) + "/cam"),
                .on_state = [&](const FeedStatus& s) { states.push(s); },
                .backoff = {.first_s = 1000, .max_s = 1000}});
  ASSERT_TRUE(states.pop_for(kDeadline));
  pausing.stop();
  EXPECT_EQ(pausing.status().state, FeedState::ended);
}

TEST(FeedDevice, AMissingDeviceIsTriedAgain) {
  Watched w(camera("/dev/video97"));
  EXPECT_THAT(w.reach(FeedState::failed).last_error, HasSubstr("no such device"));
  w.reach(FeedState::failed);
  EXPECT_GE(w.feed->status().reconnects, 1U);
}

}  // namespace
}  // namespace shrike
