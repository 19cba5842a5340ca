#include "video/clip.h"

#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <regex>
#include <sstream>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/queue.h"
#include "video/feed.h"
#include "video/picture.h"
#include "video/scale.h"
#include "video/testing/media.h"
#include "video/testing/rtsp_server.h"

namespace shrike {
namespace {

using testing::ffmpeg;
using ::testing::HasSubstr;
using testing::kVtest;
using testing::read_file;
using testing::RtspServer;
using testing::shell;
using testing::TempFolder;
using testing::write_file;

constexpr Timestamp kStart{1'800'000'000'000'000};
constexpr auto kDeadline = std::chrono::seconds(60);

/// The ring of a file that was played to its end, all of it kept.
std::shared_ptr<PacketRing> ring_of(const std::filesystem::path& file, std::vector<Zone> zones = {}) {
  BoundedQueue<FeedState> states(100, WhenFull::drop_oldest);
  Feed feed({.camera = {.source = file.string(),
                        .pace = Pace::fast,
                        .detect_fps = 1,
                        .motion_gate = false,
                        .zones = std::move(zones)},
             .on_state = [&](const FeedStatus& s) { states.push(s.state); },
             .file_start = kStart,
             .ring_s = 1000});
  while (const auto s = states.pop_for(kDeadline)) {
    if (*s == FeedState::ended || *s == FeedState::failed) return feed.ring();
  }
  ADD_FAILURE() << file << " did not end";
  return feed.ring();
}

/// One line a decoded picture, a checksum of its pixels.
std::vector<std::string> pixels_of(const std::filesystem::path& file) {
  std::istringstream list(shell("ffmpeg -v error -i '" + file.string() + "' -map 0:v -f framemd5 - | grep -v '^#'"));
  std::vector<std::string> sums;
  for (std::string line; std::getline(list, line);) sums.push_back(line.substr(line.rfind(',') + 1));
  return sums;
}

std::string probe(const std::filesystem::path& file, const std::string& entries) {
  return shell("ffprobe -v error -select_streams v -show_entries " + entries + " -of default=nw=1 '" + file.string() +
               "'");
}

/// An H.264 file with a key frame each second, 8 s at 25 fps.
std::filesystem::path h264_file(const TempFolder& folder, const char* name, const char* more = "") {
  return ffmpeg(std::string("-f lavfi -i testsrc2=rate=25:size=320x240 -t 8 -c:v libx264 -g 25 ") + more,
                folder / name);
}

void expect_whole_mp4(const std::filesystem::path& file) {
  const std::string bytes = read_file(file);
  const size_t index = bytes.find("moov");
  EXPECT_LT(index, bytes.find("mdat")) << "the index must come first for a browser to start at once";
  EXPECT_NE(index, std::string::npos);
  // A live camera's pictures do not come at even times, which is no fault but which this output format remarks on.
  EXPECT_EQ(shell("ffmpeg -v error -xerror -i '" + file.string() +
                  "' -f null - 2>&1 | grep -vE 'monotonically|repeated' || true"),
            "");
  EXPECT_FALSE(std::filesystem::exists(file.string() + ".part"));
}

TEST(Clip, H264IsCopiedBitByBitFromAKeyFrameOn) {
  TempFolder folder;
  for (const auto& [name, more] : {std::pair{"a.mp4", "-bf 2"}, {"a.ts", "-bf 0"}, {"a.mkv", ""}, {"b.ts", "-bf 3"}}) {
    const auto original = h264_file(folder, name, more);
    const auto ring = ring_of(original);
    const auto file = folder / "clip.mp4";
    const auto clip = cut_clip(*ring, kStart.plus_s(2.5), kStart.plus_s(5), file, 0);
    ASSERT_TRUE(clip) << clip.error().message;
    EXPECT_FALSE(clip->reencoded);
    EXPECT_EQ(clip->bytes, static_cast<int64_t>(std::filesystem::file_size(file)));
    // The key frame at 2 s; how long the decoder reorders is the container's affair.
    EXPECT_NEAR(seconds_between(kStart, clip->from), 2.0, 0.2) << name;
    EXPECT_NEAR(seconds_between(kStart, clip->to), 5.0, 0.2) << name;
    expect_whole_mp4(file);
    const auto before = pixels_of(original);
    const auto after = pixels_of(file);
    ASSERT_GE(after.size(), 74U) << name;
    EXPECT_EQ(static_cast<int>(after.size()), clip->pictures) << name;
    EXPECT_NE(std::search(before.begin(), before.end(), after.begin(), after.end()), before.end())
        << name << ": the clip's pictures are not those of the camera";
  }
}

TEST(Clip, OtherCodecsBecomeH264) {
  TempFolder folder;
  const auto ring = ring_of(kVtest);
  const auto clip = cut_clip(*ring, kStart.plus_s(10), kStart.plus_s(14), folder / "clip.mp4", 0);
  ASSERT_TRUE(clip) << clip.error().message;
  EXPECT_TRUE(clip->reencoded);
  EXPECT_NEAR(seconds_between(kStart, clip->from), 10, 0.11);
  EXPECT_NEAR(seconds_between(kStart, clip->to), 14, 0.11);
  EXPECT_NEAR(clip->pictures, 41, 1);
  expect_whole_mp4(folder / "clip.mp4");
  const std::string about = probe(folder / "clip.mp4", "stream=codec_name,width,height,pix_fmt,duration");
  EXPECT_THAT(about, HasSubstr("codec_name=h264\nwidth=768\nheight=576\npix_fmt=yuv420p\nduration=4."));
}

TEST(Clip, TheReencodedPictureIsThatOfTheWantedMoment) {
  TempFolder folder;
  const auto ring = ring_of(kVtest);
  ASSERT_TRUE(cut_clip(*ring, kStart.plus_s(30), kStart.plus_s(32), folder / "clip.mp4", 0));
  const auto first =
      load_picture(ffmpeg("-i '" + (folder / "clip.mp4").string() + "' -frames:v 1", folder / "first.png"));
  const auto wanted =
      load_picture(ffmpeg(std::string("-i ") + kVtest + " -vf 'select=eq(n\\,300)' -frames:v 1", folder / "w.png"));
  ASSERT_TRUE(first && wanted);
  const Picture a = to_picture(*first);
  const Picture b = to_picture(*wanted);
  ASSERT_EQ(a.rgb.size(), b.rgb.size());
  double sum = 0;
  for (size_t i = 0; i < a.rgb.size(); ++i) sum += std::abs(a.rgb[i] - b.rgb[i]);
  EXPECT_LT(sum / static_cast<double>(a.rgb.size()), 4.0);
}

TEST(Clip, OddSizesAndProfilesThatBrowsersDoNotPlayAreEncodedAnew) {
  TempFolder folder;
  for (const char* how : {"321x243,format=yuv444p -c:v libx264", "64x48,format=yuv420p10le -c:v libx264",
                          "63x47,format=rgb24 -c:v png", "66x50,format=yuvj422p -c:v mjpeg"}) {
    const auto file = ffmpeg(std::string("-f lavfi -i testsrc=rate=10:size=") + how + " -t 2", folder / "odd.mkv");
    const auto clip = cut_clip(*ring_of(file), kStart, kStart.plus_s(2), folder / "clip.mp4", 0);
    ASSERT_TRUE(clip) << how << clip.error().message;
    EXPECT_TRUE(clip->reencoded);
    EXPECT_EQ(clip->pictures, 20) << how;
    expect_whole_mp4(folder / "clip.mp4");
    EXPECT_THAT(probe(folder / "clip.mp4", "stream=pix_fmt"), HasSubstr("yuv420p\n"));
  }
}

TEST(Clip, ASpanOverAChangeOfResolutionIsEncodedAnew) {
  TempFolder folder;
  const auto part = [&](const char* size) {
    return read_file(
        ffmpeg(std::string("-f lavfi -i testsrc=rate=25:size=") + size + " -t 2 -c:v libx264 -pix_fmt yuv420p -g 25",
               folder / (std::string(size) + ".ts")));
  };
  write_file(folder / "both.ts", part("320x240") + part("640x360"));
  const auto ring = ring_of(folder / "both.ts");
  const auto over = cut_clip(*ring, kStart.plus_s(1), kStart.plus_s(3), folder / "over.mp4", 0);
  ASSERT_TRUE(over) << over.error().message;
  EXPECT_TRUE(over->reencoded);
  EXPECT_NEAR(over->pictures, 50, 3);
  expect_whole_mp4(folder / "over.mp4");
  const auto after = cut_clip(*ring, kStart.plus_s(3.1), kStart.plus_s(4), folder / "after.mp4", 0);
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_FALSE(after->reencoded);
  EXPECT_THAT(probe(folder / "after.mp4", "stream=width,height"), HasSubstr("width=640\nheight=360"));
  expect_whole_mp4(folder / "after.mp4");
}

TEST(Clip, AFittingRoomIsBlackInTheClipToo) {
  TempFolder folder;
  const auto file = ffmpeg("-f lavfi -i color=white:size=320x240:rate=5 -t 2 -c:v libx264", folder / "w.mp4");
  const auto ring = ring_of(
      file, {{.name = "cabin", .kind = ZoneKind::fitting_room, .polygon = {{0.5F, 0}, {1, 0}, {1, 1}, {0.5F, 1}}}});
  const auto clip = cut_clip(*ring, kStart, kStart.plus_s(2), folder / "clip.mp4", 0);
  ASSERT_TRUE(clip) << clip.error().message;
  const auto first =
      load_picture(ffmpeg("-i '" + (folder / "clip.mp4").string() + "' -frames:v 1", folder / "first.png"));
  ASSERT_TRUE(first);
  const Picture p = to_picture(*first);
  EXPECT_GT(p.rgb[3 * (120 * 320 + 80)], 230);
  EXPECT_LT(p.rgb[3 * (120 * 320 + 240)], 25);
}

TEST(Clip, OfALiveCameraWaitsForItsPostRoll) {
  TempFolder folder;
  const RtspServer server({testing::ball_pipeline()});
  BoundedQueue<Frame> frames(1000, WhenFull::drop_oldest);
  Feed feed({.camera = {.source = server.url(), .detect_fps = 0, .motion_gate = false},
             .on_frame = [&](Frame f) { frames.push(std::move(f)); }});
  Frame frame;
  for (int i = 0; i < 25; ++i) {
    auto next = frames.pop_for(kDeadline);
    ASSERT_TRUE(next);
    frame = std::move(*next);
  }
  const auto clip = cut_clip(*feed.ring(), frame.time.plus_s(-0.5), frame.time.plus_s(1), folder / "clip.mp4", 60);
  ASSERT_TRUE(clip) << clip.error().message;
  EXPECT_FALSE(clip->reencoded);
  EXPECT_LE(clip->from, frame.time.plus_s(-0.4));
  EXPECT_GE(clip->to, frame.time.plus_s(0.9));
  expect_whole_mp4(folder / "clip.mp4");
  EXPECT_GE(pixels_of(folder / "clip.mp4").size(), 30U);
}

TEST(Clip, ATimeThatIsNotKeptIsAnError) {
  TempFolder folder;
  PacketRing empty({});
  const auto clip = cut_clip(empty, kStart, kStart.plus_s(1), folder / "clip.mp4", 0);
  ASSERT_FALSE(clip);
  EXPECT_THAT(clip.error().message, HasSubstr("no video is kept"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Clip, AFolderThatIsNotThereOrNotAFolderIsAnError) {
  TempFolder folder;
  const auto ring = ring_of(h264_file(folder, "a.mp4"));
  write_file(folder / "file", "");
  for (const auto& path : {folder / "absent/clip.mp4", folder / "file/clip.mp4"}) {
    const auto clip = cut_clip(*ring, kStart, kStart.plus_s(5), path, 0);
    ASSERT_FALSE(clip);
    EXPECT_EQ(clip.error().kind, Error::Kind::unavailable);
    EXPECT_THAT(clip.error().message, HasSubstr(path.string() + ": cannot be written: "));
  }
}

/// A file may grow to `bytes` and no further while this lives; everything else goes on.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    before_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &now);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, before_handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*before_handler_)(int) = nullptr;
};

TEST(Clip, ADiskThatTakesNoMoreLeavesNoHalfFile) {
  TempFolder folder;
  const auto h264 = ring_of(h264_file(folder, "a.mp4"));
  const auto other = ring_of(kVtest);
  const auto fresh = folder / "clips";
  std::filesystem::create_directory(fresh);
  // At the first bytes, in the middle, and close to the end, where the index is moved to the front.
  for (const rlim_t bytes : {0, 1000, 40'000, 100'000}) {
    for (const auto& ring : {h264, other}) {
      const FileSizeLimit limit(bytes);
      const auto clip = cut_clip(*ring, kStart, kStart.plus_s(8), fresh / "clip.mp4", 0);
      ASSERT_FALSE(clip) << bytes;
      EXPECT_EQ(clip.error().kind, Error::Kind::unavailable);
      EXPECT_THAT(clip.error().message, HasSubstr("clip.mp4: cannot be written: File too large"));
      EXPECT_TRUE(std::filesystem::is_empty(fresh)) << bytes;
    }
  }
}

TEST(Clip, AFullDiskAndAReadOnlyOneForReal) {
  TempFolder folder;
  const auto disk = folder / "disk";
  std::filesystem::create_directory(disk);
  if (geteuid() != 0 || mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=64k") != 0) {
    GTEST_SKIP() << "a small disk can only be mounted by root";
  }
  const auto ring = ring_of(h264_file(folder, "a.mp4"));
  const auto full = cut_clip(*ring, kStart, kStart.plus_s(8), disk / "clip.mp4", 0);
  const bool left_nothing = std::filesystem::is_empty(disk);
  const bool remounted = mount("tmpfs", disk.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "") == 0;
  const auto read_only = cut_clip(*ring, kStart, kStart.plus_s(8), disk / "clip.mp4", 0);
  umount(disk.c_str());
  ASSERT_FALSE(full);
  EXPECT_THAT(full.error().message, HasSubstr("No space left on device"));
  EXPECT_TRUE(left_nothing);
  ASSERT_TRUE(remounted);
  ASSERT_FALSE(read_only);
  EXPECT_THAT(read_only.error().message, HasSubstr("Read-only file system"));
}

}  // namespace
}  // namespace shrike
