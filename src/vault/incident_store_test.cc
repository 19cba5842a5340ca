#include "vault/incident_store.h"

#include <csignal>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/ulid.h"
#include "vault/confirmed_goods.h"
#include "vault/incident_json.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Timestamp kNoon{1'772'366'400'000'000};  // 2026-03-01T12:00:00Z

Incident example(Timestamp time = kNoon) {
  Incident incident;
  incident.event_id = new_ulid(time);
  incident.type = "LOITERING";
  incident.store_id = "store 7";
  incident.camera = "aisle \"3\"";
  incident.visit_id = new_ulid(time);
  incident.track_id = 12;
  incident.time = time;
  incident.from = time.plus_s(-40);
  incident.to = time;
  incident.prior = 0.002;
  incident.risk = 0.71;
  incident.evidence = {
      {{"loitering", time.plus_s(-40), time.plus_s(-6), "aisle \"3\"", "razors", 2.5, "34 s in razors"}, 1, 2.5},
      {{"checkout_visited", time.plus_s(-5), time, "till", "till 1", -3, "7 s at till 1"}, 0.5, -1.5}};
  incident.summary = "34 s in razors; against: 7 s at till 1";
  return incident;
}

class IncidentStoreTest : public testing::Test {
 protected:
  IncidentStoreTest() {
    std::string name = testing::TempDir() + "shrike_store_XXXXXX";
    folder_ = mkdtemp(name.data());
    open();
  }
  ~IncidentStoreTest() override { fs::remove_all(folder_); }
  void open() {
    store_.reset();
    auto opened = IncidentStore::open(folder_);
    ASSERT_TRUE(opened) << opened.error().message;
    store_.emplace(std::move(*opened));
  }
  std::vector<std::string> ids(const IncidentFilter& filter) {
    auto page = store_->list(filter);
    EXPECT_TRUE(page);
    std::vector<std::string> all;
    for (const auto& stored : page->incidents) all.push_back(stored.incident.event_id);
    return all;
  }

  fs::path folder_;
  std::optional<IncidentStore> store_;
};

TEST_F(IncidentStoreTest, GivesBackWhatItWasGiven) {
  const auto incident = example();
  auto change = store_->save(incident);
  ASSERT_TRUE(change) << change.error().message;
  EXPECT_FALSE(change->before);
  EXPECT_EQ(change->after.incident, incident);
  open();
  auto found = store_->find(incident.event_id);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->incident, incident);
}

TEST_F(IncidentStoreTest, SavingTwiceChangesNothing) {
  const auto incident = example();
  const auto first = store_->save(incident);
  const auto second = store_->save(incident);
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(first->changed);
  EXPECT_FALSE(second->changed);
  EXPECT_EQ(second->after.revision, first->after.revision);
  EXPECT_EQ(ids({}).size(), 1U);
}

TEST_F(IncidentStoreTest, AnUpdateLeavesVerdictClipAndPictureToTheirOwners) {
  auto incident = example();
  incident.picture = "pictures/a.jpg";
  ASSERT_TRUE(store_->save(incident));
  ASSERT_TRUE(store_->set_clip(incident.event_id, "ready", "clips/a.mp4"));
  ASSERT_TRUE(store_->add_verdict(incident.event_id, {"theft", "Ana", "", kNoon}));
  incident.risk = 0.9;
  incident.picture = "";
  incident.evidence.pop_back();
  const auto change = store_->save(incident);  // still says: clip pending, no verdict
  ASSERT_TRUE(change);
  const auto& after = change->after.incident;
  EXPECT_EQ(after.risk, 0.9);
  EXPECT_EQ(after.evidence.size(), 1U);
  EXPECT_EQ(after.clip_state, "ready");
  EXPECT_EQ(after.clip, "clips/a.mp4");
  EXPECT_EQ(after.picture, "pictures/a.jpg");
  EXPECT_EQ(after.verdict, "theft");
}

