#include "shrink/covariates.h"

#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ledger/ledger_testing.h"

namespace shrike {
namespace {

std::vector<Store> three_stores() {
  std::vector<Store> out(3);
  for (size_t s = 0; s < 3; ++s) {
    out[s].id = fmt::format("S{}", s + 1);
    out[s].area = s < 2 ? "A1" : "A2";
  }
  return out;
}

class Surroundings : public ::testing::Test {
 protected:
  void SetUp() override {
    ledger_.take("stores.csv",
                 "store_id,name,area_id,area_m2,open_date\nS1,One,A1,500,2015-01-01\nS2,Two,A1,900,2020-01-01\n"
                 "S3,Three,A2,,2010-01-01\n");
    ledger_.take(
        "covariates.csv",
        "area_id,covariate,value,period,covariate_source\nA1,income,30000,2019,census\nA2,income,20000,2019,census\n"
        "A1,income,33000,2023,census\nA2,income,21000,2023,census\nA1,density,5,2023,census\n");
    ledger_.take("weather.csv",
                 "day,store_id,tmin_c,tmax_c,rain_mm,snow_mm\n2024-01-01,S1,0,10,3,0\n2024-01-02,S1,2,4,0,0\n");
  }
  Result<std::vector<Covariate>> brought(const std::string& name, const std::string& content) {
    auto ledger = open_ledger(ledger_.dir());
    EXPECT_TRUE(ledger);
    return covariates_from(ledger_.write(name, content), *ledger, three_stores());
  }
  TestLedger ledger_;
};

const Covariate* named(const std::vector<Covariate>& all, const std::string& name) {
  for (const auto& c : all) {
    if (c.name == name) return &c;
  }
  return nullptr;
}

TEST_F(Surroundings, TakesTheLatestPeriodOfAnAreaCovariate) {
  auto ledger = open_ledger(ledger_.dir());
  ASSERT_TRUE(ledger) << ledger.error().message;
  const auto around = surroundings_of(*ledger, three_stores());
  ASSERT_TRUE(around) << around.error().message;
  const auto* income = named(around->covariates, "income");
  ASSERT_NE(income, nullptr);
  EXPECT_TRUE(income->by_area);
  EXPECT_EQ(income->value, (std::vector<double>{33000, 33000, 21000}));
  EXPECT_NE(income->origin.find("2023"), std::string::npos);
  const auto* density = named(around->covariates, "density");
  ASSERT_NE(density, nullptr);
  EXPECT_TRUE(std::isnan(density->value[2]));
  const auto* area = named(around->covariates, "store area, m2");
  ASSERT_NE(area, nullptr);
  EXPECT_EQ(area->value[1], 900);
  EXPECT_TRUE(std::isnan(area->value[2]));
  ASSERT_EQ(around->daily.size(), 3U);
  ASSERT_EQ(around->daily[0].by_store[0].size(), 2U);
  EXPECT_EQ(around->daily[0].by_store[0][0].value, 5);
}

TEST_F(Surroundings, TakesEveryColumnThatTheUserBrings) {
  const auto c = brought("own.csv", "store_id,footfall,zone\nS1,100,north\nS2,250.5,south\nS3,,east\n");
  ASSERT_TRUE(c) << c.error().message;
  ASSERT_EQ(c->size(), 2U);
  EXPECT_EQ((*c)[0].value[1], 250.5);
  EXPECT_TRUE(std::isnan((*c)[0].value[2]));
  EXPECT_TRUE((*c)[0].refused.empty());
  EXPECT_NE((*c)[1].refused.find("'north' at S1 is no number"), std::string::npos) << (*c)[1].refused;
}

TEST_F(Surroundings, NamesWhatIsWrongWithAFile) {
  for (const auto& [content, expected] : std::vector<std::pair<std::string, std::string>>{
           {"shop,x\nS1,1\nS2,2\n", "neither a column store_id nor area_id"},
           {"store_id,x\nS1,1\nS1,2\n", "store_id 'S1' comes twice"}}) {
    const auto c = brought("bad.csv", content);
    ASSERT_FALSE(c);
    EXPECT_EQ(c.error().kind, Error::Kind::bad_input);
    EXPECT_NE(c.error().message.find(expected), std::string::npos) << c.error().message;
  }
  auto ledger = open_ledger(ledger_.dir());
  const auto absent = covariates_from(ledger_.dir() / "nothing.csv", *ledger, three_stores());
  ASSERT_FALSE(absent);
  EXPECT_NE(absent.error().message.find("no such file"), std::string::npos);
}

}  // namespace
}  // namespace shrike
