#include "behaviour/engine.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

namespace shrike {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

constexpr int kWidth = 1000, kHeight = 1000;
const float kNan = std::numeric_limits<float>::quiet_NaN();

Polygon stripe(float x1, float x2) { return {{x1, 0}, {x2, 0}, {x2, 1}, {x1, 1}}; }

/// Side by side: 0..200 exit, 200..400 till, 400..500 nothing, 500..700 razors, 700..850 stock room, 850..1000 staff.
CameraConfig shop() {
  return {.name = "cam",
          .zones = {{.name = "exit B", .kind = ZoneKind::exit, .polygon = stripe(0, 0.2F)},
                    {.name = "till", .kind = ZoneKind::checkout, .polygon = stripe(0.2F, 0.4F)},
                    {.name = "razors", .kind = ZoneKind::high_risk, .polygon = stripe(0.5F, 0.7F), .loitering_s = 20},
                    {.name = "stock room", .kind = ZoneKind::restricted, .polygon = stripe(0.7F, 0.85F)},
                    {.name = "office", .kind = ZoneKind::staff, .polygon = stripe(0.85F, 1)}}};
}

constexpr float kExit = 100, kTill = 300, kFloor = 450, kRazors = 600, kStock = 780, kOffice = 930;

/// Plays one person ("v") frame by frame, 10 a second; keeps everything that came out.
class Player {
 public:
  explicit Player(std::vector<RuleConfig> rules = {})
      : engine(shop(), *make_rule_book(rules), {"person", "handbag", "basket"}) {}

  static Track person(float x, float height = 300) {
    return {.id = 7, .box = {x - 50, 600 - height, x + 50, 600}, .score = 0.9F, .label = 0, .hits = 9};
  }

  void frame(const Track& track, std::vector<Track> things = {}) {
    const VisitTrack visit{"v", track};
    take(engine.observe({next(), kWidth, kHeight}, std::span(&visit, 1), things));
  }

  void stay(float x, double seconds, const std::vector<Track>& things = {}) {
    for (int i = 0; i < std::lround(seconds * 10); ++i) frame(person(x), things);
  }

  /// Walks at 200 px a second, then stands for half a second.
  void walk(float from, float to, const std::vector<Track>& things = {}) {
    const float step = to > from ? 20 : -20;
    for (float x = from; std::abs(to - x) > 10; x += step) frame(person(x), things);
    stay(to, 0.5, things);
  }

  void end() { take(engine.visit_ended("v")); }

  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (const auto& fact : all.evidence) {
      lines.push_back(fact.evidence.kind + ": " + fact.evidence.detail + (fact.evidence.llr == 0 ? " [0]" : ""));
    }
    return lines;
  }

  BehaviourEngine engine;
  Behaviour all;