TEST_F(IncidentStoreTest, KeepsEveryVerdictAndTheNewestCounts) {
  const auto incident = example();
  ASSERT_TRUE(store_->save(incident));
  ASSERT_TRUE(store_->add_verdict(incident.event_id, {"unsure", "Ana", "cannot see the hand", kNoon}));
  ASSERT_TRUE(store_->add_verdict(incident.event_id, {"honest", "Ben", "paid at till 2", kNoon.plus_s(60)}));
  const auto repeated = store_->add_verdict(incident.event_id, {"honest", "Ben", "paid at till 2", kNoon.plus_s(61)});
  ASSERT_TRUE(repeated);
  EXPECT_FALSE(repeated->changed);
  const auto found = store_->find(incident.event_id);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->incident.verdict, "honest");
  ASSERT_EQ((*found)->verdicts.size(), 2U);
  EXPECT_EQ((*found)->verdicts[0].by, "Ben");
  EXPECT_EQ((*found)->verdicts[1].note, "cannot see the hand");
  EXPECT_EQ((*found)->verdicts[1].time, kNoon);
}

TEST_F(IncidentStoreTest, RefusesAVerdictOfNothingOrOfNoKnownWord) {
  const auto unknown = store_->add_verdict(new_ulid(kNoon), {"theft", "", "", kNoon});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, Error::Kind::bad_input);
  const auto incident = example();
  ASSERT_TRUE(store_->save(incident));
  const auto word = store_->add_verdict(incident.event_id, {"guilty", "", "", kNoon});
  ASSERT_FALSE(word);
  EXPECT_THAT(word.error().message, HasSubstr("guilty"));
}

TEST_F(IncidentStoreTest, GoodsOfAConfirmedTheftAreKeptAndNamedOnce) {
  Incident incident = example();
  incident.evidence[0].evidence.goods = {{"R-5 \"five\"", 2}, {"B-7", 0.625}};
  incident.evidence.push_back({{"tag_left_unpaid", kNoon, kNoon, "basket", "exit", 6, "a tag", {{"B-7", 0.9}}}, 1, 6});
  incident.evidence.push_back({{"paid", kNoon, kNoon, "basket", "", -6, "paid", {{"C-1", 1}}}, 1, -6});
  ASSERT_TRUE(store_->save(incident));
  open();
  EXPECT_EQ((*store_->find(incident.event_id))->incident, incident);
  ASSERT_TRUE(store_->save(example(kNoon.plus_s(5))));
  EXPECT_TRUE(confirmed_incidents(*store_)->empty()) << "nobody has judged it";
  ASSERT_TRUE(store_->add_verdict(incident.event_id, {"theft", "officer", "", kNoon}));
  const auto confirmed = confirmed_incidents(*store_);
  ASSERT_TRUE(confirmed);
  ASSERT_EQ(confirmed->size(), 1U);
  EXPECT_EQ(confirmed->front().store_id, "store 7");
  EXPECT_THAT(confirmed->front().goods, ElementsAre(testing::Pair("B-7", 0.9), testing::Pair("R-5 \"five\"", 2)));
  EXPECT_THAT(dump(to_json(incident, "UTC")), HasSubstr(R"("goods":[{"sku_id":"B-7","units":0.9}])"));
}

TEST_F(IncidentStoreTest, ListsNewestFirstInPages) {
  std::vector<std::string> newest_first;
  for (int i = 0; i < 7; ++i) {
    const auto incident = example(kNoon.plus_s(i));
    newest_first.insert(newest_first.begin(), incident.event_id);
    ASSERT_TRUE(store_->save(incident));
  }
  std::vector<std::string> seen;
  IncidentFilter filter{.limit = 3};
  for (int pages = 0; pages < 3; ++pages) {
    const auto page = store_->list(filter);
    ASSERT_TRUE(page);
    for (const auto& stored : page->incidents) seen.push_back(stored.incident.event_id);
    filter.before_event_id = page->next;
    EXPECT_EQ(page->next.empty(), pages == 2);
  }
  EXPECT_EQ(seen, newest_first);
}

