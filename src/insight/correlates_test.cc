#include "insight/correlates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/shop_testing.h"

namespace shrike {
namespace {

using testing::HasSubstr;

using Verdicts = std::unordered_map<std::string, std::string>;
const CorrelatesOptions kQuick{.permutations = 400, .bootstraps = 200, .controls = 100};

/// A month of visits; each is a confirmed incident with a probability that its stay at the razors decides.
struct Month {
  Journeys journeys;
  Verdicts verdicts;
};

Month month(uint64_t seed, double with_razors, double without) {
  MadeUpShop shop(seed);
  for (int d = 0; d < 28; ++d) shop.day(d, {.visits_a_day = 60});
  Month out;
  for (const VisitTrace& trace : shop.traces) {
    const bool razors =
        std::ranges::any_of(trace.stays, [](const ZoneStay& s) { return s.zone == "razors" && s.dwell_s >= 5; });
    const double u = shop.uniform();
    if (u < (razors ? with_razors : without)) out.verdicts[trace.visit_id] = u < 0.01 ? "attempted" : "theft";
    if (u > 0.9) out.verdicts[trace.visit_id] = "honest";
  }
  out.journeys = join_traces(shop.traces);
  return out;
}

const FactTest* find(const Correlates& found, const std::string& name, Against against) {
  for (const FactTest& t : found.tests) {
    if (t.name == name && t.against == against) return &t;
  }
  return nullptr;
}

TEST(Correlates, FindsWhatWasPlanted) {
  const Month m = month(1, 0.25, 0.01);
  const auto found = correlate_visits(m.journeys, m.verdicts, "UTC", kQuick);
  ASSERT_TRUE(found) << found.error().message;
  const FactTest* razors = find(*found, "stopped at razors", Against::judged);
  ASSERT_NE(razors, nullptr);
  EXPECT_EQ(razors->label, AssociationLabel::replicated) << razors->why;
  EXPECT_GT(razors->partial, 0.3);
  EXPECT_GT(razors->low, 0);
  EXPECT_GT(razors->typical_confirmed, 2 * razors->typical_others);
  for (const char* innocent : {"before noon", "Saturday or Sunday", "stopped at bread", "had a cart or a basket"}) {
    const FactTest* t = find(*found, innocent, Against::judged);
    EXPECT_TRUE(t == nullptr || t->label == AssociationLabel::noise) << innocent;
  }
}

TEST(Correlates, WhatRaisesIncidentsIsOnlyAskedOfJudgedOnes) {
  const Month m = month(1, 0.25, 0.01);
  const auto found = correlate_visits(m.journeys, m.verdicts, "UTC", kQuick);
  ASSERT_TRUE(found);
  EXPECT_EQ(find(*found, "stopped at razors", Against::others), nullptr);
  const auto refused = std::ranges::find_if(found->refused, [](const RefusedFact& r) {
    return r.name == "time in high-risk zones" && r.against == Against::others;
  });
  ASSERT_NE(refused, found->refused.end());
  EXPECT_THAT(refused->reason, HasSubstr("by construction"));
}

TEST(Correlates, WhereNothingWasPlantedNextToNothingIsLabelled) {
  int labelled = 0, tests = 0;
  for (uint64_t seed = 10; seed < 16; ++seed) {
    const Month m = month(seed, 0.05, 0.05);
    const auto found = correlate_visits(m.journeys, m.verdicts, "UTC",
                                        {.permutations = 200, .bootstraps = 100, .controls = 50, .others_max = 500});
    ASSERT_TRUE(found) << found.error().message;
    for (const FactTest& t : found->tests) {
      ++tests;
      labelled += t.label != AssociationLabel::noise ? 1 : 0;
    }
  }
  EXPECT_GT(tests, 60);
  EXPECT_LE(labelled, 2);
}

TEST(Correlates, RefusesWhereTooFewAreConfirmed) {
  Month m = month(1, 0.01, 0.0);
  const auto found = correlate_visits(m.journeys, m.verdicts, "UTC", kQuick);
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("too few confirmed incidents"));
}

TEST(Correlates, EarlierTestsCount) {
  const Month m = month(1, 0.25, 0.01);
  auto options = kQuick;
  options.earlier.assign(100000, 0.9);
  const auto found = correlate_visits(m.journeys, m.verdicts, "UTC", options);
  ASSERT_TRUE(found);
  const FactTest* razors = find(*found, "stopped at razors", Against::judged);
  ASSERT_NE(razors, nullptr);
  EXPECT_EQ(razors->label, AssociationLabel::noise);
  EXPECT_THAT(razors->why, HasSubstr("tests were made"));
}

}  // namespace
}  // namespace shrike
