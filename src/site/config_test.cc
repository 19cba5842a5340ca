#include "site/config.h"

#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "site/object_source.h"

namespace shrike {
namespace {

using testing::HasSubstr;

Result<SiteConfig> parse(const std::string& yaml) { return parse_site(yaml, "shop.yml", "/srv/shop"); }

std::string error_of(const std::string& yaml) {
  const auto site = parse(yaml);
  EXPECT_FALSE(site);
  return site ? "" : site.error().message;
}

/// A camera whose one zone has `polygon`, on line 5.
std::string with_polygon(const std::string& polygon) {
  return "cameras:\n  door:\n    source: x.avi\n    zones:\n      razors: {kind: high_risk, polygon: " + polygon +
         "}\n";
}

TEST(SiteConfig, ReadsTheManual) {
  // Every key of the manual, with the values that it shows.
  const auto site = load_site(std::string(SHRIKE_SOURCE_DIR) + "/config/shrike.yml");
  ASSERT_TRUE(site) << site.error().message;
  EXPECT_FALSE(site->cameras.empty());
  EXPECT_FALSE(site->cameras[0].zones.empty());
  EXPECT_FALSE(site->rules.empty());
}

TEST(SiteConfig, DefaultsAndRelativePaths) {
  const auto site = parse("cameras: {door: {source: clips/door.mp4}}");
  ASSERT_TRUE(site) << site.error().message;
  EXPECT_EQ(site->cameras[0].source, "/srv/shop/clips/door.mp4");
  EXPECT_EQ(site->data_dir, "/srv/shop/data");
  EXPECT_EQ(site->hub.bind, "127.0.0.1");
  EXPECT_EQ(site->time_zone, "UTC");
}

TEST(SiteConfig, TakesSecretsFromTheEnvironment) {
  setenv("SHRIKE_TEST_DOOR", "letmein", 1);
  const auto site = parse("cameras: {door: {source: 'rtsp://me:${SHRIKE_TEST_DOOR}@10.0.0.2/1'}}");
  ASSERT_TRUE(site) << site.error().message;
  EXPECT_EQ(site->cameras[0].source, "rtsp://me:letmein@10.0.0.2/1");
  EXPECT_THAT(error_of("cameras: {door: {source: 'rtsp://${SHRIKE_NO_SUCH}@x/1'}}"),
              HasSubstr("the environment has no variable SHRIKE_NO_SUCH"));
}

TEST(SiteConfig, PriorsFromLossesNeedVisitsAndReplaceThePrior) {
  const std::string cameras = "cameras: {door: {source: x.avi}}\n";
  const auto site = parse(cameras + "risk: {priors: priors.json, visits_a_day: 400}");
  ASSERT_TRUE(site) << site.error().message;
  EXPECT_EQ(site->risk.priors, "/srv/shop/priors.json");
  EXPECT_EQ(site->risk.visits_a_day, 400);
  EXPECT_THAT(error_of(cameras + "risk: {priors: priors.json}"), HasSubstr("visits_a_day is missing"));
  EXPECT_THAT(error_of(cameras + "risk: {prior: 0.01, priors: priors.json, visits_a_day: 400}"),
              HasSubstr("priors is given too"));
}

TEST(SiteConfig, ACameraThatPublishesWhatItSeesNamesItsBroker) {
  const std::string sensors = "sensors: {mqtt: {shop: {host: 127.0.0.1}}}\n";
  const auto site = parse("cameras: {door: {source: 'mqtt://shop/cameras/door'}}\n" + sensors);
  ASSERT_TRUE(site) << site.error().message;
  const auto source = object_source(site->cameras[0].source);
  ASSERT_TRUE(source);
  EXPECT_EQ(source->broker, "shop");
  EXPECT_EQ(source->topic, "cameras/door");
  EXPECT_FALSE(object_source("rtsp://shop/1"));
  EXPECT_THAT(error_of("cameras: {door: {source: 'mqtt://mall/cameras/door'}}\n" + sensors),
              HasSubstr("sensors: mqtt: has no broker 'mall'"));
  EXPECT_THAT(error_of("cameras: {door: {source: 'mqtt://shop/cameras/+'}}\n" + sensors),
              HasSubstr("expected mqtt://BROKER/TOPIC with one topic"));
  EXPECT_THAT(error_of("cameras: {door: {source: 'mqtt://shop'}}\n" + sensors),
              HasSubstr("expected mqtt://BROKER/TOPIC"));
}

TEST(SiteConfig, NamesAnUnknownKeyWithTheNearestKnownOne) {
  const auto error = error_of("cameras:\n  door:\n    source: x.avi\n    detect_fsp: 5\nmodle: x\n");
  EXPECT_THAT(error, HasSubstr("shop.yml:4:5: unknown key 'detect_fsp' in cameras.door; did you mean 'detect_fps'?"));
  EXPECT_THAT(error, HasSubstr("shop.yml:5:1: unknown key 'modle'"));
}

TEST(SiteConfig, NamesEveryFaultAtOnce) {
  const auto error = error_of(
      "time_zone: Europe/Atlantis\ncameras:\n  door: {source: x, pace: quick, timeout_s: 0}\nhub: {port: 70000}\n");
  EXPECT_THAT(error, HasSubstr("shop.yml:1:12: time_zone: unknown time zone 'Europe/Atlantis'"));
  EXPECT_THAT(error, HasSubstr("unknown value 'quick'; expected realtime, fast"));
  EXPECT_THAT(error, HasSubstr("timeout_s: 0 is out of range; expected 0.5 to 300"));
  EXPECT_THAT(error, HasSubstr("hub.port: 70000 is out of range; expected 0 to 65535"));
}

TEST(SiteConfig, RefusesPolygonsThatAreNone) {
  EXPECT_THAT(error_of(with_polygon("[[0, 0], [1, 1]]")), HasSubstr("at least 3 points, found 2"));
  EXPECT_THAT(error_of(with_polygon("[[0, 0], [1, 1], [1, 0], [0, 1]]")), HasSubstr("crosses itself"));
  EXPECT_THAT(error_of(with_polygon("[[0, 0], [1.2, 0], [1, 1]]")), HasSubstr("[1.2, 0] lies outside the picture"));
  EXPECT_THAT(error_of(with_polygon("[[0, 0], [0, .nan], [1, 1]]")), HasSubstr("outside the picture"));
  EXPECT_THAT(error_of(with_polygon("[[0, 0], [.5, .5], [1, 1]]")), HasSubstr("no area"));
  EXPECT_THAT(error_of(with_polygon("[[0, 0], 7, [1, 1]]")), HasSubstr("expected a point [x, y], found '7'"));
  EXPECT_THAT(error_of(with_polygon("middle")), HasSubstr("shop.yml:5:"));
}

TEST(SiteConfig, RefusesTwoCamerasOfOneName) {
  EXPECT_THAT(error_of("cameras:\n  door: {source: a}\n  door: {source: b}\n"),
              HasSubstr("shop.yml:3:3: cameras: 'door' is there twice"));
}

TEST(SiteConfig, RefusesWhatIsNoConfiguration) {
  EXPECT_THAT(error_of(""), HasSubstr("no camera"));
  EXPECT_THAT(error_of("cameras: [a, b"), HasSubstr("shop.yml:1:"));
  EXPECT_THAT(error_of("just text"), HasSubstr("expected a mapping"));
  EXPECT_THAT(error_of("cameras: {'a b/..': {source: x}}"), HasSubstr("letters, digits"));
  EXPECT_THAT(error_of("cameras: {door: {source: x, zones: {a: {polygon: [[0,0],[1,0],[1,1]]}}}}"),
              HasSubstr("kind: missing"));
  EXPECT_THAT(error_of("record: {ring_s: 5}\ncameras: {door: {source: x}}"),
              HasSubstr("cannot hold pre_roll_s + post_roll_s"));
  EXPECT_THAT(error_of(std::string(2 << 20, ' ')), HasSubstr("at most"));
  EXPECT_FALSE(load_site("/nowhere/shrike.yml"));
  EXPECT_FALSE(load_site("/"));
}

TEST(SiteConfig, KeepsWhereARuleStands) {
  const auto site = parse("cameras: {door: {source: x}}\nrules:\n  loitering: {weight: 2}\n");
  ASSERT_TRUE(site) << site.error().message;
  ASSERT_EQ(site->rules.size(), 1U);
  EXPECT_EQ(site->rules[0].where, "shop.yml:3:14");
  EXPECT_EQ(site->rules[0].weight, 2);
}

}  // namespace
}  // namespace shrike
