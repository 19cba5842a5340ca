// From made-up days to a model, its worth, and a second training that must not make it worse.
#include <filesystem>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/scratch_folder.h"
#include "cli/program_testing.h"

namespace shrike {
namespace {

class Movement : public testing::Test {
 protected:
  void SetUp() override {
    auto made = ScratchFolder::make();
    ASSERT_TRUE(made);
    scratch_ = std::make_unique<ScratchFolder>(std::move(*made));
  }
  [[nodiscard]] std::string at(const char* name) const { return (scratch_->path() / name).string(); }

  std::unique_ptr<ScratchFolder> scratch_;
};

TEST_F(Movement, IsLearntJudgedAndLearntAgain) {
  auto world = read_file(fmt::format("{}/config/stores/drugstore.yml", SHRIKE_SOURCE_DIR), 1 << 20);
  ASSERT_TRUE(world);
  const std::string many = "visits_a_day: 1000";
  world->replace(world->find(many), many.size(), "visits_a_day: 300");
  ASSERT_TRUE(write_file(at("small.yml"), *world));
  const auto walked = run_shrike(
      fmt::format("sim walks --config {} --days 1 --seed 3 --theft-share 0.1 --out {}", at("small.yml"), at("data")));
  ASSERT_EQ(walked.code, 0) << walked.text;
  const auto first =
      run_shrike(fmt::format("train movement --data {} --out {} --every 7 --json", at("data"), at("m.json")), false);
  ASSERT_EQ(first.code, 0) << first.text;
  const auto trial = nlohmann::json::parse(first.text);
  EXPECT_TRUE(trial["trial"]["promoted"].get<bool>()) << trial.dump(2);
  const auto kept = read_file(at("m.json"), size_t{16} << 20U);
  ASSERT_TRUE(kept);
  const auto model = nlohmann::json::parse(*kept);
  EXPECT_EQ(model["retrain_days"], 7) << "a running store trains it anew so often";
  EXPECT_EQ(model["score"], "whole");

  const auto judged =
      run_shrike(fmt::format("eval movement --model {} --data {} --json", at("m.json"), at("data")), false);
  ASSERT_EQ(judged.code, 0) << judged.text;
  const auto worth = nlohmann::json::parse(judged.text);
  EXPECT_TRUE(worth["simulated"].get<bool>());
  EXPECT_EQ(worth["methods"][0]["method"], "movement model");
  EXPECT_GT(worth["methods"][0]["base_rate"].get<double>(), 0.05);
  EXPECT_EQ(worth["weeks"].size(), 1U);
  const auto beside = worth["beside_best_rival"]["auc_roc"];
  EXPECT_LE(beside["low"].get<double>(), beside["value"].get<double>());
  EXPECT_GE(beside["high"].get<double>(), beside["value"].get<double>());
  EXPECT_GT(worth["methods"][0]["auc_roc"]["value"].get<double>(), 0.8) << "SIMULATED thieves are quick";
  EXPECT_FALSE(worth["most_unusual"][0]["stretches"].empty());

  const auto again = run_shrike(fmt::format("train movement --data {} --out {} --every 7", at("data"), at("m.json")));
  EXPECT_EQ(again.code, 0) << again.text;
  EXPECT_NE(again.text.find("nothing to do"), std::string::npos) << again.text;
}

TEST_F(Movement, SaysWhatIsMissing) {
  const auto none = run_shrike(fmt::format("train movement --data {} --out {}", at("nowhere"), at("m.json")));
  EXPECT_EQ(none.code, 2);
  EXPECT_NE(none.text.find("shrike.db"), std::string::npos) << none.text;
  const auto model = run_shrike(fmt::format("eval movement --model {} --data {}", at("m.json"), at("nowhere")));
  EXPECT_EQ(model.code, 2);
  EXPECT_NE(model.text.find("m.json"), std::string::npos) << model.text;
}

}  // namespace
}  // namespace shrike
