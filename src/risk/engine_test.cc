#include "risk/engine.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace shrike {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Type = IncidentChange::Type;

Timestamp at(double seconds) { return Timestamp{1'770'000'000'000'000}.plus_s(seconds); }

VisitEvidence fact(const std::string& visit, const std::string& kind, double llr, double from_s, double to_s,
                   const std::string& detail) {
  return {visit,
          "cam",
          7,
          {.kind = kind, .from = at(from_s), .to = at(to_s), .source = "cam", .llr = llr, .detail = detail}};
}

VisitEvidence loitering(const std::string& visit = "v") {
  return fact(visit, "loitering", 2.5, 5, 39, "34 s in razors");
}
VisitEvidence left(const std::string& visit = "v") {
  return fact(visit, "exit_without_checkout", 3.9, 45, 45, "left by exit B without checkout");
}
VisitEvidence paid(const std::string& visit = "v") { return fact(visit, "paid", -6, 50, 50, "paid 12.40 at till 2"); }

class RiskEngineTest : public testing::Test {
 protected:
  std::vector<IncidentChange> add(const VisitEvidence& one, double now_s) {
    return engine.add(std::span(&one, 1), at(now_s));
  }
  int ids = 0;
  RiskEngine engine{"corner", {}, *make_rule_book({}), [this](Timestamp) { return "event " + std::to_string(++ids); }};
};

TEST_F(RiskEngineTest, RaisesOnceAndTellsTheWholeCase) {
  EXPECT_THAT(add(loitering(), 25), IsEmpty());
  EXPECT_GT(engine.risk_of("v"), 0.02);
  const auto changes = add(left(), 45);
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].type, Type::created);
  EXPECT_FALSE(changes[0].before);
  const Incident& incident = changes[0].after;
  EXPECT_EQ(incident.event_id, "event 1");
  EXPECT_EQ(incident.type, "CHECKOUT_BYPASS") << "of the strongest evidence";
  EXPECT_EQ(incident.summary,
            "possible checkout bypass: 34 s in razors, left by exit B without checkout; against: none");
  EXPECT_EQ(incident.store_id, "corner");
  EXPECT_EQ(incident.camera, "cam");
  EXPECT_EQ(incident.visit_id, "v");
  EXPECT_EQ(incident.track_id, 7);
  EXPECT_EQ(incident.time, at(45));
  EXPECT_EQ(incident.from, at(5));
  EXPECT_EQ(incident.to, at(45));
  EXPECT_DOUBLE_EQ(incident.prior, 0.002);
  EXPECT_NEAR(incident.risk, 0.5467, 1e-3);
  EXPECT_DOUBLE_EQ(engine.risk_of("v"), incident.risk);
  ASSERT_THAT(incident.evidence, SizeIs(2));
  EXPECT_EQ(incident.evidence[0].evidence.kind, "exit_without_checkout");
  EXPECT_DOUBLE_EQ(incident.evidence[0].contribution, 3.9);
}

TEST_F(RiskEngineTest, LateEvidenceAgainstUpdatesAndEndsBelow) {
  (void)add(loitering(), 25);
  (void)add(left(), 45);
  engine.visit_ended("v", at(48));
  EXPECT_THAT(engine.advance(at(60)), IsEmpty()) << "a till may still have something to say";
  const auto update = add(paid(), 70);
  ASSERT_THAT(update, SizeIs(1));
  EXPECT_EQ(update[0].type, Type::updated);
  EXPECT_EQ(update[0].reason, "paid: paid 12.40 at till 2; risk fell below 0.50");
  EXPECT_GT(update[0].before->risk, 0.5);
  EXPECT_LT(update[0].after.risk, 0.01);
  EXPECT_EQ(update[0].after.event_id, "event 1");
  EXPECT_EQ(update[0].after.time, at(45));
  EXPECT_THAT(update[0].after.summary, HasSubstr("against: paid 12.40 at till 2"));
  const auto end = engine.advance(at(109));
  ASSERT_THAT(end, SizeIs(1));
  EXPECT_EQ(end[0].type, Type::ended);
  EXPECT_EQ(end[0].reason, "visit over; risk ended below 0.50");
  EXPECT_EQ(end[0].before, update[0].after);
  EXPECT_EQ(engine.visits_held(), 0U);
  EXPECT_DOUBLE_EQ(engine.risk_of("v"), 0.002);
}

