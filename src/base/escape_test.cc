#include "base/escape.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

TEST(Escape, DecodesPercent) {
  EXPECT_EQ(percent_decode("a%20b+c", false), "a b+c");
  EXPECT_EQ(percent_decode("a%20b+c", true), "a b c");
  EXPECT_EQ(percent_decode("%E2%82%AC", false), "\xE2\x82\xAC");
  for (const char* broken : {"%", "%4", "a%zz", "%00", "%4g"}) EXPECT_FALSE(percent_decode(broken, true)) << broken;
}

}  // namespace
}  // namespace shrike
