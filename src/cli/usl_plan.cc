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
#include "shrink/plan.h"

namespace shrike {
namespace {

struct PlanArgs {
  LossArgs common;
  PlanOptions options;
  std::string aim = "loss";
  size_t top = 15;
  std::string html;
};

nlohmann::ordered_json line_json(const LossData& data, const CellOutlook& c) {
  const Interval& x = data.intervals[c.interval];
  const Product& p = data.products[static_cast<size_t>(x.product)];
  return {{"sku_id", p.sku},
          {"name", p.name},
          {"category", data.categories[static_cast<size_t>(p.category)]},
          {"last_count", day_text(x.day_from)},
          {"units", to_json(Estimate{c.since_mean, c.since_low, c.since_high})},
          {"loss_found_cost", c.found * x.unit_cost},
          {"empty", c.empty}};
}

void print_json(const FittedLosses& fitted, const std::vector<CellOutlook>& cells, const CountPlan& plan,
                const PlanArgs& args) {
  auto json = model_json(fitted, View::nowcast);
  json["aim"] = args.aim;
  json["budget_hours"] = args.options.hours;
  json["hours"] = plan.hours;
  json["lines"] = plan.lines;
  json["loss_found_cost"] = plan.loss;
  json["doubt_removed_cost"] = plan.doubt;
  json["loss_found_at_random_cost"] = plan.loss_at_random;
  json["everything"] = {{"hours", plan.hours_of_all}, {"loss_found_cost", plan.loss_of_all}};
  json["stores"] = nlohmann::ordered_json::array();
  for (const PlannedStore& s : plan.stores) {
    nlohmann::ordered_json lines = nlohmann::ordered_json::array();
    for (uint32_t k : s.cells) lines.push_back(line_json(fitted.data, cells[k]));
    json["stores"].push_back({{"store_id", fitted.data.stores[static_cast<size_t>(s.store)].id},
                              {"hours", s.hours},
                              {"loss_found_cost", s.loss},
                              {"doubt_removed_cost", s.doubt},
                              {"lines", lines}});
  }
  std::cout << json_text(json);
}

void print_plan(const FittedLosses& fitted, const std::vector<CellOutlook>& cells, const CountPlan& plan,
                const PlanArgs& args) {
  const std::string& money = fitted.data.currency;
  std::cout << fmt::format(
      "Count {} lines in {} stores: {:.1f} of {:g} hours. Expected to find {:.2f} {} of loss at cost;\n"
      "as many lines of the same stores drawn blindly: {:.2f}. Counting everything: {:.2f} in {:.0f} hours.\n\n",
      plan.lines, plan.stores.size(), plan.hours, args.options.hours, plan.loss, money, plan.loss_at_random,
      plan.loss_of_all, plan.hours_of_all);
  for (const PlannedStore& s : plan.stores) {
    std::cout << fmt::format("{}  {:.1f} h, {} lines, loss {:.2f}, doubt {:.2f}\n",
                             fitted.data.stores[static_cast<size_t>(s.store)].id, s.hours, s.cells.size(), s.loss,
                             s.doubt);
    for (size_t k = 0; k < std::min(args.top, s.cells.size()); ++k) {
      const CellOutlook& c = cells[s.cells[k]];
      const Interval& x = fitted.data.intervals[c.interval];
      const Product& p = fitted.data.products[static_cast<size_t>(x.product)];
      std::cout << fmt::format("    {:<14} {:<28.28} last {}  {:>24} units  {:>9.2f}{}\n", p.sku, p.name,
                               day_text(x.day_from), to_text({c.since_mean, c.since_low, c.since_high}, 1),
                               c.found * x.unit_cost, c.empty > 0.5 ? "  shelf probably empty" : "");
    }
    if (s.cells.size() > args.top)
      std::cout << fmt::format("    … and {} more (--top, --json)\n", s.cells.size() - args.top);
  }
  std::cout << '\n' << voice_text(fitted.voice, View::nowcast) << '\n';
}

Result<void> usl_plan(PlanArgs args) {
  args.options.aim = args.aim == "loss" ? PlanAim::loss : PlanAim::information;
  TRY(const FittedLosses fitted, fit_ledger(args.common, "a count plan"));
  TRY(const auto cells, cell_outlooks(fitted.data, fitted.layout, fitted.nowcaster, 0, args.common.threads));
  const CountPlan plan = plan_counts(fitted.data, cells, args.options);
  if (plan.lines == 0) {
    return bad_input(fmt::format("{:g} hours are too few: beginning in one store takes {:g} minutes (--store-minutes)",
                                 args.options.hours, args.options.store_min));
  }
  if (!args.html.empty()) TRY_VOID(write_page(args.html, plan_page(fitted, cells, plan, args.options)));
  if (args.common.json) {
    print_json(fitted, cells, plan, args);
  } else {
    print_plan(fitted, cells, plan, args);
  }
  return {};
}

}  // namespace

void add_usl_plan(CLI::App& usl, int& exit_code) {
  auto args = std::make_shared<PlanArgs>();
  CLI::App* command = usl.add_subcommand(
      "plan",
      "What to count next: the lines that are expected to find the most loss (or to remove the most doubt) within a\n"
      "budget of hours, store by store.");
  add_loss_options(*command, args->common);
  add_model_option(*command, args->common);
  command->add_option("--hours", args->options.hours, "Budget")->check(CLI::Range(0.1, 1e6))->capture_default_str();
  command->add_option("--line-seconds", args->options.line_s, "Seconds to count one product on one shelf")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  command->add_option("--store-minutes", args->options.store_min, "Minutes to begin in a store")
      ->check(CLI::Range(0.0, 1440.0))
      ->capture_default_str();
  command->add_option("--aim", args->aim, "loss: found, at cost; information: doubt removed, at cost")
      ->check(CLI::IsMember({"loss", "information"}))
      ->capture_default_str();
  command->add_option("--top", args->top, "Lines shown a store (JSON has all)")->capture_default_str();
  command->add_option("--html", args->html, "Write lists to print to this file too");
  command->footer("Example: shrike usl plan --from ledger --hours 16 --line-seconds 10 --html lists.html");
  command->callback([args, &exit_code] { exit_code = finish_command("usl plan", usl_plan(*args)); });
}

}  // namespace shrike
