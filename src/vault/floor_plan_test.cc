#include "vault/floor_plan.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/scratch_folder.h"
#include "vault/incident_store.h"

namespace shrike {
namespace {

TEST(FloorPlan, ComesBackWithItsPicture) {
  const auto scratch = ScratchFolder::make();
  ASSERT_TRUE(scratch);
  auto store = IncidentStore::open(scratch->path());
  ASSERT_TRUE(store);
  Database& database = store->database();
  EXPECT_FALSE(load_floor_plan(database).value()) << "never watched";
  const auto file = scratch->path() / "plan.png";
  ASSERT_TRUE(write_file(file, "\x89PNG and so on"));
  ASSERT_TRUE(save_floor_plan(database, {.width_m = 24, .depth_m = 16.5, .picture = file}));
  const auto plan = load_floor_plan(database).value();
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->width_m, 24);
  EXPECT_EQ(plan->depth_m, 16.5);
  EXPECT_EQ(plan->picture, "data:image/png;base64,iVBORyBhbmQgc28gb24=");
  ASSERT_TRUE(save_floor_plan(database, {.width_m = 10, .depth_m = 8, .picture = {}}));
  EXPECT_EQ(load_floor_plan(database).value()->picture, "") << "the plan was taken out of the configuration";
  ASSERT_TRUE(save_floor_plan(database, {}));
  EXPECT_FALSE(load_floor_plan(database).value());
}

TEST(FloorPlan, RefusesWhatIsNoPictureAndNamesIt) {
  const auto scratch = ScratchFolder::make();
  ASSERT_TRUE(scratch);
  auto store = IncidentStore::open(scratch->path());
  ASSERT_TRUE(store);
  const auto file = scratch->path() / "plan.png";
  ASSERT_TRUE(write_file(file, "a letter"));
  const auto kept = save_floor_plan(store->database(), {.width_m = 24, .depth_m = 16, .picture = file});
  ASSERT_FALSE(kept);
  EXPECT_NE(kept.error().message.find("plan.png: expected a PNG, JPEG or SVG"), std::string::npos)
      << kept.error().message;
}

}  // namespace
}  // namespace shrike
