#include "sense/portal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "sense/portal_testing.h"

namespace shrike {
namespace {

using Kind = ItemEvent::Kind;

/// An SGTIN-96 of product 0614141.812345 with that serial number (GTIN 80614141123458).
std::string tag_of(int serial) {
  const std::string digits = "0123456789ABCDEF";
  std::string hex = "3074257BF7194E4000000000";
  for (size_t i = 0; i < 6; ++i) hex[23 - i] = digits[static_cast<size_t>(serial >> (4 * i) & 15)];
  return hex;
}

PortalOptions gate() { return {.name = "gate", .zone = "door", .inside = {1, 2}, .outside = {3, 4}}; }

/// What the portal says of `tags`, asked four times a second.
std::vector<ItemEvent> watch(Portal& portal, SimulatedPortal& simulated, const std::vector<TagPath>& tags,
                             double from_s, double to_s) {
  std::vector<ItemEvent> all;
  auto reads = simulated.reads(tags, from_s, to_s);
  std::sort(reads.begin(), reads.end(), [](const auto& a, const auto& b) { return a.last_seen < b.last_seen; });
  auto next = reads.begin();
  for (double s = from_s; s < to_s + 3; s += 0.25) {
    for (; next != reads.end() && next->last_seen <= SimulatedPortal::at(s); ++next) portal.observe(*next);
    for (auto& event : portal.advance(SimulatedPortal::at(s))) all.push_back(std::move(event));
  }
  return all;
}

TEST(Portal, GoodsThatGoOutAndComeInAreToldApart) {
  Portal portal(gate());
  SimulatedPortal simulated({.seed = 1});
  const auto out = watch(portal, simulated, {simulated.walk(tag_of(1), 0, 1.2)}, 0, 10);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].kind, Kind::carried_out);
  EXPECT_EQ(out[0].zone, "door");
  EXPECT_EQ(out[0].source, "gate");
  ASSERT_EQ(out[0].guesses.size(), 1U);
  EXPECT_EQ(out[0].guesses[0].product, "80614141123458");
  EXPECT_EQ(out[0].guesses[0].serial, "urn:epc:id:sgtin:0614141.812345.1");
  EXPECT_GT(out[0].guesses[0].probability, 0.8);
  EXPECT_LE(out[0].from, out[0].to);
  const auto in = watch(portal, simulated, {simulated.walk(tag_of(2), 20, -1.2)}, 20, 30);
  ASSERT_EQ(in.size(), 1U);
  EXPECT_EQ(in[0].kind, Kind::carried_in);
}

TEST(Portal, WaysAreToldOnDoorsThatWereNotTunedOn) {
  int right = 0, wrong = 0, missed = 0, false_out = 0, near = 0;
  for (const uint64_t seed : {501, 502, 503, 504, 505}) {
    SimulatedPortal simulated({.seed = seed, .fading_db = 5, .body_db = 15});
    Portal portal(gate());
    double s = 0;
    for (int i = 0; i < 200; ++i, s += 15) {
      const double speed = simulated.uniform(0.8, 2.0);
      const bool out = i % 2 == 0;
      const auto events = watch(portal, simulated, {simulated.walk(tag_of(i), s, out ? speed : -speed)}, s, s + 12);
      missed += events.empty() ? 1 : 0;
      for (const auto& each : events) ++((each.kind == Kind::carried_out) == out ? right : wrong);
    }
    for (int i = 0; i < 200; ++i, s += 15) {
      const double speed = simulated.uniform(0.8, 1.6);
      const auto tag = i % 2 == 0 ? simulated.pass_by(tag_of(i), s, simulated.uniform(-3, -1.5), speed)
                                  : simulated.turn_round(tag_of(i), s, simulated.uniform(-2, -1), speed);
      const auto events = watch(portal, simulated, {tag}, s, s + 12);
      ++near;
      for (const auto& each : events) false_out += each.kind == Kind::carried_out ? 1 : 0;
    }
  }
  RecordProperty("right", right);
  RecordProperty("wrong", wrong);
  RecordProperty("missed", missed);
  RecordProperty("false_out", false_out);
  EXPECT_GE(right, 930) << right << " right, " << wrong << " wrong, " << missed << " missed of 1000";
  EXPECT_LE(wrong, 20) << right << " right, " << wrong << " wrong, " << missed << " missed of 1000";
  EXPECT_LE(false_out, near * 2 / 100) << false_out << " of " << near;
}

TEST(Portal, ABulkThatPassesNearbyIsNoExit) {
  SimulatedPortal simulated({.seed = 7});
  Portal portal(gate());
  std::vector<TagPath> cage;
  for (int i = 0; i < 200; ++i) cage.push_back(simulated.pass_by(tag_of(i), 0, simulated.uniform(-2.6, -1.8), 1.0));
  EXPECT_THAT(watch(portal, simulated, cage, 0, 10), testing::IsEmpty());
  EXPECT_GT(portal.state().near, 0U);
  // … but a bag full of goods that is carried out is one.
  std::vector<TagPath> bag;
  const auto way = simulated.walk("", 30, 1.3);
  for (int i = 300; i < 340; ++i) bag.push_back({tag_of(i), way.at, way.from_s, way.to_s});
  const auto events = watch(portal, simulated, bag, 30, 40);
  EXPECT_GE(events.size(), 38U);
  for (const auto& each : events) EXPECT_EQ(each.kind, Kind::carried_out);
}

