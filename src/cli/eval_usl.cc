#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/progress.h"
#include "base/scratch_folder.h"
#include "cli/cli.h"
#include "cli/finish.h"
#include "cli/import_exports.h"
#include "cli/usl_losses.h"
#include "cli/worlds.h"
#include "shrink/spoiled.h"
#include "sim/challenger_gates.h"
#include "sim/estimate_oracle.h"
#include "sim/study_gates.h"
#include "sim/usl_truth.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

/// Chains over which the bias of totals is judged: each is a whole fit.
constexpr int kTotalsMax = 20;

struct EvalUslArgs {
  std::string truth, from, world;
  std::string challenger = "trees";
  ChainSize size;  ///< of a chain of `world`
  int runs = 50;
  ChainSize each;  ///< of the `runs` chains
  int draws = 20;
  int threads = 2;
  bool json = false;
};

void append(std::vector<Gate>& to, std::vector<Gate> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

Result<std::vector<Gate>> many_chains(const ChainOrigin& origin, const EvalUslArgs& args, const GateOptions& options) {
  std::vector<Gate> gates;
  if (args.runs < 1) return gates;
  ChainSize size = args.each;
  size.seed = origin.size.seed;
  TRY(const World world, find_world(origin.world, worlds_folder()));
  TRY(const World null_world, find_world("null", worlds_folder()));
  const int totals = std::min(args.runs, kTotalsMax);
  Progress progress("simulating chains", int64_t{3} * args.runs + totals);
  GateOptions with = options;
  with.progress = [&](int done) { progress.at(done); };
  if (world.theft.outlier_stores > 0) {
    TRY(auto outliers, outlier_gates(world, size, args.runs, with));
    append(gates, std::move(outliers));
  }
  with.progress = [&](int done) { progress.at(args.runs + done); };
  TRY(auto quiet, null_gates(null_world, size, args.runs, with));
  append(gates, std::move(quiet));
  with.progress = [&](int done) { progress.at(2 * args.runs + done); };
  TRY(auto covariates, covariate_gates(world, size, args.runs, with));
  append(gates, std::move(covariates));
  with.progress = [&](int done) { progress.at(3 * args.runs + done); };
  TRY(auto bias, total_gates(world, size, totals, with));
  append(gates, std::move(bias));
  return gates;
}

/// Of the baseline, and where asked for of challengers.
Result<std::vector<Gate>> estimate_gates(const SimLosses& losses, const EvalUslArgs& args, const GateOptions& options) {
  TRY(auto gates, forecast_gates(losses, options));
  if (args.challenger == "none") return gates;
  auto challengers = challenger_gates(losses.data, options, train_options(args.challenger, 1, args.threads));
  if (!challengers && challengers.error().kind != Error::Kind::bad_input) return challengers;
  if (challengers) {
    append(gates, std::move(*challengers));
  } else {  // a chain can be large enough for the baseline and too small to train on
    std::cerr << "Gates of challengers left out: " << challengers.error().message << '\n';
  }
  return gates;
}

/// The gates that need one chain: from its files, or of one that is made up in memory.
Result<std::vector<Gate>> one_chain(const ChainOrigin& origin, const EvalUslArgs& args, const GateOptions& options) {
  if (args.truth.empty()) {
    TRY(const World world, find_world(origin.world, worlds_folder()));
    return estimate_gates(losses_of(plan_chain(world, origin.size)), args, options);
  }
  TRY(const ScratchFolder scratch, ScratchFolder::make());
  const fs::path ledger = args.from.empty() ? scratch.path() / "ledger" : fs::path(args.from);
  if (args.from.empty())
    TRY_VOID(import_all({.into = ledger, .files = {fs::path(args.truth) / "exports"}, .threads = args.threads}));
  TRY(auto gates, exactness_gates(ledger, args.truth));
  TRY(const SimLosses losses, losses_with_truth(ledger, args.truth));
  TRY(auto estimates, estimate_gates(losses, args, options));
  append(gates, std::move(estimates));
  TRY(auto opened, open_ledger(ledger));
  TRY(const auto spoiled, spoiled_units(opened, losses.data));
  TRY(const World world, find_world(origin.world, worlds_folder()));
  TRY(const auto days, stock_days(opened, losses.data));
  TRY(auto causes, cause_gates(world, losses, spoiled, days, options));
  append(gates, std::move(causes));
  return gates;
}

Result<void> eval_usl(const EvalUslArgs& args) {
  if (args.truth.empty() == args.world.empty()) return bad_input("name either --truth DIR or --world WORLD");
  ChainOrigin origin{args.world, args.size};
  if (!args.truth.empty()) {
    TRY(origin, origin_of(args.truth));
  }
  GateOptions options;
  options.threads = args.threads;
  TRY(auto gates, one_chain(origin, args, options));
  if (args.draws >= 2) {
    TRY(const World world, find_world(origin.world, worlds_folder()));
    TRY(auto oracle, estimate_oracle_gates(world, origin.size, args.draws, options));
    append(gates, std::move(oracle));
  }
  TRY(auto many, many_chains(origin, args, options));
  append(gates, std::move(many));
  size_t passed = 0, demanded = 0;
  for (const Gate& g : gates) {
    const bool shown = g.demand == "shown";
    demanded += shown ? 0 : 1;
    passed += g.pass && !shown ? 1 : 0;
  }
  if (args.json) {
    nlohmann::ordered_json json{{"world", origin.world}, {"seed", origin.size.seed}, {"passed", passed}};
    json["gates"] = nlohmann::ordered_json::array();
    for (const Gate& g : gates)
      json["gates"].push_back({{"name", g.name}, {"demand", g.demand}, {"value", g.value}, {"pass", g.pass}});
    std::cout << json.dump(2) << '\n';
    return {};
  }
  std::cout << fmt::format("Simulated chain, world {}, seed {}: {} of {} gates passed\n\n", origin.world,
                           origin.size.seed, passed, demanded);
  for (const Gate& g : gates) {
    std::cout << fmt::format("{}  {:<70} {:>9.4f}   {}\n", g.demand == "shown" ? "    " : (g.pass ? "pass" : "FAIL"),
                             g.name, g.value, g.demand);
  }
  return {};
}

}  // namespace

