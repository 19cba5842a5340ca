// `shrike sense rfid`, as a process, with a simulated reader.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/program_testing.h"
#include "sense/simulated_reader.h"

namespace shrike {
namespace {

using testing::HasSubstr;

constexpr int kPatience_s = 60;
const std::string kEpc("\x30\x74\x25\x7B\xF7\x19\x4E\x40\x00\x00\x1A\x85", 12);  // SGTIN-96

TEST(SenseRfid, PrintsReads) {
  for (const bool json : {false, true}) {
    SimulatedReader reader;
    const Timestamp at{1'772'357'400'000'000};
    reader.report({{.epc = kEpc, .antenna = 2, .rssi_dbm = -55, .first_seen = at, .last_seen = at, .count = 3},
                   {.epc = "\xE2", .antenna = 1, .first_seen = at, .last_seen = at}});
    const auto answer = run_shrike(fmt::format("sense rfid 127.0.0.1 --port {} --reads 2 --for {}{}", reader.port(),
                                               kPatience_s, json ? " --json" : ""),
                                   false);
    EXPECT_EQ(answer.code, 0);
    if (!json) {
      EXPECT_THAT(answer.text, HasSubstr("antenna 2   -55 dBm    3 ×  3074257BF7194E4000001A85  GTIN 80614141123458 "
                                         "serial 6789\n"));
      EXPECT_THAT(answer.text, HasSubstr("antenna 1   -60 dBm    1 ×  E2\n"));
      continue;
    }
    const auto first = nlohmann::json::parse(answer.text.substr(0, answer.text.find('\n')));
    EXPECT_EQ(first["gtin"], "80614141123458");
    EXPECT_EQ(first["serial"], "6789");
    EXPECT_EQ(first["rssi_dbm"], -55);
    EXPECT_EQ(first["reader"], "127.0.0.1");
  }
}

TEST(SenseRfid, SaysWhatGoesThroughADoor) {
  SimulatedReader reader;
  const Timestamp now = now_utc();
  std::vector<SimulatedTag> walk;
  for (int i = 0; i < 10; ++i) {
    const Timestamp at = now.plus_s(0.1 * i - 3);
    walk.push_back({.epc = kEpc,
                    .antenna = static_cast<uint16_t>(i < 5 ? 1 : 3),
                    .rssi_dbm = -52,
                    .first_seen = at,
                    .last_seen = at});
  }
  reader.report(walk);
  const auto answer =
      run_shrike(fmt::format("sense rfid 127.0.0.1 --port {} --reads 10 --for {} --inside 1 2 --outside 3",
                             reader.port(), kPatience_s),
                 false);
  EXPECT_EQ(answer.code, 0);
  EXPECT_THAT(answer.text, HasSubstr("carried_out  1 × 80614141123458"));
  EXPECT_EQ(run_shrike("sense rfid 127.0.0.1 --inside 1").code, 2);
}

TEST(SenseRfid, NamesAReaderThatIsNotThere) {
  const auto answer = run_shrike("sense rfid 127.0.0.1 --port 1 --for 0.2");
  EXPECT_EQ(answer.code, 1);
  EXPECT_THAT(answer.text, HasSubstr("shrike sense rfid: 127.0.0.1:1: "));
  EXPECT_EQ(run_shrike("sense rfid").code, 2);
  EXPECT_EQ(run_shrike("sense rfid 127.0.0.1 --for -1").code, 2);
}

}  // namespace
}  // namespace shrike