TEST_F(RiskEngineTest, CrossingAgainIsTheSameIncident) {
  (void)add(loitering(), 25);
  (void)add(left(), 45);
  (void)add(paid(), 50);
  const auto changes = add(fact("v", "restricted_entry", 6.5, 60, 60, "entered stock room"), 60);
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].type, Type::updated);
  EXPECT_EQ(changes[0].after.event_id, "event 1");
  EXPECT_EQ(changes[0].after.type, "ZONE_VIOLATION");
  EXPECT_GT(changes[0].after.risk, 0.5);
}

TEST_F(RiskEngineTest, ANewerStatementReplacesAndDoesNotAddUp) {
  for (int i = 0; i < 100; ++i) EXPECT_THAT(add(loitering(), 25 + i), IsEmpty());
  EXPECT_NEAR(engine.risk_of("v"), 0.0238, 1e-3);
  auto back = loitering();
  back.evidence.llr = 0;
  EXPECT_THAT(add(back, 200), IsEmpty());
  EXPECT_NEAR(engine.risk_of("v"), 0.002, 1e-9) << "taken back";
}

TEST_F(RiskEngineTest, EvidenceOfOneFrameMakesOneChange) {
  const std::vector<VisitEvidence> both{loitering("a"), left("a"), loitering("b"), left("b")};
  const auto changes = engine.add(both, at(45));
  ASSERT_THAT(changes, SizeIs(2));
  EXPECT_EQ(changes[0].after.visit_id, "a");
  EXPECT_THAT(changes[0].after.evidence, SizeIs(2));
  EXPECT_EQ(changes[1].after.visit_id, "b");
}

TEST_F(RiskEngineTest, TheOrderOfArrivalDoesNotMatter) {
  std::vector<VisitEvidence> facts{loitering(), left(), paid(),
                                   fact("v", "repeated_entry", 2, 0, 60, "entered razors 6 times"),
                                   fact("v", "object_carried_out", 1.5, 44, 45, "handbag carried to exit B")};
  const auto less = [](const VisitEvidence& a, const VisitEvidence& b) { return a.evidence.kind < b.evidence.kind; };
  std::ranges::sort(facts, less);
  std::set<double> risks;
  std::set<std::string> summaries;
  do {
    RiskEngine fresh("corner", {}, *make_rule_book({}), [](Timestamp) { return "e"; });
    for (const auto& one : facts) (void)fresh.add(std::span(&one, 1), at(60));
    risks.insert(fresh.risk_of("v"));
    for (const auto& change : fresh.finish()) summaries.insert(change.after.summary);
  } while (std::ranges::next_permutation(facts, less).found);
  EXPECT_THAT(risks, SizeIs(1)) << "to the last bit";
  EXPECT_THAT(summaries, SizeIs(testing::Le(1U)));
}

TEST_F(RiskEngineTest, FinishEndsEverything) {
  (void)add(loitering("a"), 25);
  (void)add(left("a"), 45);
  (void)add(loitering("b"), 45);
  const auto changes = engine.finish();
  ASSERT_THAT(changes, SizeIs(1)) << "b never was an incident";
  EXPECT_EQ(changes[0].type, Type::ended);
  EXPECT_EQ(changes[0].reason, "visit over");
  EXPECT_EQ(engine.visits_held(), 0U);
}

