#include "plot/svg.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <pugixml.hpp>

#include "plot/page.h"
#include "plot/scale.h"

namespace shrike::plot {
namespace {

constexpr const char* kHostile = "</svg><script>alert('x')</script> \"&\" \x01 \xff\xfe Käse";

/// What a browser's parser would: SVG must be well-formed XML.
void expect_well_formed(const std::string& svg) {
  ASSERT_FALSE(svg.empty());
  pugi::xml_document document;
  const auto result = document.load_string(svg.c_str());
  EXPECT_TRUE(result) << result.description() << " at " << result.offset << "\n" << svg;
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(svg.find("inf"), std::string::npos);
}

TEST(PlotText, EscapesEverythingThatCouldBeMarkup) {
  EXPECT_EQ(escaped("<a href=\"x\" id='y'>&</a>"), "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;&lt;/a&gt;");
  EXPECT_EQ(escaped("Käse № 5 \xF0\x9F\xA7\x80"), "Käse № 5 \xF0\x9F\xA7\x80");
}

TEST(PlotText, ReplacesWhatIsNoText) {
  EXPECT_EQ(escaped(std::string_view("a\0b", 3)),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(escaped("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");                  // an overlong slash
  EXPECT_EQ(escaped("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // a surrogate
  EXPECT_EQ(escaped("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");                  // cut off
}

TEST(PlotText, ShortensByCodePoints) {
  EXPECT_EQ(shortened("Käsekuchen", 10), "Käsekuchen");
  EXPECT_EQ(shortened("Käsekuchen", 4), "Käs…");
}

TEST(PlotText, WritesNumbersForPeople) {
  EXPECT_EQ(number(1234567.8), "1,234,568");
  EXPECT_EQ(number(-1234), "−1,234");
  EXPECT_EQ(number(3.14159), "3.14");
  EXPECT_EQ(number(-0.0), "0");
  EXPECT_EQ(number(-0.00001), "0");
  EXPECT_EQ(number(0.00123), "0.00123");
  EXPECT_EQ(number(std::nan("")), "–");
}

TEST(PlotScale, HoldsItsValuesOnRoundTicks) {
  const auto scale = scale_of(3, 97, false, 6);
  EXPECT_DOUBLE_EQ(scale.low, 0);
  EXPECT_DOUBLE_EQ(scale.high, 100);
  EXPECT_LE(scale.ticks.size(), 7U);
  EXPECT_DOUBLE_EQ(scale.at(50), 0.5);
}

TEST(PlotScale, StandsOneValueAndLogarithms) {
  for (double v : {0.0, 5.0, -5.0, 1e9}) {
    const auto scale = scale_of(v, v, false, 6);
    EXPECT_GT(scale.high, scale.low);
    EXPECT_GE(scale.at(v), 0);
  }
  const auto log = scale_of(0.5, 200, true, 6);
  EXPECT_GE(log.ticks.size(), 5U);
  EXPECT_NEAR(log.at(10), 0.5, 1e-9);
  EXPECT_EQ(log.at(0), 0);
}

TEST(PlotSvg, EveryChartIsWellFormedWhateverTheData) {
  const double none = std::numeric_limits<double>::quiet_NaN(), endless = std::numeric_limits<double>::infinity();
  XyChart xy{.title = kHostile, .x = {kHostile}, .y = {kHostile}};
  for (auto mark : {Series::Mark::line, Series::Mark::dashed, Series::Mark::steps, Series::Mark::points,
                    Series::Mark::columns, Series::Mark::band}) {
    xy.series.push_back({.name = kHostile,
                         .mark = mark,
                         .x = {1, 2, none, 4},
                         .y = {1, none, 3, endless},
                         .y_low = {0, 1, 2, 3},
                         .y_high = {2, 3, 4, 5},
                         .tips = {kHostile},
                         .labels = {kHostile}});
  }
  expect_well_formed(draw(xy));
  xy.x_names = {"a", kHostile, "c"};
  xy.diagonal = xy.square = true;
  expect_well_formed(draw(xy));
  expect_well_formed(draw(Bars{.title = kHostile,
                               .axis = kHostile,
                               .parts = {kHostile, "b"},
                               .inks = {Ink::first, Ink::focus},
                               .rows = {{kHostile, {3, -4}, kHostile}, {"", {none, 0}, ""}}}));
  expect_well_formed(
      draw(Intervals{.title = kHostile,
                     .axis = {kHostile, true},
                     .reference = 1,
                     .has_reference = true,
                     .rows = {{kHostile, 0, 1, 4, true, kHostile}, {"x", none, 2, endless, false, ""}}}));
  expect_well_formed(draw(HeatMap{.title = kHostile,
                                  .low_name = kHostile,
                                  .high_name = kHostile,
                                  .rows = {kHostile, "b"},
                                  .columns = {"c", kHostile},
                                  .values = {1, none, -2, endless},
                                  .tips = {kHostile},
                                  .marked = {true, false, false, true}}));
}

TEST(PlotSvg, DrawsNothingOfNothing) {
  EXPECT_EQ(draw(XyChart{}), "");
  EXPECT_EQ(draw(Bars{}), "");
  EXPECT_EQ(draw(Intervals{}), "");
  EXPECT_EQ(draw(HeatMap{}), "");
}

TEST(PlotSvg, PutsALossRightAndAGainLeftOfZero) {
  const auto svg =
      draw(Bars{.parts = {"lost", "found"}, .inks = {Ink::first, Ink::second}, .rows = {{"a", {10, -10}, ""}}});
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(svg.c_str()));
  double lost = 0, found = 0, found_width = 0;
  for (const auto& rect : document.select_nodes("//rect[@height=14]")) {
    const std::string css = rect.node().attribute("class").value();
    if (css == "fill i1") lost = rect.node().attribute("x").as_double();
    if (css == "fill i2") {
      found = rect.node().attribute("x").as_double();
      found_width = rect.node().attribute("width").as_double();
    }
  }
  EXPECT_NEAR(found + found_width, lost, 0.2);
  EXPECT_GT(found_width, 50);
}

TEST(PlotPage, IsOneSelfContainedEscapedPage) {
  Page page(kHostile, kHostile);
  page.heading(kHostile);
  page.paragraph(kHostile);
  page.note(kHostile);
  page.tiles({{kHostile, kHostile}});
  page.table({{kHostile, false}, {"n"}}, {{kHostile, "1"}, {"short row"}});
  page.begin_more(kHostile);
  page.figure(draw(Bars{.parts = {"p"}, .inks = {Ink::first}, .rows = {{"a", {1}, ""}}}), kHostile);
  page.end_more();
  page.figure("", "nothing drawn, nothing said");
  const auto html = page.html();
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html.find("http://"), std::string::npos);
  EXPECT_EQ(html.find("src="), std::string::npos);
  EXPECT_EQ(html.find("nothing drawn"), std::string::npos);
  EXPECT_NE(html.find("prefers-color-scheme: dark"), std::string::npos);
  EXPECT_NE(html.find("@media print"), std::string::npos);
  EXPECT_NE(html.find("Content-Security-Policy"), std::string::npos);
}

}  // namespace
}  // namespace shrike::plot
