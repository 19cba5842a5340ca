// The client of RFID readers against a simulated one, over real TCP.
#include "sense/rfid_reader.h"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sense/bytes_testing.h"
#include "sense/llrp_make.h"
#include "sense/simulated_reader.h"

namespace shrike {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;

constexpr double kPatience_s = 20;  // for what comes in milliseconds, on a machine that is busy
const std::string kEpc = bytes_of("3074257BF7194E4000001A85");

RfidReaderOptions quick(uint16_t port) {
  return {.name = "door",
          .host = "127.0.0.1",
          .port = port,
          .antennas = {},
          .answer_s_max = kPatience_s,
          .keepalive_s = kPatience_s,
          .backoff = {.first_s = 0.01, .max_s = 0.02}};
}

class RfidReaderTest : public testing::Test {
 protected:
  std::optional<TagRead> next() { return reads_.pop_for(std::chrono::duration<double>(kPatience_s)); }

  /// Waits until `when` holds of what `reader` says of itself; the queue's waits give the pace.
  template <class When>
  bool wait(const RfidReader& reader, When when) {
    const double end_s = monotonic_s() + kPatience_s;
    while (monotonic_s() < end_s) {
      if (when(reader.state())) return true;
      (void)nothing_.pop_for(std::chrono::milliseconds(1));
    }
    return false;
  }

