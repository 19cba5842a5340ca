#pragma once
// What the estimating subcommands of `shrike usl` share: the ledger as intervals, and a fitted model.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "shrink/expect.h"
#include "shrink/voice.h"

namespace CLI {
class App;
}

namespace shrike {

/// Options that each of them has.
struct LossArgs {
  std::string from;
  int threads = 2;
  bool json = false;
  std::string model;  ///< folder of a saved challenger, or "baseline"; empty: the ledger's own
};
void add_loss_options(CLI::App& command, LossArgs& args);
/// `--model`, for those where a challenger may speak.
void add_model_option(CLI::App& command, LossArgs& args);

/// Where a ledger's challenger is saved and looked for, unless another folder is named.
[[nodiscard]] std::filesystem::path model_folder(const std::string& ledger);
/// Who speaks, as `--model` wants it: a folder that is named and holds no model is an error.
[[nodiscard]] Result<Voice> find_voice(const LossArgs& args, const LossData& data);

struct FittedLosses {
  LossData data;
  Layout layout;
  Voice voice;
  Nowcaster nowcaster;
};
[[nodiscard]] Result<FittedLosses> fit_ledger(const LossArgs& args, const std::string& for_what);

/// `challenger`: "trees", "net" or "both". The program shrike-train lies beside this one.
[[nodiscard]] TrainOptions train_options(const std::string& challenger, uint64_t seed, int threads);

/// A day as 2024-02-29, from days since 1970-01-01.
[[nodiscard]] std::string day_text(double day);
/// Number of days since 1970-01-01 of 2024-02-29.
[[nodiscard]] Result<double> day_from_text(const std::string& text);

/// {"mean", "low", "high"}
[[nodiscard]] nlohmann::ordered_json to_json(const Estimate& estimate);
/// "12.3 (4.5 .. 19.0)"
[[nodiscard]] std::string to_text(const Estimate& estimate, int decimals);
/// {"speaks", "why", "version", "fingerprint", "gain"}; the last three are null where no challenger could be read.
[[nodiscard]] nlohmann::ordered_json voice_json(const Voice& voice, View view);
/// "The trees speak: …", as one sentence.
[[nodiscard]] std::string voice_text(const Voice& voice, View view);
/// {"model", "intervals", "last_day", "currency", "calibrated_on"}: who spoke in `view`, and on what.
[[nodiscard]] nlohmann::ordered_json model_json(const FittedLosses& fitted, View view);

/// The name that a person knows a group by.
[[nodiscard]] std::string group_name(const LossData& data, const std::vector<CellOutlook>& cells, GroupBy by,
                                     int index);
/// "store", "category", … → GroupBy; CLI11's check has seen it already.
[[nodiscard]] GroupBy group_by_from(const std::string& text);

}  // namespace shrike
