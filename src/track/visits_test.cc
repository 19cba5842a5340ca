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

  VisitsUpdate frame(const std::vector<Track>& tracks) {
    VisitsUpdate update = visits.update({Timestamp{}.plus_s(n++ / kFps), 640, 480}, tracks);
    begun.insert(begun.end(), update.begun.begin(), update.begun.end());
    ended.insert(ended.end(), update.ended.begin(), update.ended.end());
    return update;
  }
  void empty_for(double seconds) {
    for (int i = 0; i < seconds * kFps; ++i) frame({});
  }

  int made = 0, n = 0;
  Visits visits;
  std::vector<Visit> begun;
  std::vector<EndedVisit> ended;
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
