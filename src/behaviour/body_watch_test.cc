#include "behaviour/body_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "behaviour/engine.h"
#include "behaviour/kinds.h"
#include "track/tracker.h"

namespace shrike {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int kWidth = 1000, kHeight = 500;
constexpr const char* kModel = SHRIKE_SOURCE_DIR "/models/concealment-poselift.onnx";

/// Razors hang at the right (x from 560 px), the door is at the left, the rest of the picture is no zone.
CameraConfig shop() {
  CameraConfig camera{.name = "aisle"};
  camera.zones = {
      {.name = "door", .kind = ZoneKind::exit, .polygon = {{0, 0}, {.1F, 0}, {.1F, 1}, {0, 1}}},
      {.name = "razors", .kind = ZoneKind::shelf, .polygon = {{.56F, .3F}, {.7F, .3F}, {.7F, .8F}, {.56F, .8F}}}};
  return camera;
}
PictureAt picture_at(double s) { return {Timestamp{1'700'000'000'000'000}.plus_s(s), kWidth, kHeight}; }
VisitTrack person(const std::string& id, float x, int64_t track = 1) {
  return {.visit_id = id, .track = {.id = track, .box = {x - 40, 200, x + 40, 400}, .score = 0.9F, .hits = 9}};
}
const auto kNoRisk = [](const std::string&) { return 0.0; };

/// Somebody who stands at `x`, left arm hanging, right hand at (`hand`).
Pose pose_at(float x, Point hand, bool bent) {
  Pose pose;
  pose.fill({x, 220, 0.8F});
  pose[kLeftShoulder] = {x - 18, 240, 0.8F};
  pose[kRightShoulder] = {x + 18, 240, 0.8F};
  pose[kLeftHip] = {x - 12, 290, 0.8F};
  pose[kRightHip] = {x + 12, 290, 0.8F};
  pose[kLeftElbow] = {x - 22, 270, 0.8F};
  pose[kLeftWrist] = {x - 22, 300, 0.8F};
  pose[kRightElbow] = {bent ? x + 45 : (x + 18 + hand.x) / 2, bent ? 275.F : (240 + hand.y) / 2, 0.8F};
  pose[kRightWrist] = {hand.x, hand.y, 0.8F};
  return pose;
}

/// One person at x = 500 beside the razors, ten pictures a second.
struct Scene {
  explicit Scene(std::vector<std::string> labels = {"person", "handbag", "razor pack"},
                 std::optional<ConcealmentModel> model = std::nullopt)
      : watch(shop(), std::move(labels), std::move(model)) {}

  void act(Point hand, bool bent, double seconds, std::vector<Track> objects = {}, int64_t track = 1) {
    for (const double end_s = now_s + seconds - 1e-6; now_s < end_s; now_s += 0.1) {
      const std::vector<VisitTrack> people{person("v", 500, track)};
      const auto news =
          watch.see(picture_at(now_s), people, objects, std::vector<SeenPose>{{"v", pose_at(500, hand, bent)}});
      ASSERT_TRUE(news) << news.error().message;
      signs.insert(signs.end(), news->signs.begin(), news->signs.end());
      items.insert(items.end(), news->items.begin(), news->items.end());
    }
  }
  void hide_something(std::vector<Track> in_hand = {}) {
    act({522, 300}, false, 1);
    act({580, 240}, false, 1);
    act({540, 262}, true, 0.8, std::move(in_hand));
    act({516, 288}, true, 1.5);
  }

  BodyWatch watch;
  double now_s = 0;
  std::vector<BodyNews::Sign> signs;
  std::vector<ItemEvent> items;
};

TEST(BodyWatch, WantsPosesOfThoseNearShelvesAndInExits) {
  const BodyWatch watch(shop(), {"person"}, std::nullopt);
  auto hidden = person("hidden", 600);
  hidden.track.missed = 2;
  const std::vector<VisitTrack> people{person("far", 300), person("near", 520), person("leaving", 50), hidden};
  EXPECT_THAT(watch.wanted(picture_at(0), people, kNoRisk), ElementsAre(1, 2));
  EXPECT_THAT(watch.wanted(picture_at(0), people, [](const auto& id) { return id == "leaving" ? 0.5 : 0.0; }),
              ElementsAre(2, 1));
}

TEST(BodyWatch, ARejectedPoseCostsATurnSoThatOthersComeToo) {
  BodyWatch watch(shop(), {"person"}, std::nullopt);
  const std::vector<VisitTrack> people{person("a", 520), person("b", 530, 2)};
  std::vector<int> tried(2);
  for (int i = 0; i < 80; ++i) {
    const size_t first = watch.wanted(picture_at(0.1 * i), people, kNoRisk).front();
    ++tried[first];
    ASSERT_TRUE(watch.see(picture_at(0.1 * i), people, {}, std::vector<SeenPose>{{people[first].visit_id, {}}}));
  }
  EXPECT_GE(tried[1], 35);
  EXPECT_EQ(watch.pose_of("a"), nullptr);
}

TEST(BodyWatch, TakingAndHidingBecomeItemEventsAndASign) {
  Scene s;
  s.hide_something({{.id = 7, .box = {535, 255, 548, 275}, .label = 2, .hits = 3}});
  ASSERT_THAT(s.items, SizeIs(2));
  EXPECT_EQ(s.items[0].kind, ItemEvent::Kind::taken);
  EXPECT_EQ(s.items[1].kind, ItemEvent::Kind::hidden);
  for (const ItemEvent& item : s.items) {
    EXPECT_EQ(item.source, "aisle");
    EXPECT_EQ(item.zone, "razors");
    EXPECT_EQ(item.visit_id, "v");
    ASSERT_THAT(item.guesses, SizeIs(1));
    EXPECT_EQ(item.guesses[0].product, "razor pack");
    EXPECT_LE(item.from, item.to);
  }
  EXPECT_LT(s.items[1].guesses[0].probability, s.items[0].guesses[0].probability);
  ASSERT_THAT(s.signs, SizeIs(1));
  EXPECT_EQ(s.signs[0].sign, BodySign::hand_to_body);
  EXPECT_EQ(s.signs[0].zone, 1U);
  EXPECT_THAT(s.signs[0].fact.detail, HasSubstr("from razors to a pocket"));
}

TEST(BodyWatch, ThePictureThatCannotMoveHoldsTheHandWhereItIs) {
  Scene s;
  s.act({580, 240}, false, 1);
  const std::vector<VisitTrack> people{person("v", 500)};
  for (; s.now_s < 4; s.now_s += 0.1) ASSERT_TRUE(s.watch.hold(picture_at(s.now_s), people, {}));
  ASSERT_NE(s.watch.pose_of("v"), nullptr);
  EXPECT_NEAR((*s.watch.pose_of("v"))[kRightWrist].x, 580, 1);
  s.act({522, 300}, false, 1);
  ASSERT_THAT(s.items, SizeIs(1));
  EXPECT_NEAR(seconds_between(s.items[0].from, s.items[0].to), 4.4, 0.3);
}

TEST(BodyWatch, AnotherTrackOfTheVisitBeginsAnew) {
  Scene s;
  s.act({580, 240}, false, 1);
  s.act({516, 288}, true, 2, {}, 2);  // found again, perhaps somebody else: no hand comes back from anywhere
  EXPECT_THAT(s.items, IsEmpty());
  EXPECT_THAT(s.signs, IsEmpty());
}

TEST(BodyWatch, WhenTheClockIsSetBackItGoesOn) {
  Scene s;
  s.now_s = 3600;
  s.act({580, 240}, false, 1);
  s.now_s = 0;
  s.hide_something();
  EXPECT_THAT(s.items, SizeIs(2));
}

TEST(BodyWatch, SignsBecomeEvidenceOnceAndStaffAreLeftAlone) {
  for (const bool staff : {false, true}) {
    CameraConfig camera = shop();
    camera.zones.push_back(
        {.name = "counter", .kind = ZoneKind::staff, .polygon = {{.2F, 0}, {.8F, 0}, {.8F, 1}, {.2F, 1}}});
    if (!staff) camera.zones.pop_back();
    BehaviourEngine engine(camera, *make_rule_book({}), {"person"});
    const std::vector<VisitTrack> people{person("v", 500)};
    double now_s = 0;
    for (; now_s < 15; now_s += 0.1) (void)engine.observe(picture_at(now_s), people, {});
    const BodyFact fact{picture_at(13).time, picture_at(14).time, "a hand went from razors to a pocket"};
    engine.note("v", 1, BodySign::hand_to_body, fact);
    engine.note("v", 1, BodySign::hand_to_body, {fact.to, fact.to, "again"});
    engine.note("nobody", 1, BodySign::hand_to_body, fact);
    const auto first = engine.observe(picture_at(now_s), people, {});
    if (staff) {
      for (const auto& found : first.evidence) EXPECT_LE(found.evidence.llr, 0);
      continue;
    }
    ASSERT_THAT(first.evidence, SizeIs(1));
    EXPECT_EQ(first.evidence[0].evidence.kind, "hand_to_body");
    EXPECT_EQ(first.evidence[0].evidence.zone, "razors");
    EXPECT_EQ(first.evidence[0].evidence.detail, fact.detail);
    EXPECT_EQ(first.evidence[0].evidence.llr, find_kind("hand_to_body")->llr);
    EXPECT_THAT(engine.observe(picture_at(now_s + 0.1), people, {}).evidence, IsEmpty());
  }
}

TEST(BodyWatch, TheNetworksThresholdIsPassedByHandsThatFumbleAndGivesOneKindOfSign) {
  const auto runtime = Runtime::open();
  ASSERT_TRUE(runtime) << runtime.error().message;
  const auto model = ConcealmentModel::load(*runtime, kModel);
  ASSERT_TRUE(model) << model.error().message;
  Scene walks({"person"}, *model), fumbles({"person"}, *model);
  walks.act({522, 300}, false, 4);
  EXPECT_THAT(walks.signs, IsEmpty());
  // Hands that meet at the chest, bent arms, moving as no shopper's do.
  for (int i = 0; i < 40; ++i) fumbles.act({480.F + static_cast<float>(i % 2) * 8, 285}, true, 0.2);
  for (const auto& sign : fumbles.signs) EXPECT_EQ(sign.sign, BodySign::concealment);
}

}  // namespace
}  // namespace shrike
