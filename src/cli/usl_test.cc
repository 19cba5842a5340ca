// From a simulated retailer's exports to the report, as a user goes, held against what was planted.
#include <filesystem>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "cli/program_testing.h"
#include "ledger/ledger_testing.h"
#include "ledger/level.h"
#include "ledger/roll_forward.h"
#include "sim/chain.h"
#include "sim/chain_write.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

class UslChain : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Worlds, UslChain, ::testing::Values("grocery", "drugstore", "convenience"),
                         [](const auto& world) { return std::string(world.param); });

/// Every interval's variance, and the totals of the report, are exactly what the simulation did.
TEST_P(UslChain, TheReportSaysWhatWasPlanted) {
  const TestFolder folder;
  const auto plan = plan_chain(*find_world(GetParam(), fs::path(SHRIKE_SOURCE_DIR) / "config/worlds"),
                               {.stores = 5, .products = 80, .days = 300, .seed = 11});
  ASSERT_TRUE(write_chain(plan, folder.path(), {}));
  const auto ledger = folder.path() / "ledger";
  const auto report =
      import_files({.into = ledger, .files = {folder.path() / "exports"}}, [](const std::string&, double) {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(truth_of(report->manifest).level, TruthLevel::calibrated);

  std::map<std::pair<std::string, std::string>, std::vector<int64_t>> planted;
  std::map<SimReason, double> lost;
  double gained = 0;
  simulate_chain(plan, [&](const StoreTape& tape) {
    for (const auto& i : tape.intervals) {
      if (!i.open)
        planted[{plan.stores[static_cast<size_t>(tape.store)].id, plan.products[static_cast<size_t>(i.product)].sku}]
            .push_back(int64_t{1000} * i.variance);
    }
    for (const auto& a : tape.adjustments) (a.quantity > 0 ? gained : lost[a.reason]) += std::abs(a.quantity);
  });
  std::map<std::pair<std::string, std::string>, std::vector<int64_t>> found;
  ASSERT_TRUE(roll_forward(ledger, {}, [&](StoreRoll&& roll) -> Result<void> {
    for (const auto& i : roll.intervals) {
      if (!i.open) found[{roll.store, roll.skus[i.sku]}].push_back(i.v);
    }
    return {};
  }));
  EXPECT_GT(found.size(), 100U);
  EXPECT_TRUE(found == planted);

  auto opened = open_ledger(ledger);
  ASSERT_TRUE(opened);
  const auto losses = loss_report(*opened);
  ASSERT_TRUE(losses) << losses.error().message;
  EXPECT_EQ(losses->totals.spoilage.units, lost[SimReason::spoilage] + lost[SimReason::damage]);
  EXPECT_EQ(losses->totals.usl.units, lost[SimReason::count_variance] + lost[SimReason::unknown]);
  EXPECT_EQ(losses->totals.known_theft.units, lost[SimReason::theft_seen]);
  EXPECT_EQ(losses->totals.unmapped.units, lost[SimReason::donation_unmapped]);
  EXPECT_EQ(losses->totals.gain.units, gained);
  EXPECT_EQ(losses->totals.written_off.units, losses->totals.spoilage.units + losses->totals.usl.units);
  EXPECT_EQ(losses->totals.net.units, losses->totals.usl.units - losses->totals.gain.units);
  EXPECT_EQ(losses->published, lost[SimReason::donation_unmapped] == 0);
}

TEST(UslCommand, ImportsStatesAndReports) {
  const TestFolder folder;
  const auto ledger = (folder.path() / "ledger").string();
  const auto file = folder.write("adj.csv",
                                 "store_id,sku_id,date,qty,reason,unit_cost\nS1,A,2024-01-05,-3,Spoilage,1.50\n"
                                 "S1,B,2024-01-06,-2,Shrinkage,2.00\nS1,B,2024-01-07,1,Overage,2.00\n");
  const auto imported = run_shrike("usl import --into " + ledger + " " + file.string());
  EXPECT_EQ(imported.code, 0) << imported.text;
  EXPECT_NE(imported.text.find("Level of truth 1 of 3"), std::string::npos) << imported.text;
  EXPECT_NE(imported.text.find("for the next level is missing: sales"), std::string::npos) << imported.text;

  const auto again = run_shrike("usl import --json --into " + ledger + " " + file.string());
  ASSERT_EQ(again.code, 0) << again.text;
  EXPECT_FALSE(nlohmann::json::parse(again.text).at("changed").get<bool>());

  const auto report = run_shrike("usl report --json --from " + ledger);
  ASSERT_EQ(report.code, 0) << report.text;
  const auto totals = nlohmann::json::parse(report.text).at("totals");
  const std::map<std::string, std::pair<double, double>> expected{
      {"written_off", {5, 8.5}}, {"spoilage", {3, 4.5}}, {"usl", {2, 4}}, {"gain", {1, 2}}, {"net", {1, 2}}};
  for (const auto& [name, amount] : expected) {
    EXPECT_EQ(totals.at(name).at("units").get<double>(), amount.first) << name;
    EXPECT_EQ(totals.at(name).at("cost").get<double>(), amount.second) << name;
    EXPECT_TRUE(totals.at(name).contains("retail")) << name;
  }
  EXPECT_EQ(run_shrike("usl status --from " + ledger).code, 0);
}

TEST(UslCommand, BadInputIsNamedWithExitCodeTwo) {
  const TestFolder folder;
  const auto ledger = (folder.path() / "ledger").string();
  fs::create_directories(folder.path() / "empty");
  const auto sales =
      folder.write("sales.csv", "store_id,sku_id,date,qty,net_value\nS1,A,2024-01-02,5,10.00\n").string();
  const auto letter = folder.write("letter.csv", "Dear all,\nplease\n").string();
  const std::tuple<std::string, int, std::string> cases[] = {
      {"usl import --into " + ledger + " " + (folder.path() / "empty").string(), 2, "holds no file"},
      {"usl import --into " + ledger + " " + letter, 2, "letter.csv"},
      {"usl import --into " + ledger + " " + (folder.path() / "gone.csv").string(), 2, "gone.csv"},
      {"usl import --into " + ledger + " --time-zone Mars/Base " + sales, 2, "Mars/Base"},
      {"usl report --from " + (folder.path() / "nowhere").string(), 2, "nowhere"},
      {"usl import --into " + ledger + " " + sales, 0, "No report yet"},
      {"usl report --from " + ledger, 2, "adjustment"}};
  for (const auto& [arguments, code, told] : cases) {
    const auto answer = run_shrike(arguments);
    EXPECT_EQ(answer.code, code) << arguments << "\n" << answer.text;
    EXPECT_NE(answer.text.find(told), std::string::npos) << arguments << "\n" << answer.text;
  }
}

/// A chain that `sim chain` makes up with these options, imported into `folder`/ledger.
void import_simulated(const TestFolder& folder, const std::string& options) {
  const auto chain = (folder.path() / "chain").string(), ledger = (folder.path() / "ledger").string();
  ASSERT_EQ(run_shrike("sim chain " + options + " --out " + chain).code, 0);
  ASSERT_EQ(run_shrike("usl import --into " + ledger + " " + chain + "/exports").code, 0);
}

/// Reckonings on a small simulated chain: JSON for a program, a page with a plot for a person.
TEST(UslCommand, EveryReckoningHasJsonAndAPage) {
  const TestFolder folder;
  const auto in = [&](const char* name) { return (folder.path() / name).string(); };
  ASSERT_NO_FATAL_FAILURE(import_simulated(folder, "--stores 4 --skus 60 --days 365 --world drugstore"));
  const std::pair<std::string, const char*> commands[] = {{"nowcast --by product", "groups"},
                                                          {"forecast --days 30", "groups"},
                                                          {"plan --hours 4", "stores"},
                                                          {"backtest --origins 1", "origins"}};
  for (const auto& [command, list] : commands) {
    const auto page = in("page.html");
    const auto answer =
        run_shrike(fmt::format("usl {} --json --html {} --from {}", command, page, in("ledger")), false);
    ASSERT_EQ(answer.code, 0) << command << answer.text;
    EXPECT_FALSE(nlohmann::json::parse(answer.text).at(list).empty()) << command;
    const auto html = read_file(page, 10 << 20);
    ASSERT_TRUE(html) << command;
    EXPECT_EQ(html->find("<!doctype html>"), 0U) << command;
    EXPECT_NE(html->find("<svg"), std::string::npos) << command;
    EXPECT_NE(html->find("<td"), std::string::npos) << command;
    for (const char* wrong : {"http://", "https://", "<script", ">nan", "\"nan"})
      EXPECT_EQ(html->find(wrong), std::string::npos) << command << " " << wrong;
    fs::remove(page);
  }
}

/// The hand-over: what `usl priors` prints is what the live side reads.
TEST(UslCommand, PriorsAreReadByTheLiveSide) {
  const TestFolder folder;
  const auto in = [&](const char* name) { return (folder.path() / name).string(); };
  ASSERT_NO_FATAL_FAILURE(import_simulated(folder, "--stores 3 --skus 60 --days 365 --world drugstore"));
  const auto priors = run_shrike("usl priors --json --store S002 --from " + in("ledger"), false);
  ASSERT_EQ(priors.code, 0);
  folder.write("priors.json", priors.text);
  const auto config = folder.write("shrike.yml",
                                   "store: S002\ncameras:\n  c:\n    source: a.mp4\n    zones:\n      Shaving: {kind: "
                                   "shelf, polygon: [[0, 0], [1, 0], [1, 1]]}\nrisk: {priors: priors.json, "
                                   "visits_a_day: 500}\n");
  const auto good = run_shrike("config check " + config.string());
  EXPECT_EQ(good.code, 0) << good.text;
  EXPECT_NE(good.text.find("units of theft-like loss a day in Shaving"), std::string::npos) << good.text;
  const auto elsewhere = run_shrike("config check " + folder
                                                          .write("b.yml",
                                                                 "store: S009\ncameras: {c: {source: a.mp4}}\nrisk: "
                                                                 "{priors: priors.json, visits_a_day: 500}\n")
                                                          .string());
  EXPECT_EQ(elsewhere.code, 2);
  EXPECT_NE(elsewhere.text.find("found the stores S002; expected S009"), std::string::npos) << elsewhere.text;
}

/// Hours of the day are told where sales have one, zone by zone, and refused where they are dated by the day.
TEST(UslCommand, PriorsByHourNeedSalesWithATimeOfDay) {
  const TestFolder folder;
  const auto in = [&](const char* name) { return (folder.path() / name).string(); };
  ASSERT_EQ(run_shrike("sim chain --stores 3 --skus 60 --days 365 --world drugstore --out " + in("chain"), false).code,
            0);
  for (const auto& file : fs::directory_iterator(folder.path() / "chain" / "exports")) {
    if (!file.path().filename().string().starts_with("sales_")) continue;
    std::istringstream lines(read_file(file.path(), 64U << 20U).value());
    std::string text, line;
    while (std::getline(lines, line)) {  // store_id,sku_id,date,…: the first store's tills know the time
      const bool evening = line.starts_with("S001,") && line.find(",P0000") != std::string::npos;
      if (line.starts_with("S001,"))
        line.insert(line.find(',', line.find(',') + 1) + 11, evening ? " 18:30" : " 09:10");
      text += line + '\n';
    }
    folder.write(file.path().lexically_relative(folder.path()).string(), text);
  }
  ASSERT_EQ(run_shrike("usl import --into " + in("ledger") + " " + in("chain/exports"), false).code, 0);
  const auto printed = run_shrike("usl priors --json --from " + in("ledger"), false);
  ASSERT_EQ(printed.code, 0);
  const auto json = nlohmann::json::parse(printed.text, nullptr, false);
  ASSERT_EQ(json.at("stores").size(), 3U);
  const auto &first = json.at("stores")[0], &second = json.at("stores")[1];
  EXPECT_EQ(first.at("hours_from"), "units sold by local hour");
  double sum = 0;
  for (const auto& hour : first.at("by_hour")) sum += hour.at("mean").get<double>();
  EXPECT_NEAR(sum, first.at("units_a_day").at("mean").get<double>(), 1e-9);
  EXPECT_NEAR(first.at("hours")[9].get<double>() + first.at("hours")[18].get<double>(), 1, 1e-9);
  bool differs = false;
  for (const auto& zone : first.at("zones")) {
    const auto& hour = zone.at("by_hour")[18];
    EXPECT_LE(hour.at("low").get<double>(), hour.at("mean").get<double>());
    differs = differs || std::abs(zone.at("hours")[18].get<double>() - first.at("hours")[18].get<double>()) > 0.2;
  }
  EXPECT_TRUE(differs) << "zones have hours of their own";
  EXPECT_EQ(second.at("hours_from"), "not told: its sales are dated by the day only");
  EXPECT_TRUE(second.at("hours").is_null() && second.at("by_hour").is_null() &&
              second.at("zones")[0].at("by_hour").is_null());
}

/// Deviance of one kind's nowcasts in what `usl train --json` printed.
double deviance_of(const nlohmann::json& trained, const std::string& kind) {
  for (const auto& each : trained.at("challengers")) {
    if (each.at("challenger") == kind) return each.at("nowcast").at("deviance");
  }
  ADD_FAILURE() << "no " << kind << " in " << trained;
  return 0;
}

/// Both challengers; two processes that train one net over Gloo come to what one process comes to; and what is saved
/// is asked who speaks, until somebody cuts it short.
TEST(UslCommand, TrainsChallengersInOneProcessOrInTwoAndAsksThemWhoSpeaks) {
  const TestFolder folder;
  const auto in = [&](const char* name) { return (folder.path() / name).string(); };
  ASSERT_NO_FATAL_FAILURE(import_simulated(folder, "--stores 14 --skus 80 --days 500 --world convenience"));
  const auto told = [&](const std::string& command) {
    const auto answer = run_shrike("usl " + command + " --json --from " + in("ledger"), false);
    EXPECT_EQ(answer.code, 0) << command;
    return nlohmann::json::parse(answer.text, nullptr, false);
  };
  const auto together = told("train --seed 5 --challenger net --workers 2 --into " + in("elsewhere"));
  ASSERT_EQ(together.at("challengers").size(), 1U);
  const auto alone = told("train --seed 5");
  ASSERT_EQ(alone.at("challengers").size(), 2U);
  EXPECT_GT(deviance_of(alone, "trees"), 0);
  EXPECT_NEAR(deviance_of(together, "net") / deviance_of(alone, "net"), 1, 0.02);
  EXPECT_TRUE(fs::exists(in("ledger") + "/model/model.json"));

  const auto forecast = told("forecast --days 30");
  EXPECT_EQ(forecast.at("model").at("speaks"), alone.at("speaks").at("nowcast"));
  EXPECT_EQ(forecast.at("model_ahead").at("speaks"), alone.at("speaks").at("forecast"));
  EXPECT_EQ(forecast.at("model").at("version"), alone.at("version"));
  EXPECT_EQ(forecast.at("model").at("fingerprint"), alone.at("data_fingerprint"));
  EXPECT_LE(forecast.at("model").at("gain").at("low"), forecast.at("model").at("gain").at("high"));
  EXPECT_EQ(told("nowcast --model baseline").at("model").at("why"), "asked for with --model baseline");
  EXPECT_EQ(told("priors").at("model").at("version"), alone.at("version"));
  EXPECT_EQ(told("nowcast --model " + in("elsewhere")).at("model").at("version"), together.at("version"));

  const auto backtest = told("backtest --origins 1 --from-share 0.85");
  const auto& scores = backtest.at("origins")[0].at("scores");
  ASSERT_EQ(scores.size(), 7U);
  EXPECT_TRUE(scores[2].at("predictor").get<std::string>().starts_with("nowcast, "));

  for (const char* file : {"trees", "net"}) {
    const auto path = fmt::format("{}/model/model.{}.json", in("ledger"), file);
    if (fs::exists(path)) fs::resize_file(path, fs::file_size(path) / 2);
  }
  const auto cut = told("plan --hours 4").at("model");
  EXPECT_EQ(cut.at("speaks"), "baseline");
  EXPECT_NE(cut.at("why").get<std::string>().find("cut short"), std::string::npos) << cut;
  const auto nowhere = run_shrike("usl nowcast --from " + in("ledger") + " --model " + in("nowhere"));
  EXPECT_EQ(nowhere.code, 2);
  EXPECT_NE(nowhere.text.find("no model.json there"), std::string::npos) << nowhere.text;
}

TEST(UslCommand, DraftFiguresAreNotPublished) {
  const TestFolder folder;
  const auto ledger = (folder.path() / "ledger").string();
  const auto file = folder.write("adj.csv", "store_id,sku_id,date,qty,reason\nS1,A,2024-01-05,-3,Zorblax\n").string();
  EXPECT_EQ(run_shrike("usl import --into " + ledger + " " + file).code, 0);
  EXPECT_EQ(run_shrike("usl report --from " + ledger).code, 0);
  const auto refused = run_shrike("usl report --publish --from " + ledger);
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.text.find("DRAFT"), std::string::npos) << refused.text;
}

}  // namespace
}  // namespace shrike
