#include "video/frozen_picture.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

using Verdict = FrozenPicture::Verdict;

Luma grey(uint16_t value) { return {.width = 10, .height = 10, .cells = std::vector<uint16_t>(100, value)}; }
Timestamp at(double s) { return Timestamp{1'800'000'000'000'000}.plus_s(s); }

TEST(FrozenPicture, NeedsItsPatience) {
  FrozenPicture frozen(30);
  EXPECT_EQ(frozen.look(grey(800), at(0)), Verdict::moves);
  EXPECT_EQ(frozen.look(grey(801), at(29)), Verdict::still);
  EXPECT_EQ(frozen.look(grey(800), at(30)), Verdict::froze);
  EXPECT_NEAR(frozen.still_s(at(30)), 30, 1e-6);
}

TEST(FrozenPicture, AsksForReconnectionsMoreAndMoreRarely) {
  FrozenPicture frozen(30);
  std::vector<double> reconnections_s;
  for (int s = 0; s < 3000; ++s) {
    if (frozen.look(grey(800), at(s)) == Verdict::froze) reconnections_s.push_back(s);
  }
  EXPECT_EQ(reconnections_s, (std::vector<double>{30, 90, 210, 450, 930, 1530, 2130, 2730}));
  EXPECT_EQ(frozen.look(grey(800), at(3000)), Verdict::still_frozen);
}

TEST(FrozenPicture, OneCellThatMovesIsLife) {
  FrozenPicture frozen(30);
  Luma luma = grey(800);
  for (int s = 0; s < 300; ++s) {
    luma.cells[42] = static_cast<uint16_t>(800 + 20 * (s % 2));
    EXPECT_EQ(frozen.look(luma, at(s)), Verdict::moves);
  }
  // And it thaws.
  for (int s = 300; s < 340; ++s) (void)frozen.look(luma, at(s));
  EXPECT_EQ(frozen.look(luma, at(341)), Verdict::still_frozen);
  EXPECT_EQ(frozen.look(grey(900), at(342)), Verdict::moves);
  EXPECT_EQ(frozen.look(grey(900), at(343)), Verdict::still);
}

}  // namespace
}  // namespace shrike
