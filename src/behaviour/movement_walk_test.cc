#include "behaviour/movement_walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

namespace shrike {
namespace {

const Timestamp kStart{1'770'000'000'000'000};

VisitTrace trace(const std::string& camera, double from_s, double to_s, std::vector<Waypoint> path,
                 std::vector<ZoneStay> stays = {}) {
  return {.camera_visit_id = camera,
          .visit_id = "v",
          .camera = camera,
          .from = kStart.plus_s(from_s),
          .to = kStart.plus_s(to_s),
          .plane = Plane::floor,
          .stays = std::move(stays),
          .path = std::move(path)};
}

ZoneStay stay(const char* zone, ZoneKind kind, double from_s, double to_s) {
  return {zone, kind, kStart.plus_s(from_s), kStart.plus_s(to_s), to_s - from_s};
}

std::vector<std::string> places(const Walk& walk) {
  std::vector<std::string> out;
  for (const Stretch& s : walk.stretches) out.push_back(s.place);
  return out;
}

TEST(MovementWalk, PutsTwoCamerasTogetherSecondBySecond) {
  const std::vector traces{
      trace("door", 0, 12, {{0, 12, 2, 14}}, {stay("door_in", ZoneKind::entrance, 0, 9)}),
      trace("aisle", 8, 60, {{0, 4, 2, 10}, {4, 48, 5.5F, 4}}, {stay("razors", ZoneKind::high_risk, 14, 60)})};
  const Walk walk = walk_of(traces);
  EXPECT_EQ(walk.visit_id, "v");
  EXPECT_EQ(walk.from, kStart);
  EXPECT_DOUBLE_EQ(walk.seconds, 60);
  EXPECT_THAT(places(walk), testing::ElementsAre("door_in", "floor 0,4", "razors"));
  EXPECT_EQ(walk.stretches[2].zone, ZoneKind::high_risk);
  EXPECT_NEAR(walk.stretches[2].at_s, 14, 1);
  EXPECT_NEAR(walk.stretches[2].seconds, 47, 1);
}

TEST(MovementWalk, AGapIsBridgedAndThenAStretchUnseen) {
  EXPECT_THAT(places(walk_of(std::vector{trace("a", 0, 5, {{0, 5, 1, 1}}), trace("b", 10, 20, {{0, 10, 1, 1}})})),
              testing::ElementsAre("floor 0,0"));
  const Walk hidden = walk_of(std::vector{trace("a", 0, 5, {{0, 5, 1, 1}}), trace("b", 65, 80, {{0, 15, 1, 1}})});
  EXPECT_THAT(places(hidden), testing::ElementsAre("floor 0,0", kUnseenPlace, "floor 0,0"));
  EXPECT_NEAR(hidden.stretches[0].seconds, 5 + kCarried_s, 1.1);
}

TEST(MovementWalk, WhoStandsOnAnEdgeStandsStill) {
  std::vector<Waypoint> sways;
  for (int i = 0; i < 30; ++i) sways.push_back({i * 2.0, 2, i % 2 == 0 ? 2.8F : 3.2F, 1});
  EXPECT_THAT(places(walk_of(std::vector{trace("a", 0, 60, sways)})), testing::ElementsAre("floor 0,0"));
}

TEST(MovementWalk, SecondsAddUpToTheVisit) {
  std::vector<Waypoint> way;
  for (int i = 0; i < 60; ++i) way.push_back({i * 1.0, 1, static_cast<float>(i) * 0.4F, 2});
  const Walk walk = walk_of(std::vector{trace("a", 0, 60, way, {stay("soap", ZoneKind::shelf, 20, 21)})});
  double sum = 0, gone = 0;
  for (const Stretch& s : walk.stretches) {
    sum += s.seconds;
    gone += s.way;
  }
  EXPECT_NEAR(sum, 61, 1.1);
  EXPECT_NEAR(gone, 24, 3);
}

TEST(MovementWalk, WhatIsNotFiniteIsLeftOut) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Walk walk = walk_of(std::vector{trace("a", 0, 20, {{0, 10, nan, 1}, {10, 1e300, 1, 1}, {-5, 3, 1, nan}})});
  EXPECT_THAT(places(walk), testing::ElementsAre(kUnseenPlace, "floor 0,0"));
}

TEST(MovementWalk, PicturesHaveSquaresOfTheirOwn) {
  VisitTrace one = trace("left", 0, 10, {{0, 10, 0.1F, 0.9F}}), other = trace("right", 0, 30, {{0, 30, 0.6F, 0.1F}});
  one.plane = other.plane = Plane::picture;
  EXPECT_THAT(places(walk_of(std::vector{one, other})), testing::ElementsAre("left 0,3", "right 2,0"));
}

TEST(MovementWalk, NothingAndLongestVisitsAreBounded) {
  EXPECT_TRUE(walk_of({}).stretches.empty());
  const Walk doll = walk_of(std::vector{trace("a", 0, 1e7, {{0, 1e7, 1, 1}})});
  EXPECT_LE(doll.seconds, 6 * 3600);
  EXPECT_EQ(doll.stretches.size(), 1U);
}

}  // namespace
}  // namespace shrike
