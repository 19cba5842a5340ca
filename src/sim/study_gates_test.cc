#include "sim/study_gates.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace shrike {
namespace {

World world_of(const std::string& name) {
  auto world = find_world(name, std::string(SHRIKE_SOURCE_DIR) + "/config/worlds");
  EXPECT_TRUE(world);
  return world ? *world : World{};
}

const Gate* named(const std::vector<Gate>& gates, const std::string& part) {
  const auto found =
      std::find_if(gates.begin(), gates.end(), [&](const Gate& g) { return g.name.find(part) != std::string::npos; });
  return found == gates.end() ? nullptr : &*found;
}

TEST(StudyGates, SpoiledUnitsLineUpWithTheIntervals) {
  const auto plan = plan_chain(world_of("grocery"), {.stores = 4, .products = 60, .days = 400, .seed = 3});
  const auto losses = losses_of(plan);
  const auto spoiled = spoiled_of(plan);
  ASSERT_EQ(spoiled.size(), losses.data.intervals.size());
  double perishable = 0, other = 0;
  for (size_t i = 0; i < spoiled.size(); ++i) {
    const bool spoils = losses.data.products[static_cast<size_t>(losses.data.intervals[i].product)].shelf_life_d > 0;
    (spoils ? perishable : other) += static_cast<double>(spoiled[i]);
  }
  EXPECT_GT(perishable, 5 * other);
}

TEST(StudyGates, CausesAreToldFromTheirTracesOnAChainOfAnotherWorld) {
  const auto plan = plan_chain(world_of("drugstore"), {.stores = 20, .products = 150, .days = 730, .seed = 77});
  const auto gates = cause_gates(plan.world, losses_of(plan), spoiled_of(plan), {});
  ASSERT_TRUE(gates) << gates.error().message;
  ASSERT_NE(named(*gates, "macro AUC"), nullptr);
  EXPECT_GT(named(*gates, "macro AUC")->value, 0.75);
  EXPECT_GT(named(*gates, "receiving F1, by")->value, 0.4);
  // Who knows the rates does better, and not perfectly: V alone does not tell a case from that many thefts.
  EXPECT_GT(named(*gates, "receiving F1 of one")->value, named(*gates, "receiving F1, by")->value);
  EXPECT_LT(named(*gates, "receiving F1 of one")->value, 0.95);
}

TEST(StudyGates, AChainWithoutEffectsShowsHardlyAnAssociation) {
  const auto gates = covariate_gates(world_of("null"), {.stores = 40, .products = 60, .days = 500, .seed = 4}, 3, {});
  ASSERT_TRUE(gates) << gates.error().message;
  ASSERT_NE(named(*gates, "nonsense"), nullptr);
  EXPECT_LE(named(*gates, "nonsense")->value, 0.05);
}

}  // namespace
}  // namespace shrike