TEST_F(RiskEngineTest, RaisesAgainOnAnotherVisitOfTheSamePerson) {
  (void)add(loitering(), 25);
  (void)add(left(), 45);
  engine.visit_ended("v", at(46));
  (void)engine.advance(at(200));
  (void)add(loitering(), 300);
  EXPECT_THAT(add(left(), 345), ElementsAre(testing::Field(&IncidentChange::type, Type::created)));
}

TEST_F(RiskEngineTest, MemoryIsBoundedWhateverIsForgotten) {
  for (int i = 0; i < 20100; ++i) (void)add(loitering("visit " + std::to_string(i)), i * 0.01);
  EXPECT_EQ(engine.visits_held(), 20000U);
  EXPECT_THAT(engine.advance(at(5 * 3600)), IsEmpty());
  EXPECT_EQ(engine.visits_held(), 0U) << "nothing new for hours: over";
  for (int i = 0; i < 400; ++i) {
    auto odd = loitering();
    odd.evidence.zone = std::to_string(i);
    (void)add(odd, 5 * 3600);
  }
  auto updated = loitering();
  updated.evidence.zone = "0";
  updated.evidence.llr = 20;
  const auto changes = add(updated, 5 * 3600);
  ASSERT_THAT(changes, SizeIs(1)) << "a fact that is known is still brought up to date";
  EXPECT_THAT(changes[0].after.evidence, SizeIs(256));
}

TEST_F(RiskEngineTest, EvidenceWithoutVisitOrKindIsNobodys) {
  EXPECT_THAT(add(loitering(""), 1), IsEmpty());
  EXPECT_THAT(add(fact("v", "", 20, 0, 1, "?"), 1), IsEmpty());
  EXPECT_EQ(engine.visits_held(), 0U);
  engine.visit_ended("nobody", at(1));
}

TEST_F(RiskEngineTest, LongCasesAreSummedUp) {
  std::vector<VisitEvidence> facts;
  for (int i = 0; i < 8; ++i) {
    auto one = fact("v", "loitering", 2.5 + 0.1 * i, i, i + 1, "clause " + std::to_string(i));
    one.evidence.zone = std::to_string(i);
    facts.push_back(one);
  }
  facts.push_back(left());
  const auto changes = engine.add(facts, at(50));
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].after.summary,
            "possible checkout bypass: clause 6, clause 7, left by exit B without checkout; against: none")
      << "what the cap leaves nothing of is not told";
}

TEST_F(RiskEngineTest, MergingMovesEvidenceAndTheIncident) {
  EXPECT_THAT(engine.merge("nobody", "v", at(0)), IsEmpty());
  (void)add(loitering("a"), 25);
  (void)add(left("b"), 45);
  const auto raised = engine.merge("b", "a", at(46));
  ASSERT_THAT(raised, SizeIs(1)) << "only together do they cross the threshold";
  EXPECT_EQ(raised[0].type, Type::created);
  EXPECT_EQ(raised[0].after.visit_id, "a");
  EXPECT_EQ(engine.visits_held(), 1U);
  (void)add(paid("c"), 50);
  const auto moved = engine.merge("a", "c", at(51));
  ASSERT_THAT(moved, SizeIs(1));
  EXPECT_EQ(moved[0].type, Type::updated);
  EXPECT_EQ(moved[0].before->visit_id, "a");
  EXPECT_EQ(moved[0].after.visit_id, "c");
  EXPECT_EQ(moved[0].after.event_id, raised[0].after.event_id);
  EXPECT_THAT(moved[0].reason, HasSubstr("visit a turned out to be part of c"));
  EXPECT_LT(moved[0].after.risk, 0.1);
}

TEST_F(RiskEngineTest, OfTwoIncidentsOfOnePersonOneGoesOn) {
  (void)add(fact("a", "restricted_entry", 9, 5, 5, "entered stock"), 5);
  (void)add(fact("b", "restricted_entry", 9, 6, 6, "entered office"), 6);
  const auto changes = engine.merge("b", "a", at(7));
  ASSERT_THAT(changes, SizeIs(2));
  EXPECT_EQ(changes[0].type, Type::ended);
  EXPECT_EQ(changes[0].after.event_id, "event 2");
  EXPECT_THAT(changes[0].reason, HasSubstr("the same person as incident event 1"));
  EXPECT_EQ(changes[1].after.event_id, "event 1");
}