TEST(Portal, GoodsThatStandBesideTheDoorStayThere) {
  SimulatedPortal simulated({.seed = 8});
  Portal portal(gate());
  std::vector<TagPath> display;
  for (int i = 0; i < 20; ++i) {
    const double x = simulated.uniform(-2.2, -1.4), y = simulated.uniform(-1, 1);
    display.push_back({tag_of(i), [=](double) { return std::pair(x, y); }, 0, 3'600});
  }
  EXPECT_LE(watch(portal, simulated, display, 0, 1'200).size(), 1U);
  // One of them is taken out in the end.
  const auto out = watch(portal, simulated, {simulated.walk(tag_of(3), 1'300, 1.0)}, 1'300, 1'312);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].kind, Kind::carried_out);
}

TEST(Portal, TagsThatAreNoGoodsOfTheShopAreCountedOnly) {
  SimulatedPortal simulated({.seed = 9});
  Portal portal(gate(), [](const std::string& gtin) { return gtin == "80614141123458" ? "razors" : ""; });
  const auto known = watch(portal, simulated, {simulated.walk(tag_of(1), 0, 1.2)}, 0, 10);
  ASSERT_EQ(known.size(), 1U);
  EXPECT_EQ(known[0].guesses[0].product, "razors");
  const std::string foreign = "30742A7BF7194E4000001A85", no_item = "E2801160600002054CA1B2C3";
  EXPECT_TRUE(watch(portal, simulated, {simulated.walk(foreign, 20, 1.2)}, 20, 30).empty());
  EXPECT_EQ(portal.state().last_unknown, foreign);
  EXPECT_TRUE(watch(portal, simulated, {simulated.walk(no_item, 40, 1.2)}, 40, 50).empty());
  EXPECT_EQ(portal.state().unknown, 2U);
}

TEST(Portal, PhaseTellsATagAtRest) {
  const auto passes = [](bool moves) {
    Portal portal(gate());
    for (int i = 0; i < 12; ++i) {
      const auto time = SimulatedPortal::at(0.1 * i);
      portal.observe({.reader = "gate",
                      .epc = tag_of(1),
                      .antenna = i < 5 || i == 6 ? 1 : 3,
                      .rssi_dbm = -64,
                      .first_seen = time,
                      .last_seen = time,
                      .phase_rad = moves ? std::fmod(1.9 * i, 6.28) : 1.0 + 0.02 * (i % 3)});
    }
    const auto events = portal.advance(SimulatedPortal::at(5));
    return events.empty() ? 0.0 : events[0].guesses[0].probability;
  };
  EXPECT_GT(passes(true), passes(false) + 0.1);
}

TEST(Portal, IsBoundedAndPassesOverOtherAntennas) {
  auto options = gate();
  options.tags_max = 100;
  Portal portal(options);
  const auto time = SimulatedPortal::at(0);
  for (int i = 0; i < 1'000; ++i)
    portal.observe(
        {.reader = "gate", .epc = tag_of(i), .antenna = 1, .rssi_dbm = -50, .first_seen = time, .last_seen = time});
  portal.observe(
      {.reader = "gate", .epc = tag_of(1), .antenna = 9, .rssi_dbm = -50, .first_seen = time, .last_seen = time});
  EXPECT_EQ(portal.state().tags_held, 100U);
  EXPECT_EQ(portal.state().left_out, 901U);
  EXPECT_TRUE(portal.advance(time.plus_s(10)).empty());
  EXPECT_EQ(portal.state().tags_held, 0U);
}

TEST(Portal, ManyReadsOfManyTagsAreTold) {
  SimulatedPortal simulated({.seed = 10});
  Portal portal(gate());
  std::vector<TagPath> tags;  // 60 people a minute with goods, and shelves of them behind
  for (int i = 0; i < 60; ++i) tags.push_back(simulated.walk(tag_of(i), i, 1.2));
  for (int i = 100; i < 500; ++i) {
    const double x = simulated.uniform(-2.5, -1.4), y = simulated.uniform(-1, 1);
    tags.push_back({tag_of(i), [=](double) { return std::pair(x, y); }, 0, 70});
  }
  const auto events = watch(portal, simulated, tags, 0, 70);
  std::map<std::string, Kind> found;
  for (const auto& each : events) found[each.guesses[0].serial] = each.kind;
  int right = 0;
  for (int i = 0; i < 60; ++i) {
    const auto it = found.find("urn:epc:id:sgtin:0614141.812345." + std::to_string(i));
    right += it != found.end() && it->second == Kind::carried_out ? 1 : 0;
  }
  EXPECT_GE(right, 55);
  EXPECT_LE(found.size(), static_cast<size_t>(right) + 10);
}

}  // namespace
}  // namespace shrike
