#include "site/floor_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "site/config.h"

namespace shrike {
namespace {

using testing::HasSubstr;

constexpr const char* kGood =
    "      - {picture: [0.1, 0.9], floor: [3, 9]}\n"
    "      - {picture: [0.9, 0.9], floor: [7, 9]}\n"
    "      - {picture: [0.7, 0.4], floor: [7.5, 2.5]}\n"
    "      - {picture: [0.3, 0.4], floor: [2.5, 2.5]}\n";

Result<SiteConfig> parse(const std::string& floor, const std::string& points) {
  return parse_site(floor + "cameras:\n  door:\n    source: x.avi\n    floor_points:\n" + points, "shop.yml", "/srv");
}

std::string error_of(const std::string& floor, const std::string& points) {
  const auto site = parse(floor, points);
  return site ? "" : site.error().message;
}

TEST(FloorConfig, ReadsThePlanAndTheCamerasPoints) {
  const auto site = parse("floor: {size_m: [24, 16]}\n", kGood);
  ASSERT_TRUE(site) << site.error().message;
  EXPECT_EQ(site->floor.width_m, 24);
  EXPECT_EQ(site->floor.depth_m, 16);
  ASSERT_EQ(site->cameras[0].floor_points.size(), 4U);
  EXPECT_FLOAT_EQ(site->cameras[0].floor_points[2].floor_m.x, 7.5F);
}

TEST(FloorConfig, WithoutAnyNothingIsPlaced) {
  const auto site = parse_site("cameras: {door: {source: x}}", "shop.yml", "/srv");
  ASSERT_TRUE(site);
  EXPECT_FALSE(site->floor.known());
  EXPECT_TRUE(site->cameras[0].floor_points.empty());
}

TEST(FloorConfig, NamesWhatCannotBe) {
  EXPECT_THAT(error_of("", kGood), HasSubstr("floor.size_m is missing"));
  EXPECT_THAT(error_of("floor: {size_m: [24]}\n", kGood), HasSubstr("expected a list of 2 numbers"));
  EXPECT_THAT(error_of("floor: {size_m: [24, 16], picture: no.png}\n", kGood),
              HasSubstr("there is no file /srv/no.png"));
  EXPECT_THAT(error_of("floor: {size_m: [1, 3]}\n", kGood), HasSubstr("[7, 9] lies outside the floor of 1 x 3 m"));
}

TEST(FloorConfig, RefusesPointsThatPlaceNobody) {
  const std::string floor = "floor: {size_m: [24, 16]}\n";
  EXPECT_THAT(error_of(floor, "      - {picture: [0.1, 0.9], floor: [3, 9]}\n"), HasSubstr("4 to 32 points, found 1"));
  EXPECT_THAT(error_of(floor, "      - {picture: [0.1, 1.9], floor: [3, 9]}\n"), HasSubstr("a number from 0 to 1"));
  EXPECT_THAT(error_of(floor, "      - {picture: [0.1, 0.9]}\n"), HasSubstr("a point needs both"));
  std::string line(kGood);
  line.replace(line.find("[0.3, 0.4]"), 10, "[0.5, 0.9]");
  EXPECT_THAT(error_of(floor, line), HasSubstr("points 1, 2, 4 lie on one line"));
}

}  // namespace
}  // namespace shrike
