#include "risk/store_mind.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shrike {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

Timestamp at(double seconds) { return Timestamp{1'770'000'000'000'000}.plus_s(seconds); }

CameraView violation(const std::string& visit, double at_s) {
  const Evidence evidence{.kind = "restricted_entry",
                          .from = at(at_s),
                          .to = at(at_s),
                          .source = "door",
                          .zone = "stock",
                          .llr = 9,
                          .detail = "entered stock"};
  return {.camera = "door", .time = at(at_s), .evidence = {{visit, "door", 1, evidence}}};
}

TEST(StoreMind, WeighsWhatCamerasSayAndEndsVisits) {
  SiteConfig site;
  site.store = "corner";
  StoreMind mind(site, *make_rule_book({}), {}, [](Timestamp) { return "event"; });
  EXPECT_THAT(mind.see({.camera = "door", .time = at(0), .people = {{.camera_visit_id = "v"}}}).incidents, IsEmpty());
  const auto raised = mind.see(violation("v", 1));
  ASSERT_THAT(raised.incidents, SizeIs(1));
  EXPECT_EQ(raised.incidents[0].after.store_id, "corner");
  EXPECT_GT(mind.risk_of("v"), 0.5);
  const auto over = mind.see(
      {.camera = "door", .time = at(2), .ended = {{.visit_id = "v", .camera = "door", .from = at(0), .to = at(2)}}});
  ASSERT_THAT(over.ended, SizeIs(1));
  EXPECT_EQ(over.ended[0].store_id, "corner");
  EXPECT_THAT(over.ended[0].evidence, SizeIs(1));
  EXPECT_DOUBLE_EQ(over.ended[0].risk, raised.incidents[0].after.risk);
  EXPECT_THAT(mind.advance(at(30)).incidents, IsEmpty());
  EXPECT_THAT(mind.advance(at(63)).incidents, IsEmpty()) << "who vanished in the shop may come back";
  EXPECT_THAT(mind.advance(at(303)).incidents, SizeIs(1))
      << "the incident ends when late evidence cannot come any more";
}

SiteConfig two_cameras() {
  SiteConfig site;
  site.floor = {.width_m = 20, .depth_m = 10, .picture = {}};
  for (const char* name : {"aisle", "door"}) {
    CameraConfig camera;
    camera.name = name;
    // One picture is the whole floor, seen from straight above.
    camera.floor_points = {{{0, 0}, {0, 0}}, {{1, 0}, {20, 0}}, {{1, 1}, {20, 10}}, {{0, 1}, {0, 10}}};
    camera.zones.push_back({.name = "way-out", .kind = ZoneKind::exit, .polygon = {}});
    site.cameras.push_back(camera);
  }
  return site;
}

CameraView view(const std::string& camera, double at_s, const std::string& visit, double x, double y,
                std::vector<VisitEvidence> evidence = {}) {
  const auto fx = static_cast<float>(x / 20), fy = static_cast<float>(y / 10);
  return {.camera = camera,
          .time = at(at_s),
          .people = {{.camera_visit_id = visit, .track_id = 3, .box = {fx - 0.02F, fy - 0.1F, fx + 0.02F, fy}}},
          .evidence = std::move(evidence)};
}

VisitEvidence fact(const std::string& visit, const std::string& camera, const std::string& kind, double llr,
                   double at_s) {
  return {
      visit, camera, 3, {.kind = kind, .from = at(at_s), .to = at(at_s), .source = camera, .llr = llr, .detail = kind}};
}

TEST(StoreMind, EvidenceOfTwoCamerasIsOneCase) {
  StoreMind mind(two_cameras(), *make_rule_book({}), {});
  for (double t = 0; t < 10; t += 0.2) (void)mind.see(view("aisle", t, "v1", 5 + t / 2, 5));
  EXPECT_THAT(mind.see(view("aisle", 10, "v1", 10, 5, {fact("v1", "aisle", "loitering", 2.5, 10)})).incidents,
              IsEmpty());
  (void)mind.see({.camera = "aisle", .time = at(10.2), .ended = {{.visit_id = "v1", .camera = "aisle"}}});
  for (double t = 11; t < 16; t += 0.2) (void)mind.see(view("door", t, "v2", 10 + (t - 10) / 2, 5));
  EXPECT_EQ(mind.visit_of("v2"), "v1");
  const auto raised = mind.see(view("door", 16, "v2", 13, 5, {fact("v2", "door", "exit_without_checkout", 3.9, 16)}));
  ASSERT_THAT(raised.incidents, SizeIs(1));
  EXPECT_EQ(raised.incidents[0].after.visit_id, "v1");
  EXPECT_EQ(raised.incidents[0].after.camera, "door");
  EXPECT_THAT(raised.incidents[0].after.evidence, SizeIs(2));
  EXPECT_GT(mind.risk_of("v2"), 0.5);
  EXPECT_THAT(raised.incidents[0].after.summary, testing::Not(testing::HasSubstr("unsure who"))) << "one all the way";
  const auto over = mind.finish();
  ASSERT_THAT(over.ended, SizeIs(1));
  EXPECT_THAT(over.ended[0].parts, SizeIs(2));
  EXPECT_EQ(over.ended[0].camera, "door");
}

TEST(StoreMind, WhoIsUnsureSaysSo) {
  StoreMind mind(two_cameras(), *make_rule_book({}), {});
  auto seen = view("door", 0, "v1", 5, 5);
  (void)mind.see(seen);
  seen.people[0].continuity = 0.5;  // the camera lost them, and is not sure that it found them again
  seen.time = at(8);
  seen.evidence = {fact("v1", "door", "restricted_entry", 9, 8)};
  const auto raised = mind.see(seen);
  ASSERT_THAT(raised.incidents, SizeIs(1));
  EXPECT_NEAR(raised.incidents[0].after.risk, 0.942, 0.001) << "somebody did, whoever it was before";
  EXPECT_THAT(raised.incidents[0].after.summary, testing::HasSubstr("50 % sure that this was the same person"));
  EXPECT_THAT(raised.incidents[0].after.summary, testing::HasSubstr("violation, unsure who:"));
}

TEST(StoreMind, ABadgeIsEvidenceAgainstForWhoStandsThere) {
  SiteConfig site = two_cameras();
  site.staff.badges = {{"floor-team", "urn:epc:id:sgtin:0614141.8"}};
  StoreMind mind(site, *make_rule_book({}), {});
  auto seen = view("door", 0, "v1", 5, 5);
  seen.people[0].zones = {"way-out"};
  (void)mind.see(seen);
  const double before = mind.risk_of("v1");
  (void)mind.hear(ItemEvent{.kind = ItemEvent::Kind::carried_out,
                            .from = at(1),
                            .to = at(1),
                            .source = "gate",
                            .zone = "way-out",
                            .visit_id = {},
                            .guesses = {{.product = "", .serial = "urn:epc:id:sgtin:0614141.812345.7"}}});
  EXPECT_LT(mind.risk_of("v1"), before / 50);
}

TEST(StoreMind, OfficersCorrectWhoIsHeld) {
  StoreMind mind(two_cameras(), *make_rule_book({}), {});
  (void)mind.see(view("aisle", 0, "v1", 3, 5, {fact("v1", "aisle", "loitering", 2.5, 0)}));
  (void)mind.see(view("door", 0, "v2", 18, 5, {fact("v2", "door", "exit_without_checkout", 3.9, 0)}));
  EXPECT_FALSE(mind.correct_merge("v2", "nobody"));
  EXPECT_FALSE(mind.correct_split("v1")) << "alone already";
  const auto merged = mind.correct_merge("v2", "v1");
  ASSERT_TRUE(merged);
  ASSERT_THAT(merged->incidents, SizeIs(testing::Ge(1U))) << "together they cross the threshold";
  EXPECT_EQ(merged->incidents[0].type, IncidentChange::Type::created);
  EXPECT_EQ(merged->incidents[0].after.visit_id, "v1");
  const auto split = mind.correct_split("v2");
  ASSERT_TRUE(split);
  EXPECT_LT(mind.risk_of("v1"), 0.5);
  EXPECT_EQ(mind.visit_of("v2"), "v2");
}

TEST(StoreMind, TwoWhoTurnOutToBeOneAreOneIncident) {
  StoreMind mind(two_cameras(), *make_rule_book({}), {});
  std::vector<IncidentChange> changes;
  const auto see = [&](const CameraView& one) {
    for (auto& change : mind.see(one).incidents) changes.push_back(std::move(change));
  };
  for (double t = 0; t < 20; t += 0.2) {
    see(view("aisle", t, "v1", 3 + t / 3, 5));
    if (t < 4) continue;
    const bool raise = t > 6 && t < 6.3;
    // Feet behind a shelf: at first the door's camera has them somewhere else.
    std::vector<VisitEvidence> evidence;
    if (raise) evidence.push_back(fact("v2", "door", "restricted_entry", 9, t));
    see(view("door", t + 0.05, "v2", t < 9 ? 15 : 3 + t / 3, t < 9 ? 9 : 5.1, evidence));
  }
  EXPECT_EQ(mind.visit_of("v2"), "v1");
  ASSERT_GE(changes.size(), 2U);
  EXPECT_EQ(changes.front().after.visit_id, "v2");
  EXPECT_EQ(changes.back().after.visit_id, "v1");
  for (const IncidentChange& change : changes) EXPECT_EQ(change.after.event_id, changes.front().after.event_id);
}

TEST(StoreMind, HoursOfNobodyHoldNothingAndThenItGoesOn) {
  StoreMind mind(two_cameras(), *make_rule_book({}), {});
  for (double t = 0; t < 6 * 3600; t += 10) {
    const auto nothing = mind.see({.camera = t < 3 * 3600 ? "aisle" : "door", .time = at(t)});
    ASSERT_THAT(nothing.incidents, IsEmpty());
    ASSERT_THAT(nothing.ended, IsEmpty());
  }
  EXPECT_EQ(mind.visits_held(), 0U);
  EXPECT_THAT(mind.see(violation("v", 6 * 3600)).incidents, SizeIs(1));
}

TEST(StoreMind, TwoHundredPeopleInOneViewAreTwoHundredVisits) {
  StoreMind mind(two_cameras(), *make_rule_book({}), {});
  CameraView crowd{.camera = "aisle"};
  for (int n = 0; n < 200; ++n) {
    const auto x = static_cast<float>(0.03 + 0.047 * (n % 20)), y = static_cast<float>(0.15 + 0.085 * (n / 20));
    crowd.people.push_back(
        {.camera_visit_id = std::to_string(1000 + n), .track_id = n, .box = {x - 0.01F, y - 0.08F, x + 0.01F, y}});
  }
  for (double t = 0; t < 5; t += 0.2) {
    crowd.time = at(t);
    ASSERT_THAT(mind.see(crowd).incidents, IsEmpty());
  }
  EXPECT_EQ(mind.visits_held(), 200U);
  EXPECT_THAT(mind.finish().ended, SizeIs(200));
  EXPECT_EQ(mind.visits_held(), 0U);
}

TEST(StoreMind, FinishEndsWhatIsOpen) {
  StoreMind mind({}, *make_rule_book({}), {});
  EXPECT_THAT(mind.see(violation("v", 1)).incidents, SizeIs(1));
  EXPECT_THAT(mind.finish().incidents, SizeIs(1));
}

}  // namespace
}  // namespace shrike
