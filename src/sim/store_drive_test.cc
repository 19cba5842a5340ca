#include "sim/store_drive.h"

#include <atomic>
#include <filesystem>
#include <fmt/format.h>
#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/scratch_folder.h"
#include "sense/broker_testing.h"
#include "sim/store_scenario.h"
#include "sim/store_write.h"
#include "watch/store_watch.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string with_ports(std::string yaml, int broker, int reader) {
  const auto replace = [&](const std::string& what, const std::string& by) {
    const size_t at = yaml.find(what);
    ASSERT_NE(at, std::string::npos) << what;
    yaml.replace(at, what.size(), by);
  };
  replace("shop: {host: 127.0.0.1}", fmt::format("shop: {{host: 127.0.0.1, port: {}}}", broker));
  replace("port: 5084", fmt::format("port: {}", reader));
  return yaml;
}

/// The store of a scenario as files, its broker and its reader on free ports.
class StoreDriveTest : public testing::Test {
 protected:
  void write(const std::string& name) {
    const fs::path source = SHRIKE_SOURCE_DIR;
    const auto scenario = load_scenario(source / "tests/scenarios/stores" / (name + ".yml"), source / "config/stores");
    ASSERT_TRUE(scenario) << scenario.error().message;
    ASSERT_TRUE(write_store_site(scenario->plan, store()));
    ASSERT_TRUE(write_store_day(scenario->plan, scenario->day, store(), 2));
    const auto yaml = read_file(store() / "shrike.yml", 1 << 20);
    ASSERT_TRUE(yaml);
    ASSERT_TRUE(write_file(store() / "shrike.yml", with_ports(*yaml, broker_.port(), free_port())));
  }
  [[nodiscard]] const fs::path& store() const { return scratch_->path(); }

  TestBroker broker_ = TestBroker::mosquitto();
  Result<ScratchFolder> scratch_ = ScratchFolder::make();
};

/// The running program, over real sockets and in real time: brokers, readers, files, threads, disk.
TEST_F(StoreDriveTest, ATheftThatIsDrivenInRealTimeIsRaisedByTheRunningStore) {
  ASSERT_TRUE(scratch_);
  write("grabber");
  const auto site = load_site(store() / "shrike.yml");
  ASSERT_TRUE(site) << site.error().message;
  auto incidents = IncidentStore::open(site->data_dir);
  ASSERT_TRUE(incidents);
  LiveBoard board;
  std::promise<Incident> raised;
  std::atomic<bool> told = false;
  auto running = StoreWatch::start(*site, {.store = *incidents,
                                           .board = board,
                                           .registry = std::make_shared<prometheus::Registry>(),
                                           .on_incident = [&](const Incident& incident) {
                                             if (!told.exchange(true)) raised.set_value(incident);
                                           }});
  ASSERT_TRUE(running) << running.error().message;
  std::atomic<bool> stop = false;
  // Otto comes in at ten and is out again within half a minute.
  auto driven = std::async(std::launch::async, [&] {
    return drive_store(store(), {.from_s = 9 * 3600 + 59 * 60 + 45, .for_s = 120, .stop = [&] { return stop.load(); }});
  });
  auto incident = raised.get_future();
  const bool came = incident.wait_for(std::chrono::seconds(180)) == std::future_status::ready;
  const auto sensors = board.sensors();
  const auto cameras = board.statuses();
  stop = true;
  const auto sent = driven.get();
  (*running)->stop();
  ASSERT_TRUE(sent) << sent.error().message;
  ASSERT_TRUE(came) << "no incident; sent " << sent->pictures << " cameras' messages, " << sent->weights << " weights, "
                    << sent->tag_reads << " tag reads";
  const Incident found = incident.get();
  EXPECT_THAT(found.summary, HasSubstr("ossible"));
  EXPECT_GT(sent->pictures, 0U);
  EXPECT_GT(sent->weights, 0U);
  const auto lives = [](const auto& all, const std::string& name) {
    return std::ranges::any_of(all, [&](const auto& s) { return s.name == name && s.state == "live"; });
  };
  EXPECT_TRUE(lives(sensors, "shop"));
  EXPECT_TRUE(lives(sensors, "gate-door_out"));
  EXPECT_TRUE(lives(sensors, "perfume-scale-1"));
  EXPECT_TRUE(lives(cameras, "door"));
}

TEST_F(StoreDriveTest, SaysWhatIsMissing) {
  ASSERT_TRUE(scratch_);
  write("grabber");
  const auto no_day = drive_store(store(), {.day = 7});
  ASSERT_FALSE(no_day);
  EXPECT_THAT(no_day.error().message, HasSubstr("day-007"));
  broker_.stop();
  const auto no_broker = drive_store(store(), {});
  ASSERT_FALSE(no_broker);
  EXPECT_THAT(no_broker.error().message, HasSubstr("mosquitto"));
  EXPECT_FALSE(drive_store(store() / "nowhere", {}));
}

}  // namespace
}  // namespace shrike
