#include "sense/foreign_events.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/folder_testing.h"
#include "sense/onvif_event.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr Timestamp kNow{1'772'355'600'000'000};

ForeignEvents events_by(const std::string& mapping) {
  auto loaded = load_event_mapping(mapping);
  EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().message);
  return {loaded.value_or(EventMapping{}), "gate", "door"};
}

std::string onvif_xml(const std::string& topic, const std::string& operation, const std::string& items) {
  return R"(<?xml version="1.0"?><tt:MetadataStream xmlns:tt="a"><tt:Event><wsnt:NotificationMessage xmlns:wsnt="b">)"
         R"(<wsnt:Topic Dialect="c">)" +
         topic + R"(</wsnt:Topic><wsnt:Message><tt:Message UtcTime="2026-03-01T08:59:59Z" PropertyOperation=")" +
         operation +
         R"("><tt:Source><tt:SimpleItem Name="VideoSource" Value="0"/></tt:Source><tt:Key></tt:Key><tt:Data>)" + items +
         "</tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage></tt:Event></tt:MetadataStream>";
}

TEST(ForeignEvents, OnvifLoiteringIsSaidOnceItBegins) {
  auto events = events_by("onvif");
  const auto say = [&](const std::string& operation, const std::string& state, bool retained = false) {
    return events.observe({.topic = "cam/events",
                           .payload = onvif_xml("tns1:RuleEngine/LoiteringDetector/ObjectIsLoitering", operation,
                                                R"(<tt:SimpleItem Name="State" Value=")" + state + "\"/>"),
                           .retained = retained,
                           .received = kNow});
  };
  EXPECT_THAT(say("Initialized", "0").facts, SizeIs(0));
  const auto begun = say("Changed", "1").facts;
  ASSERT_THAT(begun, SizeIs(1));
  EXPECT_EQ(begun[0].kind, "loitering");
  EXPECT_EQ(begun[0].zone, "door");
  EXPECT_EQ(begun[0].source, "gate");
  EXPECT_LE(begun[0].to, kNow);
  EXPECT_THAT(say("Changed", "1").facts, SizeIs(0));
  EXPECT_THAT(say("Changed", "0").facts, SizeIs(0));
  EXPECT_THAT(say("Changed", "1", true).facts, SizeIs(0));  // retained: it was so
  EXPECT_THAT(say("Changed", "1").facts, SizeIs(0));        // … and still is
  EXPECT_THAT(say("Changed", "0").facts, SizeIs(0));
  EXPECT_THAT(say("Changed", "true").facts, SizeIs(1));
}

TEST(ForeignEvents, OnvifAsJsonOfTwoMakes) {
  auto events = events_by("onvif");
  const auto profile_m = events.observe(
      {.topic = "shop/onvif-ej/RuleEngine/LineDetector/Crossed/&0",
       .payload = R"({"UtcTime":"2026-03-01T09:00:00Z","Source":{"VideoSource":"0"},"Data":{"ObjectId":7}})",
       .received = kNow});
  ASSERT_THAT(profile_m.facts, SizeIs(1));
  EXPECT_EQ(profile_m.facts[0].kind, "foreign_alert");
  const auto axis = events.observe(
      {.topic = "axis/1",
       .payload = R"({"topic":"tnsaxis:CameraApplicationPlatform/FenceGuard/Camera1Profile1","timestamp":1772355600000,
                      "message":{"source":{},"key":{},"data":{"active":"1"}}})",
       .received = kNow});
  EXPECT_THAT(axis.facts, SizeIs(1));
  EXPECT_THAT(events.observe({.topic = "x", .payload = "{}", .received = kNow}).facts, SizeIs(0));
  EXPECT_EQ(events.state().unread, 1U);
  EXPECT_THAT(events.state().last_problem, HasSubstr("expected Data and Source"));
}

TEST(ForeignEvents, ReadsWhatRealCamerasSaid) {
  const fs::path folder = fs::path(SHRIKE_SOURCE_DIR) / "../shared/data/onvif";
  if (!fs::exists(folder)) GTEST_SKIP() << folder << " is not here";
  int files = 0;
  std::set<std::string> topics;
  auto events = events_by("onvif");
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".xml") continue;
    std::stringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    const auto read = read_onvif_events("", text.str());
    ASSERT_TRUE(read) << entry.path() << read.error().message;
    for (const auto& event : *read) {
      topics.insert(event["topic"].get<std::string>());
      EXPECT_TRUE(parse_rfc3339(event["time"].get<std::string>())) << event;
      EXPECT_FALSE(event["data"].empty()) << event;
    }
    EXPECT_THAT(events.observe({.topic = "cam", .payload = text.str(), .received = kNow}).facts, SizeIs(0));
    ++files;
  }
  EXPECT_GE(files, 15);
  EXPECT_TRUE(topics.contains("CameraApplicationPlatform/LoiteringGuard/Camera1Profile1"));
  EXPECT_TRUE(topics.contains("Device/IO/Port"));
  EXPECT_EQ(events.state().unread, 0U);
}

