#include "sim/estimate_oracle.h"

#include <cmath>
#include <filesystem>
#include <gtest/gtest.h>

namespace shrike {
namespace {

const std::filesystem::path kWorlds = std::filesystem::path(SHRIKE_SOURCE_DIR) / "config/worlds";

TEST(EstimateOracle, ErrsByChanceAloneAndLessInALargerChain) {
  const World world = *find_world("grocery", kWorlds);
  const auto small = estimate_oracle(world, {.stores = 12, .products = 60, .days = 730, .seed = 4}, 12, {});
  const auto large = estimate_oracle(world, {.stores = 48, .products = 120, .days = 730, .seed = 4}, 12, {});
  ASSERT_TRUE(small && large);
  EXPECT_LT(std::abs(small->z), 4) << "the chain itself is one more draw";
  EXPECT_LT(std::abs(large->z), 4);
  EXPECT_GT(small->total_sd, 1.3 * large->total_sd) << "an eighth of the goods";
  EXPECT_LT(large->total_sd, 0.05);
  EXPECT_GT(large->auc, 0.95) << "it knows every rate but one";
  EXPECT_LT(large->auc, 1.0);
}

TEST(EstimateOracle, IsTheSameEachTimeAndRefusesATinyChain) {
  const World world = *find_world("convenience", kWorlds);
  const ChainSize size{.stores = 12, .products = 60, .days = 730, .seed = 5};
  EXPECT_EQ(estimate_oracle(world, size, 3, {})->total_sd, estimate_oracle(world, size, 3, {})->total_sd);
  EXPECT_FALSE(estimate_oracle(world, {.stores = 1, .products = 20, .days = 500, .seed = 1}, 3, {}));
}

TEST(UslGates, BiasIsOfAllChainsTogether) {
  int done = 0;
  GateOptions options;
  options.progress = [&](int runs) { done = runs; };
  const auto gates =
      total_gates(*find_world("grocery", kWorlds), {.stores = 20, .products = 60, .seed = 3}, 3, options);
  ASSERT_TRUE(gates) << gates.error().message;
  EXPECT_EQ(done, 3);
  ASSERT_EQ(gates->size(), 4U);
  EXPECT_NEAR((*gates)[0].value, 1, 0.2);
  EXPECT_EQ((*gates)[1].demand, "shown");
}

}  // namespace
}  // namespace shrike
