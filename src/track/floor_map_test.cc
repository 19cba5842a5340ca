#include "track/floor_map.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

/// A camera over a floor of 10 x 8 m: near below, far above, as cameras on walls see it.
CameraConfig placed() {
  CameraConfig camera;
  camera.floor_points = {
      {{0.05F, 0.95F}, {2, 7}}, {{0.95F, 0.95F}, {8, 7}}, {{0.70F, 0.40F}, {8, 1}}, {{0.30F, 0.40F}, {2, 1}}};
  return camera;
}

FloorConfig plan() { return {.width_m = 10, .depth_m = 8, .picture = {}}; }

Box person_at(float x, float y, float height) { return {x - height / 6, y - height, x + height / 6, y}; }

TEST(FloorMap, FeetStandOnTheFloor) {
  const auto floor = FloorMap::of(placed(), plan());
  ASSERT_TRUE(floor);
  const auto spot = floor->spot_of(person_at(0.30F, 0.40F, 0.2F));
  ASSERT_TRUE(spot);
  EXPECT_NEAR(spot->x_m, 2, 0.05);
  EXPECT_NEAR(spot->y_m, 1, 0.05);
}

TEST(FloorMap, WhoIsFarIsPlacedLessSurelyAlongTheView) {
  const auto floor = FloorMap::of(placed(), plan());
  const auto near = floor->spot_of(person_at(0.5F, 0.9F, 0.5F)), far = floor->spot_of(person_at(0.5F, 0.42F, 0.2F));
  ASSERT_TRUE(near && far);
  EXPECT_GT(far->yy, near->yy);
  EXPECT_GT(far->yy, far->xx);
}

TEST(FloorMap, FeetBelowThePictureAreUnsure) {
  const auto floor = FloorMap::of(placed(), plan());
  const auto whole = floor->spot_of(person_at(0.5F, 0.97F, 0.5F)), cut = floor->spot_of(person_at(0.5F, 0.99F, 0.5F));
  ASSERT_TRUE(whole && cut);
  EXPECT_GT(cut->yy, 4 * whole->yy);
}

TEST(FloorMap, ThereIsNoPlaceOffThePlan) {
  const auto floor = FloorMap::of(placed(), plan());
  EXPECT_FALSE(floor->spot_of(person_at(0.5F, 0.1F, 0.1F)));
  EXPECT_FALSE(FloorMap::of(CameraConfig{}, plan()));
  EXPECT_FALSE(FloorMap::of(placed(), FloorConfig{}));
}

TEST(FloorMap, OnePlaceIsDenserThanTwo) {
  const FloorSpot a{3, 3, 0.1, 0, 0.1}, b{3.2, 3, 0.1, 0, 0.1}, c{6, 3, 0.1, 0, 0.1};
  EXPECT_GT(same_place_density(a, b, 0.3), 20 * same_place_density(a, c, 0.3));
  EXPECT_NEAR(metres_between(a, c), 3, 1e-9);
  // Long along x: a step that way says less than one across.
  const FloorSpot wide{3, 3, 4, 0, 0.05};
  EXPECT_GT(same_place_density(wide, {4.5, 3, 0.05, 0, 0.05}, 0), same_place_density(wide, {3, 4.5, 0.05, 0, 0.05}, 0));
}

}  // namespace
}  // namespace shrike
