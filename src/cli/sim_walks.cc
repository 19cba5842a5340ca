#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/progress.h"
#include "cli/finish.h"
#include "cli/store_commands.h"
#include "cli/worlds.h"
#include "sim/store_keep.h"
#include "sim/store_plan.h"

namespace shrike {
namespace {

struct SimWalksArgs {
  std::string config = "drugstore", out;
  int days = 7;
  uint64_t seed = 1;
  double theft_share = -1;
  WalkErrors errors;
  bool json = false;
};

Result<void> sim_walks(const SimWalksArgs& args) {
  TRY(StoreWorld world, find_store_world(args.config, stores_folder()));
  if (args.theft_share >= 0) world.thieves.share = args.theft_share;
  Progress progress("walking", 100);
  TRY(const KeptStore kept, keep_walks(plan_store(world, args.seed), args.days, args.out, args.errors,
                                       [&](double done) { progress.at(static_cast<int64_t>(100 * done)); }));
  progress.finish();
  if (args.json) {
    const nlohmann::ordered_json json{{"simulated", true},
                                      {"world", world.name},
                                      {"seed", args.seed},
                                      {"out", args.out},
                                      {"days", kept.days},
                                      {"visits", kept.visits},
                                      {"theft_share", world.thieves.share},
                                      {"seconds", kept.seconds}};
    std::cout << json.dump(2) << '\n';
    return {};
  }
  fmt::print("SIMULATED: {} days of {}, seed {}: {} visits' ways in {} ({:.1f} s); who each was is in truth.csv\n",
             kept.days, world.name, args.seed, kept.visits, args.out, kept.seconds);
  return {};
}

}  // namespace

void add_sim_walks(CLI::App& sim, int& exit_code) {
  auto args = std::make_shared<SimWalksArgs>();
  CLI::App* command = sim.add_subcommand(
      "walks",
      "Make up days of a store as the ways of its visits alone, without cameras: seconds instead of minutes, for\n"
      "`shrike insight` and the movement model.");
  command->add_option("--config", args->config, "A file of config/stores without its ending, or a .yml of your own")
      ->capture_default_str();
  command->add_option("--days", args->days, "Days")->check(CLI::Range(1, 1000))->capture_default_str();
  command->add_option("--seed", args->seed, "Seed of every draw")->capture_default_str();
  command->add_option("--theft-share", args->theft_share, "Share of visits that are thefts; default: the world's")
      ->check(CLI::Range(0.0, 0.5));
  command->add_option("--place-m", args->errors.place_m, "Error of a place, metres")->capture_default_str();
  command->add_option("--hidden-per-min", args->errors.hidden_per_min, "Times a minute that a visit goes out of sight")
      ->capture_default_str();
  command->add_option("--cut", args->errors.cut, "Share of visits that end and begin anew in the middle")
      ->capture_default_str();
  command->add_option("--out", args->out, "Data folder to make")->required();
  command->add_flag("--json", args->json, "Print JSON");
  command->footer("Example: shrike sim walks --config drugstore --days 14 --seed 1 --out data");
  command->callback([args, &exit_code] { exit_code = finish_command("sim walks", sim_walks(*args)); });
}

}  // namespace shrike
