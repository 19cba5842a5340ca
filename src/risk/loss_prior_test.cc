#include "risk/loss_prior.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/folder_testing.h"

namespace shrike {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kPriors = R"({"stores": [
  {"store_id": "S001", "zones": [{"zone": "razors", "units_a_day": {"mean": 9}}]},
  {"store_id": "S002", "zones": [
    {"zone": "razors", "units_a_day": {"mean": 0.5, "low": 0.3, "high": 0.7}},
    {"zone": "spirits", "units_a_day": {"mean": 0.25}},
    {"zone": null, "units_a_day": {"mean": 7}},
    {"zone": "bakery", "units_a_day": {"mean": 3}}]}]})";

SiteConfig site_of(const std::string& store) {
  SiteConfig site;
  site.store = store;
  site.cameras.push_back({.name = "door", .zones = {{.name = "razors"}, {.name = "exit"}}});
  site.cameras.push_back({.name = "aisle", .zones = {{.name = "razors"}, {.name = "spirits"}}});
  site.risk.visits_a_day = 300;
  return site;
}

TEST(LossPrior, IsLossADayWhereCamerasLookOverVisits) {
  const auto prior = prior_from_losses(site_of("S002"), kPriors, "priors.json");
  ASSERT_TRUE(prior) << prior.error().message;
  EXPECT_DOUBLE_EQ(prior->units_a_day, 0.75);
  EXPECT_DOUBLE_EQ(prior->probability, 0.0025);
  EXPECT_THAT(prior->zones, ElementsAre("razors", "spirits"));
}

TEST(LossPrior, IsAProbabilityWhateverTheLosses) {
  auto site = site_of("S001");
  site.risk.visits_a_day = 1;
  EXPECT_DOUBLE_EQ(prior_from_losses(site, kPriors, "p")->probability, 0.5);
  const auto gains =
      R"({"stores": [{"store_id": "S001", "zones": [{"zone": "razors", "units_a_day": {"mean": -2}}]}]})";
  EXPECT_GT(prior_from_losses(site, gains, "p")->probability, 0);
}

TEST(LossPrior, SaysWhatItFoundAndWhatItExpected) {
  const auto told = [](const SiteConfig& site, const char* text) {
    const auto prior = prior_from_losses(site, text, "priors.json");
    return prior ? std::string("none") : prior.error().message;
  };
  EXPECT_THAT(told(site_of("S002"), "{"), HasSubstr("priors.json: is no JSON"));
  EXPECT_THAT(told(site_of("S002"), "[]"), HasSubstr("no list 'stores'"));
  EXPECT_THAT(told(site_of("S009"), kPriors), HasSubstr("found the stores S001, S002; expected S009"));
  auto elsewhere = site_of("S002");
  elsewhere.cameras = {{.name = "door", .zones = {{.name = "wine"}}}};
  EXPECT_THAT(told(elsewhere, kPriors), HasSubstr("found the zones razors, spirits, bakery; the cameras' are wine"));
  EXPECT_THAT(told(site_of("S001"), R"({"stores": [{"store_id": "S001", "zones": [{"zone": "razors"}]}]})"),
              HasSubstr("store S001, zone razors: no number units_a_day.mean"));
  EXPECT_THAT(told(site_of("S001"), R"({"stores": [3, {"store_id": "S001", "zones": [4]}]})"), HasSubstr("none is"));
}

TEST(LossPrior, IsTheStoresWhereTheConfigurationNamesTheFile) {
  const TestFolder folder;
  const auto config = folder.path() / "shrike.yml";
  const std::string yaml =
      "store: S002\ncameras:\n  door:\n    source: a.mp4\n    zones:\n      razors: {kind: high_risk, polygon: [[0, "
      "0], "
      "[1, 0], [1, 1]]}\nrisk:\n  priors: priors.json\n  visits_a_day: 100\n";
  ASSERT_TRUE(write_file(config, yaml));
  const auto missing = load_site_with_losses(config);
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("priors.json"));
  ASSERT_TRUE(write_file(folder.path() / "priors.json", kPriors));
  const auto site = load_site_with_losses(config);
  ASSERT_TRUE(site) << site.error().message;
  EXPECT_DOUBLE_EQ(site->risk.prior, 0.005);
}

}  // namespace
}  // namespace shrike
