#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/cli.h"
#include "cli/finish.h"
#include "cli/usl_losses.h"
#include "cli/usl_outlook_page.h"
#include "cli/usl_page.h"
#include "cli/usl_print.h"
#include "shrink/backtest.h"
#include "shrink/from_ledger.h"

namespace shrike {
namespace {

struct BacktestArgs {
  LossArgs common;
  int origins = 3;
  double from_share = 0.5;
  std::string html;
};

nlohmann::ordered_json score_json(const Score& s) {
  nlohmann::ordered_json json{{"predictor", s.predictor},
                              {"counts", s.counts},
                              {"mae", s.mae},
                              {"rmse", s.rmse},
                              {"total_predicted_over_counted", s.total_ratio},
                              {"nb_deviance", s.deviance},
                              {"cost_mae", s.cost_mae},
                              {"cost_total_predicted_over_counted", s.cost_total_ratio},
                              {"capture_10", s.capture_10},
                              {"cost_capture_10", s.cost_capture_10}};
  if (s.coverage_90 > 0) {
    json["log_score"] = s.log_score;
    json["pinball_5_50_95"] = s.pinball;
    json["coverage_90_by_pit"] = s.coverage_90;
    json["coverage_90_by_decile"] = s.coverage_by_decile;
    json["pit_histogram"] = s.pit_histogram;
  }
  return json;
}

/// What a reader must know of the challenger's rows.
std::string challenger_text(const Voice& voice) {
  if (!voice.speaker.model) return fmt::format("No row of a challenger: {}.", voice.why.front());
  return fmt::format(
      "Rows of the {} only where they had learnt nothing later than the origin: from {} on. Counts after that day also "
      "decided on their promotion.",
      to_string(voice.speaker.model->kind()), day_text(voice.speaker.learnt_until));
}

Result<void> usl_backtest(const BacktestArgs& args) {
  TRY(const LossData data, losses_of_ledger(args.common.from, "a backtest"));
  TRY(const Voice voice, find_voice(args.common, data));
  BacktestOptions options{.origins = args.origins, .from = args.from_share, .threads = args.common.threads};
  options.challenger = voice.speaker;
  options.challenger.views.fill(true);
  TRY(const auto origins, backtest(data, layout_of(data), options));
  const std::string challenger = challenger_text(voice);
  if (!args.html.empty()) TRY_VOID(write_page(args.html, backtest_page(data, origins, challenger)));
  if (args.common.json) {
    nlohmann::ordered_json json{{"currency", data.currency},
                                {"model", voice_json(voice, View::nowcast)},
                                {"model_ahead", voice_json(voice, View::forecast)},
                                {"origins", nlohmann::ordered_json::array()}};
    for (const BacktestOrigin& o : origins) {
      nlohmann::ordered_json scores = nlohmann::ordered_json::array();
      for (const Score& s : o.scores) scores.push_back(score_json(s));
      json["origins"].push_back({{"learnt_until", day_text(o.day)}, {"scores", scores}});
    }
    std::cout << json_text(json);
    return {};
  }
  for (const BacktestOrigin& o : origins) {
    std::cout << fmt::format("Learnt from counts until {}, judged on the {} next counts\n", day_text(o.day),
                             o.scores.front().counts);
    std::cout << fmt::format("  {:<16} {:>7} {:>7} {:>8} {:>9} {:>10} {:>10} {:>9} {:>9}\n", "", "MAE", "RMSE", "total",
                             "deviance", "cost MAE", "capture@10", "log score", "90 % covers");
    for (const Score& s : o.scores) {
      std::cout << fmt::format("  {:<16} {:>7.3f} {:>7.3f} {:>8.3f} {:>9.3f} {:>10.3f} {:>9.1f}%", s.predictor, s.mae,
                               s.rmse, s.total_ratio, s.deviance, s.cost_mae, 100 * s.capture_10);
      std::cout << (s.coverage_90 > 0 ? fmt::format(" {:>9.3f} {:>8.1f}%\n", s.log_score, 100 * s.coverage_90) : "\n");
    }
  }
  std::cout << "total: predicted / counted. capture@10: loss in the tenth of the counts with the most predicted loss.\n"
               "90 % covers: share of counts within the 90 % interval, by randomised PIT.\n"
            << challenger << '\n';
  return {};
}

}  // namespace

void add_usl_backtest(CLI::App& usl, int& exit_code) {
  auto args = std::make_shared<BacktestArgs>();
  CLI::App* command = usl.add_subcommand(
      "backtest",
      "How good the estimates would have been: learns from what was counted by a day, predicts every product's next\n"
      "full count, and looks at what was found; against the product's mean, the chain's mean and the last value.");
  add_loss_options(*command, args->common);
  add_model_option(*command, args->common);
  command->add_option("--origins", args->origins, "Days to look ahead from")
      ->check(CLI::Range(1, 50))
      ->capture_default_str();
  command->add_option("--from-share", args->from_share, "Share of the period before the first of them")
      ->check(CLI::Range(0.1, 0.95))
      ->capture_default_str();
  command->add_option("--html", args->html, "Write a page with plots to this file too");
  command->footer("Example: shrike usl backtest --from ledger --origins 3 --html backtest.html");
  command->callback([args, &exit_code] { exit_code = finish_command("usl backtest", usl_backtest(*args)); });
}

}  // namespace shrike
