#include "track/visits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace shrike {
namespace {

constexpr double kFps = 10;

Track person(int64_t id, float x, int hits, float y = 300) {
  return {.id = id, .box = {x - 30, y - 180, x + 30, y}, .score = 0.9F, .label = 0, .hits = hits, .missed = 0};
}

// Plays frames at 10 a second and keeps what happened.
struct Scene {
  explicit Scene(const std::vector<Zone>& zones = {}, VisitOptions options = {})
      : visits(options, zones, [this](Timestamp) { return "visit" + std::to_string(++made); }) {}

  VisitsUpdate frame(const std::vector<Track>& tracks, const std::vector<float>& looks = {}) {
    VisitsUpdate update = visits.update({Timestamp{}.plus_s(n++ / kFps), 640, 480}, tracks, looks);
    if (!update.present.empty()) last = update.present.back();
    begun.insert(begun.end(), update.begun.begin(), update.begun.end());
    ended.insert(ended.end(), update.ended.begin(), update.ended.end());
    return update;
  }
  void empty_for(double seconds) {
    for (int i = 0; i < seconds * kFps; ++i) frame({});
  }

  // Track `id` walks from x, `step` pixels a frame.
  void walk(int64_t id, float x, float step, int frames, const std::vector<float>& look = {}) {
    for (int i = 0; i < frames; ++i) frame({person(id, x + step * static_cast<float>(i), i + 1)}, look);
  }