/// A walk into the stock room of whom it is not sure which visit they are.
std::vector<VisitEvidence> walk(const std::vector<std::pair<std::string, double>>& visits) {
  std::vector<VisitEvidence> told;
  for (const auto& [id, p] : visits) {
    told.push_back(fact(id, "restricted_entry", 9, 5, 5, "entered stock"));
    told.back().evidence.whose = {.mine = p, .part = "walk", .visits = visits};
  }
  return told;
}

TEST_F(RiskEngineTest, OneWalkOfOneOfTwoIsOneIncident) {
  RiskConfig low;
  low.threshold = 0.3;
  RiskEngine eager("corner", low, *make_rule_book({}));
  const auto raised = eager.add(walk({{"a", 0.55}, {"b", 0.45}}), at(5));
  ASSERT_THAT(raised, SizeIs(1));
  EXPECT_EQ(raised[0].after.visit_id, "a");
  EXPECT_NEAR(raised[0].after.risk, 0.942, 0.001) << "one of them did";
  EXPECT_THAT(raised[0].after.summary, HasSubstr("possible zone violation, unsure who: entered stock (55 % sure that"));
  EXPECT_GT(eager.risk_of("b"), low.threshold) << "as likely as it is theirs, but not told twice";
  const auto moved = eager.add(walk({{"b", 0.8}, {"a", 0.2}}), at(6));
  ASSERT_THAT(moved, SizeIs(2)) << "it turns out to be the other's";
  EXPECT_EQ(moved[0].after.visit_id, "a");
  EXPECT_THAT(moved[0].reason, HasSubstr("risk fell below 0.30"));
  EXPECT_EQ(moved[1].type, Type::created);
  EXPECT_EQ(moved[1].after.visit_id, "b");
}

TEST_F(RiskEngineTest, TwoWhoEachDidEnoughAreTwoIncidents) {
  auto facts = walk({{"a", 0.55}, {"b", 0.45}});
  facts.push_back(fact("a", "item_unpaid", 7, 1, 2, "took two"));
  facts.push_back(fact("b", "item_unpaid", 7, 1, 2, "took three"));
  EXPECT_THAT(engine.add(facts, at(5)), SizeIs(2)) << "neither needs the walk that they share";
}

TEST_F(RiskEngineTest, WhatIsToldOfAnotherChangesWhoMayHaveDoneIt) {
  (void)engine.add(walk({{"a", 0.55}, {"b", 0.45}}), at(5));
  const auto changes = add(fact("b", "staff_badge", -5, 6, 6, "badge"), 6);
  ASSERT_THAT(changes, SizeIs(1)) << "b, who had no incident, makes a's less likely";
  EXPECT_EQ(changes[0].after.visit_id, "a");
  EXPECT_NEAR(changes[0].after.risk, 0.55 * 0.942 + 0.45 * 0.1, 0.01);
}

TEST_F(RiskEngineTest, WhoSomebodyMayBeRaisesNothingByItself) {
  RiskConfig almost;
  almost.prior = 0.45;
  RiskEngine eager("corner", almost, *make_rule_book({}));
  const auto match = fact("v", "watch_match", 5, 1, 2, "dressed as in a confirmed incident");
  EXPECT_THAT(eager.add(std::span(&match, 1), at(2)), IsEmpty());
  EXPECT_GT(eager.risk_of("v"), 0.5);
  const auto bag = fact("v", "object_carried_out", 0.1, 3, 3, "a bag");
  EXPECT_THAT(eager.add(std::span(&bag, 1), at(3)), SizeIs(1)) << "with something that was done, it counts";
}

}  // namespace
}  // namespace shrike