TEST_F(IncidentStoreTest, Filters) {
  auto a = example(kNoon), b = example(kNoon.plus_s(10)), c = example(kNoon.plus_s(20));
  b.camera = "door";
  c.type = "ZONE_VIOLATION";
  c.source = "edge-1";
  for (const auto& incident : {a, b, c}) ASSERT_TRUE(store_->save(incident));
  ASSERT_TRUE(store_->add_verdict(a.event_id, {"theft", "", "", kNoon}));
  EXPECT_THAT(ids({.camera = "door"}), ElementsAre(b.event_id));
  EXPECT_THAT(ids({.type = "ZONE_VIOLATION"}), ElementsAre(c.event_id));
  EXPECT_THAT(ids({.source = "edge-1"}), ElementsAre(c.event_id));
  EXPECT_THAT(ids({.verdict = "theft"}), ElementsAre(a.event_id));
  EXPECT_THAT(ids({.verdict = "none"}), ElementsAre(c.event_id, b.event_id));
  EXPECT_THAT(ids({.since = kNoon.plus_s(10)}), ElementsAre(c.event_id, b.event_id));
  EXPECT_THAT(ids({.since = kNoon.plus_s(5), .until = kNoon.plus_s(10)}), ElementsAre(b.event_id));
  EXPECT_THAT(ids({.camera = "' OR 1=1 --"}), ElementsAre());
}

TEST_F(IncidentStoreTest, TellsAReaderWhatItMissed) {
  const auto a = example(kNoon), b = example(kNoon.plus_s(-3600));  // b comes later but is older
  const auto first = store_->save(a);
  ASSERT_TRUE(first);
  ASSERT_TRUE(store_->save(b));
  ASSERT_TRUE(store_->add_verdict(a.event_id, {"honest", "", "", kNoon}));
  const auto missed = store_->changed_since(first->after.revision, 100);
  ASSERT_TRUE(missed);
  ASSERT_EQ(missed->size(), 2U);
  EXPECT_EQ((*missed)[0].incident.event_id, b.event_id);
  EXPECT_GT((*missed)[0].created_revision, first->after.revision) << "never seen";
  EXPECT_EQ((*missed)[1].incident.event_id, a.event_id);
  EXPECT_EQ((*missed)[1].created_revision, first->after.revision) << "seen, and changed since";
}

TEST_F(IncidentStoreTest, WakesWhoWaitsForAChange) {
  const auto first = store_->save(example());
  ASSERT_TRUE(first);
  const auto seen = first->after.revision;
  EXPECT_EQ(*store_->newest_revision(), seen);
  store_->wait_for_change(seen - 1, 1000);  // has come already
  std::thread writer([&] { EXPECT_TRUE(store_->save(example())); });
  store_->wait_for_change(seen, 1000);
  EXPECT_GT(*store_->newest_revision(), seen);
  writer.join();
}

TEST_F(IncidentStoreTest, KeepsAnEdgeAlertOnceByItsKey) {
  EdgeAlert alert{.incident = example(), .idempotency_key = "42", .body = "{}", .received = kNoon};
  alert.incident.source = "edge-1";
  const auto first = store_->save_edge_alert(alert);
  ASSERT_TRUE(first) << first.error().message;
  auto again = alert;
  again.incident.event_id = new_ulid(kNoon);
  const auto second = store_->save_edge_alert(again);
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->changed);
  EXPECT_EQ(second->after.incident.event_id, alert.incident.event_id);
  again.incident.source = "edge-2";  // another device counts by itself
  EXPECT_TRUE(store_->save_edge_alert(again)->changed);
  EXPECT_EQ(ids({}).size(), 2U);
}