  BoundedQueue<TagRead> reads_{10'000, WhenFull::drop_oldest};
  BoundedQueue<int> nothing_{1, WhenFull::drop_oldest};
};

TEST_F(RfidReaderTest, ReadsTags) {
  SimulatedReader simulated;
  const Timestamp at = now_utc();
  simulated.report(
      {{.epc = kEpc, .antenna = 2, .rssi_dbm = -55, .first_seen = at, .last_seen = at.plus_s(1), .count = 3},
       {.epc = std::string("\x36\x01", 2), .antenna = 1, .first_seen = at, .last_seen = at}});
  const RfidReader reader(quick(simulated.port()), reads_);
  const auto first = next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->reader, "door");
  EXPECT_EQ(first->epc, "3074257BF7194E4000001A85");
  EXPECT_EQ(first->antenna, 2);
  EXPECT_EQ(first->rssi_dbm, -55);
  EXPECT_EQ(first->count, 3);
  EXPECT_NEAR(seconds_between(at, first->first_seen), 0, 1) << "two clocks that are one";
  EXPECT_DOUBLE_EQ(seconds_between(first->first_seen, first->last_seen), 1);
  EXPECT_EQ(next()->epc, "3601");
  EXPECT_THAT(simulated.facts().requests, ElementsAre("GET_READER_CAPABILITIES", "SET_READER_CONFIG", "DELETE_ROSPEC",
                                                      "ADD_ROSPEC", "ENABLE_ROSPEC", "START_ROSPEC"));
  const auto state = reader.state();
  EXPECT_TRUE(state.reading);
  EXPECT_EQ(state.model, "vendor 0, model 1, firmware simulated");
  EXPECT_EQ(state.connections, 1U);
}

TEST_F(RfidReaderTest, PutsTheReadersTimesOnItsOwnClock) {
  SimulatedReader ahead({.clock_offset_s = 420, .started = {}});
  const Timestamp at = now_utc();
  ahead.report({{.epc = kEpc, .first_seen = at.plus_s(420), .last_seen = at.plus_s(420)}});
  const RfidReader reader(quick(ahead.port()), reads_);
  const auto read = next();
  ASSERT_TRUE(read);
  EXPECT_NEAR(seconds_between(at, read->first_seen), 0, 5);
  EXPECT_NEAR(reader.state().clock_offset_s, 420, 5);
}

TEST_F(RfidReaderTest, CountsUptimeFromTheReadersStart) {
  const Timestamp at = now_utc();
  SimulatedReader simulated({.has_utc_clock = false, .started = at.plus_s(-3600)});
  simulated.report({{.epc = kEpc, .first_seen = at, .last_seen = at.plus_s(2)}});
  const RfidReader reader(quick(simulated.port()), reads_);
  const auto read = next();
  ASSERT_TRUE(read);
  EXPECT_NEAR(seconds_between(at, read->first_seen), 0, 5);
  EXPECT_DOUBLE_EQ(seconds_between(read->first_seen, read->last_seen), 2);
  EXPECT_FALSE(reader.state().has_utc_clock);
}

TEST_F(RfidReaderTest, AnswersKeepalives) {
  SimulatedReader simulated;
  auto options = quick(simulated.port());
  options.keepalive_s = 0.5;
  const RfidReader reader(options, reads_);
  EXPECT_TRUE(simulated.wait([](const auto& facts) { return facts.keepalives_answered >= 2; }, kPatience_s));
}

TEST_F(RfidReaderTest, TakesUpALostReaderAgain) {
  SimulatedReader simulated;
  const RfidReader reader(quick(simulated.port()), reads_);
  for (int time = 1; time <= 3; ++time) {
    ASSERT_TRUE(
        simulated.wait([&](const auto& facts) { return facts.reading && facts.connections == time; }, kPatience_s));
    simulated.report({{.epc = kEpc, .antenna = static_cast<uint16_t>(time), .first_seen = {}, .last_seen = {}}});
    EXPECT_EQ(next()->antenna, time);
    simulated.drop();
  }
}

TEST_F(RfidReaderTest, GivesUpOnASilentReader) {
  SimulatedReader simulated({.sends_keepalives = false, .started = {}});
  auto options = quick(simulated.port());
  options.keepalive_s = 0.05;
  const RfidReader reader(options, reads_);
  EXPECT_TRUE(wait(reader, [](const RfidReaderState& state) {
    return state.problem.find("receive: no answer in 0.15 s") != std::string::npos;
  }));
  EXPECT_TRUE(simulated.wait([](const auto& facts) { return facts.connections >= 2; }, kPatience_s));
}

TEST_F(RfidReaderTest, NamesWhatAReaderRefuses) {
  SimulatedReader simulated({.refuse = "ADD_ROSPEC", .started = {}});
  const RfidReader reader(quick(simulated.port()), reads_);
  ASSERT_TRUE(wait(reader, [](const RfidReaderState& state) { return !state.problem.empty(); }));
  EXPECT_EQ(reader.state().problem, "the reader answers ADD_ROSPEC_RESPONSE: M_FieldError the simulation refuses");
  EXPECT_FALSE(reader.state().reading);
}

TEST_F(RfidReaderTest, NamesAReaderThatIsTakenAndOneThatIsNotThere) {
  SimulatedReader simulated;
  const RfidReader first(quick(simulated.port()), reads_);
  ASSERT_TRUE(wait(first, [](const RfidReaderState& state) { return state.reading; }));
  const RfidReader second(quick(simulated.port()), reads_);
  ASSERT_TRUE(wait(second, [](const RfidReaderState& state) { return !state.problem.empty(); }));
  EXPECT_THAT(second.state().problem, HasSubstr("Failed_A_Client_Initiated_Connection_Already_Exists"));
  EXPECT_TRUE(first.state().reading);

  const RfidReader nowhere(quick(1), reads_);  // port 1: nobody listens
  ASSERT_TRUE(wait(nowhere, [](const RfidReaderState& state) { return !state.problem.empty(); }));
  EXPECT_THAT(nowhere.state().problem, HasSubstr("connect: Connection refused"));
}

TEST_F(RfidReaderTest, SurvivesWhatIsNoMessage) {
  SimulatedReader simulated;
  const RfidReader reader(quick(simulated.port()), reads_);
  // Framed well but beyond us: skipped. Not framed: taken up again.
  simulated.send(llrp_message(999, "") + llrp_message(61, bytes_of("FF")));
  simulated.report({{.epc = kEpc, .antenna = 1, .first_seen = {}, .last_seen = {}}});
  EXPECT_EQ(next()->antenna, 1);
  EXPECT_EQ(reader.state().messages_unread, 2U);
  EXPECT_EQ(reader.state().connections, 1U);
  simulated.send(std::string(64, '\xFF'));
  ASSERT_TRUE(simulated.wait([](const auto& facts) { return facts.reading && facts.connections == 2; }, kPatience_s));
  simulated.report({{.epc = kEpc, .antenna = 2, .first_seen = {}, .last_seen = {}}});
  EXPECT_EQ(next()->antenna, 2);
}

TEST_F(RfidReaderTest, KeepsUpWithAFlood) {
  SimulatedReader simulated;
  const RfidReader reader(quick(simulated.port()), reads_);
  for (uint16_t report = 0; report < 50; ++report) {
    std::vector<SimulatedTag> tags;
    for (uint16_t tag = 0; tag < 100; ++tag)
      tags.push_back({.epc = kEpc, .antenna = 1, .first_seen = {}, .last_seen = {}});
    simulated.report(std::move(tags));
  }
  for (int read = 0; read < 5000; ++read) ASSERT_TRUE(next()) << read;
  EXPECT_EQ(reads_.dropped(), 0U);
  EXPECT_TRUE(wait(reader, [](const RfidReaderState& state) { return state.reads == 5000; }));
}

TEST(RfidReads, TakesWhatThereIs) {
  const auto epc = make_llrp("EPC_96", {LlrpGiven::in_bytes("EPC", kEpc)});
  const auto endless = make_llrp("FirstSeenTimestampUTC", {{"Microseconds", ~uint64_t{0}}});
  const auto report = make_llrp("RO_ACCESS_REPORT", {},
                                {make_llrp("TagReportData", {}, {epc}), make_llrp("TagReportData"),
                                 make_llrp("TagReportData", {}, {epc, endless})});
  const Timestamp now{1'000'000};
  const auto reads = reads_of(report, "door", 5, {}, now);
  ASSERT_EQ(reads.size(), 2U) << "one has no EPC";
  EXPECT_EQ(reads[0], (TagRead{"door", "3074257BF7194E4000001A85", 0, std::nullopt, now, now, 1}));
  EXPECT_LT(reads[1].first_seen.us, 253'402'300'800'000'000);
}

TEST(RfidReads, InventoriesTheAntennasAskedFor) {
  const auto antennas_of = [](const LlrpElement& rospec) {
    const LlrpMessage message{.id = 1, .body = make_llrp("ADD_ROSPEC", {}, {rospec})};
    const auto again = decode_llrp(encode_llrp(message).value());
    EXPECT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->body, message.body);
    return llrp_list(*again->body.parameters[0].parameter("AISpec")->field("AntennaIDs"));
  };
  EXPECT_THAT(antennas_of(endless_inventory(1, {})), ElementsAre(0)) << "all";
  EXPECT_THAT(antennas_of(endless_inventory(1, {2, 300})), ElementsAre(2, 300));
}

}  // namespace
}  // namespace shrike
