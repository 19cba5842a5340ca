#include "vault/appearance_index.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace shrike {
namespace {

std::vector<float> random_look(std::mt19937& engine, size_t size) {
  std::normal_distribution<float> normal;
  std::vector<float> v(size);
  double square = 0;
  for (float& x : v) square += std::pow(x = std::abs(normal(engine)), 2);
  for (float& x : v) x /= static_cast<float>(std::sqrt(square));
  return v;
}

TEST(AppearanceIndex, FindsWhatWasAddedNearestFirst) {
  std::mt19937 engine(1);
  AppearanceIndex index(48, 500);
  std::vector<std::vector<float>> all;
  for (size_t i = 0; i < 500; ++i) {
    all.push_back(random_look(engine, 48));
    ASSERT_TRUE(index.add(i, all.back()));
  }
  EXPECT_FALSE(index.add(500, all[0])) << "full";
  int found = 0;
  for (size_t i = 0; i < 500; ++i) {
    const auto near = index.nearest(all[i], 3);
    ASSERT_EQ(near.size(), 3U);
    EXPECT_GE(near[0].alike, near[1].alike);
    found += near[0].label == i ? 1 : 0;
  }
  EXPECT_GE(found, 495);
}

TEST(AppearanceIndex, NothingIsNearWhereNothingIs) {
  const AppearanceIndex empty(4, 0);
  EXPECT_TRUE(empty.nearest(std::vector<float>{1, 0, 0, 0}, 3).empty());
  AppearanceIndex one(4, 1);
  EXPECT_FALSE(one.add(0, std::vector<float>{1, 0}));
  EXPECT_TRUE(one.add(7, std::vector<float>{1, 0, 0, 0}));
  EXPECT_TRUE(one.nearest(std::vector<float>{1, 0}, 3).empty());
  EXPECT_EQ(one.nearest(std::vector<float>{1, 0, 0, 0}, 3)[0].label, 7U);
}

}  // namespace
}  // namespace shrike
