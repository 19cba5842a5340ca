// `shrike sense mqtt` and `shrike sense weight`, as processes, with a real broker.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/folder_testing.h"
#include "cli/program_testing.h"
#include "sense/broker_testing.h"

namespace shrike {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(SenseMqtt, PrintsMessagesThatSenseWeightReads) {
  if (access(kMosquitto, X_OK) != 0) GTEST_SKIP() << kMosquitto << " is not here (apt install mosquitto)";
  const auto broker = TestBroker::mosquitto();
  TestPublisher publisher(broker.port());
  publisher.publish("shelves/razors", R"({"grams":1000})", true);
  publisher.publish("doors/1", std::string("\0\1", 2), true);
  const auto text = run_shrike(fmt::format("sense mqtt 127.0.0.1 --port {} --messages 2 --for 60", broker.port()));
  EXPECT_EQ(text.code, 0) << text.text;
  EXPECT_THAT(text.text, AllOf(HasSubstr(R"(shelves/razors  (retained)  {"grams":1000})"),
                               HasSubstr("doors/1  (retained)  hex 0001")));
  const auto lines = run_shrike(
      fmt::format("sense mqtt 127.0.0.1 --port {} --topic shelves/# --messages 1 --for 60 --json", broker.port()),
      false);
  EXPECT_EQ(lines.code, 0);
  EXPECT_EQ(nlohmann::json::parse(lines.text)["payload"], R"({"grams":1000})");
  const TestFolder folder;
  const auto weighed = run_shrike("sense weight " + folder.write("kept.jsonl", lines.text).string());
  EXPECT_EQ(weighed.code, 0);
  EXPECT_THAT(weighed.text, HasSubstr("1 readings, 0 events"));
}

TEST(SenseMqtt, NamesABrokerThatIsNotThere) {
  const auto answer = run_shrike("sense mqtt 127.0.0.1 --port 1 --for 0.5");
  EXPECT_EQ(answer.code, 1);
  EXPECT_THAT(answer.text, HasSubstr("shrike sense mqtt: 127.0.0.1:1: "));
  EXPECT_EQ(run_shrike("sense mqtt 127.0.0.1 --topic 'a/#/b' --for 1").code, 2);
}

TEST(SenseWeight, SaysWhatWasTaken) {
  const TestFolder folder;
  std::string lines;
  for (int i = 0; i < 100; ++i) {
    const double grams = 1'000 - (i < 50 ? 0 : 124) + 0.1 * (i * 7 % 5);
    lines += fmt::format("{{\"time\":{:.1f},\"grams\":{:.1f}}}\n", 1'772'355'600 + 0.1 * i, grams);
  }
  const auto file = folder.write("scale.jsonl", lines + "broken\n").string();
  const auto answer = run_shrike("sense weight " + file + " --product razors=62:0.5 --product gin=1240");
  EXPECT_EQ(answer.code, 0);
  EXPECT_THAT(answer.text, AllOf(HasSubstr("taken        2 × razors ("), HasSubstr("by scale in shelf"),
                                 HasSubstr("100 readings, 1 events"), HasSubstr("row 101: found 'broken'")));
  const auto json = run_shrike("sense weight " + file + " --product razors=62:0.5 --json", false);
  EXPECT_EQ(nlohmann::json::parse(json.text)["guesses"][0]["count"], 2);
  EXPECT_EQ(run_shrike("sense weight " + file + " --product razors").code, 2);
  EXPECT_EQ(run_shrike("sense weight " + folder.write("empty", "").string()).code, 2);
  EXPECT_EQ(run_shrike("sense weight " + folder.path().string() + "/absent").code, 2);
}

}  // namespace
}  // namespace shrike
