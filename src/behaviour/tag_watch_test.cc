#include "behaviour/tag_watch.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

Products shop() {
  return Products(Planogram{{{.zone = "clothes", .sku_id = "shirt"},
                             {.zone = "clothes", .sku_id = "socks"},
                             {.zone = "care", .sku_id = "soap"}}});
}

TEST(TagWatch, NothingIsKnownOfAnything) {
  const Products products = shop();
  const TagWatch watch(products);
  EXPECT_EQ(watch.rate("shirt"), 0);
  EXPECT_EQ(watch.rate("none"), 0);
  EXPECT_EQ(watch.rate_of_zone("clothes"), 0);
}

TEST(TagWatch, LearnsWhichGoodsTheDoorTellsOf) {
  const Products products = shop();
  TagWatch watch(products);
  for (int i = 0; i < 40; ++i) {
    watch.sold("shirt");
    if (i % 20 != 0) watch.went_out("shirt");
    watch.sold("soap");
  }
  EXPECT_GT(watch.rate("shirt"), 0.85);
  EXPECT_LT(watch.rate("soap"), 0.05);
  EXPECT_GT(watch.rate("socks"), 0.8) << "nothing of it was sold yet: as its shelf";
  EXPECT_GT(watch.rate_of_zone("clothes"), 0.85);
}

TEST(TagWatch, OneStrayTagMakesNoShelfWatched) {
  const Products products = shop();
  TagWatch watch(products);
  for (int i = 0; i < 10; ++i) watch.sold("soap");
  watch.went_out("soap");
  EXPECT_LT(watch.rate("soap"), 0.2);
  watch.went_out("nothing of this shop");
  EXPECT_LT(watch.rate("soap"), 0.2);
}

}  // namespace
}  // namespace shrike
