#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/cli.h"
#include "cli/finish.h"
#include "cli/usl_losses.h"
#include "cli/usl_print.h"
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

nlohmann::ordered_json trial_json(const Trial& t) {
  return {{"baseline_deviance", t.baseline_deviance},
          {"deviance", t.deviance},
          {"gain", to_json(Estimate{t.gain, t.gain_low, t.gain_high})},
          {"total_predicted_over_counted", t.total_ratio},
          {"promoted", t.promoted()},
          {"why", t.why()}};
}

void print_json(const std::vector<Trained>& trained, const ModelCard& saved, const std::filesystem::path& into) {
  const Trained& best = trained.front();
  nlohmann::ordered_json json{{"learnt_until", day_text(best.learnt_until)},
                              {"learnt_counts", best.learnt_counts},
                              {"judged_counts", best.trials.front().counts},
                              {"areas", best.trials.front().areas},
                              {"challengers", nlohmann::ordered_json::array()}};
  for (const Trained& t : trained) {
    nlohmann::ordered_json one{{"challenger", to_string(t.model->kind())}};
    for (View view : {View::nowcast, View::forecast})
      one[to_string(view)] = trial_json(t.trials[static_cast<size_t>(view)]);
    json["challengers"].push_back(std::move(one));
  }
  for (View view : {View::nowcast, View::forecast})
    json["speaks"][to_string(view)] = best.speaker().in(view) ? to_string(best.model->kind()) : "baseline";
  json["data_fingerprint"] = saved.data_fingerprint;
  json["version"] = saved.version();
  json["saved"] = into.string();
  std::cout << json_text(json);
}

void print_table(const std::vector<Trained>& trained, const ModelCard& saved, const std::filesystem::path& into) {
  const Trained& best = trained.front();
  const Trial& any = best.trials.front();
  std::cout << fmt::format("Trained on {} counts until {}, judged on {} later ones in {} areas.\n", best.learnt_counts,
                           day_text(best.learnt_until), any.counts, any.areas);
  for (View view : {View::nowcast, View::forecast}) {
    const auto v = static_cast<size_t>(view);
    std::cout << fmt::format("\n  {:<10} {:>9} {:>24} {:>16}\n  {:<10} {:>9.4f}\n", to_string(view), "deviance",
                             "better by (95 %)", "total/counted", "baseline", best.trials[v].baseline_deviance);
    for (const Trained& trial : trained) {
      const Trial& t = trial.trials[v];
      std::cout << fmt::format(
          "  {:<10} {:>9.4f} {:>24} {:>16.3f}  {}: {}\n", t.challenger, t.deviance,
          fmt::format("{:.1f} % ({:.1f} .. {:.1f})", 100 * t.gain, 100 * t.gain_low, 100 * t.gain_high), t.total_ratio,
          t.promoted() ? "promoted" : "not promoted", t.why());
    }
  }
  const auto who = [&](View view) {
    return best.speaker().in(view) ? to_string(best.model->kind()) : "hierarchical empirical Bayes, the baseline";
  };
  std::cout << fmt::format(
      "\nThe model that speaks in a nowcast: {}; in a forecast: {}.\nSaved: {} version {} in {} (data {}).\n",
      who(View::nowcast), who(View::forecast), to_string(saved.kind), saved.version(), into.string(),
      saved.data_fingerprint);
}

Result<void> usl_train(const TrainArgs& args) {
  TRY(const LossData data, losses_of_ledger(args.common.from, "training"));
  const auto into = args.into.empty() ? model_folder(args.common.from) : std::filesystem::path(args.into);
  TrainOptions options = train_options(args.challenger, args.seed, args.common.threads);
  options.workers = args.workers;
  TRY(const auto trained, train_and_judge(data, layout_of(data), options));
  TRY(const ModelCard saved, save_trained(trained.front(), data, into));
  if (args.common.json) {
    print_json(trained, saved, into);
  } else {
    print_table(trained, saved, into);
  }
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
  command->add_option("--into", args->into,
                      "Folder for the model (default: model/ in the ledger, where nowcast, forecast, plan and priors "
                      "look for it)");
  command->add_option("--challenger", args->challenger, "Which to train")
      ->check(CLI::IsMember({"trees", "net", "both"}))
      ->capture_default_str();
  command->add_option("--workers", args->workers, "Processes that train the network together (gradients over Gloo)")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->add_option("--seed", args->seed, "Seed of the training's draws")->capture_default_str();
  command->footer("Example: shrike usl train --from ledger && shrike usl nowcast --from ledger");
  command->callback([args, &exit_code] { exit_code = finish_command("usl train", usl_train(*args)); });
}

}  // namespace shrike
