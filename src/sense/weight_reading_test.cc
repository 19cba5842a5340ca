#include "sense/weight_reading.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shrike {
namespace {

using testing::HasSubstr;

constexpr Timestamp kTime{1'772'355'600'000'000};

std::vector<WeightReading> read(std::string_view payload) {
  const auto readings = read_weight(payload);
  EXPECT_TRUE(readings) << (readings ? "" : readings.error().message);
  return readings.value_or(std::vector<WeightReading>{});
}

TEST(WeightReading, ReadsThePlainForm) {
  const auto one = read(R"({"sensor":"s1","time":"2026-03-01T09:00:00Z","grams":12.5,"temperature_c":21.5})");
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0], (WeightReading{"s1", kTime, 12.5, 21.5}));
  EXPECT_EQ(read(R"({"kg":1.5})")[0].grams, 1500);
  EXPECT_EQ(read(R"({"grams":"7"})")[0].grams, 7);
  EXPECT_EQ(read("812.25")[0].grams, 812.25);
  EXPECT_EQ(read(R"([{"grams":1},{"grams":2}])").size(), 2U);
  EXPECT_EQ(read(R"({"grams":1,"time":1772355600})")[0].stated, kTime);
  EXPECT_EQ(read(R"({"grams":1,"time":1772355600000})")[0].stated, kTime);
}

TEST(WeightReading, ReadsSparkplugAsJson) {
  const auto readings = read(
      R"({"timestamp":1772355600000,"seq":3,"metrics":[
        {"name":"Node Control/Rebirth","dataType":"Boolean","value":false},
        {"name":"shelf/Weight","timestamp":1772355600000,"dataType":"Double","value":1.25,
         "properties":{"engUnit":{"type":"String","value":"kg"}}},
        {"name":"shelf/grams","value":3.5},
        {"alias":7,"value":1},
        {"name":"grams","is_null":true},
        {"name":"shelf/temperature","value":19}]})");
  ASSERT_EQ(readings.size(), 2U);
  EXPECT_EQ(readings[0], (WeightReading{"", kTime, 1250, 19}));
  EXPECT_EQ(readings[1], (WeightReading{"", kTime, 3.5, 19}));
  EXPECT_TRUE(read(R"({"timestamp":1,"metrics":[]})").empty());
}

TEST(WeightReading, SaysWhatIsWrong) {
  const auto error = [](std::string_view payload) {
    const auto readings = read_weight(payload);
    EXPECT_FALSE(readings) << payload;
    return readings ? std::string() : readings.error().message;
  };
  EXPECT_THAT(error("open"), HasSubstr("expected JSON"));
  EXPECT_THAT(error(R"({"weight":1})"), HasSubstr("grams: found nothing"));
  EXPECT_THAT(error(R"({"grams":"many"})"), HasSubstr("found \"many\", expected a number"));
  EXPECT_THAT(error(R"({"grams":1,"time":"noon"})"), HasSubstr("time: found \"noon\""));
  EXPECT_THAT(error("1e999"), testing::AnyOf(HasSubstr("expected JSON"), HasSubstr("without end")));
  EXPECT_THAT(error(R"({"metrics":[{"name":"weight","value":1,"properties":{"engUnit":{"value":"stone"}}}]})"),
              HasSubstr("found the unit \"stone\""));
  EXPECT_THAT(error("[[1]]"), HasSubstr("expected an object of a scale"));
  EXPECT_THAT(error(std::string(size_t{2} << 20, ' ')), HasSubstr("expected at most"));
  EXPECT_THAT(error(std::string(100'000, '[')), HasSubstr("levels of nesting"));
  EXPECT_EQ(read(R"({"grams":1,"note":"[[[[\"[[["})")[0].grams, 1);
}

}  // namespace
}  // namespace shrike
