#include "video/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

#include "video/testing/media.h"
#include "video/testing/rtsp_server.h"

namespace shrike {
namespace {

using ::testing::AnyOf;
using testing::ball_pipeline;
using testing::ffmpeg;
using ::testing::HasSubstr;
using testing::kVtest;
using ::testing::Not;
using testing::read_file;
using testing::RtspServer;
using testing::SilentServer;
using testing::TempFolder;
using testing::write_file;

constexpr const char* kSecond = "-f lavfi -i testsrc=size=320x240:rate=10 -t 1";

Error error_of(const SourceOptions& options) {
  const auto source = Source::open(options, {});
  EXPECT_FALSE(source.has_value()) << options.url;
  return source ? Error{} : source.error();
}
Error error_of(const std::filesystem::path& file) { return error_of({.url = file.string()}); }

int packets_of(Source& source) {
  int n = 0;
  for (auto packet = source.read(); packet && *packet; packet = source.read()) ++n;
  return n;
}

TEST(SourceFile, ReadsAVideoToItsEnd) {
  auto source = Source::open({.url = kVtest}, {});
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_EQ(source->parameters()->width, 768);
  EXPECT_EQ(source->parameters()->height, 576);
  EXPECT_NEAR(source->frame_s(), 0.1, 1e-9);
  EXPECT_NEAR(source->duration_s(), 79.5, 0.1);
  EXPECT_EQ(packets_of(*source), 795);
}

TEST(SourceFile, TakesTheUsualContainersAndOneByOnePictures) {
  TempFolder folder;
  for (const char* name : {"a.mp4", "a.mkv", "a.ts", "a.avi", "a.mov", "a.webm", "a.h264"}) {
    const auto file = ffmpeg(kSecond, folder / name);
    auto source = Source::open({.url = file.string()}, {});
    ASSERT_TRUE(source) << source.error().message;
    EXPECT_EQ(packets_of(*source), 10) << name;
  }
  const auto dot = ffmpeg("-f lavfi -i color=red:size=16x16,format=rgb24,crop=1:1 -t 1 -c:v png", folder / "one.mkv");
  const auto source = Source::open({.url = dot.string()}, {});
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_EQ(source->parameters()->width, 1);
}

TEST(SourceFile, ANameWithOddLettersIsOnlyAName) {
  TempFolder folder;
  const auto plain = ffmpeg(kSecond, folder / "a.mp4");
  const auto odd = folder / "concat:a|b %d é@:.mp4";
  std::filesystem::rename(plain, odd);
  EXPECT_TRUE(Source::open({.url = odd.string()}, {}));
}

TEST(SourceFile, BadFilesAreToldApart) {
  TempFolder folder;
  EXPECT_THAT(error_of(folder / "absent.mp4").message, HasSubstr("no such file"));
  EXPECT_THAT(error_of(folder.path()).message, HasSubstr("is a folder"));
  write_file(folder / "empty.mp4", "");
  EXPECT_THAT(error_of(folder / "empty.mp4").message, HasSubstr("empty (0 bytes)"));
  write_file(folder / "words.mp4", std::string(5000, 'x') + "\nthese are words\n");
  EXPECT_THAT(error_of(folder / "words.mp4").message, HasSubstr("is not a video"));
  write_file(folder / "zeros.mp4", std::string(50'000, '\0'));
  EXPECT_THAT(error_of(folder / "zeros.mp4").message, HasSubstr("is not a video"));
  const auto sound = ffmpeg("-f lavfi -i sine -t 1", folder / "sound.mp4");
  EXPECT_THAT(error_of(sound).message, HasSubstr("has no video stream; found: audio (aac)"));
  const auto wave = ffmpeg("-f lavfi -i sine -t 1", folder / "sound.wav");
  EXPECT_THAT(error_of(wave).message, HasSubstr("is not a video (it looks like WAV"));
  for (const char* name : {"absent.mp4", "empty.mp4", "words.mp4", "sound.mp4"}) {
    EXPECT_EQ(error_of(folder / name).kind, Error::Kind::bad_input) << name;
    EXPECT_THAT(error_of(folder / name).message, HasSubstr(name));
  }
}

TEST(SourceFile, APlayListOpensNoOtherFile) {
  TempFolder folder;
  const auto video = ffmpeg(kSecond, folder / "a.ts");
  write_file(folder / "list.m3u8",
             "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" + video.string() + "\n#EXT-X-ENDLIST\n");
  EXPECT_THAT(error_of(folder / "list.m3u8").message, HasSubstr("is not a video"));
  write_file(folder / "list.txt", "ffconcat version 1.0\nfile " + video.string() + "\n");
  EXPECT_THAT(error_of(folder / "list.txt").message, HasSubstr("is not a video"));
}

TEST(SourceFile, ACutOffFileIsNotTakenForSomethingElse) {
  TempFolder folder;
  const std::string whole = read_file(ffmpeg(kSecond, folder / "a.mp4"));
  write_file(folder / "cut.mp4", whole.substr(0, whole.size() / 2));
  EXPECT_THAT(error_of(folder / "cut.mp4").message, HasSubstr("cut off or damaged"));
  const std::string head = read_file(kVtest).substr(0, 700);
  write_file(folder / "cut.avi", head);
  EXPECT_THAT(error_of(folder / "cut.avi").message,
              AnyOf(HasSubstr("cut off or damaged"), HasSubstr("is not a video")));
}

TEST(SourceFile, EightKIsTakenAndMoreIsRefused) {
  TempFolder folder;
  const auto file = [&](const char* size) {
    return ffmpeg(std::string("-f lavfi -i color=gray:size=") + size + ":rate=5 -frames:v 1 -c:v mjpeg",
                  folder / (std::string(size) + ".mkv"));
  };
  EXPECT_TRUE(Source::open({.url = file("7680x4320").string()}, {}));
  EXPECT_THAT(error_of(file("8320x4320")).message, HasSubstr("8320 x 4320, larger than 8K"));
}

TEST(SourceDevice, WhatIsNoCameraIsNamed) {
  EXPECT_THAT(error_of({.url = "/dev/video97"}).message, HasSubstr("no such device"));
  EXPECT_THAT(error_of({.url = "/dev/null"}).message, HasSubstr("/dev/null: "));
}

TEST(SourceRtsp, ReadsOverTcpAndUdp) {
  const RtspServer server({ball_pipeline()});
  for (const auto transport : {RtspTransport::tcp, RtspTransport::udp}) {
    auto source = Source::open({.url = server.url(), .transport = transport}, {});
    ASSERT_TRUE(source) << source.error().message;
    EXPECT_EQ(source->parameters()->width, 320);
    for (int i = 0; i < 20; ++i) {
      const auto packet = source->read();
      ASSERT_TRUE(packet && *packet) << i;
    }
  }
}

TEST(SourceRtsp, RefusedPort) {
  const Error error = error_of({.url = "rtsp://127.0.0.1:" + std::to_string(free_port()) + "/cam"});
  EXPECT_THAT(error.message, HasSubstr("refused the connection on port"));
  EXPECT_EQ(error.kind, Error::Kind::unavailable);
}

TEST(SourceRtsp, PasswordIsAskedForCheckedAndNeverShown) {
  const RtspServer server({"--user", "guard", "--password", "s3cret", ball_pipeline()});
  const auto with = [&](const std::string& who) { return "rtsp://" + who + server.url().substr(7); };
  const Error asked = error_of({.url = server.url()});
  EXPECT_THAT(asked.message, HasSubstr("asks for a user name and password (401"));
  EXPECT_EQ(asked.kind, Error::Kind::bad_input);
  const Error wrong = error_of({.url = with("guard:wr0ng@")});
  EXPECT_THAT(wrong.message, HasSubstr("does not accept this user name and password"));
  EXPECT_THAT(wrong.message, Not(HasSubstr("wr0ng")));
  EXPECT_TRUE(Source::open({.url = with("guard:s3cret@")}, {}));
}

TEST(SourceRtsp, WrongPath) {
  const RtspServer server({ball_pipeline()});
  EXPECT_THAT(error_of({.url = server.url() + "2"}).message, HasSubstr("404 Not Found"));
}

TEST(SourceRtsp, ServerThatAcceptsAndNeverAnswers) {
  const SilentServer server;
  const Error error = error_of({.url = server.url(), .timeout_s = 0.3});
  EXPECT_THAT(error.message, HasSubstr("stalled: nothing came for 0.3 s"));
  EXPECT_EQ(error.kind, Error::Kind::unavailable);
}

TEST(SourceRtsp, ServerThatTalksNonsense) {
  for (const char* answer :
       {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "\x01\x02garbage\r\n\r\n\r\n", "RTSP/1.0 500 No\r\n\r\n"}) {
    const SilentServer server(answer);
    EXPECT_THAT(error_of({.url = server.url(), .timeout_s = 0.5}).message, HasSubstr("127.0.0.1")) << answer;
  }
}

TEST(SourceRtsp, ServerThatStopsInTheMiddle) {
  const RtspServer server({ball_pipeline()});
  auto source = Source::open({.url = server.url(), .timeout_s = 0.5}, {});
  ASSERT_TRUE(source) << source.error().message;
  ASSERT_TRUE(source->read());
  server.freeze();
  auto packet = source->read();
  for (int i = 0; packet && i < 1000; ++i) packet = source->read();
  ASSERT_FALSE(packet);
  EXPECT_THAT(packet.error().message, HasSubstr("stalled"));
}

TEST(SourceRtsp, UnknownHost) {
  const Error error = error_of({.url = "rtsp://no-such-camera.invalid/cam", .timeout_s = 2});
  EXPECT_THAT(error.message, AnyOf(HasSubstr("is not known here"), HasSubstr("no name server")));
}

TEST(Source, StopEndsAnOpenAtOnce) {
  const SilentServer server;
  std::stop_source stop;
  std::thread opening([&] {
    const auto source = Source::open({.url = server.url(), .timeout_s = 120}, stop.get_token());
    ASSERT_FALSE(source);
    EXPECT_THAT(source.error().message, HasSubstr("stopped"));
  });
  stop.request_stop();
  opening.join();
}

}  // namespace
}  // namespace shrike
