#include "track/whole_box.h"

#include <cmath>
#include <gtest/gtest.h>

namespace shrike {
namespace {

constexpr double kAspect = 16.0 / 9, kFocal = 0.9, kHangs_m = 3.2, kTilt = 0.6;

/// A camera over (0, 0) that looks along the plan's −y, tilted down.
Point picture_of(double x, double y, double up_m) {
  const double ahead = -y, below = kHangs_m - up_m;
  const double depth = ahead * std::cos(kTilt) + below * std::sin(kTilt);
  const double down = below * std::cos(kTilt) - ahead * std::sin(kTilt);
  return {static_cast<float>(0.5 + kFocal * x / depth / kAspect), static_cast<float>(0.5 + kFocal * down / depth)};
}

std::vector<FloorPair> points() {
  std::vector<FloorPair> pairs;
  for (const auto& [x, y] : {std::pair(-1.5, -3.0), {1.5, -3.0}, {-2.0, -8.0}, {2.5, -8.0}, {0.5, -5.0}, {-1.0, -6.0}})
    pairs.push_back({picture_of(x, y, 0), {static_cast<float>(x), static_cast<float>(y)}});
  return pairs;
}

Box person(double x, double y, double tall_m, double broad_m) {
  const Point head = picture_of(x, y, tall_m), feet = picture_of(x, y, 0);
  const float half = (picture_of(x + broad_m / 2, y, tall_m).x - picture_of(x - broad_m / 2, y, tall_m).x) / 2;
  return {head.x - half, head.y, head.x + half, feet.y};
}

TEST(WholeBox, TellsWhereTheCameraHangs) {
  const auto whole = WholeBox::of(points(), kAspect);
  ASSERT_TRUE(whole);
  EXPECT_NEAR(whole->height_m(), kHangs_m, 0.05);
}

TEST(WholeBox, PutsBackLegsThatAShelfHides) {
  const auto whole = WholeBox::of(points(), kAspect);
  ASSERT_TRUE(whole);
  for (const double y : {-4.0, -6.0, -8.0})
    for (const double seen : {0.3, 0.5, 0.7}) {
      const Box all = person(0.8, y, 1.7, 0.48);
      Box cut = all;
      cut.y2 = all.y1 + static_cast<float>(seen) * all.height();
      EXPECT_NEAR(whole->complete(cut).y2, all.y2, 0.02) << y << " " << seen;
      EXPECT_FLOAT_EQ(whole->complete(cut).y1, all.y1);
    }
}

TEST(WholeBox, LeavesWholePeopleAndChildren) {
  const auto whole = WholeBox::of(points(), kAspect);
  ASSERT_TRUE(whole);
  for (const double y : {-4.0, -6.0, -8.0}) {
    for (const auto& [tall, broad] : {std::pair(1.7, 0.48), {1.55, 0.45}, {1.9, 0.5}, {1.1, 0.3}}) {
      const Box box = person(-0.5, y, tall, broad);
      EXPECT_FLOAT_EQ(whole->complete(box).y2, box.y2) << y << " " << tall;
    }
  }
}

TEST(WholeBox, NoCameraIsMadeOfPointsThatFitNone) {
  EXPECT_FALSE(WholeBox::of({}, kAspect));
  // A drawing, not a picture: seen from straight above by nobody.
  std::vector<FloorPair> flat;
  for (const auto& [x, y] : {std::pair(0.F, 0.F), {4.F, 0.F}, {0.F, 3.F}, {4.F, 3.F}})
    flat.push_back({{0.2F + 0.1F * x, 0.2F + 0.1F * y}, {x, y}});
  EXPECT_FALSE(WholeBox::of(flat, kAspect));
}

}  // namespace
}  // namespace shrike
