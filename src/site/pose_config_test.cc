#include "site/pose_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "site/config.h"

namespace shrike {
namespace {

using ::testing::HasSubstr;

Result<SiteConfig> parse(const std::string& more) {
  return parse_site("cameras: {door: {source: x.avi}}\n" + more, "shop.yml", "/srv/shop");
}

std::string error_of(const std::string& more) {
  const auto site = parse(more);
  return site ? "" : site.error().message;
}

TEST(PoseConfig, PosesAreOnAndSmallUnlessToldOtherwise) {
  const auto site = parse("");
  ASSERT_TRUE(site) << site.error().message;
  EXPECT_TRUE(site->pose.enabled);
  EXPECT_EQ(site->pose.model, "lightning");
  EXPECT_GT(site->pose.poses_per_s, 0);
  EXPECT_FALSE(site->pose.one_pass());
}

TEST(PoseConfig, FilesAreTakenFromTheFolderOfTheConfiguration) {
  const auto site = parse("pose: {model: models/yolo11n-pose.onnx, concealment: ours.onnx, poses_per_s: 12.5}");
  ASSERT_TRUE(site) << site.error().message;
  EXPECT_EQ(site->pose.model, "/srv/shop/models/yolo11n-pose.onnx");
  EXPECT_EQ(site->pose.concealment, "/srv/shop/ours.onnx");
  EXPECT_EQ(site->pose.poses_per_s, 12.5);
  EXPECT_TRUE(site->pose.one_pass());
  const auto off = parse("pose: {model: models/yolo11n-pose.onnx, enabled: false}\ndetector: {model: d.onnx}");
  ASSERT_TRUE(off) << off.error().message;
  EXPECT_FALSE(off->pose.one_pass());
  EXPECT_EQ(parse("pose: {model: thunder}")->pose.model, "thunder");
}

TEST(PoseConfig, FaultsAreNamedWithTheirPlace) {
  EXPECT_THAT(error_of("pose: {model: fast}"), HasSubstr("shop.yml:2:15: pose.model: 'fast'; expected lightning"));
  EXPECT_THAT(error_of("pose: {poses_per_s: -1}"), HasSubstr("shop.yml:2:21"));
  EXPECT_THAT(error_of("pose: {modle: thunder}"), HasSubstr("did you mean 'model'?"));
  EXPECT_THAT(error_of("detector: {model: d.onnx}\npose: {model: p.onnx}"), HasSubstr("takes the detector's place"));
}

}  // namespace
}  // namespace shrike
