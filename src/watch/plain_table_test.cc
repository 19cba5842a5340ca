#include "watch/plain_table.h"

#include <gtest/gtest.h>
#include <vector>

#include "base/folder_testing.h"

namespace shrike {
namespace {

class PlainTableTest : public testing::Test {
 protected:
  Result<std::vector<int>> read(const std::string& text) {
    std::vector<int> numbers;
    const auto done =
        read_plain_table(folder_.write("t.csv", text), "name,n", [&](const PlainRow& row) -> Result<void> {
          TRY(const int n, row.as<int>(1, "a whole number"));
          numbers.push_back(n);
          return {};
        });
    if (!done) return tl::unexpected(done.error());
    return numbers;
  }
  std::string fault(const std::string& text) {
    const auto got = read(text);
    return got ? "" : got.error().message.substr(got.error().message.find("t.csv"));
  }
  TestFolder folder_;
};

TEST_F(PlainTableTest, ReadsRowsBelowTheHeader) {
  EXPECT_EQ(read("name,n\na,1\n,-2").value(), (std::vector{1, -2}));
  EXPECT_TRUE(read("name,n\n")->empty());
  EXPECT_TRUE(read("")->empty()) << "a file that was never begun has no rows";
}

TEST_F(PlainTableTest, NamesFileLineColumnAndWhatWasExpected) {
  EXPECT_EQ(fault("n,name\n"), "t.csv:1: found 'n,name', expected 'name,n'");
  EXPECT_EQ(fault("name,n\na,1\nb\n"), "t.csv:3: 1 cells, expected 2");
  EXPECT_EQ(fault("name,n\na,1x\n"), "t.csv:2:2: found '1x', expected a whole number");
  EXPECT_FALSE(read_plain_table("/nowhere/t.csv", "a", [](const PlainRow&) { return Result<void>(); }));
}

}  // namespace
}  // namespace shrike
