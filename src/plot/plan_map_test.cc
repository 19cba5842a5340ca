#include "plot/plan_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pugixml.hpp>

#include "plot/page.h"

namespace shrike::plot {
namespace {

using testing::HasSubstr;

PlanMap example() {
  return {.title = "time",
          .low_name = "none",
          .high_name = "much",
          .columns = 2,
          .rows = 2,
          .aspect = 1.5,
          .values = {0, 1, 0, 4},
          .tips = {"a", "b", "c", "d & e"},
          .outlines = {{"till <1>", {{0.25, 0.25}, {0.75, 0.25}, {0.5, 0.75}}}, {"no area", {{0, 0}}}}};
}

TEST(PlanMap, DrawsWhatIsNotZeroAndEveryOutline) {
  const auto svg = draw(example());
  pugi::xml_document xml;
  ASSERT_TRUE(xml.load_string(svg.c_str())) << svg;
  int cells = 0;
  for (const auto& rect : xml.child("svg").children("rect")) cells += rect.child("title") ? 1 : 0;
  EXPECT_EQ(cells, 2);
  EXPECT_STREQ(xml.child("svg").child("polygon").attribute("class").value(), "frame");
  EXPECT_THAT(svg, HasSubstr("till &lt;1&gt;"));
  EXPECT_THAT(svg, HasSubstr("d &amp; e"));
}

TEST(PlanMap, APlanLiesBelowWhereItBelongs) {
  PlanMap map = example();
  EXPECT_EQ(draw(map).find("<image"), std::string::npos);
  map.picture = "data:image/png;base64,AA==";
  map.picture_left = -0.5;
  map.picture_width = 2;
  const auto svg = draw(map);
  pugi::xml_document xml;
  ASSERT_TRUE(xml.load_string(svg.c_str())) << svg;
  const auto image = xml.child("svg").child("svg").child("image");
  EXPECT_STREQ(image.attribute("href").value(), "data:image/png;base64,AA==");
  EXPECT_DOUBLE_EQ(image.attribute("x").as_double(), -358);
  EXPECT_DOUBLE_EQ(image.attribute("width").as_double(), 1432);
  const Page page("Plan", "");
  EXPECT_THAT(page.html(), HasSubstr("img-src data:")) << "what the page does not allow is not drawn";
  EXPECT_LT(svg.find("<image"), svg.find("cell high")) << "time is drawn over it";
}

TEST(PlanMap, OneCrowdedCellDoesNotPaleTheRest) {
  PlanMap map{.columns = 200, .rows = 1, .values = std::vector<double>(200, 1.0)};
  map.values[0] = 1e6;
  EXPECT_TRUE(draw(map).find("fill-opacity=\"1.00\" x=\"5.1\"") != std::string::npos);
}

TEST(PlanMap, NothingSeenIsNoPicture) {
  auto map = example();
  map.values.assign(4, 0);
  EXPECT_EQ(draw(map), "");
  EXPECT_EQ(draw(PlanMap{}), "");
}

}  // namespace
}  // namespace shrike::plot
