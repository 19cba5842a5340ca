#include "behaviour/movement_facts.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace shrike {
namespace {

/// A visit that goes `way` metres, stands `shelves` seconds at goods and `tills` at a till.
Walk visit(double way, double shelves, double tills) {
  Walk walk{.visit_id = "v", .from = {}, .seconds = way + shelves + tills, .stretches = {}};
  walk.stretches.push_back({"floor 0,0", std::nullopt, 0, way, way});
  walk.stretches.push_back({"soap", ZoneKind::shelf, way, shelves, 0});
  walk.stretches.push_back({"till", ZoneKind::checkout, way + shelves, tills, 0});
  return walk;
}

FactRanks ranks_of_normal_days() {
  std::mt19937_64 random(1);
  std::normal_distribution<double> spread(0, 0.3);
  std::vector<WalkFacts> facts;
  std::vector<double> where;
  for (int i = 0; i < 2000; ++i) {
    const double way = 60 * std::exp(spread(random));
    facts.push_back(walk_facts(visit(way, 2 * way * std::exp(spread(random)), 40 * std::exp(spread(random)))));
    where.push_back(2 + spread(random));
  }
  return fit_facts(facts, where);
}

TEST(MovementFacts, AUsualVisitIsNotUnusual) {
  const FactRanks ranks = ranks_of_normal_days();
  for (const double below : ranks.below(walk_facts(visit(60, 120, 40)), 2)) EXPECT_NEAR(below, 0.5, 0.1);
  EXPECT_LT(unusualness(ranks.below(walk_facts(visit(60, 120, 40)), 2)), 1.5);
}

TEST(MovementFacts, EitherSideIsUnusualAndSaysWhich) {
  const FactRanks ranks = ranks_of_normal_days();
  const auto hurried = ranks.below(walk_facts(visit(60, 5, 2)), 2),
             stood = ranks.below(walk_facts(visit(20, 900, 40)), 2);
  EXPECT_GT(unusualness(hurried), 8);
  EXPECT_GT(unusualness(stood), 8);
  EXPECT_GT(hurried[0], 0.99);
  EXPECT_LT(stood[0], 0.01);
  EXPECT_STREQ(say(MovementFact::pace, hurried[0] > 0.5), "hardly stood still on its way");
  const auto queued = ranks.below(walk_facts(visit(60, 120, 900)), 2);
  EXPECT_EQ(strongest({0.5, 0.5, queued[2], 0.5}), MovementFact::tills);
}

TEST(MovementFacts, TimeAtShelvesIsHeldAgainstTheWayThatWasGone) {
  const FactRanks ranks = ranks_of_normal_days();
  EXPECT_NEAR(ranks.slope, 1, 0.15);
  EXPECT_NEAR(ranks.below(walk_facts(visit(120, 240, 40)), 2)[1], 0.5, 0.15) << "twice the way, twice the time";
  EXPECT_LT(ranks.below(walk_facts(visit(120, 60, 40)), 2)[1], 0.02);
}

TEST(MovementFacts, WaysThatFewGoCountOnTheUpperSideAlone) {
  const std::array<double, kMovementFacts> usual{0.5, 0.5, 0.5, 0.5};
  auto odd = usual, plain = usual;
  odd[3] = 0.999;
  plain[3] = 0.001;
  EXPECT_GT(unusualness(odd), unusualness(usual) + 1);
  EXPECT_LT(unusualness(plain), unusualness(usual));
}

TEST(MovementFacts, AStoreWithoutShelvesOrTillsHasNothingToSayOfThem) {
  std::vector<WalkFacts> facts(100, walk_facts(Walk{.visit_id = "v", .from = {}, .seconds = 30, .stretches = {}}));
  const FactRanks ranks = fit_facts(facts, std::vector<double>(100, 1.0));
  const auto below = ranks.below(facts.front(), 1);
  for (const double b : below) EXPECT_NEAR(b, 0.5, 0.01);
  EXPECT_TRUE(std::isfinite(unusualness(fit_facts({}, {}).below(facts.front(), 1))));
}

}  // namespace
}  // namespace shrike
