#include "hub/message.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace shrike {
namespace {

TEST(Message, ReadsAQuery) {
  const auto query = parse_query("a=1&b=x%26y&&c&a=2");
  ASSERT_TRUE(query);
  EXPECT_EQ(*query, (std::map<std::string, std::string>{{"a", "2"}, {"b", "x&y"}, {"c", ""}}));
  EXPECT_FALSE(parse_query("a=%"));
  std::string many;
  for (int i = 0; i < 40; ++i) many += fmt::format("p{}=1&", i);
  EXPECT_FALSE(parse_query(many));
}

TEST(Message, FindsACookie) {
  EXPECT_EQ(cookie("a=1; session=x=y ; b=2", "session"), "x=y");
  EXPECT_EQ(cookie("xsession=1", "session"), "");
  EXPECT_EQ(cookie("", "session"), "");
}

TEST(Message, TakesThePortOffAHost) {
  EXPECT_EQ(host_without_port("Shop:8080"), "shop");
  EXPECT_EQ(host_without_port("127.0.0.1"), "127.0.0.1");
  EXPECT_EQ(host_without_port("[::1]:8080"), "::1");
  EXPECT_EQ(host_without_port("[::1"), "::1");
  EXPECT_EQ(host_without_port("["), "");
}

struct RangeCase {
  const char* header;
  uint64_t size_bytes;
  RangeKind kind;
  ByteRange range;
};

void PrintTo(const RangeCase& range, std::ostream* out) { *out << range.header << " of " << range.size_bytes; }

class RangeTest : public testing::TestWithParam<RangeCase> {};

TEST_P(RangeTest, Reads) {
  const auto& c = GetParam();
  const auto [kind, range] = parse_range(c.header, c.size_bytes);
  EXPECT_EQ(kind, c.kind);
  EXPECT_EQ(range, c.range);
}

INSTANTIATE_TEST_SUITE_P(
    Message, RangeTest,
    testing::Values(
        RangeCase{"bytes=0-", 10, RangeKind::part, {0, 9}}, RangeCase{"bytes=2-4", 10, RangeKind::part, {2, 4}},
        RangeCase{"bytes=2-400", 10, RangeKind::part, {2, 9}}, RangeCase{"bytes=-3", 10, RangeKind::part, {7, 9}},
        RangeCase{"bytes=-30", 10, RangeKind::part, {0, 9}}, RangeCase{"bytes=10-", 10, RangeKind::unsatisfiable, {}},
        RangeCase{"bytes=-0", 10, RangeKind::unsatisfiable, {}}, RangeCase{"bytes=0-", 0, RangeKind::unsatisfiable, {}},
        RangeCase{"bytes=-5", 0, RangeKind::unsatisfiable, {}}, RangeCase{"", 10, RangeKind::whole, {}},
        RangeCase{"bytes=4-2", 10, RangeKind::whole, {}}, RangeCase{"bytes=a-b", 10, RangeKind::whole, {}},
        RangeCase{"bytes=-", 10, RangeKind::whole, {}}, RangeCase{"bytes=1-2,4-5", 10, RangeKind::whole, {}},
        RangeCase{"bytes=1-x", 10, RangeKind::whole, {}},
        RangeCase{"bytes=18446744073709551616-", 10, RangeKind::whole, {}},
        RangeCase{"lines=1-2", 10, RangeKind::whole, {}}));

}  // namespace
}  // namespace shrike
