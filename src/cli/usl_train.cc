#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/cli.h"
#include "cli/finish.h"
#include "cli/usl_losses.h"
#include "shrink/challenger.h"
#include "shrink/from_ledger.h"

namespace shrike {
namespace {

struct TrainArgs {
  LossArgs common;
  std::string into;
  std::string challenger = "both";
  uint64_t seed = 1;
  int workers = 1;
};

/// shrike-train lies beside the program.
std::filesystem::path trainer() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / "shrike-train";
}

TrainOptions options_of(const TrainArgs& args) {
  TrainOptions options{
      .kinds = {}, .seed = args.seed, .threads = args.common.threads, .workers = args.workers, .trainer = trainer()};
  for (const ChallengerKind kind : kChallengerKinds) {
    if (args.challenger == "both" || args.challenger == to_string(kind)) options.kinds.push_back(kind);
  }
  return options;
}

nlohmann::ordered_json trial_json(const Trial& t) {
  return {{"challenger", t.challenger},
          {"deviance", t.deviance},
          {"gain", {{"mean", t.gain}, {"low", t.gain_low}, {"high", t.gain_high}}},
          {"total_predicted_over_counted", t.total_ratio},
          {"promoted", t.promoted},
          {"why", t.why}};
}

Result<void> usl_train(const TrainArgs& args) {
  TRY(const LossData data, losses_of_ledger(args.common.from, "training"));
  const Layout layout = layout_of(data);
  TRY(const Trained trained, train_and_judge(data, layout, options_of(args)));
  const std::string fingerprint = fingerprint_of(data);
  TRY_VOID(save_trained(trained, fingerprint, args.into));
  const Trial& best = trained.trial;
  const std::string speaks = best.promoted ? best.challenger : "hierarchical empirical Bayes";
  if (args.common.json) {
    nlohmann::ordered_json json{{"learnt_until", day_text(trained.learnt_until)},
                                {"learnt_counts", trained.learnt_counts},
                                {"judged_counts", best.counts},
                                {"areas", best.areas},
                                {"baseline_deviance", best.baseline_deviance},
                                {"challengers", nlohmann::ordered_json::array()},
                                {"speaks", speaks},
                                {"why", best.why},
                                {"data_fingerprint", fingerprint},
                                {"saved", args.into}};
    for (const Trial& trial : trained.trials) json["challengers"].push_back(trial_json(trial));
    std::cout << json.dump(2) << '\n';
    return {};
  }
  std::cout << fmt::format("Trained on {} counts until {}, judged on {} later ones in {} areas.\n\n",
                           trained.learnt_counts, day_text(trained.learnt_until), best.counts, best.areas);
  std::cout << fmt::format("  {:<10} {:>9} {:>24} {:>16}\n  {:<10} {:>9.4f}\n", "", "deviance", "better by (95 %)",
                           "total/counted", "baseline", best.baseline_deviance);
  for (const Trial& t : trained.trials) {
    std::cout << fmt::format(
        "  {:<10} {:>9.4f} {:>24} {:>16.3f}  {}: {}\n", t.challenger, t.deviance,
        fmt::format("{:.1f} % ({:.1f} .. {:.1f})", 100 * t.gain, 100 * t.gain_low, 100 * t.gain_high), t.total_ratio,
        t.promoted ? "promoted" : "not promoted", t.why);
  }
  std::cout << fmt::format("\nThe model that speaks: {}. The better challenger is saved in {} (data {}).\n", speaks,
                           args.into, fingerprint);
  return {};
}

}  // namespace

void add_usl_train(CLI::App& usl, int& exit_code) {
  auto args = std::make_shared<TrainArgs>();
  CLI::App* command =
      usl.add_subcommand("train",
                         "Train challengers (gradient boosted trees, and a neural network, each on what the baseline "
                         "leaves over), judge them on\n"
                         "counts that nobody had seen, save the better one, and say which model deserves to speak for "
                         "this chain and why.");
  add_loss_options(*command, args->common);
  command->add_option("--into", args->into, "Folder for the model")->required();
  command->add_option("--challenger", args->challenger, "Which to train")
      ->check(CLI::IsMember({"trees", "net", "both"}))
      ->capture_default_str();
  command->add_option("--workers", args->workers, "Processes that train the network together (gradients over Gloo)")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->add_option("--seed", args->seed, "Seed of the training's draws")->capture_default_str();
  command->footer("Example: shrike usl train --from ledger --into ledger/model");
  command->callback([args, &exit_code] { exit_code = finish_command("usl train", usl_train(*args)); });
}

}  // namespace shrike
