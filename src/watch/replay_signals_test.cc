#include "watch/replay_signals.h"

#include <gtest/gtest.h>

#include "base/folder_testing.h"

namespace shrike {
namespace {

TEST(ReplaySignals, HandsOnReadsAndWeightsAsTheyAreWritten) {
  const TestFolder day;
  day.write("tags.csv", "time_us,portal,antenna,epc,rssi_dbm\n1000,door,2,30AB,-61.5\n");
  day.write("scales.csv", "time_us,scale,grams\n2000,razors-1,512.5\n");
  std::vector<TagRow> tags;
  std::vector<WeightRow> weights;
  ASSERT_TRUE(read_tag_rows(day.path(), [&](TagRow row) {
    tags.push_back(std::move(row));
    return Result<void>();
  }));
  ASSERT_TRUE(read_weight_rows(day.path(), [&](WeightRow row) {
    weights.push_back(std::move(row));
    return Result<void>();
  }));
  ASSERT_EQ(tags.size(), 1U);
  EXPECT_EQ(tags[0].time.us, 1000);
  EXPECT_EQ(tags[0].portal, "door");
  EXPECT_EQ(tags[0].epc, "30AB");
  EXPECT_EQ(tags[0].antenna, 2);
  EXPECT_EQ(tags[0].rssi_dbm, -61.5);
  ASSERT_EQ(weights.size(), 1U);
  EXPECT_EQ(weights[0].time.us, 2000);
  EXPECT_EQ(weights[0].scale, "razors-1");
  EXPECT_EQ(weights[0].grams, 512.5);
}

TEST(ReplaySignals, ASourceThatTheDayDoesNotHaveSaidNothing) {
  const TestFolder day;
  const auto signals = read_signals({}, {}, day.path());
  ASSERT_TRUE(signals) << signals.error().message;
  EXPECT_TRUE(signals->items.empty());
  EXPECT_TRUE(signals->tills.empty());
}

TEST(ReplaySignals, FaultsNameFileAndRow) {
  const auto fault = [](const std::string& file, const std::string& text) {
    const TestFolder day;
    day.write(file, text);
    const auto signals = read_signals({}, {}, day.path());
    return signals ? "" : signals.error().message.substr(day.path().string().size() + 1);
  };
  EXPECT_EQ(fault("tags.csv", "time_us,portal,antenna,epc,rssi_dbm\n1000,door,-2,30AB,-61\n"),
            "tags.csv:2:3: found '-2', expected an antenna's number");
  EXPECT_EQ(fault("tags.csv", "time_us,portal,antenna,epc,rssi_dbm\n1000,door,2,30AB,-61\n"),
            "tags.csv:2: no reader of the configuration stands in zone 'door'");
  EXPECT_EQ(fault("scales.csv", "time_us,scale,grams\n2000,razors-1,heavy\n"),
            "scales.csv:2:3: found 'heavy', expected a number of grams");
  EXPECT_EQ(fault("scales.csv", "time_us,scale,grams\n2000,razors-1,512\n"),
            "scales.csv:2: no scale 'razors-1' in the configuration");
}

}  // namespace
}  // namespace shrike