TEST(ForeignEvents, FrigateNamesTheZoneOnceAnEvent) {
  auto events = events_by("frigate");
  const auto update = [&](const std::string& type, const std::string& zones) {
    return events
        .observe({.topic = "frigate/events",
                  .payload = R"({"type":")" + type +
                             R"(","before":{},"after":{"id":"1.a","camera":"front","frame_time":1772355599.5,)" +
                             R"("label":"person","false_positive":false,"entered_zones":)" + zones + "}}",
                  .received = kNow})
        .facts;
  };
  EXPECT_THAT(update("new", "[]"), SizeIs(0));
  const auto first = update("update", R"(["razors"])");
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_EQ(first[0].zone, "razors");
  const auto second = update("update", R"(["razors","gin"])");
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(second[0].zone, "gin");
  EXPECT_THAT(update("end", R"(["spirits"])"), SizeIs(0));
}

TEST(ForeignEvents, SceneScapeGatesAndDoors) {
  auto scene = events_by("scenescape");
  const auto exited =
      scene.observe({.topic = "scenescape/event/region/store/razors-id/objects",
                     .payload = R"({"timestamp":"2026-03-01T09:00:00.000Z","region_name":"razors","exited":[
          {"object":{"id":"p1","category":"person"},"dwell":34.5},
          {"object":{"id":"p2","category":"person"},"dwell":3}]})",
                     .received = kNow});
  ASSERT_THAT(exited.facts, SizeIs(1));
  EXPECT_EQ(exited.facts[0].kind, "loitering");
  EXPECT_EQ(exited.facts[0].zone, "razors");

  auto gates = events_by("eas");
  const auto gate = [&](const std::string& payload) {
    return gates.observe({.topic = "gates/1/alarm", .payload = payload, .received = kNow}).facts;
  };
  EXPECT_THAT(gate("ALARM"), SizeIs(1));
  EXPECT_THAT(gate("ok"), SizeIs(0));
  EXPECT_THAT(gate(R"({"alarm":true,"direction":"out"})"), SizeIs(1));
  EXPECT_THAT(gate(R"({"alarm":false})"), SizeIs(0));
  EXPECT_THAT(gate(R"({"alarm":true,"direction":"in"})"), SizeIs(0));

  auto doors = events_by("door");
  const auto door = [&](const std::string& payload) {
    return doors.observe({.topic = "zigbee2mqtt/exit", .payload = payload, .received = kNow}).facts;
  };
  EXPECT_THAT(door(R"({"contact":true})"), SizeIs(0));
  ASSERT_THAT(door(R"({"contact":false,"battery":97})"), SizeIs(1));
  EXPECT_THAT(door(R"({"contact":false,"battery":96})"), SizeIs(0));
  EXPECT_THAT(door(R"({"contact":true})"), SizeIs(0));
  EXPECT_EQ(door("OPEN").at(0).kind, "emergency_exit");
}

TEST(ForeignEvents, AMappingOfOnesOwnMakesItemEvents) {
  const TestFolder folder;
  const auto file =
      folder.write("gate.yml",
                   "events:\n  read:\n    topic: rfid/+/out\n    when:\n      - {at: /rssi, at_least: -60}\n"
                   "    id: /epc\n    zone: 'topic:1'\n    item: carried_out\n    product: /sku\n"
                   "    probability: 0.9\n");
  auto events = events_by(file.string());
  const auto found = events.observe(
      {.topic = "rfid/back-door/out", .payload = R"({"epc":"a","sku":"razors","rssi":-50})", .received = kNow});
  ASSERT_THAT(found.items, SizeIs(1));
  EXPECT_EQ(found.items[0].kind, ItemEvent::Kind::carried_out);
  EXPECT_EQ(found.items[0].zone, "back-door");
  EXPECT_EQ(found.items[0].guesses[0].product, "razors");
  EXPECT_EQ(found.items[0].guesses[0].probability, 0.9);
  EXPECT_THAT(events.observe({.topic = "rfid/back-door/out", .payload = R"({"epc":"b","rssi":-70})"}).items, SizeIs(0));
}

TEST(ForeignEvents, NamesWhatIsWrongInAMapping) {
  const auto error = [](const std::string& yaml) {
    const auto mapping = parse_event_mapping(yaml, "m.yml");
    EXPECT_FALSE(mapping) << yaml;
    return mapping ? "" : mapping.error().message;
  };
  EXPECT_THAT(error("events: {a: {says: x}}"), HasSubstr("either fact: or item:"));
  EXPECT_THAT(error("events: {a: {fact: x, item: taken}}"), HasSubstr("either fact: or item:"));
  EXPECT_THAT(error("events: {a: {item: stolen}}"), HasSubstr("unknown value 'stolen'"));
  EXPECT_THAT(error("events: {a: {fact: x, whne: []}}"), HasSubstr("did you mean 'when'?"));
  EXPECT_THAT(error("events: {a: {fact: x, when: [{at: /b}]}}"), HasSubstr("say is, is_not or at_least"));
  EXPECT_THAT(error("events: {}"), HasSubstr("name at least one"));
  EXPECT_THAT(load_event_mapping("nothing").error().message, HasSubstr("onvif"));
}

TEST(ForeignEvents, IsBounded) {
  auto events = events_by("frigate");
  for (int i = 0; i < 10'000; ++i) {
    (void)events.observe({.topic = "frigate/events",
                          .payload = R"({"type":"new","after":{"id":")" + std::to_string(i) +
                                     R"(","label":"person","entered_zones":["a"]}})",
                          .received = kNow});
  }
  EXPECT_EQ(events.state().findings, 10'000U);
  EXPECT_THAT(events.observe({.topic = "a", .payload = std::string(200'000, '['), .received = kNow}).facts, SizeIs(0));
  EXPECT_EQ(events.state().unread, 1U);
}

}  // namespace
}  // namespace shrike
