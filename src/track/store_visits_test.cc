#include "track/store_visits.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "track/shop_walks.h"
#include "track/store_visits_eval.h"

namespace shrike {
namespace {

constexpr int64_t kStart_us = 1'700'000'000'000'000;

Timestamp at(double seconds) { return Timestamp{kStart_us}.plus_s(seconds); }

const std::vector<float> kRed = {1, 0, 0}, kBlue = {0, 0, 1}, kRedder = {0.98F, 0.199F, 0};

FloorSpot spot(double x, double y) { return {x, y, 0.05, 0, 0.05}; }

CameraSight sight(const std::string& camera, double seconds, std::vector<SeenPerson> people,
                  std::vector<std::string> ended = {}) {
  return {camera, at(seconds), std::move(people), std::move(ended)};
}

SeenPerson person(const std::string& visit, std::optional<FloorSpot> where, std::vector<float> look) {
  return {.camera_visit = visit, .spot = where, .look = std::move(look)};
}

StoreVisits shop() { return StoreVisits(StoreVisitOptions{.shop = {.area_m2 = 240, .doors_are_watched = true}}); }

/// Shows one person on one camera from `from` to `to`, then ends the visit there.
void stay(StoreVisits& visits, const std::string& camera, const std::string& visit, double from, double to,
          std::optional<FloorSpot> where, const std::vector<float>& look) {
  for (double t = from; t < to; t += 0.2) (void)visits.see(sight(camera, t, {person(visit, where, look)}));
  (void)visits.see(sight(camera, to, {}, {visit}));
}

Claim first_claim(const StoreVisits& visits, const std::string& visit) {
  const auto claims = visits.claims_of(visit);
  return claims.empty() ? Claim{} : claims.front();
}

double probability_after(double gap_s, const std::vector<float>& look, bool placed = true) {
  StoreVisits visits = shop();
  const auto where = placed ? std::optional(spot(5, 5)) : std::nullopt;
  stay(visits, "a", "first", 0, 20, where, kRed);
  for (double t = 0; t < 4; t += 0.2) (void)visits.see(sight("a", 20 + gap_s + t, {person("again", where, look)}));
  for (const Claim& claim : visits.claims_of("again"))
    if (claim.visit_id == "first") return claim.probability;
  return 0;
}

TEST(SamePersonSince, IsAsSureAsWhatWasSeenLastWasJoined) {
  const auto t = [](double s) { return Timestamp{1'770'000'000'000'000}.plus_s(s); };
  StoreVisit visit{.id = "a", .begun = t(0), .seen = t(200), .parts = {}};
  EXPECT_EQ(same_person_since(visit, t(50), t(200)), 1) << "no camera speaks";
  visit.parts = {{"aisle", "a", t(0), t(100), 0.9}, {"tills", "b", t(150), t(200), 0.5}};
  EXPECT_NEAR(same_person_since(visit, t(50), t(100)), 1, 1e-9) << "the same camera's visit, all the time";
  EXPECT_NEAR(same_person_since(visit, t(50), t(200)), 0.5, 0.01) << "who was joined at even odds";
  EXPECT_NEAR(same_person_since(visit, t(160), t(200)), 1, 1e-9);
  visit.parts.push_back({"door", "c", t(150), t(200), 1});
  EXPECT_NEAR(same_person_since(visit, t(50), t(200)), 0.75, 0.01);
}

TEST(StoreVisits, ACameraVisitIsItsOwnStoreVisitAtFirst) {
  StoreVisits visits = shop();
  const auto update = visits.see(sight("a", 0, {person("v1", spot(3, 3), kRed)}));
  ASSERT_EQ(update.belong.size(), 1U);
  EXPECT_EQ(update.belong[0].camera_visit, "v1");
  ASSERT_EQ(update.belong[0].claims.size(), 1U);
  EXPECT_EQ(update.belong[0].claims[0].visit_id, "v1");
  EXPECT_EQ(update.belong[0].claims[0].probability, 1);
  EXPECT_TRUE(visits.see(sight("a", 0.2, {person("v1", spot(3, 3), kRed)})).belong.empty());  // nothing new to say
}

TEST(StoreVisits, HandsOverByPlaceTimeAndLooks) {
  StoreVisits visits = shop();
  stay(visits, "a", "v1", 0, 10, spot(5, 5), kRed);
  (void)visits.see(sight("b", 12, {person("v2", spot(6.5, 5), kRedder)}));
  EXPECT_EQ(first_claim(visits, "v2").visit_id, "v1");
  EXPECT_GT(first_claim(visits, "v2").probability, 0.9);
  const auto visit = visits.find("v1");
  ASSERT_TRUE(visit);
  ASSERT_EQ(visit->parts.size(), 2U);
  EXPECT_EQ(visit->parts[1].camera, "b");
  EXPECT_FALSE(visits.find("v2"));
}

/// On camera a, two meet and the tracker goes on with the second as the first, whom it finds anew; camera b sees all.
TEST(StoreVisits, WhoIsFoundAnewTakesTheVisitBackFromWhomTheTrackerTookForThem) {
  StoreVisits visits = shop();
  for (double t = 0; t < 60; t += 0.2) {
    const double apart_m = t < 20 ? 0 : std::min(6.0, t - 20);
    const FloorSpot first = spot(5, 5), second = spot(5.4 + apart_m, 5);
    std::vector<SeenPerson> on_a{person("a1", t < 20 ? first : second, {})};
    if (t >= 20.5) on_a.push_back(person("a2", first, {}));
    (void)visits.see(sight("a", t, std::move(on_a)));
    (void)visits.see(sight("b", t + 0.1, {person("b1", first, {})}));
  }
  EXPECT_EQ(visits.claims_of("a2").front().visit_id, visits.claims_of("b1").front().visit_id);
  EXPECT_NE(visits.claims_of("a1").front().visit_id, visits.claims_of("b1").front().visit_id);
}

TEST(StoreVisits, OnePersonWhomATrackerFollowsByTurnsAsTwoIsOne) {
  StoreVisits visits = shop();
  for (int i = 0; i < 100; ++i) {
    const std::string by_turns = i % 3 == 0 && i > 20 ? "a2" : "a1";
    (void)visits.see(sight("a", 0.2 * i, {person(by_turns, spot(5, 5), kRed)}));
  }
  EXPECT_EQ(visits.claims_of("a1").front().visit_id, visits.claims_of("a2").front().visit_id);
  // In one picture they are two, however near.
  for (int i = 0; i < 20; ++i)
    (void)visits.see(sight("b", 0.2 * i, {person("b1", spot(9, 5), kRed), person("b2", spot(9.1, 5), kRed)}));
  EXPECT_NE(visits.claims_of("b1").front().visit_id, visits.claims_of("b2").front().visit_id);
}

TEST(StoreVisits, NobodyCrossesTheShopInASecond) {
  StoreVisits visits = shop();
  stay(visits, "a", "v1", 0, 10, spot(2, 5), kRed);
  (void)visits.see(sight("b", 11, {person("v2", spot(18, 5), kRed)}));
  EXPECT_EQ(first_claim(visits, "v2").visit_id, "v2");
}

TEST(StoreVisits, TheProbabilityFallsWithTimeAndGrowsWithLooks) {
  double last = 1;
  for (const double gap_s : {5.0, 30.0, 90.0, 180.0, 270.0}) {
    const double alike = probability_after(gap_s, kRed), unlike = probability_after(gap_s, kBlue);
    EXPECT_LE(alike, last) << gap_s;
    EXPECT_GT(alike, unlike) << gap_s;
    last = alike;
  }
  EXPECT_GT(probability_after(5, kRed), 0.95);
  EXPECT_GT(probability_after(180, kRed), 0.5);  // minutes, and no cliff
  EXPECT_LT(probability_after(270, kRed), 0.95);
  EXPECT_LT(probability_after(180, kBlue), 0.2);
  EXPECT_GT(probability_after(5, {}), 0.8);  // by place alone
}

TEST(StoreVisits, WithoutFloorPointsTimeAndLooksStillSpeakButLess) {
  EXPECT_GT(probability_after(10, kRed, false), 0.5);
  EXPECT_LT(probability_after(10, kRed, false), probability_after(10, kRed, true));
  EXPECT_LT(probability_after(10, kBlue, false), 0.1);
}

TEST(StoreVisits, TwoWhoCouldBeHimShareTheProbability) {
  StoreVisits visits = shop();
  for (double t = 0; t < 10; t += 0.2)
    (void)visits.see(sight("a", t, {person("v1", spot(5, 4.9), kRed), person("v2", spot(5, 5.1), kRed)}));
  (void)visits.see(sight("a", 10, {}, {"v1", "v2"}));
  (void)visits.see(sight("b", 12, {person("v3", spot(6, 5), kRed)}));
  const auto claims = visits.claims_of("v3");
  ASSERT_EQ(claims.size(), 3U);
  EXPECT_EQ(claims[0].visit_id, "v3");  // neither is likely enough, both may be
  EXPECT_NEAR(claims[1].probability, 0.5, 0.1);
  EXPECT_NEAR(claims[2].probability, 0.5, 0.1);
}

TEST(StoreVisits, TwoNewcomersAreWeighedTogether) {
  StoreVisits visits = shop();
  for (double t = 0; t < 10; t += 0.2)
    (void)visits.see(sight("a", t, {person("v1", spot(5, 4), kRed), person("v2", spot(5, 6), kBlue)}));
  (void)visits.see(sight("a", 10, {}, {"v1", "v2"}));
  (void)visits.see(sight("b", 12, {person("v3", spot(6, 5.1), kBlue), person("v4", spot(6, 4.9), kRed)}));
  EXPECT_EQ(first_claim(visits, "v3").visit_id, "v2");
  EXPECT_EQ(first_claim(visits, "v4").visit_id, "v1");
}

TEST(StoreVisits, OverlappingViewsAreOnePersonWhileBothSeeHer) {
  StoreVisits visits = shop();
  for (double t = 0; t < 10; t += 0.2) {
    (void)visits.see(sight("a", t, {person("v1", spot(4 + t / 2, 5), kRed)}));
    if (t > 4) (void)visits.see(sight("b", t + 0.05, {person("v2", spot(4.1 + t / 2, 5.1), kRedder)}));
  }
  EXPECT_EQ(first_claim(visits, "v2").visit_id, "v1");
  EXPECT_GT(first_claim(visits, "v2").probability, 0.95);
  EXPECT_EQ(visits.visits_held(), 1U);
}

TEST(StoreVisits, ThoseWhoWalkApartAreTakenApartAgain) {
  StoreVisits visits = shop();
  std::vector<VisitsMerged> merged;
  for (double t = 0; t < 20; t += 0.2) {
    const double apart = t < 6 ? 0 : (t - 6) * 0.8;
    (void)visits.see(sight("a", t, {person("v1", spot(5, 5 + apart), {})}));
    if (t > 2) (void)visits.see(sight("b", t + 0.05, {person("v2", spot(5.2, 5 - apart), {})}));
  }
  EXPECT_EQ(first_claim(visits, "v1").visit_id, "v1");
  EXPECT_EQ(first_claim(visits, "v2").visit_id, "v2");
  EXPECT_EQ(visits.visits_held(), 2U);
}

TEST(StoreVisits, OnePersonTakenForTwoIsJoinedLater) {
  StoreVisits visits = shop();
  std::vector<VisitsMerged> merged;
  // The first sight on b is far off (feet behind a shelf), the rest is right.
  for (double t = 0; t < 20; t += 0.2) {
    for (const auto& one : {sight("a", t, {person("v1", spot(3 + t / 3, 5), {})}),
                            sight("b", t + 0.05, {person("v2", t < 9 ? spot(15, 10) : spot(3 + t / 3, 5.1), {})})}) {
      if (one.camera == "b" && t < 4) continue;
      const auto update = visits.see(one);
      merged.insert(merged.end(), update.merged.begin(), update.merged.end());
    }
  }
  ASSERT_FALSE(merged.empty());
  EXPECT_EQ(merged.back().from, "v2");
  EXPECT_EQ(merged.back().into, "v1");
  EXPECT_EQ(visits.visits_held(), 1U);
}

TEST(StoreVisits, TwoOnOneCameraAreNeverOne) {
  StoreVisits visits = shop();
  for (double t = 0; t < 10; t += 0.2)
    (void)visits.see(sight("a", t, {person("v1", spot(5, 5), kRed), person("v2", spot(5.1, 5), kRed)}));
  EXPECT_EQ(first_claim(visits, "v1").visit_id, "v1");
  EXPECT_EQ(first_claim(visits, "v2").visit_id, "v2");
}

TEST(StoreVisits, AnExchangeOfTwoPeopleLowersWhatIsKnown) {
  StoreVisits visits = shop();
  for (double t = 0; t < 10; t += 0.2)
    (void)visits.see(sight("a", t, {person("v1", spot(5, 5), kRed), person("v2", spot(5.8, 5), kBlue)}));
  EXPECT_EQ(first_claim(visits, "v1").probability, 1);
  std::vector<Belonging> said;
  for (double t = 10; t < 20; t += 0.2) {
    const auto update = visits.see(sight("a", t, {person("v1", spot(5, 5), kBlue), person("v2", spot(5.8, 5), kRed)}));
    said.insert(said.end(), update.belong.begin(), update.belong.end());
  }
  ASSERT_FALSE(said.empty());
  // Either they are known for who they are now, or it is said that it is not sure; never as before.
  for (const char* id : {"v1", "v2"}) {
    const Claim claim = first_claim(visits, id);
    EXPECT_TRUE(claim.visit_id != id || claim.probability < 0.7) << id << " " << claim.visit_id << claim.probability;
  }
  EXPECT_GT(said[0].since, at(10));  // what was before stays whose it was
}

TEST(StoreVisits, ContinuityOfTheCameraCounts) {
  StoreVisits visits = shop();
  SeenPerson bridged = person("v1", spot(5, 5), kRed);
  (void)visits.see(sight("a", 0, {bridged}));
  bridged.continuity = 0.6;
  const auto update = visits.see(sight("a", 8, {bridged}));
  ASSERT_EQ(update.belong.size(), 1U);
  EXPECT_NEAR(update.belong[0].claims[0].probability, 0.6, 1e-6);
  EXPECT_NEAR(visits.find("v1")->continuity, 0.6, 1e-6);
}

TEST(StoreVisits, EndsThoseWhoLeftSoonAndThoseWhoHideLate) {
  StoreVisits visits = shop();
  SeenPerson leaving = person("left", spot(1, 5), kRed);
  leaving.at_door = true;
  (void)visits.see(sight("a", 0, {leaving, person("hides", spot(9, 5), kBlue)}));
  (void)visits.see(sight("a", 1, {}, {"left", "hides"}));
  std::map<std::string, double> ended;
  for (double t = 2; t < 700; t += 1)
    for (const StoreVisit& visit : visits.see(sight("a", t, {})).ended) ended[visit.id] = t;
  ASSERT_EQ(ended.size(), 2U);
  EXPECT_LT(ended["left"], 30);
  EXPECT_GT(ended["hides"], 250);
  EXPECT_EQ(visits.visits_held(), 0U);
}

TEST(StoreVisits, AVisitThatNeverLeavesIsCut) {
  StoreVisits visits(StoreVisitOptions{.visit_max_s = 600});
  std::vector<std::string> ended;
  std::set<std::string> names;
  for (double t = 0; t < 2000; t += 1) {
    const auto update = visits.see(sight("a", t, {person("doll", spot(5, 5), kRed)}));
    for (const StoreVisit& visit : update.ended) ended.push_back(visit.id);
    for (const Belonging& b : update.belong) names.insert(b.claims.at(0).visit_id);
  }
  EXPECT_EQ(ended.size(), 3U);
  EXPECT_EQ(names.size(), 4U);
  EXPECT_EQ(visits.visits_held(), 1U);
}

TEST(StoreVisits, WhatIsHeldIsBounded) {
  StoreVisits visits(StoreVisitOptions{.visits_max = 50});
  for (int i = 0; i < 400; ++i) {
    (void)visits.see(sight("a", i * 2, {person(fmt::format("v{}", i), std::nullopt, {})}));
    (void)visits.see(sight("a", i * 2 + 1.2, {}, {fmt::format("v{}", i)}));
  }
  EXPECT_LE(visits.visits_held(), 52U);
}

TEST(StoreVisits, TimeAloneEndsThem) {
  StoreVisits visits = shop();
  stay(visits, "a", "v1", 0, 5, spot(5, 5), kRed);
  EXPECT_FALSE(visits.is_seen("v1"));
  EXPECT_TRUE(visits.advance(at(200)).ended.empty());
  EXPECT_EQ(visits.advance(at(400)).ended.size(), 1U);
}

TEST(StoreVisits, TwoHundredPeopleInView) {
  StoreVisits visits = shop();
  for (double t = 0; t < 6; t += 0.2)
    for (const char* camera : {"a", "b"}) {
      std::vector<SeenPerson> people;
      for (int i = 0; i < 200; ++i)
        people.push_back(person(fmt::format("{}{}", camera, i), spot(i % 20, i / 20.0), {}));
      (void)visits.see(sight(camera, t, people));
    }
  EXPECT_NEAR(static_cast<double>(visits.visits_held()), 200, 10);
}

TEST(StoreVisits, ACameraThatForgetsToEndIsNotBelieved) {
  StoreVisits visits = shop();
  SeenPerson leaving = person("v1", spot(1, 5), kRed);
  leaving.at_door = true;
  (void)visits.see(sight("a", 0, {leaving}));
  size_t ended = 0;
  for (double t = 1; t < 120; t += 1) ended += visits.see(sight("a", t, {})).ended.size();
  EXPECT_EQ(ended, 1U);
}

TEST(StoreVisits, OfficersMergeAndSplitForGood) {
  StoreVisits visits = shop();
  for (double t = 0; t < 10; t += 0.2) {
    (void)visits.see(sight("a", t, {person("v1", spot(2, 5), kRed)}));
    (void)visits.see(sight("b", t, {person("v2", spot(18, 5), kBlue)}));
  }
  const auto merged = visits.merge("v2", "v1");
  ASSERT_EQ(merged.merged.size(), 1U);
  EXPECT_EQ(first_claim(visits, "v2").visit_id, "v1");
  for (double t = 10; t < 20; t += 0.2) {
    (void)visits.see(sight("a", t, {person("v1", spot(2, 5), kRed)}));
    (void)visits.see(sight("b", t, {person("v2", spot(18, 5), kBlue)}));
  }
  EXPECT_EQ(first_claim(visits, "v2").visit_id, "v1");  // however far apart they are seen
  const auto split = visits.split("v2");
  ASSERT_EQ(split.belong.size(), 1U);
  EXPECT_EQ(split.belong[0].claims[0].visit_id, "v2");
  EXPECT_TRUE(visits.merge("nobody", "v1").merged.empty());
  EXPECT_TRUE(visits.split("nobody").belong.empty());
  EXPECT_TRUE(visits.split("v1").belong.empty());  // alone already
}

TEST(StoreVisits, ASplitFirstPartTakesANameOfItsOwn) {
  StoreVisits visits = shop();
  (void)visits.see(sight("a", 0, {person("v1", spot(2, 5), kRed)}));
  (void)visits.see(sight("b", 0, {person("v2", spot(18, 5), kBlue)}));
  (void)visits.merge("v2", "v1");
  (void)visits.split("v1");
  EXPECT_EQ(first_claim(visits, "v2").visit_id, "v1");  // what was known of the visit stays under its name
  EXPECT_NE(first_claim(visits, "v1").visit_id, "v1");
  EXPECT_EQ(visits.visits_held(), 2U);
}

StoreVisitsScore::Result walked(const ShopWalkOptions& options, std::vector<ClockOffset>* clocks = nullptr) {
  StoreVisitsScore score(StoreVisitOptions{.shop = {.area_m2 = 240, .doors_are_watched = true}});
  for (const TrueSight& one : walk_shop(options)) (void)score.add(one.sight, one.who);
  if (clocks != nullptr) *clocks = score.visits().clocks_apart();
  score.finish();
  return score.result();
}

TEST(StoreVisits, HoldsMostOfAShopTogether) {
  const auto result = walked({});
  EXPECT_GT(result.revised.idf1(), 0.9);
  EXPECT_GT(result.at_once.idf1(), 0.85);
  EXPECT_LT(result.no_joins.idf1(), 0.5);
  EXPECT_LT(result.visits, result.people * 1.3);
}

TEST(StoreVisits, FindsClocksThatAreFiveSecondsApart) {
  std::vector<ClockOffset> clocks;
  const auto result = walked({.clock_ahead_s = 5}, &clocks);
  ASSERT_EQ(clocks.size(), 1U);
  EXPECT_EQ(clocks[0].other, "cam1");
  EXPECT_NEAR(clocks[0].seconds, 5, 0.5);
  EXPECT_GT(result.revised.idf1(), 0.8);
}

}  // namespace
}  // namespace shrike
