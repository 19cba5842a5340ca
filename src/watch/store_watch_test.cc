#include "watch/store_watch.h"

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <unistd.h>

namespace shrike {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr const char* kVtest = "/usr/share/doc/opencv-doc/examples/data/vtest.avi";

/// A store in a folder of its own, run to the end of its videos.
class StoreWatchTest : public testing::Test {
 protected:
  StoreWatchTest() {
    folder_ = fs::temp_directory_path() / ("shrike-watch-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    site_.data_dir = folder_ / "data";
  }
  ~StoreWatchTest() override { fs::remove_all(folder_); }

  /// Seconds [from, from + length] of the real video, as a file of its own.
  std::string excerpt(double from_s, double length_s) {
    const auto file = (folder_ / "excerpt.avi").string();
    const auto command =
        fmt::format("ffmpeg -loglevel error -y -ss {} -i {} -t {} -c copy {}", from_s, kVtest, length_s, file);
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    return file;
  }

  static CameraConfig camera(const std::string& name, const std::string& source) {
    CameraConfig config;
    config.name = name;
    config.source = source;
    config.pace = Pace::fast;
    config.detect_fps = 0;
    return config;
  }

  /// Runs until every camera is over; the incidents in the order they were told.
  std::vector<Incident> run() {
    std::vector<Incident> told;
    auto store = IncidentStore::open(site_.data_dir);
    EXPECT_TRUE(store);
    auto running = StoreWatch::start(
        site_, {.store = *store, .board = board_, .registry = registry_, .on_incident = [&](const Incident& i) {
                  told.push_back(i);
                }});
    EXPECT_TRUE(running) << running.error().message;
    if (!running) return told;
    EXPECT_TRUE((*running)->over(120));
    (*running)->stop();
    return told;
  }

  fs::path folder_;
  SiteConfig site_;
  LiveBoard board_;
  std::shared_ptr<prometheus::Registry> registry_ = std::make_shared<prometheus::Registry>();
};

TEST_F(StoreWatchTest, RaisesAnIncidentOnRealVideoAndCutsItsClip) {
  if (!fs::exists(kVtest)) GTEST_SKIP() << "opencv-doc is not installed";
  // From 46 s on somebody walks over the lawn, which is out of bounds here.
  site_.cameras = {camera("lawn", excerpt(46, 10))};
  site_.cameras[0].zones = {
      {.name = "lawn", .kind = ZoneKind::restricted, .polygon = {{0, .5F}, {.6F, .72F}, {1, .9F}, {1, 1}, {0, 1}}}};
  const auto told = run();
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told[0].type, "ZONE_VIOLATION");
  EXPECT_THAT(told[0].summary, HasSubstr("possible"));

  auto store = std::move(IncidentStore::open(site_.data_dir).value());
  const auto kept = store.find(told[0].event_id).value();
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->incident.clip_state, "ready");
  EXPECT_GT(fs::file_size(site_.data_dir / kept->incident.clip), 10'000U);
  EXPECT_GT(fs::file_size(site_.data_dir / kept->incident.picture), 10'000U);
  EXPECT_GT(store.visit_count().value(), 0);
  ASSERT_EQ(store.cameras().value().size(), 1U);
  ASSERT_TRUE(board_.frame("lawn"));
  EXPECT_GE(board_.statuses().at(0).frames, 100U);
  EXPECT_EQ(board_.statuses().at(0).state, "ended");
}

TEST_F(StoreWatchTest, ACameraThatCannotBeOpenedDoesNotStopAnother) {
  if (!fs::exists(kVtest)) GTEST_SKIP() << "opencv-doc is not installed";
  site_.cameras = {camera("gone", (folder_ / "nothing.mp4").string()), camera("lawn", excerpt(0, 2))};
  run();
  std::map<std::string, CameraStatus> statuses;
  for (const auto& status : board_.statuses()) statuses[status.name] = status;
  EXPECT_EQ(statuses["gone"].state, "failed");
  EXPECT_THAT(statuses["gone"].last_error, HasSubstr("nothing.mp4"));
  EXPECT_EQ(statuses["lawn"].state, "ended");
  EXPECT_EQ(statuses["lawn"].frames, 20U);
}

TEST_F(StoreWatchTest, StopsWhileTheVideoPlays) {
  if (!fs::exists(kVtest)) GTEST_SKIP() << "opencv-doc is not installed";
  site_.cameras = {camera("floor", kVtest)};
  site_.cameras[0].pace = Pace::realtime;
  auto store = std::move(IncidentStore::open(site_.data_dir).value());
  auto running = StoreWatch::start(site_, {.store = store, .board = board_, .registry = registry_});
  ASSERT_TRUE(running) << running.error().message;
  EXPECT_FALSE((*running)->over(0.5));
  (*running)->stop();
  (*running)->stop();
}

TEST_F(StoreWatchTest, RefusesWhatItCannotRunOn) {
  auto store = std::move(IncidentStore::open(site_.data_dir).value());
  const auto error_of = [&](const SiteConfig& site) {
    const auto running = StoreWatch::start(site, {.store = store, .board = board_, .registry = registry_});
    EXPECT_FALSE(running);
    return running ? "" : running.error().message;
  };
  site_.cameras = {camera("floor", "x.mp4")};
  auto bad = site_;
  bad.detector.model = folder_ / "text.onnx";
  std::ofstream(bad.detector.model) << "this is no model";
  EXPECT_THAT(error_of(bad), HasSubstr("text.onnx"));
  bad = site_;
  bad.rules = {{.kind = "no_such_kind", .where = "shrike.yml:9:3"}};
  EXPECT_THAT(error_of(bad), HasSubstr("shrike.yml:9:3"));
}

}  // namespace
}  // namespace shrike
