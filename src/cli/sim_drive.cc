#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "cli/finish.h"
#include "cli/stop_signal.h"
#include "cli/store_commands.h"
#include "sim/day_clock.h"
#include "sim/store_drive.h"

namespace shrike {
namespace {

struct SimDriveArgs {
  std::string store, from;
  int day = 1;
  double for_s = 0;
  bool json = false;
};

Result<void> sim_drive(const SimDriveArgs& args) {
  StopSignal stop;
  DriveOptions options{.day = args.day, .for_s = args.for_s, .stop = [&] { return stop.wait_for(0); }};
  if (!args.from.empty()) {
    options.from_s = day_clock(args.from);
    if (!options.from_s)
      return bad_input(fmt::format("--from: found '{}', expected a time as 09:30 or 09:30:15", args.from));
  }
  spdlog::info("SIMULATED: driving day {} of {}; watch it with: shrike serve --config {}", args.day, args.store,
               (std::filesystem::path(args.store) / "shrike.yml").string());
  TRY(const Driven driven, drive_store(args.store, options));
  if (args.json) {
    fmt::print("{}\n", nlohmann::ordered_json{{"simulated", true},
                                              {"pictures", driven.pictures},
                                              {"weights", driven.weights},
                                              {"tag_reads", driven.tag_reads},
                                              {"receipts", driven.receipts},
                                              {"late_s", driven.late_s}}
                           .dump(2));
    return {};
  }
  fmt::print("SIMULATED: sent {} cameras' messages, {} weights, {} tag reads, {} receipts; at most {:.2f} s late\n",
             driven.pictures, driven.weights, driven.tag_reads, driven.receipts, driven.late_s);
  return {};
}

}  // namespace

void add_sim_drive(CLI::App& sim, int& exit_code) {
  auto args = std::make_shared<SimDriveArgs>();
  CLI::App* command = sim.add_subcommand(
      "drive",
      "Send a simulated store's day out in real time, over the protocols of real sources: what cameras see and scales\n"
      "weigh over MQTT, tags through LLRP readers, receipts into the tills' log. `shrike serve` with the store's own\n"
      "shrike.yml then runs as in a shop. Poses are not simulated: hands are seen in replays only.");
  command->add_option("--store", args->store, "Folder of `shrike sim store`")->required();
  command->add_option("--day", args->day, "Which of its days")->check(CLI::Range(1, 1000))->capture_default_str();
  command->add_option("--from", args->from, "Begin at this time of its day, as 10:30 [when it opens]");
  command->add_option("--for", args->for_s, "Stop after so many seconds [at the end of the day]")
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--json", args->json, "Print JSON");
  command->footer(
      "Example: mosquitto -p 1883 & shrike serve --config store/shrike.yml &\n"
      "         shrike sim drive --store store --from 10:30");
  command->callback([args, &exit_code] { exit_code = finish_command("sim drive", sim_drive(*args)); });
}

}  // namespace shrike
