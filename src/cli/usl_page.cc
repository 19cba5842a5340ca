#include "cli/usl_page.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iostream>
#include <map>

#include "base/file.h"
#include "ledger/level.h"
#include "plot/page.h"
#include "plot/svg.h"

namespace shrike {
namespace {

using plot::Ink;
using plot::number;
using plot::Series;

constexpr size_t kBarsMax = 25, kHeatRowsMax = 40, kHeatColumnsMax = 24;

/// Everything on the page is drawn in money at cost, or in units where not every cost is known.
struct Yardstick {
  bool cost = false;
  std::string name;
  [[nodiscard]] double of(const LossAmount& a) const { return cost ? a.cost.value_or(NAN) : a.units; }
};

Yardstick measure_of(const LossReport& report) {
  if (report.products.measure != "cost") return {false, "units"};
  return {true, report.currency.empty() ? "cost" : report.currency + " at cost"};
}

std::string labelled(const LossRow& row) {
  return row.name.empty() || row.name == row.key ? row.key : row.key + " " + row.name;
}

std::string money(const std::optional<double>& value) { return value ? fmt::format("{:.2f}", *value) : "–"; }

void say_totals(plot::Page& page, const LossReport& report, const Yardstick& measure) {
  const LossRow& t = report.totals;
  const auto tile = [&](const LossAmount& a, std::string caption) {
    return std::pair(number(measure.of(a)) + (measure.cost ? " " + report.currency : " units"),
                     std::move(caption) + (measure.cost ? fmt::format(" · {} units", number(a.units)) : ""));
  };
  page.tiles({tile(t.usl, "unknown loss, gross"), tile(t.gain, "gains: found beyond the books"),
              tile(t.net, "unknown loss, net of gains"), tile(t.spoilage, "written off and seen: spoilage, damage")});
  page.heading("How it adds up");
  std::vector<std::vector<std::string>> rows;
  const auto line = [&](const char* name, const LossAmount& a) {
    rows.push_back({name, number(a.units), money(a.cost), money(a.retail)});
  };
  line("written off (gross of gains)", t.written_off);
  line("− spoilage and other losses that were seen", t.spoilage);
  line("= unknown stock loss, gross", t.usl);
  line("− gains", t.gain);
  line("= unknown stock loss, net", t.net);
  if (report.explained) {
    line("− explained by confirmed incidents", t.explained);
    line("= unknown stock loss, net, unexplained", less(t.net, t.explained));
  }
  if (t.known_theft.units != 0) line("known theft, beside unknown loss", t.known_theft);
  if (t.returned_to_vendor.units != 0) line("returned to vendor", t.returned_to_vendor);
  if (t.unmapped.units != 0) line("reasons without a class, in none of the above", t.unmapped);
  const std::string in = report.currency.empty() ? "" : ", " + report.currency;
  page.table({{"", false}, {"units"}, {"at cost" + in}, {"at retail" + in}}, rows);
  if (t.sold_units > 0)
    page.paragraph(fmt::format("Net unknown loss is {} % of the {} units sold.",
                               number(100 * t.net.units / t.sold_units), number(t.sold_units)));
  if (report.roll_forward) {
    const auto& r = *report.roll_forward;
    page.paragraph(fmt::format(
        "Check by roll-forward: stock taken from count to count lacks {} units in {} intervals; the books put {} units "
        "there. {} intervals differ, by {} units in all. A difference means missing feeds, late postings or "
        "duplicates.",
        number(r.v), number(static_cast<double>(r.intervals)), number(r.ledger),
        number(static_cast<double>(r.differing)), number(r.absolute_difference)));
  }
}

void draw_periods(plot::Page& page, const LossReport& report, const Yardstick& measure) {
  if (report.by_period.size() < 2) return;
  plot::XyChart chart{.title = "Unknown loss by " + report.period, .x = {report.period}, .y = {measure.name}};
  Series loss{.name = "unknown loss, gross", .mark = Series::Mark::columns, .ink = Ink::first};
  Series gain{.name = "gains", .mark = Series::Mark::columns, .ink = Ink::second};
  Series net{.name = "net", .mark = Series::Mark::line, .ink = Ink::focus};
  for (size_t i = 0; i < report.by_period.size(); ++i) {
    const LossRow& row = report.by_period[i];
    const auto x = static_cast<double>(i);
    for (auto* s : {&loss, &gain, &net}) s->x.push_back(x);
    loss.y.push_back(measure.of(row.usl));
    gain.y.push_back(-measure.of(row.gain));
    net.y.push_back(measure.of(row.net));
    const auto tip = fmt::format("{}: lost {}, found {}, net {}", row.key, number(measure.of(row.usl)),
                                 number(measure.of(row.gain)), number(measure.of(row.net)));
    loss.tips.push_back(tip);
    gain.tips.push_back(tip);
    chart.x_names.push_back(report.period == "month" ? row.key.substr(0, 7) : row.key);
  }
  chart.series = {loss, gain, net};
  page.heading("Over time");
  page.figure(draw(chart),
              "By the day on which it was written off. A count writes off in one day what went missing since "
              "the count before: a tall column is a stocktake, and says little about when goods vanished.");
}

plot::Bars bars_of(const std::vector<LossRow>& rows, const Yardstick& measure, const std::string& title) {
  plot::Bars bars{.title = title,
                  .axis = measure.name,
                  .parts = {"unknown loss, gross", "gains"},
                  .inks = {Ink::first, Ink::second}};
  for (const LossRow& row : rows) {
    if (bars.rows.size() == kBarsMax) break;
    bars.rows.push_back(
        {labelled(row),
         {measure.of(row.usl), -measure.of(row.gain)},
         fmt::format("{}: lost {}, found {}, net {}; {} units sold", labelled(row), number(measure.of(row.usl)),
                     number(measure.of(row.gain)), number(measure.of(row.net)), number(row.sold_units))});
  }
  return bars;
}

void list_rows(plot::Page& page, const std::string& title, const std::vector<LossRow>& rows, size_t most) {
  std::vector<std::vector<std::string>> lines;
  for (const LossRow& row : rows) {
    if (lines.size() == most) break;
    lines.push_back({labelled(row), number(row.usl.units), number(row.gain.units), number(row.net.units),
                     money(row.net.cost), number(row.spoilage.units),
                     row.sold_units > 0 ? number(100 * row.net.units / row.sold_units) : "–"});
  }
  const bool closed = lines.size() > 12;
  if (closed)
    page.begin_more(lines.size() == rows.size()
                        ? fmt::format("All {} as a table", rows.size())
                        : fmt::format("The first {} of {} as a table", lines.size(), rows.size()));
  page.table({{title, false}, {"unknown loss"}, {"gains"}, {"net"}, {"net at cost"}, {"spoilage"}, {"net, % of sold"}},
             lines);
  if (closed) page.end_more();
}

/// Net loss by store and category, in the measure of the page, largest stores and categories first.
Result<plot::HeatMap> heat_map(Ledger& ledger, const LossReport& report, const Yardstick& measure) {
  plot::HeatMap map{.title = "Net unknown loss by store and category",
                    .low_name = "found more than lost",
                    .high_name = "lost, " + measure.name};
  std::map<std::string, size_t> row_of, column_of;
  for (const LossRow& row : report.by_store) {
    if (map.rows.size() == kHeatRowsMax) break;
    row_of[row.key] = map.rows.size();
    map.rows.push_back(row.key);
  }
  for (const LossRow& row : report.by_category) {
    if (map.columns.size() == kHeatColumnsMax) break;
    column_of[row.key] = map.columns.size();
    map.columns.push_back(row.key);
  }
  map.values.assign(map.rows.size() * map.columns.size(), NAN);
  map.tips.assign(map.values.size(), "");
  TRY(auto stream, ledger.duck.stream(fmt::format(
                       "SELECT l.store_id, coalesce(p.category, '(none)'), sum(l.{})::DOUBLE, sum(l.units)::DOUBLE "
                       "FROM loss_row l LEFT JOIN (SELECT sku_id, category FROM product) p USING (sku_id) "
                       "WHERE l.part IN ('usl', 'gain') GROUP BY 1, 2 ORDER BY 1, 2",
                       measure.cost ? "cost" : "units")));
  for (;;) {
    TRY(const bool more, stream.next());
    if (!more) break;
    for (size_t r = 0; r < stream.rows(); ++r) {
      if (stream.is_null(0, r) || stream.is_null(2, r)) continue;
      const std::string store(stream.text(0, r)), category(stream.text(1, r));
      const auto row = row_of.find(store), column = column_of.find(category);
      if (row == row_of.end() || column == column_of.end()) continue;
      const size_t k = row->second * map.columns.size() + column->second;
      map.values[k] = stream.real(2, r);
      map.tips[k] = fmt::format("{}, {}: net {} {} ({} units)", store, category, number(stream.real(2, r)),
                                measure.name, number(stream.real(3, r)));
    }
  }
  std::vector<double> sizes;  // a few great cells must not bleach the rest
  for (double v : map.values) {
    if (std::isfinite(v)) sizes.push_back(std::abs(v));
  }
  std::sort(sizes.begin(), sizes.end());
  if (!sizes.empty()) map.full = sizes[sizes.size() * 97 / 100];
  return map;
}

void draw_pareto(plot::Page& page, const LossReport& report) {
  if (report.products.for_80_percent == 0) return;
  Series curve{.name = "share of gross unknown loss", .ink = Ink::first, .x = {0}, .y = {0}};
  for (const auto& [share, loss] : report.products.curve) {
    curve.x.push_back(share);
    curve.y.push_back(loss);
  }
  curve.x.push_back(1);
  curve.y.push_back(1);
  const double at = static_cast<double>(report.products.for_80_percent) / static_cast<double>(report.products.of);
  const Series mark{.mark = Series::Mark::points,
                    .ink = Ink::focus,
                    .x = {at},
                    .y = {0.8},
                    .tips = {fmt::format("{} products make 80 %", report.products.for_80_percent)},
                    .labels = {fmt::format("{} products", report.products.for_80_percent)}};
  page.figure(
      draw(plot::XyChart{.title = "Share of loss by share of products",
                         .x = {"share of products, most lossy first", false, true},
                         .y = {"share of gross unknown loss", false, true},
                         .series = {curve, mark},
                         .diagonal = true,
                         .square = true}),
      fmt::format("{} of {} products make 80 % of gross unknown loss by {}; Gini {:.2f}. The dashed line would be "
                  "an even spread.",
                  report.products.for_80_percent, report.products.of, report.products.measure, report.products.gini));
}

void draw_movers(plot::Page& page, const LossReport& report) {
  if (report.movers.empty()) return;
  page.heading(
      fmt::format("What changed most: {} of {} against {}", report.period, report.last_period, report.period_before));
  std::vector<std::vector<std::string>> rows;
  for (const Mover& m : report.movers) {
    rows.push_back({m.what, m.key == m.name || m.name.empty() ? m.key : m.key + " " + m.name, number(m.before.units),
                    number(m.now.units), money(m.before.cost), money(m.now.cost)});
  }
  page.table({{"", false}, {"", false}, {"units before"}, {"units now"}, {"cost before"}, {"cost now"}}, rows);
  page.paragraph(
      "Net unknown loss. A store or product that was counted in one of the two periods only moves for that "
      "reason alone.");
}

void say_limits(plot::Page& page, const LedgerManifest& manifest, const Truth& truth) {
  page.heading("What these figures rest on");
  page.paragraph(fmt::format("Level of truth {} of 3 ({}). Read from {} files.", static_cast<int>(truth.level),
                             to_string(truth.level), manifest.sources.size()));
  if (!truth.missing.empty()) page.paragraph(fmt::format("The next level needs: {}.", fmt::join(truth.missing, "; ")));
  for (const auto& note : truth.notes) page.paragraph(note);
  if (manifest.warnings.empty()) return;
  std::vector<std::vector<std::string>> rows;
  for (const auto& w : manifest.warnings) rows.push_back({w.code, std::to_string(w.count), w.message});
  page.table({{"warning of the import", false}, {"times"}, {"", false}}, rows);
}

}  // namespace

Result<std::string> loss_page(Ledger& ledger, const LossReport& report) {
  const Truth truth = truth_of(ledger.manifest);
  const Yardstick measure = measure_of(report);
  plot::Page page("Unknown stock loss",
                  report.first_day.empty()
                      ? std::string("As the books have it.")
                      : fmt::format("As the books have it, {} to {}, {} stores, {} products.", report.first_day,
                                    report.last_day, report.by_store.size(), report.products.of));
  if (!report.published) {
    std::vector<std::string> reasons;
    for (const auto& each : ledger.manifest.unmapped)
      reasons.push_back(fmt::format("{} ({} rows, {} units)", each.reason, each.rows, number(each.units)));
    page.note(fmt::format("Draft: reasons without a class are in the data, so no figure here is final: {}.",
                          fmt::join(reasons, ", ")));
  }
  say_totals(page, report, measure);
  draw_periods(page, report, measure);
  page.heading("By store");
  page.figure(
      draw(bars_of(report.by_store, measure, "Unknown loss by store")),
      "Sums, not a league table: a store that sells more loses more. `shrike usl compare` says which stores lose "
      "more than their goods and sales would have it, and how sure that is.");
  list_rows(page, "store", report.by_store, 500);
  if (report.by_category.size() > 1) {
    page.heading("Store by category");
    TRY(const auto map, heat_map(ledger, report, measure));
    page.figure(draw(map),
                fmt::format("Net unknown loss, {}; the strongest colour is the 97th percentile or more. At most "
                            "{} stores and {} categories, those with most gross loss.",
                            measure.name, kHeatRowsMax, kHeatColumnsMax));
    list_rows(page, "category", report.by_category, 500);
  }
  page.heading("By product");
  draw_pareto(page, report);
  page.figure(
      draw(bars_of(report.by_product, measure, "Unknown loss by product")),
      fmt::format("The {} products with most gross unknown loss.", std::min(kBarsMax, report.by_product.size())));
  list_rows(page, "product", report.by_product, 200);
  page.heading("By class of reason");
  list_rows(page, "class", report.by_class, 100);
  draw_movers(page, report);
  say_limits(page, ledger.manifest, truth);
  return page.html();
}

Result<void> write_page(const std::string& file, const std::string& html) {
  TRY_VOID(write_file(file, html));
  std::cerr << "wrote " << file << '\n';
  return {};
}

}  // namespace shrike