void add_eval_usl(CLI::App& eval, int& exit_code) {
  auto args = std::make_shared<EvalUslArgs>();
  args->each.products = 300;
  args->threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  CLI::App* command = eval.add_subcommand(
      "usl",
      "Hold the loss statistics to their promises on a simulated chain whose truth is known: imports its exports,\n"
      "estimates, and only then opens the truth. A promise that is not kept is printed, and is no failure of the "
      "command.");
  command->add_option("--truth", args->truth, "Folder that `shrike sim chain --out` wrote (exports/ and truth/)");
  command->add_option("--from", args->from, "Its ledger, where it is imported already");
  command->add_option("--world", args->world, "Instead of --truth: a chain of this world, made up in memory");
  command->add_option("--stores", args->size.stores, "… its stores")->check(CLI::Range(5, 5000))->capture_default_str();
  command->add_option("--skus", args->size.products, "… its products")
      ->check(CLI::Range(20, 100000))
      ->capture_default_str();
  command->add_option("--days", args->size.days, "… its days")->check(CLI::Range(400, 4000))->capture_default_str();
  command->add_option("--seed", args->size.seed, "… its seed")->capture_default_str();
  command
      ->add_option("--runs", args->runs,
                   "Chains over which outlying stores and quiet chains are judged; 0 leaves them out")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  command->add_option("--run-skus", args->each.products, "… products of each, in 60 stores and 730 days")
      ->check(CLI::Range(20, 100000))
      ->capture_default_str();
  command
      ->add_option(
          "--draws", args->draws,
          "Chains with the same rates and other luck, from which follows how well one could do who knows every "
          "rate; 0 leaves that out")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  command
      ->add_option("--challenger", args->challenger,
                   "Challengers that are trained and held to the rule of promotion; a net takes minutes more")
      ->check(CLI::IsMember({"none", "trees", "net", "both"}))
      ->capture_default_str();
  command->add_option("--threads", args->threads, "Threads")->check(CLI::Range(1, 256))->capture_default_str();
  command->add_flag("--json", args->json, "Print JSON");
  command->footer("Example: shrike sim chain --seed 1 --out chain && shrike eval usl --truth chain --json");
  command->callback([args, &exit_code] { exit_code = finish_command("eval usl", eval_usl(*args)); });
}

}  // namespace shrike