  int made = 0, n = 0;
  Visits visits;
  std::vector<Visit> begun;
  std::vector<EndedVisit> ended;
  VisitTrack last;
};

TEST(Visits, BeginWithTheFirstDetectionOnceTheTrackIsConfirmed) {
  Scene scene;
  for (int i = 0; i < 10; ++i) {
    const VisitsUpdate update = scene.frame({person(1, 200.F + 5 * i, i + 1)});
    EXPECT_EQ(update.present.size(), i < 3 ? 0U : 1U) << "frame " << i;
  }
  ASSERT_EQ(scene.begun.size(), 1U);
  EXPECT_EQ(scene.begun[0].id, "visit1");
  EXPECT_EQ(scene.begun[0].begun, Timestamp{});
}

TEST(Visits, IgnoreObjectsAndFlickers) {
  Scene scene;
  for (int i = 0; i < 20; ++i) {
    Track bag = person(1, 200, i + 1);
    bag.label = 26;
    scene.frame({bag, person(2 + i, 400, 1)});
  }
  EXPECT_TRUE(scene.begun.empty());
}

TEST(Visits, SurviveAGapInTheMiddleOfThePicture) {
  Scene scene;
  for (int i = 0; i < 20; ++i) scene.frame({person(1, 200.F + 6 * i, i + 1)});
  scene.empty_for(1.5);
  VisitsUpdate last;
  for (int i = 0; i < 10; ++i) last = scene.frame({person(2, 390.F + 6 * i, i + 1)});
  ASSERT_EQ(last.present.size(), 1U);
  EXPECT_EQ(last.present[0].visit_id, "visit1");
  EXPECT_LT(last.present[0].continuity, 1);
  EXPECT_GT(last.present[0].continuity, 0.5);
  EXPECT_EQ(scene.begun.size(), 1U);
  EXPECT_TRUE(scene.ended.empty());
}

TEST(Visits, EndSoonAtTheEdgeAndLateInTheMiddle) {
  Scene scene;
  for (int i = 0; i < 20; ++i) scene.frame({person(1, 610.F + i, i + 1), person(2, 300, i + 1)});
  scene.empty_for(5);
  ASSERT_EQ(scene.ended.size(), 1U);
  EXPECT_EQ(scene.ended[0].end, VisitEnd::left);
  EXPECT_EQ(scene.ended[0].visit.tracks, std::vector<int64_t>{1});
  scene.empty_for(60);
  ASSERT_EQ(scene.ended.size(), 2U);
  EXPECT_EQ(scene.ended[1].end, VisitEnd::lost);
}

TEST(Visits, EndSoonInAnExitZone) {
  const Zone door{.name = "door", .kind = ZoneKind::exit, .polygon = {{.4F, .5F}, {.6F, .5F}, {.6F, .7F}, {.4F, .7F}}};
  Scene scene({door});
  for (int i = 0; i < 20; ++i) scene.frame({person(1, 320, i + 1)});
  scene.empty_for(5);
  ASSERT_EQ(scene.ended.size(), 1U);
  EXPECT_EQ(scene.ended[0].end, VisitEnd::left);
}

TEST(Visits, AreNotGivenToSomeoneFarAway) {
  Scene scene;
  for (int i = 0; i < 20; ++i) scene.frame({person(1, 100, i + 1)});
  scene.empty_for(0.3);
  for (int i = 0; i < 10; ++i) scene.frame({person(2, 560, i + 1)});
  EXPECT_EQ(scene.begun.size(), 2U);
}

// The longer the gap, the less sure; never a cliff from sure to not at all.
TEST(Visits, AreLessSureTheLongerTheGap) {
  double before = 1;
  for (const double gap_s : {0.5, 1.0, 2.0, 4.0}) {
    Scene scene;
    scene.walk(1, 200, 5, 20);
    scene.empty_for(gap_s);
    scene.walk(2, 330, 5, 10);
    ASSERT_EQ(scene.begun.size(), 1U) << gap_s;
    EXPECT_LT(scene.last.continuity, before) << gap_s;
    EXPECT_GT(scene.last.continuity, before - 0.3) << gap_s;
    before = scene.last.continuity;
  }
  Scene scene;
  scene.walk(1, 200, 5, 20);
  scene.empty_for(20);
  scene.walk(2, 330, 5, 10);
  EXPECT_EQ(scene.begun.size(), 2U);
}

TEST(Visits, AreNotGivenToSomeoneOfAnotherSize) {
  Scene scene;
  scene.walk(1, 200, 5, 20);
  scene.empty_for(1);
  for (int i = 0; i < 10; ++i) {
    const float x = 320 + 5 * static_cast<float>(i);
    scene.frame({Track{.id = 2, .box = {x - 12, 230, x + 12, 300}, .score = 0.9F, .label = 0, .hits = i + 1}});
  }
  EXPECT_EQ(scene.begun.size(), 2U);
}

TEST(Visits, AreToldApartByClothes) {
  const std::vector<float> red = {1, 0}, blue = {0, 1};
  // Who comes out where one was lost wears something else: somebody new.
  Scene other;
  other.walk(1, 200, 6, 20, red);
  other.empty_for(3);
  other.walk(2, 405, 6, 10, blue);
  EXPECT_EQ(other.begun.size(), 2U);
  Scene same;
  same.walk(1, 200, 6, 20, red);
  same.empty_for(3);
  same.walk(2, 405, 6, 10, red);
  EXPECT_EQ(same.begun.size(), 1U);

  // Two are hidden side by side; one comes out between where either would, and the clothes say which.
  for (const bool first_comes_back : {true, false}) {
    Scene two;
    for (int i = 0; i < 20; ++i) {
      const float step = 5 * static_cast<float>(i);
      two.frame({person(1, 100 + step, i + 1), person(2, 160 + step, i + 1)}, {1, 0, 0, 1});
    }
    two.empty_for(1);
    two.walk(3, 280, 5, 10, first_comes_back ? red : blue);
    EXPECT_EQ(two.last.visit_id, first_comes_back ? "visit1" : "visit2");
  }
}

// Whoever was seen before the clock was set back must not stay open until it has caught up.
TEST(Visits, GoOnWhenTheClockIsSetBack) {
  Scene scene;
  scene.n = 36000;
  scene.walk(1, 100, 6, 20);
  scene.n = 0;
  scene.empty_for(60);
  ASSERT_EQ(scene.ended.size(), 1U);
  EXPECT_LE(scene.ended[0].visit.begun, scene.ended[0].visit.seen);
  EXPECT_LE(scene.ended[0].visit.seen, Timestamp{});
}

TEST(Visits, AreClosedAtTheEnd) {
  Scene scene;
  for (int i = 0; i < 20; ++i) scene.frame({person(1, 300, i + 1)});
  const auto ended = scene.visits.finish();
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].end, VisitEnd::closed);
  EXPECT_TRUE(scene.visits.finish().empty());
}

}  // namespace
}  // namespace shrike