TEST_F(IncidentStoreTest, KeepsVisitsAndCameras) {
  VisitRecord visit{.visit_id = new_ulid(kNoon),
                    .store_id = "s",
                    .camera = "door",
                    .track_id = 3,
                    .from = kNoon,
                    .to = kNoon.plus_s(90),
                    .prior = 0.01,
                    .risk = 0.2,
                    .evidence = example().evidence};
  ASSERT_TRUE(store_->save_visit(visit));
  visit.evidence.pop_back();
  ASSERT_TRUE(store_->save_visit(visit));
  const auto found = store_->find_visit(visit.visit_id);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->evidence, visit.evidence);
  EXPECT_EQ((*found)->to, visit.to);

  ASSERT_TRUE(store_->save_camera("door", "rtsp://admin:p@ss@10.0.0.5:554/live?u=a@b", kNoon));
  ASSERT_TRUE(store_->save_camera("door", "rtsp://admin:p@ss@10.0.0.5:554/live?u=a@b", kNoon.plus_s(5)));
  const auto cameras = store_->cameras();
  ASSERT_TRUE(cameras);
  ASSERT_EQ(cameras->size(), 1U);
  EXPECT_EQ(cameras->front().source, "rtsp://10.0.0.5:554/live?u=a@b");
  EXPECT_EQ(cameras->front().first_seen, kNoon);
  EXPECT_EQ(cameras->front().last_seen, kNoon.plus_s(5));
}

TEST_F(IncidentStoreTest, ManyThreadsSaveAndReadAtOnce) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(store_->save(example()));
        EXPECT_TRUE(store_->list({.limit = 5}));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(ids({.limit = 500}).size(), 80U);
}

/// Saves incidents and says each one's id on `out` only after save() returned, until it is killed.
[[noreturn]] void save_until_killed(const fs::path& folder, int out) {
  auto store = IncidentStore::open(folder);
  while (store) {
    const auto incident = example(now_utc());
    if (!store->save(incident) || write(out, incident.event_id.data(), 26) != 26) break;
  }
  _exit(1);
}

TEST_F(IncidentStoreTest, WhatWasSaidSurvivesKill) {
  store_.reset();
  std::vector<std::string> said;
  for (int round = 0; round < 5; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) save_until_killed(folder_, ends[1]);
    close(ends[1]);
    std::string id(26, ' ');
    for (int i = 0; i < 20 + round; ++i) {
      ASSERT_EQ(read(ends[0], id.data(), 26), 26);
      said.push_back(id);
    }
    kill(child, SIGKILL);
    while (read(ends[0], id.data(), 26) == 26) said.push_back(id);
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
  }
  open();
  for (const auto& id : said) {
    const auto found = store_->find(id);
    ASSERT_TRUE(found);
    EXPECT_TRUE(*found) << id << " was said and is gone";
  }
}

TEST(IncidentJson, HoldsTheIncidentInTheStoresZone) {
  auto incident = example();
  incident.camera = "aisle \xff";  // not UTF-8
  const StoredIncident stored{incident, {{"honest", "Ben", "", kNoon}}, 9, 4};
  const auto json = nlohmann::json::parse(dump(to_json(stored, "Europe/Paris")));
  EXPECT_EQ(json["event_id"], incident.event_id);
  EXPECT_EQ(json["time"], "2026-03-01T13:00:00.000+01:00");
  EXPECT_EQ(json["camera"], "aisle \xEF\xBF\xBD");
  EXPECT_EQ(json["evidence"][1]["contribution"], -1.5);
  EXPECT_EQ(json["entered_zones"], nlohmann::json({"razors", "till 1"}));
  EXPECT_EQ(json["start_time"], 1772366360.0);
  EXPECT_EQ(json["verdicts"][0]["by"], "Ben");
  EXPECT_EQ(json["revision"], 9);
}

TEST(IncidentJson, SaysWhatAChangeIs) {
  const auto pending = StoredIncident{.incident = example()};
  auto done = pending;
  done.incident.clip_state = "missing";
  EXPECT_EQ(to_event_json({std::nullopt, pending}, "UTC")["type"], "new");
  EXPECT_TRUE(to_event_json({std::nullopt, pending}, "UTC")["before"].is_null());
  EXPECT_EQ(to_event_json({pending, pending}, "UTC")["type"], "update");
  EXPECT_EQ(to_event_json({pending, done}, "UTC")["type"], "end");
  EXPECT_EQ(to_event_json({done, done}, "UTC")["type"], "update");
}

}  // namespace
}  // namespace shrike
