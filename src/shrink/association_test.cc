#include "shrink/association.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

constexpr AssociationWords kWords{
    .shuffled = "values", .made_up = "facts", .drawn = "areas", .no_gain = "it predicts nothing"};

/// One that stands all of it.
AssociationTest good() {
  AssociationTest test;
  test.partial = 0.5;
  test.low = 0.3;
  test.high = 0.6;
  test.p = 0.001;
  test.controls_beyond = 0;
  test.gain = 0.1;
  test.partial_half[0] = test.partial_half[1] = 0.5;
  test.p_half[0] = test.p_half[1] = 0.01;
  return test;
}

TEST(Association, EverythingThatSpeaksAgainstItIsHeardInTurn) {
  struct Case {
    void (*spoil)(AssociationTest&);
    bool discovery;
    AssociationLabel label;
    const char* why;
  };
  const Case cases[] = {{[](AssociationTest&) {}, true, AssociationLabel::replicated, "in both halves of time"},
                        {[](AssociationTest& t) { t.p_half[1] = 0.2; }, true, AssociationLabel::association,
                         "not in both halves of time by itself"},
                        {[](AssociationTest& t) { t.partial_half[1] = -0.5; }, true, AssociationLabel::association,
                         "not in both halves of time by itself"},
                        {[](AssociationTest& t) { t.gain = 0; }, true, AssociationLabel::noise, "it predicts nothing"},
                        {[](AssociationTest& t) { t.low = 0; }, true, AssociationLabel::noise,
                         "its interval holds zero once areas are drawn again"},
                        {[](AssociationTest& t) { t.controls_beyond = 0.12; }, true, AssociationLabel::noise,
                         "12 % of made-up facts do as well"},
                        {[](AssociationTest& t) { t.p = 0.04; }, false, AssociationLabel::noise,
                         "p = 0.040, but 20 tests were made: some are so small by chance"},
                        {[](AssociationTest& t) { t.p = 0.4; }, false, AssociationLabel::noise,
                         "no further from nothing than shuffled values are"}};
  for (const Case& one : cases) {
    AssociationTest test = good();
    one.spoil(test);
    judge(test, one.discovery, 20, kWords);
    EXPECT_EQ(test.label, one.label) << one.why;
    EXPECT_EQ(test.why, one.why);
    EXPECT_EQ(test.discovery, one.discovery);
  }
}

TEST(Association, EarlierTestsCountAndTheSmallestPComesFirst) {
  std::vector<AssociationTest> tests(2, good());
  tests[0].p = 0.04;
  tests[1].p = 0.03;
  auto alone = tests;
  judge_all(alone, {}, 0.1, kWords);
  EXPECT_EQ(alone[0].p, 0.03);
  EXPECT_TRUE(alone[0].discovery && alone[1].discovery);
  judge_all(tests, std::vector<double>(8, 0.9), 0.1, kWords);
  EXPECT_FALSE(tests[0].discovery || tests[1].discovery) << "ten tests were made";
  EXPECT_EQ(tests[0].label, AssociationLabel::noise);
}

}  // namespace
}  // namespace shrike
