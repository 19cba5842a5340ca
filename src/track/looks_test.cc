#include "track/looks.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

TEST(Looks, RowsAreUsedAgain) {
  Looks looks;
  EXPECT_FALSE(looks.keep_size(2));
  EXPECT_TRUE(looks.keep_size(2));
  const int a = looks.take(std::vector<float>{1, 0}), b = looks.take(std::vector<float>{0, 1});
  EXPECT_NE(a, b);
  EXPECT_EQ(looks.row(b)[1], 1);
  looks.let_go(a);
  EXPECT_EQ(looks.take(std::vector<float>{0.6F, 0.8F}), a);
  EXPECT_FLOAT_EQ(looks.row(a)[0], 0.6F);
  EXPECT_EQ(looks.row(b)[1], 1);
}

TEST(Looks, ABlendKeepsItsLength) {
  std::vector<float> row = {1, 0};
  blend_look(row, std::vector<float>{0, 1}, 0.25F);
  EXPECT_NEAR(row[0] * row[0] + row[1] * row[1], 1, 1e-6);
  EXPECT_NEAR(row[1] / row[0], 1.F / 3, 1e-6);
  std::vector<float> opposite = {1, 0};
  blend_look(opposite, std::vector<float>{-1, 0}, 0.5F);  // nothing is left: no length to keep
  EXPECT_EQ(opposite, (std::vector<float>{0, 0}));
}

TEST(Looks, ZerosAreNoLook) {
  EXPECT_FALSE(has_look(std::vector<float>{0, 0}));
  EXPECT_FALSE(has_look({}));
  EXPECT_TRUE(has_look(std::vector<float>{0, 0.1F}));
}

}  // namespace
}  // namespace shrike
