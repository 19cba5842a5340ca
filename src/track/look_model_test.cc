#include "track/look_model.h"

#include <gtest/gtest.h>
#include <vector>

namespace shrike {
namespace {

TEST(LookModel, AlikeSpeaksForAndUnlikeAgainst) {
  const LookModel model;
  EXPECT_GT(model.log_ratio(0.9), 0.5);
  EXPECT_LT(model.log_ratio(0.5), -1);
  for (double alike = 0; alike < 1; alike += 0.02)
    EXPECT_LE(model.log_ratio(alike), model.log_ratio(alike + 0.02) + 1e-9);
}

TEST(LookModel, WhereEverybodyWearsTheSameLooksSayLess) {
  LookModel uniforms;
  for (int i = 0; i < 500; ++i) uniforms.learn_different(0.84 + 0.001 * (i % 40));
  EXPECT_LT(uniforms.log_ratio(0.88), 0.6);
  LookModel colourful;
  for (int i = 0; i < 500; ++i) colourful.learn_different(0.2 + 0.002 * (i % 40));
  EXPECT_GT(colourful.log_ratio(0.88), 2);
}

TEST(LookModel, LooksThatTellNobodyApartSayNothing) {
  LookModel model;
  for (int i = 0; i < 3000; ++i) model.learn_different(0.95);
  EXPECT_EQ(model.log_ratio(0.99), 0);
  EXPECT_EQ(model.log_ratio(0.2), 0);
}

TEST(LookModel, NoAppearanceIsNoEvidence) {
  const LookModel model;
  const std::vector<float> red = {1, 0}, none = {0, 0}, longer = {1, 0, 0};
  EXPECT_EQ(model.log_ratio(red, none), 0);
  EXPECT_EQ(model.log_ratio(red, longer), 0);
  EXPECT_EQ(model.log_ratio({}, {}), 0);
  EXPECT_GT(model.log_ratio(red, red), 0.5);
}

}  // namespace
}  // namespace shrike
