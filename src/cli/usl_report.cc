#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/cli.h"
#include "cli/finish.h"
#include "cli/usl_confirmed.h"
#include "cli/usl_page.h"
#include "cli/usl_print.h"
#include "ledger/level.h"
#include "ledger/report.h"

namespace shrike {
namespace {

using nlohmann::ordered_json;

struct ReportArgs {
  std::string from, html;
  std::vector<std::string> explained;  ///< data folders of stores
  size_t top = 20;
  bool json = false;
  bool publish = false;
};

ordered_json maybe(const std::optional<double>& value) { return value ? ordered_json(*value) : ordered_json(nullptr); }

ordered_json to_json(const LossAmount& amount) {
  return {{"units", amount.units}, {"cost", maybe(amount.cost)}, {"retail", maybe(amount.retail)}};
}

ordered_json to_json(const LossRow& row, bool explained) {
  ordered_json json{{"written_off", to_json(row.written_off)},
                    {"spoilage", to_json(row.spoilage)},
                    {"usl", to_json(row.usl)},
                    {"gain", to_json(row.gain)},
                    {"net", to_json(row.net)},
                    {"known_theft", to_json(row.known_theft)},
                    {"returned_to_vendor", to_json(row.returned_to_vendor)},
                    {"unmapped", to_json(row.unmapped)},
                    {"sold_units", row.sold_units},
                    {"sales_value", maybe(row.sales_value)}};
  if (explained) {
    json["explained"] = to_json(row.explained);
    json["unexplained"] = to_json(less(row.usl, row.explained));
    json["net_unexplained"] = to_json(less(row.net, row.explained));
  }
  return json;
}

ordered_json to_json(const std::vector<LossRow>& rows, const char* key, bool explained) {
  auto list = ordered_json::array();
  for (const auto& row : rows) {
    ordered_json line{{key, row.key}};
    if (!row.name.empty()) line["name"] = row.name;
    line.update(to_json(row, explained));
    list.push_back(std::move(line));
  }
  return list;
}

ordered_json to_json(const Concentration& c) {
  ordered_json out{{"measure", c.measure}, {"gini", c.gini}, {"of", c.of}, {"for_80_percent", c.for_80_percent}};
  out["lorenz"] = ordered_json::array();
  for (const auto& [share, loss] : c.lorenz) out["lorenz"].push_back({{"share", share}, {"loss", loss}});
  return out;
}

ordered_json to_json(const ExplainedLosses& e, size_t confirmed_incidents) {
  return {{"confirmed_incidents", confirmed_incidents},
          {"with_goods", e.incidents},
          {"confirmed_units", e.confirmed},
          {"explained_units", e.explained},
          {"known_theft_units", e.known_theft},
          {"not_counted_units", e.not_counted},
          {"not_found_units", e.not_found},
          {"elsewhere_units", e.elsewhere}};
}

ordered_json to_json(const LossReport& report, const LedgerManifest& manifest, size_t confirmed_incidents) {
  const bool explained = report.explained.has_value();
  const auto truth = truth_of(manifest);
  ordered_json out{
      {"published", report.published},
      {"level", static_cast<int>(truth.level)},
      {"level_name", to_string(truth.level)},
      {"missing_for_next_level", truth.missing},
      {"currency", report.currency.empty() ? ordered_json(manifest.currencies) : ordered_json(report.currency)},
      {"first_day", report.first_day},
      {"last_day", report.last_day},
      {"totals", to_json(report.totals, explained)}};
  if (explained) out["explained"] = to_json(*report.explained, confirmed_incidents);
  out["unmapped_reasons"] = ordered_json::array();
  for (const auto& each : manifest.unmapped)
    out["unmapped_reasons"].push_back({{"reason", each.reason}, {"rows", each.rows}, {"units", each.units}});
  if (!report.by_currency.empty()) out["by_currency"] = to_json(report.by_currency, "currency", explained);
  if (report.roll_forward) {
    const auto& r = *report.roll_forward;
    out["roll_forward"] = {{"intervals", r.intervals},
                           {"v_units", r.v},
                           {"ledger_units", r.ledger},
                           {"differing_intervals", r.differing},
                           {"absolute_difference_units", r.absolute_difference}};
  }
  out["by_store"] = to_json(report.by_store, "store_id", explained);
  out["by_product"] = to_json(report.by_product, "sku_id", explained);
  if (report.by_product.size() < report.products.of)
    out["products_not_listed"] = report.products.of - report.by_product.size();
  out["by_category"] = to_json(report.by_category, "category", explained);
  out["by_period"] = to_json(report.by_period, report.period.c_str(), explained);
  out["by_class"] = to_json(report.by_class, "class", explained);
  out["concentration"] = {{"products", to_json(report.products)}, {"stores", to_json(report.stores)}};
  ordered_json movers = ordered_json::array();
  for (const auto& m : report.movers) {
    movers.push_back({{m.what == "store" ? "store_id" : "sku_id", m.key},
                      {"name", m.name},
                      {"before", to_json(m.before)},
                      {"now", to_json(m.now)}});
  }
  out["movers"] = {{"period", report.last_period}, {"before", report.period_before}, {"net_usl", movers}};
  out["warnings"] = ordered_json::array();
  for (const auto& w : manifest.warnings)
    out["warnings"].push_back({{"code", w.code}, {"count", w.count}, {"message", w.message}});
  return out;
}

/// Every digit of a quantity, at most three after the point.
std::string units(double value) {
  auto text = fmt::format("{:.3f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string money(const std::optional<double>& value) { return value ? fmt::format("{:.2f}", *value) : "-"; }

void print_amount(const char* name, const LossAmount& amount) {
  std::cout << fmt::format("  {:<34} {:>14} {:>16} {:>16}\n", name, units(amount.units), money(amount.cost),
                           money(amount.retail));
}

/// `explained`: with a column of what confirmed incidents explain.
void print_rows(const std::string& title, const std::vector<LossRow>& rows, size_t top, bool explained, size_t of = 0) {
  if (rows.empty()) return;
  std::cout << fmt::format("\n{:<40} {:>10} {:>10} {:>10} {:>12} {:>12} {:>9}{}\n", title, "USL", "gain", "net",
                           "net cost", "spoilage", "% sold", explained ? "  explained" : "");
  for (size_t i = 0; i < rows.size() && i < top; ++i) {
    const auto& row = rows[i];
    const auto label = row.name.empty() || row.name == row.key ? row.key : row.key + " " + row.name;
    const auto share =
        row.sold_units > 0 ? fmt::format("{:.2f}", 100 * row.net.units / row.sold_units) : std::string("-");
    std::cout << fmt::format("  {:<38.38} {:>10} {:>10} {:>10} {:>12} {:>12} {:>9}{}\n", label, units(row.usl.units),
                             units(row.gain.units), units(row.net.units), money(row.net.cost),
                             units(row.spoilage.units), share,
                             explained ? fmt::format(" {:>10}", units(row.explained.units)) : "");
  }
  of = std::max(of, rows.size());
  if (of > top) std::cout << fmt::format("  … {} more (--top)\n", of - std::min(top, rows.size()));
}

void print_movers(const LossReport& report) {
  if (report.movers.empty()) return;
  std::cout << fmt::format("\nNet USL, {} of {} against {}: what changed most\n", report.period, report.last_period,
                           report.period_before);
  for (const auto& m : report.movers) {
    std::cout << fmt::format("  {:<8} {:<30.30} {:>10g} -> {:>10g} units {:>12} -> {:>12}\n", m.what,
                             m.key + " " + m.name, m.before.units, m.now.units, money(m.before.cost),
                             money(m.now.cost));
  }
}

void print_explained(const ExplainedLosses& e, size_t confirmed_incidents) {
  std::cout << fmt::format(
      "  Confirmed incidents: {}, {} of them with goods, {} units. {} units are in unknown loss and were taken off it; "
      "{} were booked as known theft; {} wait for a count; {} were not missing at the count that followed; {} are of "
      "stores or products that are not in this ledger.\n",
      confirmed_incidents, e.incidents, units(e.confirmed), units(e.explained), units(e.known_theft),
      units(e.not_counted), units(e.not_found), units(e.elsewhere));
}

void print(const LossReport& report, const LedgerManifest& manifest, size_t top, size_t confirmed_incidents) {
  const bool explained = report.explained.has_value();
  const auto truth = truth_of(manifest);
  if (!report.published)
    std::cout
        << "DRAFT: reasons without a class are in the data (shrike usl status lists them); no figure below is final.\n";
  for (const auto& warning : manifest.warnings)
    if (warning.code == "rejected" || warning.code == "losses_left_out")
      std::cout << fmt::format("Note: {} {}.\n", warning.count, warning.message);
  std::cout << fmt::format("Losses {}, level of truth {} of 3 ({})\n",
                           report.first_day.empty() ? "without a date" : report.first_day + " to " + report.last_day,
                           static_cast<int>(truth.level), to_string(truth.level));
  std::cout << fmt::format("  {:<34} {:>14} {:>16} {:>16}\n", "", "units",
                           report.currency.empty() ? "cost" : "cost " + report.currency,
                           report.currency.empty() ? "retail" : "retail " + report.currency);
  print_amount("written off (gross of gains)", report.totals.written_off);
  print_amount("- spoilage and other seen losses", report.totals.spoilage);
  print_amount("= unknown stock loss (gross)", report.totals.usl);
  print_amount("- gains", report.totals.gain);
  print_amount("= net unknown stock loss", report.totals.net);
  if (explained) {
    print_amount("- explained by confirmed incidents", report.totals.explained);
    print_amount("= net, unexplained", less(report.totals.net, report.totals.explained));
  }
  if (report.totals.known_theft.units != 0) print_amount("known theft, beside USL", report.totals.known_theft);
  if (report.totals.returned_to_vendor.units != 0) print_amount("returned to vendor", report.totals.returned_to_vendor);
  if (report.totals.unmapped.units != 0) print_amount("reasons without a class", report.totals.unmapped);
  if (report.roll_forward) {
    const auto& r = *report.roll_forward;
    std::cout << fmt::format(
        "  Rolled forward between counts: {:g} units in {} intervals; the books say {:g} there. {} intervals differ, "
        "by {:g} units.\n",
        r.v, r.intervals, r.ledger, r.differing, r.absolute_difference);
  }
  if (explained) print_explained(*report.explained, confirmed_incidents);
  print_rows("currency", report.by_currency, 100, explained);
  print_rows("store", report.by_store, top, explained);
  print_rows("product", report.by_product, top, explained, report.products.of);
  print_rows("category", report.by_category, top, explained);
  print_rows(report.period, report.by_period, 1000, explained);
  print_rows("class of reason", report.by_class, 100, explained);
  for (const auto& [what, c] : {std::pair{"products", &report.products}, {"stores", &report.stores}}) {
    if (c->for_80_percent == 0) continue;
    std::cout << fmt::format("\n{} of {} {} make 80 % of gross USL by {} (Gini {:.2f})\n", c->for_80_percent, c->of,
                             what, c->measure, c->gini);
  }
  print_movers(report);
}

Result<void> usl_report(const ReportArgs& args) {
  TRY(auto ledger, open_ledger(args.from, {.temp_dir = {}}));
  TRY(const Confirmed confirmed, confirmed_in(args.explained));
  TRY(const auto report,
      loss_report(ledger, std::max(args.top, kProductsListed), args.explained.empty() ? nullptr : &confirmed.goods));
  if (args.json) {
    std::cout << json_text(to_json(report, ledger.manifest, confirmed.incidents));
  } else {
    print(report, ledger.manifest, args.top, confirmed.incidents);
  }
  if (!args.html.empty()) {
    TRY(const auto page, loss_page(ledger, report));
    TRY_VOID(write_page(args.html, page));
  }
  if (args.publish && !report.published) {
    return bad_input(
        fmt::format("{} reasons have no class, so these figures cannot be published; give them one in a CSV with "
                    "columns code,class and import it",
                    ledger.manifest.unmapped.size()));
  }
  return {};
}

}  // namespace

void add_usl_report(CLI::App& usl, int& exit_code) {
  auto args = std::make_shared<ReportArgs>();
  CLI::App* command = usl.add_subcommand(
      "report",
      "What was lost, as the books have it: written off, of it spoilage, the rest unknown; gains apart, never clipped, "
      "never\n"
      "added to losses. Reasons without a class make every figure a draft; --publish then ends with exit code 2.");
  command->add_option("--from", args->from, "Folder of the ledger")->required();
  command->add_option("--top", args->top, "Lines of the long tables")->capture_default_str();
  command->add_option("--explained", args->explained,
                      "data_dir of a store (more than one: one after the other): what its incidents with the verdict "
                      "theft took is shown beside the unknown loss of those products, and taken off it");
  command->add_flag("--publish", args->publish, "Refuse (exit code 2) where figures are drafts");
  command->add_flag("--json", args->json, "Print JSON");
  command->add_option("--html", args->html, "Write the report with its plots to this file too");
  command->footer("Example: shrike usl report --from ledger --html losses.html");
  command->callback([args, &exit_code] { exit_code = finish_command("usl report", usl_report(*args)); });
}

}  // namespace shrike
