#include "base/sha256.h"

#include <gtest/gtest.h>

#include "base/folder_testing.h"

namespace shrike {
namespace {

// FIPS 180-4's own example.
constexpr auto kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Sha256, OfTextAndOfAFileAreTheStandardsOwn) {
  EXPECT_EQ(sha256_of("abc"), kAbc);
  EXPECT_EQ(sha256_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const TestFolder folder;
  EXPECT_EQ(sha256_of_file(folder.write("abc", "abc")).value(), kAbc);
  const std::string big(3'000'000, 'x');  // more than one piece
  EXPECT_EQ(sha256_of_file(folder.write("big", big)).value(), sha256_of(big));
}

TEST(Sha256, NamesAFileThatCannotBeRead) {
  EXPECT_EQ(sha256_of_file("/nowhere/x").error().message, "/nowhere/x: cannot be read");
  EXPECT_EQ(sha256_of_file("/").error().message, "/: cannot be read") << "a folder has no bytes";
}

}  // namespace
}  // namespace shrike
