// Sensors as they run: a real broker, a reader that speaks real LLRP, and files that come.
#include "watch/sensors.h"

#include <chrono>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/folder_testing.h"
#include "base/queue.h"
#include "base/time.h"
#include "sense/broker_testing.h"
#include "sense/simulated_reader.h"

namespace shrike {
namespace {

using testing::HasSubstr;

constexpr double kPatience_s = 30;  // for what comes within a second or two, on a machine that is busy

class SensorsTest : public testing::Test {
 protected:
  Result<Sensors> start(const SensorsConfig& config) {
    return Sensors::start(config, planogram_, "UTC",
                          {.item = [this](ItemEvent event) { return items_.push(std::move(event)); },
                           .till = [this](TillTransaction sale) { return sales_.push(std::move(sale)); },
                           .fact = [this](ZoneFact fact) { return facts_.push(std::move(fact)); }});
  }
  template <class T>
  static std::optional<T> next(BoundedQueue<T>& queue) {
    return queue.pop_for(std::chrono::duration<double>(kPatience_s));
  }
  /// Waits until the sensor of that name says so; the queue's waits give the pace.
  template <class When>
  bool wait(const Sensors& sensors, const std::string& name, When when) {
    const double end_s = monotonic_s() + kPatience_s;
    while (monotonic_s() < end_s) {
      for (const auto& status : sensors.statuses()) {
        if (status.name == name && when(status)) return true;
      }
      (void)nothing_.pop_for(std::chrono::milliseconds(5));
    }
    return false;
  }
  static bool live(const SensorStatus& status) { return status.state == "live"; }

