#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "site/config.h"

namespace shrike {
namespace {

Result<SiteConfig> parse(const std::string& staff) {
  return parse_site("cameras: {door: {source: x.avi}}\nstaff:\n" + staff, "shop.yml", "/srv/shop");
}

TEST(StaffConfig, BadgesAreGroupsByTheBeginningOfTheirEpc) {
  const auto site = parse("  badges: {floor-team: {epc_prefix: e2801160}}\n  learn_s: 90\n");
  ASSERT_TRUE(site) << site.error().message;
  ASSERT_EQ(site->staff.badges.size(), 1U);
  EXPECT_EQ(site->staff.badges[0].name, "floor-team");
  EXPECT_EQ(site->staff.badges[0].epc_prefix, "E2801160");
  EXPECT_EQ(site->staff.learn_s, 90);
  const auto uri = parse("  badges: {office: {epc_prefix: 'urn:epc:id:sgtin:0614141.8'}}\n");
  ASSERT_TRUE(uri) << uri.error().message;
  EXPECT_EQ(uri->staff.badges[0].epc_prefix, "urn:epc:id:sgtin:0614141.8");
}

TEST(StaffConfig, APrefixThatAnythingBeginsWithIsRefused) {
  const auto site = parse("  badges: {all: {epc_prefix: 'E2'}, words: {epc_prefix: reception}}\n");
  ASSERT_FALSE(site);
  EXPECT_THAT(site.error().message, testing::HasSubstr("'E2': expected 4 to 128 hexadecimal digits"));
  EXPECT_THAT(site.error().message, testing::HasSubstr("'RECEPTION'"));
}

}  // namespace
}  // namespace shrike
