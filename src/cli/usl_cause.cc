#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "cli/finish.h"
#include "cli/usl_page.h"
#include "cli/usl_print.h"
#include "cli/usl_study.h"
#include "plot/page.h"
#include "plot/svg.h"
#include "shrink/cause.h"
#include "shrink/from_ledger.h"
#include "shrink/numeric.h"
#include "shrink/spoiled.h"

namespace shrike {
namespace {

using nlohmann::ordered_json;
using plot::Ink;
using plot::number;

struct Explained {
  LossData data;
  CauseReport report;
};

Result<Explained> explained(const StudyArgs& args) {
  Explained out;
  TRY(out.data, losses_of_ledger(args.common.from, "telling causes apart"));
  TRY(auto ledger, open_ledger(args.common.from));
  CauseOptions options;
  options.threads = args.common.threads;
  TRY(options.spoiled, spoiled_units(ledger, out.data));
  TRY(const StockDays days, stock_days(ledger, out.data));
  options.days = &days;
  TRY(out.report, explain_losses(out.data, layout_of(out.data), options));
  return out;
}

const std::string& store_of(const Explained& e, int s) { return e.data.stores[static_cast<size_t>(s)].id; }
const Product& product_of(const Explained& e, int p) { return e.data.products[static_cast<size_t>(p)]; }

ordered_json by_cause(const std::array<double, kCauses>& units) {
  ordered_json out;
  for (size_t c = 0; c < kCauses; ++c) out[to_string(static_cast<Cause>(c))] = units[c];
  return out;
}

void add_leads(ordered_json& out, const Explained& e) {
  out["vendors"] = ordered_json::array();
  for (const VendorShorts& v : e.report.vendors)
    out["vendors"].push_back({{"vendor", e.data.vendors[static_cast<size_t>(v.vendor)]},
                              {"cases", v.cases},
                              {"missing", v.missing},
                              {"missing_per_case", {{"value", v.rate}, {"low", v.low}, {"high", v.high}}},
                              {"stands_out", v.stands_out}});
  out["siblings"] = ordered_json::array();
  for (const SiblingLead& s : e.report.siblings)
    out["siblings"].push_back({{"store_id", store_of(e, s.store)},
                               {"sold", product_of(e, s.sold).sku},
                               {"scanned", product_of(e, s.scanned).sku},
                               {"units", s.units},
                               {"probability", s.probability}});
  out["transfers"] = ordered_json::array();
  for (const TransferLead& t : e.report.transfers)
    out["transfers"].push_back({{"sku_id", product_of(e, t.product).sku},
                                {"from", store_of(e, t.from)},
                                {"to", store_of(e, t.to)},
                                {"units", t.units},
                                {"probability", t.probability}});
  out["spoilage"] = ordered_json::array();
  for (const SpoilageLead& s : e.report.spoilage)
    out["spoilage"].push_back(
        {{"store_id", store_of(e, s.store)}, {"recorded", s.recorded}, {"usual", s.usual}, {"explains", s.missing}});
}

ordered_json json_of(const Explained& e) {
  ordered_json out{{"currency", e.data.currency}, {"count_error", e.report.count_error}};
  out["causes"] = ordered_json::array();
  for (const CauseTotal& t : e.report.totals)
    out["causes"].push_back({{"cause", to_string(t.cause)},
                             {"share", t.share},
                             {"lost", t.lost},
                             {"found", t.found},
                             {"net", t.net},
                             {"net_cost", t.net_cost}});
  out["by_store"] = ordered_json::array();
  for (size_t s = 0; s < e.report.by_store.size(); ++s)
    out["by_store"].push_back({{"store_id", e.data.stores[s].id}, {"net", by_cause(e.report.by_store[s])}});
  out["by_category"] = ordered_json::array();
  for (size_t c = 0; c < e.report.by_category.size(); ++c)
    out["by_category"].push_back({{"category", e.data.categories[c]}, {"net", by_cause(e.report.by_category[c])}});
  add_leads(out, e);
  out["notes"] = e.report.notes;
  return out;
}

void print_leads(const Explained& e, size_t top) {
  std::cout << fmt::format("\nCases missing at deliveries\n  {:<16} {:>9} {:>9} {:>22}\n", "vendor", "cases", "missing",
                           "per 1,000 (90 %)");
  for (size_t i = 0; i < std::min(top, e.report.vendors.size()); ++i) {
    const VendorShorts& v = e.report.vendors[i];
    std::cout << fmt::format("{} {:<16.16} {:>9.0f} {:>9.1f} {:>22}\n", v.stands_out ? "*" : " ",
                             e.data.vendors[static_cast<size_t>(v.vendor)], v.cases, v.missing,
                             fmt::format("{:.2f} ({:.2f} .. {:.2f})", 1e3 * v.rate, 1e3 * v.low, 1e3 * v.high));
  }
  if (!e.report.siblings.empty()) std::cout << "\nOne product sold, its sibling scanned\n";
  for (size_t i = 0; i < std::min(top, e.report.siblings.size()); ++i) {
    const SiblingLead& s = e.report.siblings[i];
    std::cout << fmt::format("  {:<12} {:<14} scanned as {:<14} {:>6.1f} units  probability {:.2f}\n",
                             store_of(e, s.store), product_of(e, s.sold).sku, product_of(e, s.scanned).sku, s.units,
                             s.probability);
  }
  if (!e.report.transfers.empty()) std::cout << "\nGoods that seem to have moved without a document\n";
  for (size_t i = 0; i < std::min(top, e.report.transfers.size()); ++i) {
    const TransferLead& t = e.report.transfers[i];
    std::cout << fmt::format("  {:<14} {:<12} to {:<12} {:>5.0f} units  probability {:.2f}\n",
                             product_of(e, t.product).sku, store_of(e, t.from), store_of(e, t.to), t.units,
                             t.probability);
  }
  if (!e.report.spoilage.empty()) std::cout << "\nStores that key little of what should spoil\n";
  for (const SpoilageLead& s : e.report.spoilage)
    std::cout << fmt::format("  {:<12} keyed {:.0f} of a usual {:.0f} units; explains {:.0f} units of its loss\n",
                             store_of(e, s.store), s.recorded, s.usual, s.missing);
}

void print(const Explained& e, size_t top) {
  std::cout << "What the losses between counts bear traces of (scores of stock, never of people)\n\n";
  std::cout << fmt::format("{:<24} {:>7} {:>10} {:>10} {:>10} {:>14}\n", "cause", "share", "lost", "found", "net",
                           "net at cost");
  for (const CauseTotal& t : e.report.totals)
    std::cout << fmt::format("{:<24} {:>5.1f} % {:>10.0f} {:>10.0f} {:>10.0f} {:>14.2f}\n", to_string(t.cause),
                             100 * t.share, t.lost, t.found, t.net, t.net_cost);
  std::cout << fmt::format(
      "share: of all units lost and found. theft-like: what such goods lose there all the time, "
      "without any other trace.\nunexplained: what no trace and no habit accounts for. {:.1f} % of "
      "counts seem to be off.\n",
      100 * e.report.count_error);
  print_leads(e, top);
  for (const auto& note : e.report.notes) std::cout << "Note: " << note << ".\n";
}

std::string shares(const Explained& e) {
  plot::Bars bars{.title = "Units lost and found by cause",
                  .axis = "units",
                  .parts = {"lost", "found"},
                  .inks = {Ink::first, Ink::second}};
  for (const CauseTotal& t : e.report.totals)
    bars.rows.push_back({to_string(t.cause),
                         {t.lost, -t.found},
                         fmt::format("{}: lost {}, found {}, {:.1f} % of all", to_string(t.cause), number(t.lost),
                                     number(t.found), 100 * t.share)});
  return draw(bars);
}

std::string map_of(const std::string& title, const std::vector<std::string>& names,
                   const std::vector<std::array<double, kCauses>>& units) {
  plot::HeatMap map{.title = title, .low_name = "found", .high_name = "lost, units"};
  for (size_t c = 0; c < kCauses; ++c) map.columns.emplace_back(to_string(static_cast<Cause>(c)));
  std::vector<size_t> order(units.size());
  std::iota(order.begin(), order.end(), 0);
  const auto all = [&](size_t r) { return std::accumulate(units[r].begin(), units[r].end(), 0.0); };
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return all(a) > all(b); });
  if (order.size() > 40) order.resize(40);
  for (size_t r : order) {
    map.rows.push_back(names[r]);
    for (size_t c = 0; c < kCauses; ++c) {
      map.values.push_back(units[r][c]);
      map.tips.push_back(fmt::format("{}, {}: net {} units", names[r], map.columns[c], number(units[r][c])));
    }
  }
  std::vector<double> sizes;  // one great fault must not bleach the rest
  for (double v : map.values) sizes.push_back(std::abs(v));
  map.full = quantile(std::move(sizes), 0.95);
  return draw(map);
}

