#pragma once
// What the estimating subcommands of `shrike usl` share: the ledger as intervals, and a fitted model.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "shrink/expect.h"

namespace CLI {
class App;
}

namespace shrike {

/// Options that each of them has.
struct LossArgs {
  std::string from;
  int threads = 2;
  bool json = false;
};
void add_loss_options(CLI::App& command, LossArgs& args);

struct FittedLosses {
  LossData data;
  Layout layout;
  Nowcaster nowcaster;
};
[[nodiscard]] Result<FittedLosses> fit_ledger(const LossArgs& args, const std::string& for_what);

/// A day as 2024-02-29, from days since 1970-01-01.
[[nodiscard]] std::string day_text(double day);
/// Number of days since 1970-01-01 of 2024-02-29.
[[nodiscard]] Result<double> day_from_text(const std::string& text);

/// {"mean", "low", "high"}
[[nodiscard]] nlohmann::ordered_json to_json(const Estimate& estimate);
/// "12.3 (4.5 .. 19.0)"
[[nodiscard]] std::string to_text(const Estimate& estimate, int decimals);
/// {"model", "intervals", "last_day", "currency", "calibrated_on"}: what spoke, and on what.
[[nodiscard]] nlohmann::ordered_json model_json(const FittedLosses& fitted);

/// The name that a person knows a group by.
[[nodiscard]] std::string group_name(const LossData& data, const std::vector<CellOutlook>& cells, GroupBy by,
                                     int index);
/// "store", "category", … → GroupBy; CLI11's check has seen it already.
[[nodiscard]] GroupBy group_by_from(const std::string& text);

}  // namespace shrike
