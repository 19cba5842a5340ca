#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/progress.h"
#include "base/time.h"
#include "cli/cli.h"
#include "cli/finish.h"
#include "cli/worlds.h"
#include "sim/chain_write.h"

namespace shrike {
namespace {

struct SimChainArgs {
  ChainSize size;
  std::string world = "grocery";
  std::string out;
  bool json = false;
};

Result<void> sim_chain(const SimChainArgs& args) {
  TRY(const World world, find_world(args.world, worlds_folder()));
  const double start = monotonic_s();
  Progress progress("simulating", args.size.stores);
  TRY(const ChainFiles files,
      write_chain(plan_chain(world, args.size), args.out, [&](int done) { progress.at(done); }));
  progress.finish();
  if (args.json) {
    const nlohmann::ordered_json json{{"simulated", true},
                                      {"world", world.name},
                                      {"seed", args.size.seed},
                                      {"out", args.out},
                                      {"sales_rows", files.sales_rows},
                                      {"receipt_rows", files.receipt_rows},
                                      {"adjustment_rows", files.adjustment_rows},
                                      {"transfer_rows", files.transfer_rows},
                                      {"count_lines", files.count_lines},
                                      {"truth_intervals", files.intervals},
                                      {"truth_events", files.events},
                                      {"seconds", monotonic_s() - start}};
    std::cout << json.dump(2) << '\n';
    return {};
  }
  std::cout << fmt::format(
      "Simulated chain: world {} ({}), seed {}, {} stores, {} products, {} days\n"
      "  {:>10} sales rows\n  {:>10} receipt lines\n  {:>10} adjustments\n  {:>10} transfers\n  {:>10} count lines\n"
      "  {:>10} intervals and {} events in the sealed truth\n"
      "Exports: {}/exports   truth: {}/truth   ({:.1f} s)\nNext: shrike usl import --into LEDGER {}/exports/*.csv\n",
      world.name, world.about, args.size.seed, args.size.stores, args.size.products, args.size.days, files.sales_rows,
      files.receipt_rows, files.adjustment_rows, files.transfer_rows, files.count_lines, files.intervals, files.events,
      args.out, args.out, monotonic_s() - start, args.out);
  return {};
}

}  // namespace

void add_sim_chain(CLI::App& sim, int& exit_code) {
  auto args = std::make_shared<SimChainArgs>();
  CLI::App* command = sim.add_subcommand(
      "chain",
      "Make up a chain's ledgers: export files as a retailer's systems would write them, and beside them what really\n"
      "happened, sealed. The same options give the same bytes. All of it is marked as simulated.");
  command->add_option("--stores", args->size.stores, "Stores")->check(CLI::Range(1, 5000))->capture_default_str();
  command->add_option("--skus", args->size.products, "Products")->check(CLI::Range(2, 100000))->capture_default_str();
  command->add_option("--days", args->size.days, "Days")->check(CLI::Range(2, 4000))->capture_default_str();
  command->add_option("--seed", args->size.seed, "Seed of every draw")->capture_default_str();
  command->add_option("--world", args->world, "A file of config/worlds without its ending, or a .yml of your own")
      ->capture_default_str();
  command->add_option("--first-store", args->size.first_store,
                      "store_id of the first store, to make it one that cameras watch");
  command->add_option("--out", args->out, "Folder to write to: exports/, truth/, manifest.json")->required();
  command->add_flag("--json", args->json, "Print JSON");
  command->footer("Example: shrike sim chain --stores 60 --skus 600 --days 730 --seed 1 --world grocery --out chain");
  command->callback([args, &exit_code] { exit_code = finish_command("sim chain", sim_chain(*args)); });
}

}  // namespace shrike
