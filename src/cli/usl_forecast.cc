// `shrike usl nowcast` and `shrike usl forecast`: the same figures, with and without days ahead.
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

namespace shrike {
namespace {

struct ForecastArgs {
  LossArgs common;
  std::string by = "store";
  double days = 0;  ///< ahead; 0 for a nowcast
  size_t top = 20;
  std::string html;
};

nlohmann::ordered_json group_json(const FittedLosses& fitted, const std::vector<CellOutlook>& cells, GroupBy by,
                                  const GroupOutlook& g, bool ahead) {
  nlohmann::ordered_json json{
      {"key", group_name(fitted.data, cells, by, g.index)},
      {"cells", g.cells},
      {"days_since_count", g.days_since_count},
      {"since_last_count", {{"units", to_json(g.since)}, {"cost", to_json(g.since_cost)}, {"retail", g.since_retail}}},
      {"empty_shelves", g.empty_shelves}};
  if (ahead) {
    json["ahead"] = {{"units", to_json(g.ahead)}, {"cost", to_json(g.ahead_cost)}, {"retail", g.ahead_retail}};
    json["at_next_count"] = {{"units", to_json(g.next)}, {"cost", to_json(g.next_cost)}};
  }
  return json;
}

void print_table(const FittedLosses& fitted, const std::vector<CellOutlook>& cells, GroupBy by,
                 const std::vector<GroupOutlook>& groups, const GroupOutlook& chain, const ForecastArgs& args) {
  const bool ahead = args.days > 0;
  std::cout << fmt::format(
      "Expected unknown stock loss as of {}, net of gains, with 90 % intervals; money at cost{}{}\n\n",
      day_text(last_day(fitted.data)), fitted.data.currency.empty() ? "" : ", ", fitted.data.currency);
  std::cout << fmt::format("{:<24} {:>6} {:>9} {:>30} {:>32}", to_string(by), "cells", "days", "units since count",
                           "cost since count");
  std::cout << (ahead ? fmt::format(" {:>32} {:>32}\n", fmt::format("cost, next {:g} days", args.days),
                                    "cost at a count then")
                      : fmt::format(" {:>8}\n", "empty"));
  auto line = [&](const std::string& name, const GroupOutlook& g) {
    std::cout << fmt::format("{:<24} {:>6} {:>9.0f} {:>30} {:>32}", name, g.cells, g.days_since_count,
                             to_text(g.since, 1), to_text(g.since_cost, 2));
    std::cout << (ahead ? fmt::format(" {:>32} {:>32}\n", to_text(g.ahead_cost, 2), to_text(g.next_cost, 2))
                        : fmt::format(" {:>8.1f}\n", g.empty_shelves));
  };
  for (size_t k = 0; k < std::min(args.top, groups.size()); ++k)
    line(group_name(fitted.data, cells, by, groups[k].index), groups[k]);
  if (groups.size() > args.top) std::cout << fmt::format("… and {} more (--top)\n", groups.size() - args.top);
  line("all", chain);
  std::cout << '\n' << voice_text(fitted.voice, View::nowcast) << '\n';
  if (ahead && fitted.voice.card) std::cout << "Days ahead: " << voice_text(fitted.voice, View::forecast) << '\n';
  if (fitted.nowcaster.calibration(View::nowcast).counts == 0)
    std::cout << "Too few counts to check the intervals on: they are the model's own, uncalibrated.\n";
}

Result<void> usl_forecast(const ForecastArgs& args, const char* what) {
  TRY(const FittedLosses fitted, fit_ledger(args.common, what));
  TRY(const auto cells, cell_outlooks(fitted.data, fitted.layout, fitted.nowcaster, args.days, args.common.threads));
  if (cells.empty()) return bad_input("no product was ever counted: there is nothing to reckon from");
  const GroupBy by = group_by_from(args.by);
  const auto groups = group_outlooks(fitted.data, fitted.nowcaster, cells, by);
  const auto chain = group_outlooks(fitted.data, fitted.nowcaster, cells, GroupBy::chain).front();
  if (!args.html.empty()) TRY_VOID(write_page(args.html, outlook_page(fitted, cells, by, groups, chain, args.days)));
  if (!args.common.json) {
    print_table(fitted, cells, by, groups, chain, args);
    return {};
  }
  auto json = model_json(fitted, View::nowcast);
  if (args.days > 0) {
    json["model_ahead"] = voice_json(fitted.voice, View::forecast);
    json["days_ahead"] = args.days;
  }
  json["total"] = group_json(fitted, cells, GroupBy::chain, chain, args.days > 0);
  json["by"] = args.by;
  json["groups"] = nlohmann::ordered_json::array();
  for (size_t k = 0; k < groups.size() && (args.top == 0 || k < args.top); ++k)
    json["groups"].push_back(group_json(fitted, cells, by, groups[k], args.days > 0));
  std::cout << json_text(json);
  return {};
}

void add_options(CLI::App& command, ForecastArgs& args) {
  add_loss_options(command, args.common);
  add_model_option(command, args.common);
  command.add_option("--by", args.by, "What a line is")
      ->check(CLI::IsMember({"chain", "store", "category", "product", "cell"}))
      ->capture_default_str();
  command.add_option("--top", args.top, "Lines, greatest expected cost first (JSON: 0 is all)")->capture_default_str();
  command.add_option("--html", args.html, "Write a page with plots to this file too");
}

}  // namespace

void add_usl_nowcast(CLI::App& usl, int& exit_code) {
  auto args = std::make_shared<ForecastArgs>();
  CLI::App* command = usl.add_subcommand(
      "nowcast",
      "What is missing by now and no count has shown yet: expected loss since each product's last count, with 90 %\n"
      "intervals, and shelves that are probably empty while the book says otherwise.");
  add_options(*command, *args);
  command->footer("Example: shrike usl nowcast --from ledger --by store --html nowcast.html");
  command->callback(
      [args, &exit_code] { exit_code = finish_command("usl nowcast", usl_forecast(*args, "a nowcast")); });
}

void add_usl_forecast(CLI::App& usl, int& exit_code) {
  auto args = std::make_shared<ForecastArgs>();
  args->days = 90;
  CLI::App* command = usl.add_subcommand(
      "forecast",
      "What will be missing: expected loss since the last count, in the days ahead, and what a count would show then,\n"
      "each with its 90 % interval.");
  add_options(*command, *args);
  command->add_option("--days", args->days, "Days ahead of the last day in the data")
      ->check(CLI::Range(1.0, 3660.0))
      ->capture_default_str();
  command->footer("Example: shrike usl forecast --from ledger --days 90 --by category");
  command->callback(
      [args, &exit_code] { exit_code = finish_command("usl forecast", usl_forecast(*args, "a forecast")); });
}

}  // namespace shrike
