// From made-up days to a model, its worth, and a second training that must not make it worse.
#include <filesystem>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>

#include "base/file.h"
#include "base/scratch_folder.h"
#include "cli/program_testing.h"
#include "vault/incident_store.h"
#include "vault/traces.h"
#include "watch/movement_watch.h"

namespace shrike {
namespace {

class Movement : public testing::Test {
 protected:
  void SetUp() override {
    auto made = ScratchFolder::make();
    ASSERT_TRUE(made);
    scratch_ = std::make_unique<ScratchFolder>(std::move(*made));
  }
  /// small.yml: the drugstore with fewer visits.
  void small_world(int visits_a_day) {
    auto world = read_file(fmt::format("{}/config/stores/drugstore.yml", SHRIKE_SOURCE_DIR), 1 << 20);
    ASSERT_TRUE(world);
    const std::string many = "visits_a_day: 1000";
    world->replace(world->find(many), many.size(), fmt::format("visits_a_day: {}", visits_a_day));
    ASSERT_TRUE(write_file(at("small.yml"), *world));
  }
  [[nodiscard]] std::string at(const char* name) const { return (scratch_->path() / name).string(); }

  std::unique_ptr<ScratchFolder> scratch_;
};

TEST_F(Movement, IsLearntJudgedAndLearntAgain) {
  small_world(300);
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

TEST_F(Movement, ARunningStoreTrainsANewModelByItselfAndRanksItsVisitsByThat) {
  small_world(150);
  for (const auto& [days, out] : {std::pair(3, "before"), {6, "store"}}) {
    const auto walked =
        run_shrike(fmt::format("sim walks --config {} --days {} --seed 3 --out {}", at("small.yml"), days, at(out)));
    ASSERT_EQ(walked.code, 0) << walked.text;
  }
  const std::string model = at("store/movement.json");
  const auto first = run_shrike(fmt::format("train movement --data {} --out {} --every 3", at("before"), model));
  ASSERT_EQ(first.code, 0) << first.text;

  SiteConfig site;
  site.data_dir = at("store");
  Metrics metrics(std::make_shared<prometheus::Registry>());
  MovementWatch watch(site, make_rule_book({}).value(), metrics,
                      {SHRIKE_BINARY, "train", "movement", "--data", at("store"), "--out", model});
  const Timestamp known_to = load_movement_model(model).value().tried_to;
  watch.look(known_to.plus_s(2.9 * 86400));
  EXPECT_FALSE(watch.is_training()) << "not yet";
  watch.look(known_to.plus_s(4.5 * 86400));
  ASSERT_TRUE(watch.is_training());
  EXPECT_EQ(watch.model()->tried_to, known_to) << "the present one stays in use while the new one learns";
  siginfo_t ended{};
  ASSERT_EQ(::waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT), 0);
  watch.look(known_to.plus_s(4.5 * 86400 + 60));
  ASSERT_TRUE(watch.status().last_training);
  EXPECT_EQ(watch.status().last_training->outcome, "promoted") << watch.status().last_training->why;
  EXPECT_NEAR(seconds_between(known_to, watch.model()->tried_to) / 86400, 3, 0.5) << "it knows of the newest days";
  EXPECT_EQ(watch.model()->retrain_days, 3);
  EXPECT_FALSE(std::filesystem::exists(model + MovementModel::kRefused));

  // The days that it knows of are normal to it.
  auto store = IncidentStore::open(at("store"));
  ASSERT_TRUE(store);
  std::map<std::string, std::string> visit_of;
  std::vector<VisitTrace> traces;
  ASSERT_TRUE(read_traces(store->database(), {}, {INT64_MAX}, [&](VisitTrace trace) {
    visit_of[trace.camera_visit_id] = trace.visit_id;
    traces.push_back(std::move(trace));
  }));
  (void)watch.see(traces, [&](const std::string& camera_visit) { return visit_of[camera_visit]; });
  ASSERT_TRUE(watch.status().drift);
  EXPECT_FALSE(watch.status().drift->shifted()) << watch.status().drift->psi;
  watch.look(known_to.plus_s(4.5 * 86400 + 120));
  EXPECT_FALSE(watch.is_training()) << "what was just learnt is not learnt again";
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
