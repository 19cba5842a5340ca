// A simulated day in a data folder: what insight, risk and the movement model read.
#include "sim/store_keep.h"

#include <gtest/gtest.h>
#include <map>

#include "base/scratch_folder.h"
#include "sim/store_plan.h"
#include "sim/store_truth.h"
#include "sim/store_write.h"
#include "vault/incident_store.h"
#include "vault/traces.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

class store_keep : public testing::Test {
 protected:
  void SetUp() override {
    auto made = ScratchFolder::make();
    ASSERT_TRUE(made);
    scratch_ = std::make_unique<ScratchFolder>(std::move(*made));
    auto world = find_store_world("drugstore", fs::path(SHRIKE_SOURCE_DIR) / "config/stores");
    ASSERT_TRUE(world) << world.error().message;
    world->people.visits_a_day = 30;
    world->opens_hour = 9;
    world->closes_hour = 10;
    world->hourly = {1};
    world->thieves.share = 0.3;
    ASSERT_TRUE(write_store(plan_store(*world, 4), 1, store(), 2));
  }
  [[nodiscard]] fs::path store() const { return scratch_->path() / "store"; }
  [[nodiscard]] fs::path data() const { return scratch_->path() / "data"; }

  std::unique_ptr<ScratchFolder> scratch_;
};

TEST_F(store_keep, leaves_what_a_watched_store_leaves) {
  const auto kept = keep_store(store(), data(), {.verdicts = true});
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_GT(kept->visits, 20U);
  EXPECT_GT(kept->traces, kept->visits) << "several cameras see a visit";
  auto opened = IncidentStore::open(data());
  ASSERT_TRUE(opened);
  std::map<std::string, int> traces_of;
  size_t on_floor = 0, with_stays = 0;
  ASSERT_TRUE(read_traces(opened->database(), {0}, {INT64_MAX}, [&](const VisitTrace& trace) {
    ++traces_of[trace.visit_id];
    on_floor += trace.plane == Plane::floor ? 1 : 0;
    with_stays += trace.stays.empty() ? 0 : 1;
    for (const Waypoint& w : trace.path) EXPECT_LT(w.x, 25) << "metres of a store 24 m wide";
  }));
  EXPECT_EQ(on_floor, kept->traces) << "every camera of it is placed";
  EXPECT_GT(with_stays, 20U);
  const auto facts = load_store_facts(opened->database());
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->time_zone, "Europe/Berlin");

  const auto truths = read_visit_truths(data());
  ASSERT_TRUE(truths) << truths.error().message;
  EXPECT_EQ(truths->size(), kept->visits);
  size_t thieves = 0, known = 0;
  for (const VisitTruth& t : *truths) {
    thieves += t.thief() ? 1 : 0;
    known += t.person > 0 && traces_of.contains(t.visit_id) ? 1 : 0;
  }
  EXPECT_GT(thieves, 0U);
  EXPECT_GT(known, truths->size() / 2);
}

TEST_F(store_keep, does_not_write_over_what_was_watched) {
  fs::create_directories(data());
  ASSERT_TRUE(IncidentStore::open(data()));
  const auto kept = keep_store(store(), data(), {});
  ASSERT_FALSE(kept);
  EXPECT_NE(kept.error().message.find("shrike.db"), std::string::npos);
}

TEST(store_walks, leave_ways_and_the_truth_without_cameras) {
  auto world = find_store_world("drugstore", fs::path(SHRIKE_SOURCE_DIR) / "config/stores");
  ASSERT_TRUE(world) << world.error().message;
  world->people.visits_a_day = 60;
  world->thieves.share = 0.2;
  const StorePlan plan = plan_store(*world, 3);
  const auto scratch = ScratchFolder::make();
  ASSERT_TRUE(scratch);
  const auto kept = keep_walks(plan, 2, scratch->path() / "a", {}),
             again = keep_walks(plan, 2, scratch->path() / "b", {});
  ASSERT_TRUE(kept && again) << kept.error().message;
  EXPECT_EQ(kept->days, 2);
  const auto truths = read_visit_truths(scratch->path() / "a"), others = read_visit_truths(scratch->path() / "b");
  ASSERT_TRUE(truths && others);
  ASSERT_EQ(truths->size(), kept->visits);
  ASSERT_EQ(truths->size(), others->size()) << "the same seed gives the same days";
  std::map<std::string, int> kinds;
  for (size_t i = 0; i < truths->size(); ++i) {
    EXPECT_EQ((*truths)[i].visit_id, (*others)[i].visit_id);
    ++kinds[(*truths)[i].thief() ? "thief" : (*truths)[i].kind];
  }
  EXPECT_GT(kinds["thief"], 5);
  EXPECT_GT(kinds["shopper"], 40);
  EXPECT_GT(kinds["staff"], 2);
  auto opened = IncidentStore::open(scratch->path() / "a");
  ASSERT_TRUE(opened);
  size_t traces = 0, at_till = 0;
  ASSERT_TRUE(read_traces(opened->database(), {0}, {INT64_MAX}, [&](const VisitTrace& trace) {
    ++traces;
    for (const ZoneStay& stay : trace.stays) at_till += stay.kind == ZoneKind::checkout && stay.dwell_s > 10 ? 1 : 0;
    for (const Waypoint& w : trace.path) EXPECT_LT(w.x, 26);
  }));
  EXPECT_EQ(traces, kept->visits);
  EXPECT_GT(at_till, 20U);
}

}  // namespace
}  // namespace shrike
