#include "vault/traces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/folder_testing.h"
#include "base/ulid.h"
#include "vault/incident_store.h"

namespace shrike {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Timestamp kStart{1'770'000'000'000'000};

class TracesTest : public testing::Test {
 protected:
  TracesTest() : database(std::move(*Database::open(folder.path() / "shrike.db"))) {}

  static VisitTrace example(double at_s) {
    const Timestamp t = kStart.plus_s(at_s);
    const auto id = new_ulid(t);
    return {.camera_visit_id = id,
            .visit_id = id,
            .camera = "door",
            .from = t,
            .to = t.plus_s(60),
            .aspect = 1.5,
            .bag = true,
            .stays = {{"entrance", ZoneKind::entrance, t, t.plus_s(2), 2},
                      {"razors", ZoneKind::high_risk, t.plus_s(10), t.plus_s(40), 28.5}},
            .path = {{0, 10.5, 0.125F, 0.25F}, {10.5, 49.5, 0.5F, 1.0F}}};
  }
  std::vector<VisitTrace> read(double from_s, double to_s) {
    std::vector<VisitTrace> all;
    const auto done = read_traces(database, kStart.plus_s(from_s), kStart.plus_s(to_s),
                                  [&](VisitTrace trace) { all.push_back(std::move(trace)); });
    EXPECT_TRUE(done) << done.error().message;
    return all;
  }

  TestFolder folder;
  Database database;
};

TEST_F(TracesTest, GivesBackWhatWasKept) {
  const auto trace = example(0);
  ASSERT_TRUE(save_trace(database, trace));
  const auto all = read(-1, 1);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].camera_visit_id, trace.camera_visit_id);
  EXPECT_EQ(all[0].visit_id, trace.camera_visit_id);
  EXPECT_EQ(all[0].camera, "door");
  EXPECT_EQ(all[0].from, trace.from);
  EXPECT_EQ(all[0].to, trace.to);
  EXPECT_EQ(all[0].plane, Plane::picture);
  EXPECT_EQ(all[0].aspect, 1.5);
  EXPECT_TRUE(all[0].bag);
  EXPECT_FALSE(all[0].cart);
  EXPECT_EQ(all[0].stays, trace.stays);
  EXPECT_EQ(all[0].path, trace.path);
}

TEST_F(TracesTest, CountsTheDaysThatLeftSomething) {
  EXPECT_EQ(count_trace_days(database, "UTC").value(), 0);
  for (const double days : {0.0, 0.01, 3.0, 3.01, 10.0}) ASSERT_TRUE(save_trace(database, example(days * 86400)));
  EXPECT_EQ(count_trace_days(database, "UTC").value(), 3);
}

TEST_F(TracesTest, KeepingAgainReplacesAndStaysGoToTheirOwnVisit) {
  auto first = example(0), none = example(5), last = example(10);
  none.stays.clear();
  last.stays.pop_back();
  for (const auto& trace : {first, none, last, first}) ASSERT_TRUE(save_trace(database, trace));
  const auto all = read(-1, 100);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].stays, first.stays);
  EXPECT_THAT(all[1].stays, IsEmpty());
  EXPECT_EQ(all[2].stays, last.stays);
  EXPECT_EQ(read(5, 10).size(), 1U) << "from is taken in, to is not";
}

TEST_F(TracesTest, KnowsWhoIsStaffByZoneAndBadgeButNotByLooksAlone) {
  auto store = std::move(*IncidentStore::open(folder.path()));
  for (const auto* kind : {"staff_zone", "staff_badge", "staff_looks", "checkout_visited"}) {
    VisitRecord visit{.visit_id = new_ulid(kStart), .camera = kind};
    visit.evidence = {{{.kind = kind, .llr = -4}, 1, -4}};
    ASSERT_TRUE(store.save_visit(visit));
  }
  EXPECT_EQ(staff_visits(database).value().size(), 2U);
}

TEST_F(TracesTest, AreJoinedAndForgotten) {
  const auto early = example(0), late = example(1000);
  ASSERT_TRUE(save_trace(database, early));
  ASSERT_TRUE(save_trace(database, late));
  ASSERT_TRUE(join_trace(database, late.camera_visit_id, early.camera_visit_id));
  EXPECT_EQ(read(0, 2000)[1].visit_id, early.camera_visit_id);
  EXPECT_EQ(forget_traces(database, kStart.plus_s(500)).value(), 1);
  EXPECT_EQ(forget_traces(database, kStart.plus_s(500)).value(), 0);
  const auto left = read(0, 2000);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].stays.size(), 2U);
}

TEST_F(TracesTest, OutlinesReplaceThoseOfTheSameCamera) {
  const Zone razors{.name = "razors", .kind = ZoneKind::high_risk, .polygon = {{0.25F, 0}, {1, 0}, {1, 1}}};
  const Zone till{.name = "till", .kind = ZoneKind::checkout, .polygon = {{0, 0}, {1, 0}, {0.5F, 1}}};
  ASSERT_TRUE(save_outlines(
      database, std::vector<CameraConfig>{{.name = "a", .zones = {razors}}, {.name = "b", .zones = {till}}}));
  ASSERT_TRUE(save_outlines(database, std::vector<CameraConfig>{{.name = "a", .zones = {till}}}));
  const auto all = load_outlines(database);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ((*all)[0].zone.name, "till");
  EXPECT_EQ((*all)[0].zone.kind, ZoneKind::checkout);
  EXPECT_EQ((*all)[0].zone.polygon[2].x, 0.5F);
  EXPECT_EQ((*all)[1].camera, "b");
}

TEST_F(TracesTest, KnowsTheStoreAndTheVerdictThatCountsOfAVisit) {
  EXPECT_EQ(load_store_facts(database).value().time_zone, "UTC");
  ASSERT_TRUE(save_store_facts(database, {"shop", "UTC"}));
  ASSERT_TRUE(save_store_facts(database, {"shop", "Europe/Paris"}));
  EXPECT_EQ(load_store_facts(database).value().store, "shop");
  EXPECT_EQ(load_store_facts(database).value().time_zone, "Europe/Paris");
  auto store = std::move(*IncidentStore::open(folder.path()));
  const auto incident = [&](const std::string& visit, const std::string& verdict) {
    Incident i{.event_id = new_ulid(kStart), .type = "LOITERING", .visit_id = visit};
    ASSERT_TRUE(store.save(i));
    if (verdict.empty()) return;
    ASSERT_TRUE(store.add_verdict(i.event_id, {.verdict = verdict}));
  };
  incident("a", "theft");
  incident("a", "honest");
  incident("b", "");
  incident("c", "unsure");
  incident("c", "attempted");
  incident("c", "unsure");
  const auto verdicts = verdicts_by_visit(database).value();
  EXPECT_EQ(verdicts.size(), 2U);
  EXPECT_EQ(verdicts.at("a"), "theft");
  EXPECT_EQ(verdicts.at("c"), "attempted");
}

TEST(PathText, RefusesWhatItCannotHaveMade) {
  EXPECT_TRUE(parse_path(""));
  EXPECT_TRUE(parse_path("0,1,2,-3"));
  std::string many = "0,0,0,0";
  for (int i = 0; i < 128; ++i) many += ";0,0,0,0";
  for (const auto& text :
       {std::string("1,2,3"), std::string("1,2,3,4,5"), std::string("1,2,3,x"), std::string(";"),
        std::string("1,2,3,4;"), std::string("1,2,3,4;;"), std::string("99999999999999,0,0,0"), many}) {
    EXPECT_FALSE(parse_path(text)) << text;
  }
}

}  // namespace
}  // namespace shrike
