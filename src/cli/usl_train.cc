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
  uint64_t seed = 1;
};

Result<void> usl_train(const TrainArgs& args) {
  TRY(const LossData data, losses_of_ledger(args.common.from, "training"));
  const Layout layout = layout_of(data);
  TRY(const Trained trained, train_and_judge(data, layout, {.seed = args.seed, .threads = args.common.threads}));
  const std::string fingerprint = fingerprint_of(data);
  TRY_VOID(save_trained(trained, fingerprint, args.into));
  const Trial& t = trained.trial;
  const std::string speaks = t.promoted ? t.challenger : "hierarchical empirical Bayes";
  if (args.common.json) {
    const nlohmann::ordered_json json{{"challenger", t.challenger},
                                      {"learnt_until", day_text(trained.learnt_until)},
                                      {"learnt_counts", trained.learnt_counts},
                                      {"judged_counts", t.counts},
                                      {"areas", t.areas},
                                      {"baseline_deviance", t.baseline_deviance},
                                      {"deviance", t.deviance},
                                      {"gain", {{"mean", t.gain}, {"low", t.gain_low}, {"high", t.gain_high}}},
                                      {"total_predicted_over_counted", t.total_ratio},
                                      {"promoted", t.promoted},
                                      {"speaks", speaks},
                                      {"why", t.why},
                                      {"data_fingerprint", fingerprint},
                                      {"saved", args.into}};
    std::cout << json.dump(2) << '\n';
    return {};
  }
  std::cout << fmt::format(
      "Trained {} on {} counts until {}, judged on {} later ones in {} areas.\n"
      "Deviance {:.4f} against the baseline's {:.4f}; total {:.3f} of what was counted.\n"
      "{}: {}.\nThe model that speaks: {}. Saved in {} (data {}).\n",
      t.challenger, trained.learnt_counts, day_text(trained.learnt_until), t.counts, t.areas, t.deviance,
      t.baseline_deviance, t.total_ratio, t.promoted ? "Promoted" : "Not promoted", t.why, speaks, args.into,
      fingerprint);
  return {};
}

}  // namespace

void add_usl_train(CLI::App& usl, int& exit_code) {
  auto args = std::make_shared<TrainArgs>();
  CLI::App* command =
      usl.add_subcommand("train",
                         "Train a challenger (gradient boosted trees on what the baseline leaves over), judge it on "
                         "counts that neither had\n"
                         "seen, save it, and say which model deserves to speak for this chain and why.");
  add_loss_options(*command, args->common);
  command->add_option("--into", args->into, "Folder for the model")->required();
  command->add_option("--seed", args->seed, "Seed of the training's draws")->capture_default_str();
  command->footer("Example: shrike usl train --from ledger --into ledger/model");
  command->callback([args, &exit_code] { exit_code = finish_command("usl train", usl_train(*args)); });
}

}  // namespace shrike
