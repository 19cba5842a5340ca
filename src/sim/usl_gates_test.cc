#include "sim/usl_gates.h"

#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>
#include <set>

#include "sim/usl_truth.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

const fs::path kWorlds = fs::path(SHRIKE_SOURCE_DIR) / "config/worlds";

const Gate* gate(const std::vector<Gate>& gates, const std::string& begin) {
  for (const Gate& g : gates) {
    if (g.name.starts_with(begin)) return &g;
  }
  return nullptr;
}

TEST(UslGates, HoldOnASmallChainAndFailWhenTheTruthIsDealtAnew) {
  SimLosses losses =
      losses_of(plan_chain(*find_world("grocery", kWorlds), {.stores = 30, .products = 150, .days = 730, .seed = 11}));
  const auto gates = forecast_gates(losses, {});
  ASSERT_TRUE(gates) << gates.error().message;
  std::set<std::string> names;
  for (const Gate& g : *gates) EXPECT_TRUE(names.insert(g.name).second) << g.name;
  for (const char* name : {"nowcast: MAE / product mean", "nowcast: deviance", "AUC gain", "shuffled V"}) {
    const Gate* g = gate(*gates, name);
    ASSERT_NE(g, nullptr) << name;
    EXPECT_TRUE(g->pass) << g->name << " " << g->value;
  }
  // A truth that belongs to other intervals must be seen to be none.
  std::rotate(losses.truth.begin(), losses.truth.begin() + 7777, losses.truth.end());
  const auto wrong = forecast_gates(losses, {});
  ASSERT_TRUE(wrong);
  EXPECT_FALSE(gate(*wrong, "AUC, top")->pass);
  EXPECT_FALSE(gate(*wrong, "stores: Spearman")->pass && gate(*wrong, "AUC gain")->pass);
}

TEST(UslGates, CountRunsAndReportProgress) {
  int done = 0;
  GateOptions options;
  options.progress = [&](int runs) { done = runs; };
  const ChainSize size{.stores = 20, .products = 40, .days = 500, .seed = 2};
  const auto quiet = null_gates(*find_world("null", kWorlds), size, 3, options);
  ASSERT_TRUE(quiet);
  EXPECT_EQ(done, 3);
  EXPECT_EQ(quiet->size(), 2U);
  const auto loud = outlier_gates(*find_world("grocery", kWorlds), size, 2, {});
  ASSERT_TRUE(loud);
  EXPECT_GE((*loud)[0].value, 0);
  EXPECT_LE((*loud)[0].value, 1);
}

TEST(UslGates, AFolderThatNoSimulationWroteIsRefused) {
  const fs::path folder = fs::path(testing::TempDir()) / "shrike_no_chain";
  fs::create_directories(folder);
  const auto origin = origin_of(folder);
  ASSERT_FALSE(origin);
  EXPECT_EQ(origin.error().kind, Error::Kind::bad_input);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace shrike
