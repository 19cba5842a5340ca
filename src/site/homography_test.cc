#include "site/homography.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shrike {
namespace {

using testing::HasSubstr;

/// A camera 3 m high at floor (5, 10), looking along -y (up the plan), tilted down by 30°, 70° wide, 16:9: pinhole by
/// hand, so that the fit is held against geometry and not against itself.
Point seen(double x, double y) {
  const double tilt = 30 * M_PI / 180, focal = 0.5 / std::tan(35 * M_PI / 180), ratio = 16.0 / 9;
  const double ahead = 10 - y, right = x - 5, down = 3;
  const double depth = ahead * std::cos(tilt) + down * std::sin(tilt);
  const double below = down * std::cos(tilt) - ahead * std::sin(tilt);
  return {static_cast<float>(0.5 + focal * right / depth), static_cast<float>(0.5 + ratio * focal * below / depth)};
}

FloorPair pair_at(double x, double y) { return {seen(x, y), {static_cast<float>(x), static_cast<float>(y)}}; }

std::vector<FloorPair> corners() { return {pair_at(4, 7), pair_at(6, 7), pair_at(3, 3), pair_at(7, 3)}; }

std::string refusal(std::span<const FloorPair> pairs) {
  const auto fit = fit_homography(pairs);
  return fit ? "fitted" : fit.error().message;
}

TEST(Homography, FourPointsGiveThePinholeBack) {
  const auto fit = fit_homography(corners());
  ASSERT_TRUE(fit) << fit.error().message;
  EXPECT_NEAR(fit->error_m, 0, 1e-3);
  for (const auto& [x, y] : {std::pair(5.0, 5.0), std::pair(2.5, 1.0), std::pair(6.0, 6.5)}) {
    const auto floor = fit->homography.to_floor(seen(x, y));
    ASSERT_TRUE(floor);
    EXPECT_NEAR(floor->x, x, 0.01);
    EXPECT_NEAR(floor->y, y, 0.01);
    const auto picture = fit->homography.to_picture({static_cast<float>(x), static_cast<float>(y)});
    ASSERT_TRUE(picture);
    EXPECT_NEAR(picture->x, seen(x, y).x, 1e-3);
    EXPECT_NEAR(picture->y, seen(x, y).y, 1e-3);
  }
}

TEST(Homography, ThereIsNoFloorAboveTheHorizon) {
  const auto fit = fit_homography(corners());
  ASSERT_TRUE(fit);
  EXPECT_FALSE(fit->homography.to_floor({0.5F, -0.5F}));
  EXPECT_FALSE(fit->homography.to_floor({NAN, 0.5F}));
  EXPECT_FALSE(fit->homography.to_picture({5, 14}));  // behind the camera
}

TEST(Homography, TheSlopeIsWhatASmallStepDoes) {
  const auto fit = fit_homography(corners());
  ASSERT_TRUE(fit);
  const Point at = seen(5.5, 5), right = {at.x + 1e-3F, at.y}, down = {at.x, at.y + 1e-3F};
  const auto slope = fit->homography.slope_at(at);
  const Point floor = *fit->homography.to_floor(at);
  EXPECT_NEAR(slope.xx, (fit->homography.to_floor(right)->x - floor.x) / 1e-3, 0.05);
  EXPECT_NEAR(slope.yx, (fit->homography.to_floor(right)->y - floor.y) / 1e-3, 0.05);
  EXPECT_NEAR(slope.xy, (fit->homography.to_floor(down)->x - floor.x) / 1e-3, 0.3);
  EXPECT_NEAR(slope.yy, (fit->homography.to_floor(down)->y - floor.y) / 1e-3, 0.3);
}

TEST(Homography, MorePointsAverageTheirErrors) {
  std::vector<FloorPair> pairs;
  for (int i = 0; i < 12; ++i) {
    FloorPair pair = pair_at(3 + (i % 4) * 4.0 / 3, 3 + (i / 4) * 2);
    pair.floor_m.x += i % 2 == 0 ? 0.1F : -0.1F;
    pairs.push_back(pair);
  }
  const auto fit = fit_homography(pairs);
  ASSERT_TRUE(fit) << fit.error().message;
  EXPECT_EQ(fit->errors_m.size(), 12U);
  EXPECT_NEAR(fit->error_m, 0.1, 0.04);
  EXPECT_NEAR(fit->homography.to_floor(seen(5, 5))->x, 5, 0.06);
}

TEST(Homography, RefusesPointsOnALineAndNamesThem) {
  auto pairs = corners();
  pairs[2] = pair_at(5, 7);
  EXPECT_THAT(refusal(pairs), HasSubstr("points 1, 2, 3 lie on one line"));
  const std::vector<FloorPair> all = {pair_at(3, 5), pair_at(4, 5), pair_at(5, 5), pair_at(6, 5), pair_at(7, 5)};
  EXPECT_THAT(refusal(all), HasSubstr("points 1, 2, 3, 4, 5 lie on one line in the picture"));
  std::vector<FloorPair> twice = corners();
  twice[3] = twice[2];
  EXPECT_THAT(refusal(twice), HasSubstr("on one line"));
}

TEST(Homography, ThreeOfManyOnALineAreNoFault) {
  auto pairs = corners();
  pairs.push_back(pair_at(5, 7));
  EXPECT_TRUE(fit_homography(pairs));
}

TEST(Homography, RefusesExchangedAndMirroredPoints) {
  auto folded = corners();
  std::swap(folded[0].floor_m, folded[1].floor_m);
  EXPECT_THAT(refusal(folded), HasSubstr("exchanged"));
  auto mirrored = corners();
  for (auto& pair : mirrored) pair.floor_m.y = 10 - pair.floor_m.y;
  EXPECT_THAT(refusal(mirrored), HasSubstr("mirrored"));
}

TEST(Homography, RefusesPointsThatDoNotFitAndNamesTheWorst) {
  auto pairs = corners();
  for (double y : {4.0, 5.0, 6.0}) pairs.push_back(pair_at(5, y));
  pairs[5].floor_m.x += 3;
  EXPECT_THAT(refusal(pairs), HasSubstr("most of all point 6"));
}

TEST(Homography, RefusesTooFew) {
  auto pairs = corners();
  pairs.pop_back();
  EXPECT_THAT(refusal(pairs), HasSubstr("expected 4 to 32 points, found 3"));
}

}  // namespace
}  // namespace shrike
