#include "sim/challenger_gates.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <set>

#include "shrink/loss_model.h"

namespace shrike {
namespace {

const std::filesystem::path kWorlds = std::filesystem::path(SHRIKE_SOURCE_DIR) / "config/worlds";

TEST(ChallengerGates, HoldTheRuleAndPromoteNoneWhereThereIsNothingToLearn) {
  const SimLosses losses =
      losses_of(plan_chain(*find_world("grocery", kWorlds), {.stores = 30, .products = 150, .days = 730, .seed = 11}));
  const auto gates = challenger_gates(losses.data, {}, {});
  ASSERT_TRUE(gates) << gates.error().message;
  ASSERT_EQ(gates->size(), 10U);
  std::set<std::string> names;
  for (const Gate& g : *gates) EXPECT_TRUE(names.insert(g.name).second) << g.name;
  EXPECT_EQ(gates->front().value, 0) << gates->front().name;
  EXPECT_TRUE(gates->back().pass) << gates->back().name << " " << gates->back().value;
  for (const Gate& g : *gates) {
    if (g.name.ends_with("coverage of 90 %")) {
      EXPECT_NEAR(g.value, 0.9, 0.03) << g.name;
    }
  }
}

TEST(ChallengerGates, DrawsFromTheBaselineWhatItExpects) {
  const SimLosses losses =
      losses_of(plan_chain(*find_world("drugstore", kWorlds), {.stores = 12, .products = 80, .days = 600, .seed = 3}));
  const auto drawn = drawn_from_baseline(losses.data, layout_of(losses.data), 1, 2);
  const auto again = drawn_from_baseline(losses.data, layout_of(losses.data), 1, 1);
  ASSERT_TRUE(drawn && again);
  double was = 0, is = 0, same = 0, closed = 0;
  for (size_t i = 0; i < losses.data.intervals.size(); ++i) {
    const Interval& x = losses.data.intervals[i];
    if (x.open) continue;
    was += x.v;
    is += drawn->intervals[i].v;
    same += x.v == drawn->intervals[i].v ? 1 : 0;
    closed += 1;
    ASSERT_EQ(drawn->intervals[i].v, again->intervals[i].v);
  }
  EXPECT_NEAR(is / was, 1, 0.15);
  EXPECT_LT(same / closed, 0.95);
}

}  // namespace
}  // namespace shrike
