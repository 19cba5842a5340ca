#include "insight/store_insight.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/insight_json.h"
#include "insight/shop_testing.h"

namespace shrike {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

/// Visits written down by hand: {zone, kind, from s, to s}.
struct Hand {
  std::vector<VisitTrace> traces;
  void visit(std::vector<ZoneStay> stays, const char* camera = "a", const char* id = nullptr) {
    const auto name = fmt::format("c{}", traces.size());
    VisitTrace trace{.camera_visit_id = name,
                     .visit_id = id ? id : name,
                     .camera = camera,
                     .from = stays.front().from,
                     .to = stays.back().to};
    trace.stays = std::move(stays);
    traces.push_back(std::move(trace));
  }
};

ZoneStay stay(const char* zone, ZoneKind kind, double from_s, double to_s) {
  const Timestamp open = kMonday.plus_s(9 * 3600);
  return {zone, kind, open.plus_s(from_s), open.plus_s(to_s), to_s - from_s};
}
ZoneStay door(double from_s) { return stay("door", ZoneKind::entrance, from_s, from_s + 2); }
ZoneStay till(double from_s, double to_s) { return stay("till", ZoneKind::checkout, from_s, to_s); }
ZoneStay razors(double from_s, double to_s) { return stay("razors", ZoneKind::high_risk, from_s, to_s); }

StoreInsight insight_of(const std::vector<VisitTrace>& traces) {
  auto found = store_insight(join_traces(traces), {}, "UTC");
  EXPECT_TRUE(found) << found.error().message;
  return std::move(*found);
}

TEST(Estimate, WilsonAndPoissonAreThoseOfTheBooks) {
  const auto wilson = Share{8, 10}.estimate();
  EXPECT_NEAR(wilson.low, 0.490, 0.001);
  EXPECT_NEAR(wilson.high, 0.943, 0.001);
  EXPECT_TRUE(std::isnan(Share{}.estimate().value));
  const auto poisson = rate_of(std::vector<Part>{{10, 1}}, 1);
  EXPECT_NEAR(poisson.low, 4.795, 0.001);
  EXPECT_NEAR(poisson.high, 18.39, 0.01);
  EXPECT_EQ(rate_of(std::vector<Part>{{0, 2}}, 1).low, 0);
}

TEST(Estimate, DaysThatDifferWidenTheInterval) {
  const std::vector<Part> even(10, Part{100, 1});
  std::vector<Part> uneven;
  for (int i = 0; i < 10; ++i) uneven.push_back({i % 2 ? 150.0 : 50.0, 1});
  const auto narrow = rate_of(even, 1), wide = rate_of(uneven, 1);
  EXPECT_EQ(narrow.high - narrow.low, 0);
  EXPECT_GT(wide.high - wide.low, 40);
  EXPECT_EQ(wide.value, 100);
}

TEST(StoreInsight, CountsStopsDwellAndWhoWentOnToTheTill) {
  Hand hand;
  hand.visit({door(0), razors(10, 40), till(60, 100), door(110)});
  hand.visit({door(5), razors(20, 40), door(60)});
  hand.visit({door(7), razors(20, 23), till(40, 50)});  // walked through the razors
  hand.visit({door(9), till(20, 30), razors(40, 60)});  // the till came first
  const auto in = insight_of(hand.traces);
  EXPECT_EQ(in.visits, 4);
  const auto zone = std::ranges::find(in.zones, "razors", &ZoneInsight::zone);
  ASSERT_NE(zone, in.zones.end());
  EXPECT_EQ(zone->visits, 4);
  EXPECT_EQ(zone->stopped.n, 3);
  EXPECT_EQ(zone->to_till.n, 1);
  EXPECT_EQ(zone->to_till.of, 3);
  EXPECT_DOUBLE_EQ(zone->dwell_s[1], 20);
  EXPECT_EQ(in.funnel.stopped, 3);
  EXPECT_EQ(in.funnel.stopped_then_till, 1);
  EXPECT_EQ(in.funnel.till_only, 1);
  EXPECT_THAT(in.ways[0].zones, ElementsAre("door", "razors", "door"));
  EXPECT_EQ(in.ways[0].share.of, 4);
  const auto step =
      std::ranges::find_if(in.flow, [](const FlowStep& f) { return f.from == "razors" && f.to == "till"; });
  ASSERT_NE(step, in.flow.end());
  EXPECT_EQ(step->share.n, 2);
  EXPECT_EQ(step->share.of, 3) << "one visit ended at the razors";
}

TEST(StoreInsight, WhoComesLaterWaitsForThoseBefore) {
  Hand hand;
  hand.visit({till(0, 60)});
  hand.visit({till(20, 90)});  // waits until 60
  hand.visit({till(50, 70)});  // gives up: all before are still there when it leaves
  hand.visit({till(100, 130)});
  hand.visit({till(140, 142)});  // walks past: no turn
  const auto turns = turns_at("till", join_traces(hand.traces));
  ASSERT_EQ(turns.size(), 4U);
  EXPECT_DOUBLE_EQ(turns[0].wait_s, 0);
  EXPECT_DOUBLE_EQ(turns[1].wait_s, 40);
  EXPECT_DOUBLE_EQ(turns[2].wait_s, 20);
  EXPECT_DOUBLE_EQ(turns[3].wait_s, 0);
  const auto in = insight_of(hand.traces);
  ASSERT_EQ(in.tills.size(), 1U);
  EXPECT_EQ(in.tills[0].queue_max, 3);
  EXPECT_NEAR(in.tills[0].queue, (60 + 70 + 20 + 30) / 142.0, 1e-6);
  EXPECT_NEAR(in.tills[0].share_with[3], 10 / 142.0, 1e-6);
  double all = 0;
  for (double s : in.tills[0].share_with) all += s;
  EXPECT_NEAR(all, 1, 1e-9);
}

TEST(StoreInsight, CamerasOfOneVisitAreOneVisitAndStaffAreNoCustomers) {
  Hand hand;
  hand.visit({razors(10, 40)}, "a", "one");
  hand.visit({till(60, 100)}, "b", "one");
  hand.visit({stay("office", ZoneKind::staff, 0, 300), razors(310, 900)}, "a");
  const auto in = insight_of(hand.traces);
  EXPECT_EQ(in.visits, 1);
  EXPECT_EQ(in.staff_visits, 1);
  EXPECT_EQ(in.joined, 1);
  EXPECT_TRUE(in.funnel.followed);
  EXPECT_EQ(in.zones.size(), 2U);
  EXPECT_NEAR(in.hours[0].staff, 1, 0.01);
}

TEST(StoreInsight, SaysWhatCannotBeTold) {
  Hand hand;
  hand.visit({razors(10, 40)}, "a");
  hand.visit({till(60, 100)}, "b");
  const auto in = insight_of(hand.traces);
  EXPECT_THAT(in.notes, Contains(HasSubstr("No visit was followed from one camera to another")));
  EXPECT_THAT(in.notes, Contains(HasSubstr("cannot be told")));
  EXPECT_THAT(in.notes, Contains(HasSubstr("1 day(s)")));
  const auto none = store_insight(join_traces({}), {}, "UTC");
  EXPECT_FALSE(none);
  EXPECT_FALSE(store_insight(join_traces(hand.traces), {}, "Mars/Base"));
}

TEST(StoreInsight, RatesAreOfTheHoursThatWereOpen) {
  MadeUpShop shop(3);
  for (int d = 0; d < 14; ++d) {
    if (d % 7 != 6) shop.day(d, {.visits_a_day = 200});
  }
  const auto in = insight_of(shop.traces);
  EXPECT_EQ(in.days, 12U) << "closed on Sundays";
  EXPECT_NEAR(in.visits_a_day.value, 200, 25);
  EXPECT_LT(in.visits_a_day.low, 200);
  EXPECT_GT(in.visits_a_day.high, 200);
  ASSERT_GE(in.hours.size(), 10U);
  EXPECT_NEAR(in.hours[3].visits.value, 20, 5);
  EXPECT_TRUE(std::isnan(in.week[6][12]));
  EXPECT_NEAR(in.week[0][12], 20, 10);
}

TEST(StoreInsight, AsJsonWhatCannotBeToldIsNull) {
  Hand hand;
  hand.visit({razors(10, 12)});
  const auto json = nlohmann::json::parse(to_json(insight_of(hand.traces)).dump());
  EXPECT_TRUE(json["zones"][0]["dwell_s"]["p50"].is_null());
  EXPECT_TRUE(json["visits_a_day"]["value"].is_null());
  EXPECT_EQ(json["zones"][0]["stopped"]["of"], 1);
}

TEST(LocalClock, FollowsSummerTime) {
  auto clock = LocalClock::of("Europe/Paris");
  ASSERT_TRUE(clock);
  const auto before = *parse_rfc3339("2026-03-29T00:59:59Z"), after = *parse_rfc3339("2026-03-29T01:00:00Z");
  EXPECT_EQ(clock->at(before).hour, 1);
  EXPECT_EQ(clock->at(after).hour, 3);
  EXPECT_EQ(clock->at(before).weekday, 6);
  EXPECT_EQ(date_of(clock->at(after).day), "2026-03-29");
  EXPECT_EQ(clock->next_hour(before), after);
  EXPECT_EQ(*parse_day("2026-03-29"), clock->at(after).day);
  EXPECT_FALSE(parse_day("29.3.2026"));
  EXPECT_FALSE(parse_day("2026-02-30"));
}

}  // namespace
}  // namespace shrike
