#include "base/file.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace shrike {
namespace {

std::filesystem::path scratch(const std::string& name) {
  return std::filesystem::temp_directory_path() / (name + "-" + std::to_string(::getpid()));
}

TEST(File, ReadsBackWhatItWrote) {
  const auto file = scratch("shrike-file-test");
  ASSERT_TRUE(write_file(file, "first"));
  ASSERT_TRUE(write_file(file, std::string("a\0b", 3)));
  EXPECT_EQ(read_file(file, 100).value(), std::string("a\0b", 3));
  EXPECT_FALSE(std::filesystem::exists(file.string() + ".part"));
  std::filesystem::remove(file);
}

TEST(File, NamesWhatCannotBeRead) {
  EXPECT_EQ(read_file("/", 100).error().message, "/: is a folder, not a file");
  EXPECT_EQ(read_file("/nowhere/x", 100).error().message, "/nowhere/x: cannot be opened: No such file or directory");
  EXPECT_FALSE(read_file("/dev/zero", 1000)) << "an endless file must be refused";
}

TEST(File, NamesWhatCannotBeWritten) {
  const auto error = write_file("/nowhere/x", "y");
  ASSERT_FALSE(error);
  EXPECT_EQ(error.error().message, "/nowhere/x: cannot create: No such file or directory");
}

}  // namespace
}  // namespace shrike
