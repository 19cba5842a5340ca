#include "watch/desk.h"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <semaphore>
#include <unistd.h>

#include "base/ulid.h"
#include "vault/traces.h"
#include "vault/watch_list.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

constexpr Timestamp kStart{1'772'357'400'000'000};

/// A desk over a real database in a folder of its own.
class DeskTest : public testing::Test {
 protected:
  DeskTest() {
    folder_ = fs::temp_directory_path() / ("shrike-desk-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "exhibits");
    site_.data_dir = folder_;
  }
  ~DeskTest() override { fs::remove_all(folder_); }

  IncidentStore open() { return std::move(IncidentStore::open(folder_).value()); }

  Desk::Parts parts(IncidentStore& store) {
    return {.store = store,
            .board = board_,
            .metrics = metrics_,
            .site = site_,
            .mind = StoreMind(site_, make_rule_book({}).value(), {}),
            .risk = risk_in_use(site_).value(),
            .on_incident = [this](const Incident& i) { told_.push_back(i.event_id); },
            .cut_clip =
                [this](const ClipJob& job, const fs::path& file) {
                  jobs_.push_back(job);
                  if (clip_) std::ofstream(file) << "film";
                  cut_.release();
                  return clip_;
                },
            .encodes_clips = [this](const std::string&) { return encodes_; }};
  }

  /// Evidence that is an incident by itself, `at_s` after the start.
  static Observation violation(const std::string& visit, double at_s) {
    const auto t = kStart.plus_s(at_s);
    const Evidence evidence{.kind = "restricted_entry",
                            .from = t,
                            .to = t,
                            .source = "door",
                            .zone = "stock",
                            .llr = 9,
                            .detail = "entered stock"};
    return {{.camera = "door",
             .time = t,
             .evidence = {{.visit_id = visit, .camera = "door", .track_id = 1, .evidence = evidence}}}};
  }

  fs::path folder_;
  SiteConfig site_;
  LiveBoard board_;
  Metrics metrics_{std::make_shared<prometheus::Registry>()};
  std::vector<std::string> told_;
  std::vector<ClipJob> jobs_;
  std::counting_semaphore<> cut_{0};  ///< one for each job in jobs_
  Result<void> clip_;
  bool encodes_ = false;
};

TEST_F(DeskTest, KeepsAnIncidentBeforeItTellsAndCutsItsClip) {
  auto store = open();
  Desk desk(parts(store));
  ASSERT_TRUE(desk.tell(violation("v1", 10)));
  desk.close();
  ASSERT_EQ(told_.size(), 1U);
  const auto kept = store.find(told_[0]).value();
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->incident.type, "ZONE_VIOLATION");
  EXPECT_EQ(kept->incident.clip_state, "ready");
  EXPECT_EQ(kept->incident.clip, "exhibits/" + told_[0] + ".mp4");
  ASSERT_EQ(jobs_.size(), 1U);
  EXPECT_EQ(jobs_[0].from, kStart.plus_s(10 - site_.record.pre_roll_s));
  EXPECT_EQ(jobs_[0].to, kStart.plus_s(10 + site_.record.post_roll_s));
}

TEST_F(DeskTest, CutsAClipOnceItsPostRollIsOver) {
  auto store = open();
  Desk desk(parts(store));
  desk.tell(violation("v1", 10));
  desk.tell(Observation{{.camera = "door", .time = kStart.plus_s(10 + site_.record.post_roll_s)}});
  EXPECT_TRUE(cut_.try_acquire_for(std::chrono::seconds(10)));
}

TEST_F(DeskTest, ACameraWhoseClipsMustBeEncodedFilmsWhatOverlapsOnce) {
  encodes_ = true;
  auto store = open();
  Desk desk(parts(store));
  desk.tell(violation("v1", 10));
  desk.tell(violation("v2", 12));
  desk.tell(violation("v3", 100));
  desk.close();
  ASSERT_EQ(jobs_.size(), 2U);
  EXPECT_EQ(jobs_[0].from, kStart.plus_s(10 - site_.record.pre_roll_s));
  EXPECT_EQ(jobs_[0].to, kStart.plus_s(12 + site_.record.post_roll_s));
  ASSERT_EQ(told_.size(), 3U);
  for (const auto& event_id : told_) {
    const auto kept = store.find(event_id).value();
    EXPECT_EQ(kept->incident.clip_state, "ready");
    EXPECT_TRUE(fs::exists(folder_ / kept->incident.clip)) << kept->incident.clip;
  }
}

TEST_F(DeskTest, ACameraWhoseClipsAreCopiedCutsEachByItself) {
  auto store = open();
  Desk desk(parts(store));
  desk.tell(violation("v1", 10));
  desk.tell(violation("v2", 12));
  desk.close();
  EXPECT_EQ(jobs_.size(), 2U);
}

TEST_F(DeskTest, AFilmIsNoLongerThanTheCameraKeeps) {
  encodes_ = true;
  auto store = open();
  Desk desk(parts(store));
  for (int i = 0; i < 20; ++i) desk.tell(violation(fmt::format("v{}", i), 4.0 * i));
  desk.close();
  EXPECT_GT(jobs_.size(), 1U);
  EXPECT_LT(jobs_.size(), 20U);
  for (const auto& job : jobs_) EXPECT_LE(seconds_between(job.from, job.to), site_.record.ring_s);
}

TEST_F(DeskTest, AClipThatCannotBeCutIsMissingAndTheIncidentStays) {
  clip_ = fail("disk full");
  auto store = open();
  Desk desk(parts(store));
  desk.tell(violation("v1", 10));
  desk.close();
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(store.find(told_[0]).value()->incident.clip_state, "missing");
  EXPECT_DOUBLE_EQ(metrics_.clips_missing.Value(), 1);
}

TEST_F(DeskTest, KeepsAVisitWithWhatWasWeighed) {
  auto store = open();
  Desk desk(parts(store));
  desk.tell(violation("01ARYZ6S41TSV4RRFFQ69G5FAV", 10));
  Observation over{{.camera = "door", .time = kStart.plus_s(20)}};
  over.ended.push_back(
      {.visit_id = "01ARYZ6S41TSV4RRFFQ69G5FAV", .camera = "door", .from = kStart, .to = kStart.plus_s(15)});
  desk.tell(std::move(over));
  desk.close();
  const auto visit = store.find_visit("01ARYZ6S41TSV4RRFFQ69G5FAV").value();
  ASSERT_TRUE(visit);
  EXPECT_EQ(visit->evidence.size(), 1U);
  EXPECT_GT(visit->risk, 0.5);
  EXPECT_DOUBLE_EQ(visit->prior, site_.risk.prior);
  EXPECT_EQ(store.visit_count().value(), 1);
}

TEST_F(DeskTest, ManyIncidentsOfManyThreadsAreAllKept) {
  auto store = open();
  Desk desk(parts(store));
  std::vector<std::thread> cameras;
  for (int c = 0; c < 4; ++c) {
    cameras.emplace_back([&desk, c] {
      for (int i = 0; i < 25; ++i) desk.tell(violation(fmt::format("v{}-{}", c, i), i));
    });
  }
  for (auto& camera : cameras) camera.join();
  desk.close();
  EXPECT_EQ(told_.size(), 100U);
  EXPECT_EQ(store.list({.limit = 500}).value().incidents.size(), 100U);
  EXPECT_FALSE(desk.tell(violation("late", 1)));
}

TEST_F(DeskTest, AnEarlierRunsPendingClipsAreMissingNow) {
  auto store = open();
  Incident left{.event_id = new_ulid(kStart), .type = "LOITERING", .time = kStart};
  ASSERT_TRUE(store.save(left));
  EXPECT_EQ(close_old_clips(store).value(), 1U);
  EXPECT_EQ(store.find(left.event_id).value()->incident.clip_state, "missing");
  EXPECT_EQ(close_old_clips(store).value(), 0U);
}

TEST_F(DeskTest, KeepsWhatVisitsLeaveBehindForItsTime) {
  auto store = open();
  site_.insight.keep_days = 2;
  const auto trace = [](double at_s) {
    const auto t = kStart.plus_s(at_s);
    return VisitTrace{.camera_visit_id = new_ulid(t), .visit_id = "", .camera = "door", .from = t, .to = t};
  };
  ASSERT_TRUE(save_trace(store.database(), trace(-3 * 86400)));
  {
    Desk desk(parts(store));
    desk.tell(Observation{{.camera = "door", .time = kStart}, {trace(-10)}});
    desk.close();
  }
  std::vector<Timestamp> left;
  ASSERT_TRUE(
      read_traces(store.database(), Timestamp{0}, kStart, [&](const VisitTrace& t) { left.push_back(t.from); }));
  EXPECT_THAT(left, testing::ElementsAre(kStart.plus_s(-10)));
}

TEST_F(DeskTest, KeepsNoTraceWhereNoneIsWanted) {
  auto store = open();
  site_.insight.keep_days = 0;
  {
    Desk desk(parts(store));
    desk.tell(Observation{{.camera = "door", .time = kStart}, {{.camera_visit_id = new_ulid(kStart), .from = kStart}}});
    desk.close();
  }
  int left = 0;
  ASSERT_TRUE(read_traces(store.database(), Timestamp{0}, kStart.plus_s(1), [&](const VisitTrace&) { ++left; }));
  EXPECT_EQ(left, 0);
}

TEST_F(DeskTest, KeepsTheLookOfAVisitWithAnIncidentOnlyWhereTheWatchListIsOn) {
  auto store = open();
  for (const bool enabled : {false, true}) {
    site_.watch_list.enabled = enabled;
    const auto visit = new_ulid(kStart);
    {
      Desk desk(parts(store));
      for (int i = 0; i < 12; ++i) {
        auto seen = violation(visit, 10 + i * 0.2);
        if (i < 11) seen.evidence.clear();
        seen.people = {{.camera_visit_id = visit, .box = {0.1F, 0.1F, 0.2F, 0.5F}, .appearance = {0.6F, 0.8F}}};
        desk.tell(std::move(seen));
      }
      desk.close();
    }
    ASSERT_FALSE(told_.empty());
    ASSERT_TRUE(store.add_verdict(told_.back(), {.verdict = "theft"}));
    WatchListConfig on{.enabled = true};
    const auto entry = enrol(store.database(), on, {told_.back(), "went into the stock room", "Ann", {}}, now_utc());
    EXPECT_EQ(entry.has_value(), enabled);
    EXPECT_TRUE(!entry || std::abs(entry->appearance[1] - 0.8F) < 1e-3F);
  }
}

TEST_F(DeskTest, PutsWaysOnTheFloorWhereTheCameraIsPlaced) {
  auto store = open();
  site_.floor = {.width_m = 20, .depth_m = 10};
  site_.cameras = {{.name = "door"}};
  site_.cameras[0].floor_points = {{{0, 0}, {0, 0}}, {{1, 0}, {20, 0}}, {{1, 1}, {20, 10}}, {{0, 1}, {0, 10}}};
  {
    Desk desk(parts(store));
    VisitTrace trace{.camera_visit_id = new_ulid(kStart), .camera = "door", .from = kStart, .to = kStart.plus_s(9)};
    trace.path = {{0, 4, 0.5F, 0.5F}, {4, 5, 0.25F, 0.8F}};
    Observation over{{.camera = "door", .time = kStart.plus_s(9)}};
    over.traces = {trace};
    desk.tell(std::move(over));
    desk.close();
  }
  int seen = 0;
  ASSERT_TRUE(read_traces(store.database(), kStart, kStart.plus_s(1), [&](const VisitTrace& t) {
    ++seen;
    EXPECT_EQ(t.plane, Plane::floor);
    ASSERT_EQ(t.path.size(), 2U);
    EXPECT_NEAR(t.path[0].x, 10, 0.01);
    EXPECT_NEAR(t.path[1].y, 8, 0.01);
    EXPECT_EQ(t.path[1].stood_s, 5);
  }));
  EXPECT_EQ(seen, 1);
}

}  // namespace
}  // namespace shrike
