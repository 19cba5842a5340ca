#include "site/planogram.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shrike {
namespace {

using testing::HasSubstr;

std::string told(std::string_view text) {
  const auto read = parse_planogram(text, "p.csv");
  return read ? "" : read.error().message;
}

TEST(Planogram, ReadsWhatTheHeaderNames) {
  const auto read = parse_planogram(
      "\xEF\xBB\xBF# shop 7\r\nsku_id,name,zone,colour,price,gtin,unit_weight_g,shelf\r\n"
      "R1,\"Razor, 5 blades \"\"Pro\"\"\",razors,red,12.50,4006381333931,88.5,A1\r\n\r\n"
      "R1,,till,,,,,\r\n",
      "p.csv");
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->items.size(), 2U);
  const PlanogramItem razor{.zone = "razors",
                            .sku_id = "R1",
                            .gtin = "04006381333931",
                            .name = "Razor, 5 blades \"Pro\"",
                            .shelf = "A1",
                            .price = 12.5,
                            .unit_weight_g = 88.5};
  EXPECT_EQ(read->items[0], razor);
  EXPECT_FALSE(read->items[1].price);
  EXPECT_EQ(read->zone_of().at("R1"), "till");
}

TEST(Planogram, SaysWhereOneStandsForAProduct) {
  const auto read = parse_planogram("zone,sku_id,x_m,y_m\nrazors,R1,5.5,2.25\nrazors,R2,,\n", "p.csv");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->items[0].x_m, 5.5);
  EXPECT_EQ(read->items[0].y_m, 2.25);
  EXPECT_FALSE(read->items[1].x_m);
  EXPECT_THAT(told("zone,sku_id,x_m,y_m\nrazors,R1,5.5,\n"), HasSubstr("p.csv:2:1: of x_m and y_m there is one"));
}

TEST(Planogram, NeedsNoHeaderForZoneAndProduct) {
  const auto read = parse_planogram("razors,R1\nspirits,W2", "p.csv");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->items[1].sku_id, "W2");
}

TEST(Planogram, NamesEveryFaultWithItsPlace) {
  const std::string all = told(
      "zone,sku_id,gtin,price\nrazors,R1,4006381333932,1\nrazors,,,\n,R2,,-3\nrazors,R3\nrazors,R4,,1e999\nrazors,R5,,"
      "\n"
      "razors,R5,,\n");
  EXPECT_THAT(all, HasSubstr("p.csv:2:3: found gtin '4006381333932'"));
  EXPECT_THAT(all, HasSubstr("p.csv:3:2: sku_id is empty"));
  EXPECT_THAT(all, HasSubstr("p.csv:4:1: zone is empty"));
  EXPECT_THAT(all, HasSubstr("p.csv:4:4: found price '-3', expected a number above 0"));
  EXPECT_THAT(all, HasSubstr("p.csv:5:3: found 2 cells, expected 4"));
  EXPECT_THAT(all, HasSubstr("p.csv:6:4: found price '1e999'"));
  EXPECT_THAT(all, HasSubstr("p.csv:8:1: zone razors, sku_id R5 is there twice"));
}

TEST(Planogram, SaysWhatItCannotReadAtAll) {
  EXPECT_THAT(told(""), HasSubstr("p.csv: no line zone,sku_id"));
  EXPECT_THAT(told("zone,sku_id\n"), HasSubstr("no line"));
  EXPECT_THAT(told("a,b,c\n"), HasSubstr("p.csv:1: found 3 cells, expected a header with zone and sku_id"));
  EXPECT_THAT(told("zone,sku_id,zone\na,b,c\n"), HasSubstr("the column zone is there twice"));
  EXPECT_THAT(told("zone,sku_id\na,b\n\"c,d\n\n"), HasSubstr("p.csv:3:1: a quote is opened here and never closed"));
  EXPECT_THAT(told("zone,sku_id,gtin\na,b,4006381333931\nc,b,96385074\n"),
              HasSubstr("p.csv:3:1: sku_id b has the gtin 00000096385074, and 04006381333931 above"));
  EXPECT_THAT(read_planogram("/nowhere/p.csv").error().message, HasSubstr("/nowhere/p.csv"));
}

}  // namespace
}  // namespace shrike