  Planogram planogram_{
      {{.zone = "razors", .sku_id = "blade", .gtin = "80614141123458", .shelf = "2", .unit_weight_g = 62},
       {.zone = "razors", .sku_id = "foam", .shelf = "1", .unit_weight_g = 231}}};
  BoundedQueue<ItemEvent> items_{100, WhenFull::wait};
  BoundedQueue<TillTransaction> sales_{100, WhenFull::wait};
  BoundedQueue<ZoneFact> facts_{100, WhenFull::wait};
  BoundedQueue<int> nothing_{1, WhenFull::drop_oldest};
};

TEST_F(SensorsTest, AScaleAndAGateOnOneBroker) {
  if (access(kMosquitto, X_OK) != 0) GTEST_SKIP() << kMosquitto << " is not here (apt install mosquitto)";
  const auto broker = TestBroker::mosquitto();
  TestPublisher publisher(broker.port());
  publisher.publish("shelves/razors", R"({"sensor":"s1","grams":1})", true);  // retained junk of an earlier day
  SensorsConfig config;
  config.brokers = {{.name = "shop", .host = "127.0.0.1", .port = broker.port()}};
  config.weight = {{.name = "shelf", .broker = "shop", .topic = "shelves/+", .zone = "razors", .shelf = "2"}};
  config.events = {{.name = "gates", .broker = "shop", .topics = {"gates/#"}, .mapping = "eas", .zone = "door"}};
  const auto sensors = start(config);
  ASSERT_TRUE(sensors) << sensors.error().message;
  ASSERT_TRUE(wait(*sensors, "shop", live));
  for (int i = 0; i < 60; ++i) {
    publisher.publish("shelves/razors",
                      fmt::format(R"({{"sensor":"s1","time":"{}","grams":{:.1f}}})", to_rfc3339(now_utc()),
                                  1'000 - (i < 30 ? 0 : 124) + 0.1 * (i * 7 % 5)));
    (void)nothing_.pop_for(std::chrono::milliseconds(50));  // a scale's own pace
  }
  const auto event = next(items_);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, ItemEvent::Kind::taken);
  EXPECT_EQ(event->source, "shelf");
  EXPECT_EQ(event->zone, "razors");
  EXPECT_EQ(event->guesses.at(0).product, "blade");
  EXPECT_EQ(event->guesses.at(0).count, 2);
  publisher.publish("gates/1", "ALARM");
  const auto fact = next(facts_);
  ASSERT_TRUE(fact);
  EXPECT_EQ(fact->kind, "gate_alarm");
  EXPECT_EQ(fact->zone, "door");
  EXPECT_TRUE(wait(*sensors, "shelf", [](const auto& s) { return live(s) && s.events == 1 && s.messages == 60; }));
  EXPECT_TRUE(wait(*sensors, "gates", [](const auto& s) { return live(s) && s.events == 1; }));
  publisher.publish("shelves/razors", "{");
  publisher.publish("shelves/razors", R"({"sensor":"s2","grams":5})");
  EXPECT_TRUE(wait(*sensors, "shelf", [](const auto& s) {
    return s.left_out == 2 && s.problem.find("readings of s1 and of s2") != std::string::npos;
  }));
}

TEST_F(SensorsTest, ADoorWithRfid) {
  SimulatedReader reader;
  SensorsConfig config;
  config.rfid = {
      {.name = "gate", .host = "127.0.0.1", .port = reader.port(), .zone = "door", .inside = {1}, .outside = {2}}};
  const auto sensors = start(config);
  ASSERT_TRUE(sensors);
  ASSERT_TRUE(wait(*sensors, "gate", live));
  const Timestamp now = now_utc();
  std::vector<SimulatedTag> walk;
  for (int i = 0; i < 12; ++i) {
    const Timestamp at = now.plus_s(0.1 * i - 3);
    walk.push_back({.epc = std::string("\x30\x74\x25\x7B\xF7\x19\x4E\x40\x00\x00\x1A\x85", 12),
                    .antenna = static_cast<uint16_t>(i < 6 ? 1 : 2),
                    .rssi_dbm = -50,
                    .first_seen = at,
                    .last_seen = at});
  }
  reader.report(walk);
  const auto event = next(items_);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, ItemEvent::Kind::carried_out);
  EXPECT_EQ(event->guesses.at(0).product, "blade");
  EXPECT_EQ(event->guesses.at(0).serial, "urn:epc:id:sgtin:0614141.812345.6789");
  EXPECT_TRUE(wait(*sensors, "gate", [](const auto& s) { return live(s) && s.messages == 12 && s.events == 1; }));
}

TEST_F(SensorsTest, TillsThatWriteIntoAFolder) {
  const TestFolder folder;
  SensorsConfig config;
  config.tills = {{.name = "lanes", .path = folder.path() / "out", .self_checkout = {"34"}}};
  const auto sensors = start(config);
  ASSERT_TRUE(sensors);
  EXPECT_TRUE(wait(*sensors, "lanes", [](const auto& s) {
    return s.state == "stalled" && s.problem.find("is not there") != std::string::npos;
  }));
  folder.write(
      "out/1.jsonl",
      fmt::format(R"({{"store":"9","till":"34","business_day":"2026-03-01","sequence":"1","kind":"sale","end":"{}",)"
                  R"("lines":[{{"number":"1","item":"4006381333931","amount":5}}]}})",
                  to_rfc3339(now_utc())));
  const auto sale = next(sales_);
  ASSERT_TRUE(sale);
  EXPECT_EQ(sale->key.sequence, "1");
  EXPECT_EQ(sale->self_checkout, true);
  EXPECT_TRUE(wait(*sensors, "lanes", [](const auto& s) { return live(s) && s.messages == 1; }));
}

TEST_F(SensorsTest, TransactionsThatArePushed) {
  auto inbox = std::make_shared<PushInbox>(10, WhenFull::wait);
  const auto sensors = Sensors::start(
      {}, planogram_, "UTC",
      {.item = {}, .till = [this](TillTransaction sale) { return sales_.push(std::move(sale)); }, .fact = {}}, inbox);
  ASSERT_TRUE(sensors);
  EXPECT_TRUE(sensors->statuses().empty());
  TillTransaction sale;
  sale.key.sequence = "7";
  inbox->push(sale);
  const auto told = next(sales_);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->key.sequence, "7");
  EXPECT_TRUE(wait(*sensors, "till-webhook", [](const auto& s) { return live(s) && s.messages == 1; }));
}

TEST_F(SensorsTest, PiecesThatArePushedAreTheShopsProducts) {
  auto inbox = std::make_shared<PushInbox>(10, WhenFull::wait);
  const auto sensors = Sensors::start(
      {}, planogram_, "UTC",
      {.item = [this](ItemEvent item) { return items_.push(std::move(item)); }, .till = {}, .fact = {}}, inbox);
  ASSERT_TRUE(sensors);
  for (const char* epc : {"urn:epc:id:sgtin:4006381.033393.1", "no tag", "urn:epc:id:sgtin:0614141.812345.6789"})
    inbox->push(ItemEvent{.kind = ItemEvent::Kind::carried_out, .zone = "door", .guesses = {{.serial = epc}}});
  const auto told = next(items_);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->guesses[0].product, "blade");
  EXPECT_TRUE(wait(*sensors, "till-webhook", [](const auto& s) { return s.messages == 3 && s.left_out == 2; }));
}

TEST_F(SensorsTest, ABrokerThatIsNotThereAndAMappingThatIsNone) {
  SensorsConfig config;
  config.brokers = {{.name = "shop", .host = "127.0.0.1", .port = free_port()}};
  config.weight = {{.name = "shelf", .broker = "shop", .topic = "shelves/+", .zone = "spirits"}};
  {
    const auto sensors = start(config);
    ASSERT_TRUE(sensors);
    EXPECT_TRUE(wait(*sensors, "shop", [](const auto& s) { return s.state == "stalled" && !s.problem.empty(); }));
    EXPECT_TRUE(wait(*sensors, "shelf", [](const auto& s) {
      return s.state == "connecting" && s.problem.find("no product with a weight in zone spirits") != std::string::npos;
    }));
  }
  config.events = {{.name = "gates", .broker = "shop", .topics = {"a"}, .mapping = "nothing"}};
  const auto wrong = start(config);
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("mapping 'nothing'"));
}

}  // namespace
}  // namespace shrike
