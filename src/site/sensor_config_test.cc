#include "site/sensor_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "site/config.h"

namespace shrike {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

Result<SiteConfig> parse(const std::string& sensors) {
  return parse_site("cameras: {door: {source: x.avi}}\nsensors:\n" + sensors, "shop.yml", "/srv/shop");
}

std::string error_of(const std::string& sensors) {
  const auto site = parse(sensors);
  EXPECT_FALSE(site);
  return site ? "" : site.error().message;
}

TEST(SensorConfig, ReadsTheManual) {
  const auto site = load_site(std::string(SHRIKE_SOURCE_DIR) + "/config/shrike.yml");
  ASSERT_TRUE(site) << site.error().message;
  const auto& sensors = site->sensors;
  ASSERT_EQ(sensors.brokers.size(), 1U);
  EXPECT_TRUE(sensors.brokers[0].tls);
  EXPECT_FALSE(sensors.brokers[0].version_5);
  ASSERT_EQ(sensors.rfid.size(), 1U);
  EXPECT_THAT(sensors.rfid[0].inside, ElementsAre(1, 2));
  EXPECT_THAT(sensors.rfid[0].outside, ElementsAre(3, 4));
  ASSERT_EQ(sensors.weight.size(), 1U);
  EXPECT_EQ(sensors.weight[0].shelf, "2");
  EXPECT_EQ(sensors.broker(sensors.weight[0].broker), &sensors.brokers[0]);
  ASSERT_EQ(sensors.events.size(), 1U);
  EXPECT_EQ(sensors.events[0].mapping, "eas");
  ASSERT_EQ(sensors.tills.size(), 1U);
  EXPECT_THAT(sensors.tills[0].self_checkout, ElementsAre("5", "6"));
}

TEST(SensorConfig, PathsAndPortsHaveDefaults) {
  const auto site = parse(
      "  mqtt: {plain: {host: a}, secret: {host: b, tls: true, ca: ca.pem, version: 5}}\n"
      "  events: {gates: {broker: plain, topics: gates/1, mapping: gates.yml}}\n");
  ASSERT_TRUE(site) << site.error().message;
  EXPECT_EQ(site->sensors.brokers[0].port, 1883);
  EXPECT_EQ(site->sensors.brokers[1].port, 8883);
  EXPECT_TRUE(site->sensors.brokers[1].version_5);
  EXPECT_EQ(site->sensors.brokers[1].ca, "/srv/shop/ca.pem");
  EXPECT_EQ(site->sensors.events[0].mapping, "/srv/shop/gates.yml");
  EXPECT_THAT(site->sensors.events[0].topics, ElementsAre("gates/1"));
}

TEST(SensorConfig, NamesEveryFault) {
  EXPECT_THAT(error_of("  rfid:\n    gate: {host: r, zone: door, inside: [1], outside: [1, x]}\n"),
              AllOf(HasSubstr("shop.yml:4:"), HasSubstr("antenna 1 stands inside too"),
                    HasSubstr("expected antenna numbers from 1 on, found 'x'")));
  EXPECT_THAT(error_of("  rfid: {gate: {host: r, zone: door, inside: [1]}}\n"), HasSubstr("need an antenna each"));
  EXPECT_THAT(error_of("  weight: {s: {broker: shop, topic: a, zone: z}}\n"), HasSubstr("no broker 'shop'"));
  EXPECT_THAT(error_of("  mqtt: {shop: {host: a}}\n  weight: {s: {broker: shop, topic: 'a/#/b', zone: z}}\n"),
              HasSubstr("'a/#/b' is no topic filter"));
  EXPECT_THAT(error_of("  mqtt: {shop: {host: a, version: 4}}\n"), HasSubstr("expected 3.1.1, 5"));
  EXPECT_THAT(error_of("  mqtt: {shop: {host: a, ca: x.pem}}\n"), HasSubstr("write tls: true"));
  EXPECT_THAT(error_of("  mqtt: {a: {host: a}}\n  tills: {a: {path: x}}\n"), HasSubstr("names must differ"));
  EXPECT_THAT(error_of("  mqtt: {'a b': {host: a}}\n"), HasSubstr("name 'a b'"));
  EXPECT_THAT(error_of("  rfid:\n    a: {host: r, zone: d, inside: [1], outside: [2]}\n"
                       "    b: {host: r, zone: e, inside: [3], outside: [4]}\n"),
              HasSubstr("a and b are both r:5084"));
  EXPECT_THAT(error_of("  wieght: {}\n"), HasSubstr("did you mean 'weight'?"));
}

TEST(SensorConfig, KnowsTopicFilters) {
  for (const char* good : {"a", "a/b", "#", "+", "a/+/b", "a/#", "/", "a//b", "+/+"}) {
    EXPECT_TRUE(is_topic_filter(good)) << good;
  }
  for (const char* bad : {"", "a#", "#/a", "a+/b", "a/b+"}) EXPECT_FALSE(is_topic_filter(bad)) << bad;
}

}  // namespace
}  // namespace shrike
