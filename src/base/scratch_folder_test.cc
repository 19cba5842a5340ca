#include "base/scratch_folder.h"

#include <fstream>
#include <gtest/gtest.h>

namespace shrike {
namespace {

namespace fs = std::filesystem;

TEST(ScratchFolder, IsThereForItsOwnerAndGoesWithIt) {
  fs::path path;
  {
    auto made = ScratchFolder::make();
    ASSERT_TRUE(made) << made.error().message;
    path = made->path();
    EXPECT_TRUE(fs::is_directory(path));
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
    const ScratchFolder moved = std::move(*made);
    std::ofstream(moved.path() / "file") << "x";
    EXPECT_TRUE(fs::exists(path / "file"));
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST(ScratchFolder, TwoAreNotTheSame) {
  const auto one = ScratchFolder::make(), two = ScratchFolder::make();
  ASSERT_TRUE(one);
  ASSERT_TRUE(two);
  EXPECT_NE(one->path(), two->path());
}

}  // namespace
}  // namespace shrike
