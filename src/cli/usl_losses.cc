#include "cli/usl_losses.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/time.h"
#include "cli/trainer.h"
#include "shrink/from_ledger.h"

namespace shrike {

void add_loss_options(CLI::App& command, LossArgs& args) {
  args.threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  command.add_option("--from", args.from, "Folder of the ledger (see `shrike usl import`)")->required();
  command
      .add_option("--threads", args.threads, "Threads; the result is the same to the last bit whatever their number")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command.add_flag("--json", args.json, "Print JSON");
}

void add_model_option(CLI::App& command, LossArgs& args) {
  command.add_option("--model", args.model,
                     "Folder of a challenger that `shrike usl train` saved: it speaks where it was promoted on these "
                     "counts; `baseline`: none does (default: model/ in the ledger)");
}

std::filesystem::path model_folder(const std::string& ledger) { return std::filesystem::path(ledger) / "model"; }

Result<Voice> find_voice(const LossArgs& args, const LossData& data) {
  if (args.model == "baseline") {
    Voice voice;
    voice.why.fill("asked for with --model baseline");
    return voice;
  }
  std::error_code error;
  if (!args.model.empty() && !std::filesystem::exists(std::filesystem::path(args.model) / "model.json", error))
    return bad_input(
        fmt::format("--model {0}: no model.json there; `shrike usl train --into {0}` writes one", args.model));
  return voice_for(data, args.model.empty() ? model_folder(args.from) : std::filesystem::path(args.model));
}

Result<FittedLosses> fit_ledger(const LossArgs& args, const std::string& for_what) {
  FittedLosses out;
  TRY(out.data, losses_of_ledger(args.from, for_what));
  out.layout = layout_of(out.data);
  FitOptions options;
  options.threads = args.threads;
  TRY(out.voice, find_voice(args, out.data));
  TRY(out.nowcaster, Nowcaster::fit(out.data, out.layout, options, out.voice.speaker));
  return out;
}

TrainOptions train_options(const std::string& challenger, uint64_t seed, int threads) {
  TrainOptions options{.kinds = {}, .seed = seed, .threads = threads, .trainer = trainer()};
  for (const ChallengerKind kind : kChallengerKinds) {
    if (challenger == "both" || challenger == to_string(kind)) options.kinds.push_back(kind);
  }
  return options;
}

std::string day_text(double day) {
  return to_rfc3339(Timestamp{static_cast<int64_t>(std::floor(day) * 86'400e6)}).substr(0, 10);
}

Result<double> day_from_text(const std::string& text) {
  const auto t = parse_rfc3339(text + "T00:00:00Z");
  if (!t) return bad_input(fmt::format("'{}' is no date: 2024-02-29 was expected", text));
  return static_cast<double>(t->us) / 86'400e6;
}

nlohmann::ordered_json to_json(const Estimate& estimate) {
  return {{"mean", estimate.mean}, {"low", estimate.low}, {"high", estimate.high}};
}

std::string to_text(const Estimate& e, int decimals) {
  return fmt::format("{:.{}f} ({:.{}f} .. {:.{}f})", e.mean, decimals, e.low, decimals, e.high, decimals);
}

nlohmann::ordered_json voice_json(const Voice& voice, View view) {
  nlohmann::ordered_json json{{"speaks", voice.speaks(view)},
                              {"why", voice.why[static_cast<size_t>(view)]},
                              {"version", nullptr},
                              {"fingerprint", nullptr},
                              {"gain", nullptr}};
  if (voice.card) {
    const Trial& trial = voice.card->trials[static_cast<size_t>(view)];
    json["version"] = voice.card->version();
    json["fingerprint"] = voice.card->data_fingerprint;
    json["gain"] = to_json(Estimate{trial.gain, trial.gain_low, trial.gain_high});
  }
  return json;
}

std::string voice_text(const Voice& voice, View view) {
  return fmt::format("Model that speaks: {} ({}).",
                     voice.speaker.in(view) ? voice.speaks(view) : "hierarchical empirical Bayes, the baseline",
                     voice.why[static_cast<size_t>(view)]);
}

nlohmann::ordered_json model_json(const FittedLosses& fitted, View view) {
  return {{"model", voice_json(fitted.voice, view)},
          {"intervals", fitted.nowcaster.model().intervals},
          {"calibrated_on", fitted.nowcaster.calibration(view).counts},
          {"last_day", day_text(last_day(fitted.data))},
          {"currency", fitted.data.currency}};
}

std::string group_name(const LossData& data, const std::vector<CellOutlook>& cells, GroupBy by, int index) {
  const auto i = static_cast<size_t>(index);
  switch (by) {
    case GroupBy::chain:
      return "all";
    case GroupBy::store:
      return data.stores[i].id;
    case GroupBy::category:
      return data.categories[i];
    case GroupBy::product:
      return data.products[i].sku;
    case GroupBy::cell: {
      const Interval& x = data.intervals[cells[i].interval];
      return data.stores[static_cast<size_t>(x.store)].id + " / " + data.products[static_cast<size_t>(x.product)].sku;
    }
  }
  return {};
}

GroupBy group_by_from(const std::string& text) {
  for (GroupBy by : {GroupBy::chain, GroupBy::store, GroupBy::category, GroupBy::product, GroupBy::cell}) {
    if (text == to_string(by)) return by;
  }
  return GroupBy::store;
}

}  // namespace shrike