 private:
  Timestamp next() { return Timestamp{1'770'000'000'000'000}.plus_s(++frames_ * 0.1); }
  void take(Behaviour&& out) {
    for (auto& event : out.events) all.events.push_back(std::move(event));
    for (auto& fact : out.evidence) all.evidence.push_back(std::move(fact));
    for (auto& trace : out.traces) all.traces.push_back(std::move(trace));
  }
  int frames_ = 0;
};

TEST(BehaviourEngine, SaysLoiteringAtItsStepsAndOnceItIsOver) {
  Player player;
  player.stay(kRazors, 50);
  player.walk(kRazors, kFloor);
  EXPECT_THAT(player.lines(), ElementsAre("loitering: over 20 s in razors", "loitering: over 40 s in razors",
                                          "loitering: 50 s in razors"));
  const auto& facts = player.all.evidence;
  EXPECT_DOUBLE_EQ(facts[0].evidence.llr, 2.5);
  EXPECT_DOUBLE_EQ(facts[1].evidence.llr, 3.0);
  EXPECT_DOUBLE_EQ(facts[2].evidence.llr, 3.0);
  EXPECT_EQ(key_of(facts[0].evidence), key_of(facts[2].evidence)) << "the same fact, said anew";
  EXPECT_EQ(facts[0].evidence.source, "cam");
  EXPECT_EQ(facts[0].evidence.zone, "razors");
  EXPECT_EQ(facts[0].visit_id, "v");
  EXPECT_EQ(facts[0].track_id, 7);
  EXPECT_NEAR(seconds_between(facts[0].evidence.from, facts[0].evidence.to), 20, 0.01);
}

TEST(BehaviourEngine, ReportsEntriesAndExitsWithTimes) {
  Player player;
  player.walk(kFloor, kRazors);
  player.stay(kRazors, 3);
  EXPECT_THAT(player.engine.zones_of("v"), ElementsAre("razors"));
  player.walk(kRazors, kFloor);
  ASSERT_EQ(player.all.events.size(), 2U);
  const auto& in = player.all.events[0];
  const auto& out = player.all.events[1];
  EXPECT_EQ(in.type, ZoneWatch::Event::entered);
  EXPECT_EQ(out.type, ZoneWatch::Event::left);
  EXPECT_EQ(in.zone, "razors");
  EXPECT_NEAR(out.dwell_s, seconds_between(in.time, out.time), 1e-6);
  EXPECT_NEAR(out.dwell_s, 4.4, 0.25);
  EXPECT_THAT(player.engine.zones_of("v"), IsEmpty());
  EXPECT_THAT(player.engine.zones_of("nobody"), IsEmpty());
}

TEST(BehaviourEngine, WhoRunsIsInTheExitAtOnceAndInNoOtherZone) {
  Player player;
  player.stay(kFloor, 1);
  for (float x = kFloor; x > 190; x -= 40) player.frame(Player::person(x));  // 400 px a second
  ASSERT_THAT(player.engine.zones_of("v"), Not(Contains("exit B")));
  player.frame(Player::person(150));
  player.frame(Player::person(110));
  EXPECT_THAT(player.engine.zones_of("v"), Contains("exit B")) << "fewer frames than an entry needs";
}

TEST(BehaviourEngine, ExitWithoutCheckoutNeedsAStopAndNoCheckoutAfterIt) {
  Player thief;
  thief.stay(kRazors, 8);
  thief.walk(kRazors, kExit);
  thief.end();
  EXPECT_THAT(thief.lines(), ElementsAre("exit_without_checkout: left by exit B without checkout"));

  Player pays;
  pays.stay(kRazors, 8);
  pays.walk(kRazors, kTill);
  pays.stay(kTill, 8);
  pays.walk(kTill, kExit);
  pays.end();
  EXPECT_THAT(pays.lines(), ElementsAre("checkout_visited: over 5 s at till", "checkout_visited: 9 s at till"));

  Player pays_first;
  pays_first.stay(kTill, 8);
  pays_first.walk(kTill, kRazors);
  pays_first.stay(kRazors, 8);
  pays_first.walk(kRazors, kExit);
  EXPECT_THAT(pays_first.lines(), testing::Contains("exit_without_checkout: left by exit B without checkout"));

  Player only_enters;
  only_enters.stay(kExit, 3);
  only_enters.walk(kExit, kRazors);
  only_enters.stay(kRazors, 8);
  only_enters.end();
  EXPECT_THAT(only_enters.lines(), IsEmpty()) << "the way in led through the exit";
}

TEST(BehaviourEngine, StandingWhereShelfAndExitOverlapIsNotLeaving) {
  CameraConfig camera = shop();
  camera.zones[0].polygon = stripe(0.55F, 0.65F);
  Player player;
  player.engine = BehaviourEngine(camera, *make_rule_book({}), {"person"});
  player.stay(kRazors, 12);
  player.end();
  EXPECT_THAT(player.lines(), IsEmpty());
}

TEST(BehaviourEngine, TakesBackAnExitWhenThePersonComesBack) {
  Player player;
  player.stay(kRazors, 8);
  player.walk(kRazors, kExit);
  player.walk(kExit, kRazors);
  player.stay(kRazors, 3);
  player.walk(kRazors, kExit);
  EXPECT_THAT(player.lines(), ElementsAre("exit_without_checkout: left by exit B without checkout",
                                          "exit_without_checkout: went to exit B, came back [0]",
                                          "exit_without_checkout: left by exit B without checkout"));
}

TEST(BehaviourEngine, ACameraWithoutCheckoutCannotTellWhoPaid) {
  CameraConfig camera = shop();
  camera.zones.erase(camera.zones.begin() + 1);
  Player player;
  player.engine = BehaviourEngine(camera, *make_rule_book({}), {"person"});
  player.stay(kRazors, 8);
  player.walk(kRazors, kExit);
  player.end();
  EXPECT_THAT(player.lines(), IsEmpty());
}

TEST(BehaviourEngine, RepeatedEntriesCountReturnsNotStepsAside) {
  Player player;
  for (int i = 0; i < 4; ++i) {
    player.stay(kRazors, 2);
    player.stay(kFloor, 8);
  }
  EXPECT_THAT(player.lines(),
              ElementsAre("repeated_entry: entered razors 3 times", "repeated_entry: entered razors 4 times"));
  EXPECT_DOUBLE_EQ(player.all.evidence[1].evidence.llr, 1.5);
  Player restless;
  for (int i = 0; i < 9; ++i) {
    restless.stay(kRazors, 1);
    restless.stay(kFloor, 2);
  }
  EXPECT_THAT(restless.lines(), IsEmpty());
}

TEST(BehaviourEngine, StaffAreExcusedAlsoAfterwards) {
  Player player;
  player.stay(kStock, 3);
  player.walk(kStock, kOffice);
  player.stay(kOffice, 12);
  player.walk(kOffice, kRazors);
  player.stay(kRazors, 45);
  player.walk(kRazors, kExit);
  player.end();
  EXPECT_THAT(player.lines(),
              ElementsAre("restricted_entry: entered stock room", "restricted_entry: entered stock room (staff) [0]",
                          "staff_zone: over 10 s in office", "staff_zone: 13 s in office"));
}

TEST(BehaviourEngine, CarriedThingsCountAtTheExitOnly) {
  const Track bag{.id = 9, .box = {kExit + 30, 420, kExit + 70, 480}, .label = 1};
  Player player;
  player.stay(kExit, 1, {bag});
  player.end();
  EXPECT_THAT(player.lines(), ElementsAre("object_carried_out: handbag carried to exit B, no cart or basket"));

  Player with_basket;
  const Track basket{.id = 10, .box = {kExit + 30, 300, kExit + 70, 380}, .label = 2};
  with_basket.stay(kExit, 1, {basket, bag});
  EXPECT_THAT(with_basket.lines(), IsEmpty());

  Player one_glimpse;
  one_glimpse.stay(kExit, 1);
  one_glimpse.frame(Player::person(kExit), {bag});
  one_glimpse.stay(kExit, 1);
  EXPECT_THAT(one_glimpse.lines(), IsEmpty());

  Player elsewhere;
  const Track there{.id = 9, .box = {kFloor + 30, 420, kFloor + 70, 480}, .label = 1};
  elsewhere.stay(kFloor, 5, {there});
  EXPECT_THAT(elsewhere.lines(), IsEmpty());
}

TEST(BehaviourEngine, RulesSwitchOffReweighAndDeclare) {
  Player player({{.kind = "loitering", .enabled = false},
                 {.kind = "restricted_entry", .llr = 1},
                 {.kind = "browses", .llr = 0.5, .zone = ZoneKind::high_risk, .dwell_s = 5}});
  player.stay(kRazors, 30);
  player.walk(kRazors, kStock);
  EXPECT_THAT(player.lines(), ElementsAre("browses: over 5 s in razors", "browses: 30 s in razors",
                                          "restricted_entry: entered stock room"));
  EXPECT_DOUBLE_EQ(player.all.evidence[2].evidence.llr, 1);
}

TEST(BehaviourEngine, NothingComesOfNonsense) {
  Player player;
  player.stay(kFloor, 1);
  for (int i = 0; i < 100; ++i) {
    Track track = Player::person(kStock);
    if (i % 4 == 0) track.box.x1 = kNan;
    if (i % 4 == 1) track.box.y2 = std::numeric_limits<float>::infinity();
    if (i % 4 == 2) track.box.x2 = track.box.x1;
    if (i % 4 == 3) track.missed = 1;
    player.frame(track, {{.id = 3, .box = {kNan, kNan, 1, 1}, .label = 1}, {.id = 4, .box = {}, .label = -5}});
  }
  const VisitTrack nameless{"", Player::person(kStock)};
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(player.engine
                    .observe({Timestamp{1'780'000'000'000'000}.plus_s(i), kWidth, kHeight}, std::span(&nameless, 1), {})
                    .events,
                IsEmpty());
    EXPECT_THAT(
        player.engine.observe({Timestamp{1'790'000'000'000'000}.plus_s(i), 0, -1}, std::span(&nameless, 1), {}).events,
        IsEmpty());
  }
  EXPECT_THAT(player.all.events, IsEmpty());
  EXPECT_THAT(player.lines(), IsEmpty());
  EXPECT_EQ(player.engine.visits_held(), 1U);
}

TEST(BehaviourEngine, FramesThatAreNotLaterChangeNothing) {
  BehaviourEngine engine(shop(), *make_rule_book({}), {"person"});
  const VisitTrack visit{"v", Player::person(kStock)};
  const Timestamp start{1'770'000'000'000'000};
  (void)engine.observe({start, kWidth, kHeight}, std::span(&visit, 1), {});
  for (int i = 0; i < 10; ++i) {
    const auto out = engine.observe({start.plus_s(-0.1 * i), kWidth, kHeight}, std::span(&visit, 1), {});
    EXPECT_THAT(out.events, IsEmpty()) << "the same frame ten times is one frame";
  }
}

TEST(BehaviourEngine, OneVisitTwiceInAFrameCountsOnce) {
  BehaviourEngine engine(shop(), *make_rule_book({}), {"person"});
  const std::vector<VisitTrack> twice{{"v", Player::person(kFloor)}, {"v", Player::person(kStock)}};
  for (int i = 0; i < 50; ++i) {
    EXPECT_THAT(engine.observe({Timestamp{}.plus_s(1 + i * 0.1), kWidth, kHeight}, twice, {}).events, IsEmpty());
  }
}

TEST(BehaviourEngine, FreesVisitsThatAreOver) {
  BehaviourEngine engine(shop(), *make_rule_book({}), {"person"});
  Timestamp time{1'770'000'000'000'000};
  for (int i = 0; i < 20000; ++i) {
    const VisitTrack visit{"visit " + std::to_string(i), Player::person(kRazors)};
    time = time.plus_s(0.1);
    (void)engine.observe({time, kWidth, kHeight}, std::span(&visit, 1), {});
    (void)engine.visit_ended(visit.visit_id);
  }
  EXPECT_EQ(engine.visits_held(), 0U);
  EXPECT_THAT(engine.visit_ended("visit 3").evidence, IsEmpty()) << "ended already";
}

TEST(BehaviourEngine, HoldsABoundedNumberOfVisitsThatNobodyEnds) {
  BehaviourEngine engine(shop(), *make_rule_book({}), {"person"});
  for (int i = 0; i < 5000; ++i) {
    const VisitTrack visit{"visit " + std::to_string(i), Player::person(kFloor)};
    (void)engine.observe({Timestamp{}.plus_s(1 + i), kWidth, kHeight}, std::span(&visit, 1), {});
  }
  EXPECT_LE(engine.visits_held(), 4096U);
}

TEST(BehaviourEngine, AVisitLeavesItsStaysAndItsWay) {
  Player player;
  player.walk(kExit, kRazors);
  player.stay(kRazors, 30);
  player.walk(kRazors, kTill, {{.id = 9, .box = {580, 500, 620, 600}, .score = 0.9F, .label = 1, .hits = 9}});
  player.stay(kTill, 10);
  EXPECT_THAT(player.all.traces, IsEmpty()) << "not before it is over";
  player.end();
  ASSERT_EQ(player.all.traces.size(), 1U);
  const VisitTrace& trace = player.all.traces[0];
  EXPECT_EQ(trace.camera_visit_id, "v");
  EXPECT_EQ(trace.camera, "cam");
  std::vector<std::string> zones;
  for (const auto& stay : trace.stays) zones.push_back(stay.zone);
  EXPECT_THAT(zones, ElementsAre("exit B", "till", "razors", "till"));
  EXPECT_NEAR(trace.stays[2].dwell_s, 31, 1.5);
  EXPECT_GE(trace.stays[3].dwell_s, 10);
  EXPECT_EQ(trace.stays[3].to, trace.to);
  EXPECT_TRUE(trace.bag);
  EXPECT_FALSE(trace.cart);
  double stood_s = 0;
  for (const auto& w : trace.path) stood_s += w.stood_s;
  EXPECT_NEAR(stood_s, seconds_between(trace.from, trace.to), 0.01);
  EXPECT_NEAR(trace.path.back().x, 0.3, 0.04);
}

TEST(BehaviourEngine, WhoStepsAsideForAMomentLeavesOneStay) {
  Player player;
  player.stay(kRazors, 10);
  player.stay(kFloor, 2);
  player.stay(kRazors, 10);
  player.end();
  ASSERT_EQ(player.all.traces.size(), 1U);
  ASSERT_EQ(player.all.traces[0].stays.size(), 1U);
  EXPECT_NEAR(player.all.traces[0].stays[0].dwell_s, 20, 0.5);
}

}  // namespace
}  // namespace shrike