std::string vendor_plot(const Explained& e) {
  plot::Intervals chart{.title = "Missing cases by vendor", .axis = {"cases missing per 1,000 delivered, 90 %"}};
  for (const VendorShorts& v : e.report.vendors) {
    if (chart.rows.size() == 30) break;
    const auto& name = e.data.vendors[static_cast<size_t>(v.vendor)];
    chart.rows.push_back({name, 1e3 * v.low, 1e3 * v.rate, 1e3 * v.high, v.stands_out,
                          fmt::format("{}: {:.1f} of {:.0f} cases", name, v.missing, v.cases)});
  }
  return draw(chart);
}

std::string page_of(const Explained& e) {
  const CauseTotal& unexplained = e.report.totals[static_cast<size_t>(Cause::unexplained)];
  plot::Page page("What the losses bear traces of",
                  "Losses between counts, by the trace that each bears: scores of stock, "
                  "never of people.");
  page.tiles({{fmt::format("{:.0f} %", 100 * unexplained.share), "of all units lost and found stays unexplained"},
              {fmt::format("{:.1f} %", 100 * e.report.count_error), "of counts seem to be off"},
              {number(static_cast<double>(e.report.siblings.size())), "products scanned as a sibling"}});
  page.figure(shares(e),
              "Theft-like is what such goods lose there all the time and bears no other trace; unexplained is "
              "what neither a trace nor a habit accounts for.");
  std::vector<std::vector<std::string>> rows;
  for (const CauseTotal& t : e.report.totals)
    rows.push_back({to_string(t.cause), fmt::format("{:.1f} %", 100 * t.share), number(t.lost), number(t.found),
                    number(t.net), fmt::format("{:.2f}", t.net_cost)});
  page.table({{"cause", false}, {"share"}, {"lost, units"}, {"found"}, {"net"}, {"net at cost " + e.data.currency}},
             rows);
  page.heading("By store");
  std::vector<std::string> names;
  for (const Store& s : e.data.stores) names.push_back(s.id);
  page.figure(map_of("Causes by store", names, e.report.by_store),
              "Net units; the strongest colour is the 95th percentile or more.");
  page.heading("By category");
  page.figure(map_of("Causes by category", e.data.categories, e.report.by_category), "Net units.");
  page.heading("Deliveries");
  page.figure(vendor_plot(e), "Red: above twice the chain's rate, its whole interval.");
  page.heading("Leads");
  rows.clear();
  for (const SiblingLead& s : e.report.siblings) {
    if (rows.size() == 60) break;
    rows.push_back({"scan of a sibling", store_of(e, s.store),
                    fmt::format("{} scanned as {}", product_of(e, s.sold).sku, product_of(e, s.scanned).sku),
                    number(s.units), fmt::format("{:.2f}", s.probability)});
  }
  for (const TransferLead& t : e.report.transfers) {
    if (rows.size() == 90) break;
    rows.push_back({"unbooked transfer", fmt::format("{} to {}", store_of(e, t.from), store_of(e, t.to)),
                    product_of(e, t.product).sku, number(t.units), fmt::format("{:.2f}", t.probability)});
  }
  for (const SpoilageLead& s : e.report.spoilage)
    rows.push_back({"unrecorded spoilage", store_of(e, s.store),
                    fmt::format("keyed {} of a usual {}", number(s.recorded), number(s.usual)), number(s.missing), ""});
  page.table({{"trace", false}, {"store", false}, {"", false}, {"units"}, {"probability"}}, rows);
  for (const auto& note : e.report.notes) page.paragraph(note + ".");
  return page.html();
}

Result<void> usl_cause(const StudyArgs& args) {
  TRY(const Explained e, explained(args));
  if (args.common.json) {
    std::cout << json_text(json_of(e));
  } else {
    print(e, args.top);
  }
  if (!args.html.empty()) TRY_VOID(write_page(args.html, page_of(e)));
  return {};
}

}  // namespace

void add_usl_cause(CLI::App& usl, int& exit_code) {
  auto args = std::make_shared<StudyArgs>();
  CLI::App* command = usl.add_subcommand(
      "cause",
      "What the losses between counts bear traces of: a case missing at a delivery, a sibling scanned, a count that "
      "the\n"
      "next one takes back, goods moved without a document, packs booked as units, spoilage nobody keyed. The rest is\n"
      "theft-like or, said openly, unexplained. Scores of stock, never accusations.");
  add_study_options(*command, *args);
  command->footer("Example: shrike usl cause --from ledger --html causes.html");
  command->callback([args, &exit_code] { exit_code = finish_command("usl cause", usl_cause(*args)); });
}

}  // namespace shrike
