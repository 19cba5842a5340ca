#include "behaviour/carried.h"

#include <gtest/gtest.h>
#include <limits>

namespace shrike {
namespace {

const Box kLeft{100, 100, 200, 400}, kRight{400, 100, 500, 400};

TEST(ObjectLabels, KnowsWhatIsCarriedAndWhatIsPushed) {
  const ObjectLabels labels({"person", "handbag", "shopping cart", "dog"});
  EXPECT_FALSE(labels.carried(0));
  EXPECT_TRUE(labels.carried(1));
  EXPECT_TRUE(labels.cart(2));
  EXPECT_FALSE(labels.carried(2) || labels.carried(3) || labels.cart(3));
  EXPECT_EQ(labels.name(1), "handbag");
  for (const int none : {-1, 4, 1000000}) {
    EXPECT_FALSE(labels.carried(none) || labels.cart(none));
    EXPECT_EQ(labels.name(none), "");
  }
}

TEST(HolderOf, TakesTheNearerOfTwo) {
  const std::vector<Box> people{kLeft, kRight};
  EXPECT_EQ(holder_of({190, 250, 220, 300}, false, people), 0U) << "a bag beside the knee";
  EXPECT_EQ(holder_of({385, 250, 415, 300}, false, people), 1U);
  EXPECT_EQ(holder_of({280, 350, 320, 400}, false, people), std::nullopt) << "on the floor between them";
  EXPECT_EQ(holder_of({130, 200, 160, 240}, false, std::vector<Box>{{90, 100, 230, 400}, kLeft}), 1U)
      << "both cover it wholly: the one whose middle is nearer";
}

TEST(HolderOf, ACartIsPushedAtArmsLength) {
  const Box cart{195, 250, 330, 400};
  EXPECT_EQ(holder_of(cart, true, std::vector<Box>{kLeft}), 0U);
  EXPECT_EQ(holder_of(cart, false, std::vector<Box>{kLeft}), std::nullopt);
}

TEST(HolderOf, NobodyHoldsWhatIsNoBox) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(holder_of({nan, 0, 10, 10}, false, std::vector<Box>{kLeft}), std::nullopt);
  EXPECT_EQ(holder_of({150, 200, 150, 240}, false, std::vector<Box>{kLeft}), std::nullopt);
  EXPECT_EQ(holder_of({130, 200, 160, 240}, false, std::vector<Box>{{nan, nan, nan, nan}}), std::nullopt);
  EXPECT_EQ(holder_of({130, 200, 160, 240}, false, {}), std::nullopt);
}

}  // namespace
}  // namespace shrike
