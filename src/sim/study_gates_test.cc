#include "sim/study_gates.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "shrink/cause.h"

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
  const auto losses = losses_of(plan);
  const auto gates = cause_gates(plan.world, losses, spoiled_of(plan), stock_days_of(plan, losses), {});
  ASSERT_TRUE(gates) << gates.error().message;
  ASSERT_NE(named(*gates, "macro AUC"), nullptr);
  EXPECT_GT(named(*gates, "macro AUC")->value, 0.75);
  EXPECT_GT(named(*gates, "receiving F1, by")->value, 0.4);
  // Who knows the rates does better, and not perfectly: V alone does not tell a case from that many thefts.
  const auto* by_counts = named(*gates, "by counts alone");
  const auto* by_days = named(*gates, "weighs every day");
  ASSERT_TRUE(by_counts != nullptr && by_days != nullptr);
  EXPECT_GT(by_counts->value, 0.5);
  EXPECT_GT(by_days->value, named(*gates, "receiving F1, by")->value);
  EXPECT_LT(by_days->value, 0.95);
  // The days tell more than the counts: without them the same estimator finds fewer.
  CauseOptions blind;
  const auto report = explain_losses(losses.data, layout_of(losses.data), blind);
  ASSERT_TRUE(report);
  double hits = 0, said = 0, there = 0;
  for (size_t i = 0; i < losses.truth.size(); ++i) {
    if (losses.data.intervals[i].open) continue;
    const bool is = losses.truth[i].realised[static_cast<size_t>(SimCause::receiving)] > 0;
    const double pack = losses.data.products[static_cast<size_t>(losses.data.intervals[i].product)].pack;
    const bool called = report->units[i][static_cast<size_t>(Cause::receiving)] > 0.5 * pack;
    hits += is && called ? 1 : 0;
    said += called ? 1 : 0;
    there += is ? 1 : 0;
  }
  EXPECT_GT(named(*gates, "receiving F1, by")->value, 2 * hits / (said + there) + 0.02);
}

TEST(StudyGates, AChainWithoutEffectsShowsHardlyAnAssociation) {
  const auto gates = covariate_gates(world_of("null"), {.stores = 40, .products = 60, .days = 500, .seed = 4}, 3, {});
  ASSERT_TRUE(gates) << gates.error().message;
  ASSERT_NE(named(*gates, "nonsense"), nullptr);
  EXPECT_LE(named(*gates, "nonsense")->value, 0.05);
}

}  // namespace
}  // namespace shrike
