#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/progress.h"
#include "base/time.h"
#include "cli/finish.h"
#include "cli/store_commands.h"
#include "cli/worlds.h"
#include "sim/store_write.h"

namespace shrike {
namespace {

struct SimStoreArgs {
  std::string config = "drugstore", out;
  int days = 1, threads = 2;
  uint64_t seed = 1;
  bool json = false;
};

Result<void> sim_store(const SimStoreArgs& args) {
  TRY(const StoreWorld world, find_store_world(args.config, stores_folder()));
  const double start = monotonic_s();
  Progress progress("simulating", static_cast<int64_t>(world.cameras.size()) * args.days);
  TRY(const StoreFiles files, write_store(plan_store(world, args.seed), args.days, args.out, args.threads,
                                          [&](int done) { progress.at(done); }));
  progress.finish();
  if (args.json) {
    const nlohmann::ordered_json json{{"simulated", true},        {"world", world.name},
                                      {"seed", args.seed},        {"days", args.days},
                                      {"out", args.out},          {"people", files.people},
                                      {"thefts", files.thefts},   {"pieces", files.pieces},
                                      {"frames", files.frames},   {"detections", files.detections},
                                      {"hands", files.hands},     {"tag_reads", files.tag_reads},
                                      {"weights", files.weights}, {"receipts", files.receipts},
                                      {"bytes", files.bytes},     {"seconds", monotonic_s() - start}};
    std::cout << json.dump(2) << '\n';
    return {};
  }
  std::cout << fmt::format(
      "SIMULATED store: world {} ({}), seed {}, {} day{}\n  {:>9} people (staff too), {} thefts, {} pieces taken\n"
      "  {:>9} detections in {} frames of {} cameras\n  {:>9} hands   {} tag reads   {} weights   {} till messages\n"
      "  {:>9.1f} MB in {}; what really happened is sealed in {}/truth   ({:.1f} s)\n",
      world.name, world.about, args.seed, args.days, args.days == 1 ? "" : "s", files.people, files.thefts,
      files.pieces, files.detections, files.frames, world.cameras.size(), files.hands, files.tag_reads, files.weights,
      files.receipts, static_cast<double>(files.bytes) / 1e6, args.out, args.out, monotonic_s() - start);
  return {};
}

}  // namespace

void add_sim_store(CLI::App& sim, int& exit_code) {
  auto args = std::make_shared<SimStoreArgs>();
  args->threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  CLI::App* command = sim.add_subcommand(
      "store",
      "Make up days of a store: what its cameras' detector, hands, tags, scales and tills would say, and beside it "
      "what\n"
      "really happened, sealed. The same options give the same bytes. All of it is marked as simulated.");
  command->add_option("--config", args->config, "A file of config/stores without its ending, or a .yml of your own")
      ->capture_default_str();
  command->add_option("--days", args->days, "Days")->check(CLI::Range(1, 1000))->capture_default_str();
  command->add_option("--seed", args->seed, "Seed of every draw")->capture_default_str();
  command->add_option("--threads", args->threads, "Threads")->check(CLI::Range(1, 64))->capture_default_str();
  command->add_option("--out", args->out, "Folder to write to")->required();
  command->add_flag("--json", args->json, "Print JSON");
  command->footer("Example: shrike sim store --config drugstore --days 1 --seed 1 --out store");
  command->callback([args, &exit_code] { exit_code = finish_command("sim store", sim_store(*args)); });
}

}  // namespace shrike
