#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/progress.h"
#include "cli/finish.h"
#include "cli/store_commands.h"
#include "sim/store_keep.h"

namespace shrike {
namespace {

struct SimReplayArgs {
  std::string store, out;
  int threads = 2;
  bool verdicts = false, json = false;
};

Result<void> sim_replay(const SimReplayArgs& args) {
  Progress progress("replaying", 100);
  KeepStoreOptions options{.threads = args.threads, .verdicts = args.verdicts, .progress = {}};
  options.progress = [&](double done) { progress.at(static_cast<int64_t>(100 * done)); };
  TRY(const KeptStore kept, keep_store(args.store, args.out, options));
  progress.finish();
  if (args.json) {
    const nlohmann::ordered_json json{{"simulated", true},           {"store", args.store},    {"out", args.out},
                                      {"days", kept.days},           {"visits", kept.visits},  {"traces", kept.traces},
                                      {"incidents", kept.incidents}, {"seconds", kept.seconds}};
    std::cout << json.dump(2) << '\n';
    return {};
  }
  fmt::print(
      "SIMULATED: {} day{} of {} replayed into {} ({:.0f} s)\n  {} visits, {} traces of cameras, {} incidents{}; who "
      "each visit was is in truth.csv\n  Now: shrike insight --from {}\n",
      kept.days, kept.days == 1 ? "" : "s", args.store, args.out, kept.seconds, kept.visits, kept.traces,
      kept.incidents, args.verdicts ? ", judged by the truth" : "", args.out);
  return {};
}

}  // namespace

void add_sim_replay(CLI::App& sim, int& exit_code) {
  auto args = std::make_shared<SimReplayArgs>();
  args->threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  CLI::App* command = sim.add_subcommand(
      "replay",
      "Go through the days of a simulated store as if it had been watched, into a data folder that `shrike insight`,\n"
      "`shrike risk`, `shrike train movement` and `shrike serve` read as any other.");
  command->add_option("--store", args->store, "Folder of `shrike sim store`")->required();
  command->add_option("--out", args->out, "Data folder to make")->required();
  command->add_flag("--verdicts", args->verdicts, "Judge each incident by the truth, as an officer who saw all would");
  command->add_option("--threads", args->threads, "Threads")->check(CLI::Range(1, 64))->capture_default_str();
  command->add_flag("--json", args->json, "Print JSON");
  command->footer(
      "Example: shrike sim replay --store store --out data && shrike insight --from data --html insight.html");
  command->callback([args, &exit_code] { exit_code = finish_command("sim replay", sim_replay(*args)); });
}

}  // namespace shrike
