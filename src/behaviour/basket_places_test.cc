#include "behaviour/basket_places.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

TEST(BasketPlaces, WhoStandsAtTheProductTookIt) {
  BasketPlaces places;
  EXPECT_DOUBLE_EQ(places.fit("razor", {1, 1, 0.1}), 1) << "nothing is known";
  for (int i = 0; i < 5; ++i) places.learn("razor", {2 + 0.1 * (i % 3), 4, 0.1});
  EXPECT_GT(places.fit("razor", {2, 4.2, 0.1}), 5 * places.fit("razor", {2, 6, 0.1}));
  EXPECT_GT(places.fit("razor", {2, 9, 0.1}), 0) << "a sight may be wrong";
  EXPECT_DOUBLE_EQ(places.fit("soap", {2, 4, 0.1}), 1);
}

TEST(BasketPlaces, ThePlanogramSaysItUntilPeopleDo) {
  BasketPlaces places;
  const Products::Place planned{2, 4};
  EXPECT_GT(places.fit("razor", {2, 4, 0.1}, &planned), 5 * places.fit("razor", {2, 6, 0.1}, &planned));
  for (int i = 0; i < 50; ++i) places.learn("razor", {2, 6, 0.1});
  EXPECT_LT(places.fit("razor", {2, 4, 0.1}, &planned), places.fit("razor", {2, 6, 0.1}, &planned))
      << "it was moved, and the planogram is old";
}

TEST(BasketPlaces, AnUnsurePlaceSaysLess) {
  BasketPlaces places;
  for (int i = 0; i < 5; ++i) places.learn("razor", {2, 4, 0.1});
  const double sure = places.fit("razor", {2, 4, 0.05}) / places.fit("razor", {2, 5.5, 0.05});
  const double unsure = places.fit("razor", {2, 4, 4}) / places.fit("razor", {2, 5.5, 4});
  EXPECT_GT(sure, 3 * unsure);
}

}  // namespace
}  // namespace shrike
