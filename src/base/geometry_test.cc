#include "base/geometry.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

TEST(Geometry, IouOfKnownBoxes) {
  const Box a{0, 0, 10, 10};
  EXPECT_FLOAT_EQ(iou(a, a), 1);
  EXPECT_FLOAT_EQ(iou(a, Box{5, 0, 15, 10}), 50.F / 150);
  EXPECT_FLOAT_EQ(iou(a, Box{10, 0, 20, 10}), 0);
  EXPECT_FLOAT_EQ(iou(Box{}, Box{}), 0);
}

TEST(Geometry, PolygonHoldsPoints) {
  const Polygon l{{0, 0}, {1, 0}, {1, .5F}, {.5F, .5F}, {.5F, 1}, {0, 1}};
  EXPECT_TRUE(contains(l, {.25F, .75F}));
  EXPECT_TRUE(contains(l, {.75F, .25F}));
  EXPECT_FALSE(contains(l, {.75F, .75F}));
  EXPECT_FALSE(contains(l, {1.5F, .25F}));
  EXPECT_FALSE(contains(Polygon{{0, 0}, {1, 1}}, {.5F, .5F}));
  EXPECT_FLOAT_EQ(area(l), .75F);
}

TEST(Geometry, FindsABowTie) {
  EXPECT_TRUE(crosses_itself({{0, 0}, {1, 1}, {1, 0}, {0, 1}}));
  EXPECT_FALSE(crosses_itself({{0, 0}, {1, 0}, {1, 1}, {0, 1}}));
  EXPECT_TRUE(crosses_itself({{0, 0}, {2, 0}, {2, 1}, {1, 0}, {0, 1}})) << "a corner that touches another edge";
}

}  // namespace
}  // namespace shrike
