#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iostream>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "cli/finish.h"
#include "cli/usl_page.h"
#include "cli/usl_print.h"
#include "cli/usl_study.h"
#include "plot/page.h"
#include "plot/svg.h"
#include "shrink/compare.h"
#include "shrink/from_ledger.h"
#include "shrink/numeric.h"

namespace shrike {
namespace {

using nlohmann::ordered_json;
using plot::Ink;
using plot::number;
using plot::Series;

struct CompareArgs {
  StudyArgs study;
  CompareOptions options;
  std::string since, until;
};

struct Compared {
  LossData data;
  Comparison found;
  std::string since, until;
  std::vector<const StoreStanding*> judged;  ///< worst first
};

/// The day by which 45 % of the counts were made: what is earlier is the chain's own measure of unevenness.
double usual_start(const LossData& data) {
  std::vector<double> days;
  for (const Interval& x : data.intervals) {
    if (!x.open) days.push_back(x.day_to);
  }
  return std::floor(quantile(std::move(days), 0.45));
}

Result<Compared> compared(CompareArgs args) {
  Compared out;
  TRY(out.data, losses_of_ledger(args.study.common.from, "a comparison of stores"));
  args.options.threads = args.study.common.threads;
  args.options.seed = args.study.seed;
  args.options.from_day = usual_start(out.data);
  if (!args.since.empty()) {
    TRY(args.options.from_day, day_from_text(args.since));
  }
  double last = 0;
  for (const Interval& x : out.data.intervals) last = std::max(last, x.day_to);
  if (!args.until.empty()) {
    TRY(const double day, day_from_text(args.until));
    last = args.options.to_day = day + 1;
  }
  out.since = day_text(args.options.from_day);
  out.until = day_text(last);
  TRY(out.found, compare_stores(out.data, layout_of(out.data), args.options));
  for (const StoreStanding& s : out.found.stores) {
    if (s.expected >= args.options.expected_min) out.judged.push_back(&s);
  }
  std::stable_sort(out.judged.begin(), out.judged.end(),
                   [](const StoreStanding* a, const StoreStanding* b) { return a->p < b->p; });
  return out;
}

const std::string& id_of(const Compared& c, int store) { return c.data.stores[static_cast<size_t>(store)].id; }
const std::string& category_of(const Compared& c, int category) {
  return c.data.categories[static_cast<size_t>(category)];
}

size_t outliers(const Compared& c) {
  return static_cast<size_t>(
      std::count_if(c.judged.begin(), c.judged.end(), [](const StoreStanding* s) { return s->outlier; }));
}
size_t leads(const Compared& c) {
  return static_cast<size_t>(
      std::count_if(c.found.leads.begin(), c.found.leads.end(), [](const CategoryLead& l) { return l.found; }));
}

ordered_json json_of(const Compared& c) {
  ordered_json out{{"since", c.since},
                   {"until", c.until},
                   {"currency", c.data.currency},
                   {"evenness",
                    {{"unevenness", c.found.unevenness},
                     {"reference_unevenness", c.found.reference_unevenness},
                     {"reference_is_an_earlier_period", c.found.has_reference},
                     {"p", c.found.global_p},
                     {"dirichlet_concentration", c.found.concentration}}},
                   {"store_spread", c.found.store_spread},
                   {"tests", c.found.tests}};
  out["stores"] = ordered_json::array();
  for (const StoreStanding* s : c.judged) {
    out["stores"].push_back({{"store_id", id_of(c, s->store)},
                             {"seen", s->seen},
                             {"expected", s->expected},
                             {"seen_cost", s->seen_cost},
                             {"expected_cost", s->expected_cost},
                             {"ratio", s->ratio},
                             {"funnel", {{"low", s->low}, {"high", s->high}}},
                             {"z", s->z},
                             {"p", s->p},
                             {"outlier", s->outlier},
                             {"rank", {{"low", s->rank_low}, {"high", s->rank_high}}},
                             {"worst_decile_probability", s->worst_decile},
                             {"mix_distance_bits", s->mix_bits}});
  }
  out["leads"] = ordered_json::array();
  for (const CategoryLead& l : c.found.leads) {
    out["leads"].push_back({{"store_id", id_of(c, l.store)},
                            {"category", category_of(c, l.category)},
                            {"seen", l.seen},
                            {"expected", l.expected},
                            {"z", l.z},
                            {"p", l.p},
                            {"cost_beyond", l.cost},
                            {"lead", l.found}});
  }
  out["notes"] = c.found.notes;
  return out;
}

std::string evenness(const Compared& c) {
  return fmt::format(
      "Given each store's total and its goods, categories scatter {:.2f} times what products by themselves do; {} it "
      "was "
      "{:.2f}. p = {:.3f} that nothing changed.",
      c.found.unevenness, c.found.has_reference ? "before the period" : "by the chain's middle four fifths",
      c.found.reference_unevenness, c.found.global_p);
}

void print(const Compared& c, const CompareArgs& args) {
  const double q = args.options.false_discovery_rate;
  std::cout << fmt::format(
      "Stores against what their goods, sales and stock would have them lose; counts of {} to {}\n{}\n"
      "Stores differ by {:.0f} % (standard deviation) beyond chance. {} of {} stand out at a false discovery rate of "
      "{:g}.\n\n{:<26} {:>8} {:>9} {:>6} {:>15} {:>11} {:>10}\n",
      c.since, c.until, evenness(c), 100 * c.found.store_spread, outliers(c), c.judged.size(), q, "store", "lost",
      "expected", "ratio", "usual (95 %)", "rank 90 %", "in worst");
  std::cout << fmt::format("{:<26} {:>8} {:>9} {:>6} {:>15} {:>11} {:>10}\n", "", "units", "units", "", "of ratio",
                           fmt::format("of {}", c.judged.size()), "tenth");
  for (size_t i = 0; i < std::min(args.study.top, c.judged.size()); ++i) {
    const StoreStanding& s = *c.judged[i];
    std::cout << fmt::format("{} {:<24.24} {:>8.0f} {:>9.1f} {:>6.2f} {:>15} {:>11} {:>8.0f} %\n",
                             s.outlier ? "*" : " ", id_of(c, s.store), s.seen, s.expected, s.ratio,
                             fmt::format("{:.2f} .. {:.2f}", s.low, s.high),
                             fmt::format("{:.0f} .. {:.0f}", s.rank_low, s.rank_high), 100 * s.worst_decile);
  }
  if (c.judged.size() > args.study.top)
    std::cout << fmt::format("  … {} more (--top)\n", c.judged.size() - args.study.top);
  std::cout << "* stands out. Rank 1 loses least against expectation; the order of stores whose ranks overlap means "
               "nothing.\n";
  std::cout << fmt::format("\n{} of {} store × category cells stand out at a false discovery rate of {:g}\n", leads(c),
                           c.found.tests, q);
  size_t shown = 0;
  for (const CategoryLead& l : c.found.leads) {
    if (!l.found || shown++ == args.study.top) break;
    std::cout << fmt::format(
        "  {:<14} {:<24.24} lost {:>7.0f}, expected {:>7.1f}  z {:>5.1f}  p {:.1e}  beyond: {:.2f} {}\n",
        id_of(c, l.store), category_of(c, l.category), l.seen, l.expected, l.z, l.p, l.cost, c.data.currency);
  }
  for (const auto& note : c.found.notes) std::cout << "Note: " << note << '\n';
}

/// The middle of each value and its four neighbours: limits that depend on a store's own noise, as one line.
std::vector<double> smoothed(const std::vector<double>& v) {
  std::vector<double> out;
  for (size_t i = 0; i < v.size(); ++i) {
    const size_t from = i < 2 ? 0 : i - 2, to = std::min(v.size(), i + 3);
    out.push_back(
        quantile({v.begin() + static_cast<std::ptrdiff_t>(from), v.begin() + static_cast<std::ptrdiff_t>(to)}, 0.5));
  }
  return out;
}

std::string funnel(const Compared& c) {
  auto by_expected = c.judged;
  std::sort(by_expected.begin(), by_expected.end(), [](const StoreStanding* a, const StoreStanding* b) {
    return std::pair(a->expected, a->store) < std::pair(b->expected, b->store);
  });
  Series band{.name = "usual range, 95 %", .mark = Series::Mark::band, .ink = Ink::first};
  Series usual{.name = "store", .mark = Series::Mark::points, .ink = Ink::first};
  Series out{.name = "stands out", .mark = Series::Mark::points, .ink = Ink::focus};
  std::vector<double> high;
  for (const StoreStanding* s : by_expected) {
    if (s->high > 0) {
      band.x.push_back(s->expected);
      band.y_low.push_back(s->low);
      high.push_back(s->high);
    }
    Series& series = s->outlier ? out : usual;
    series.x.push_back(s->expected);
    series.y.push_back(s->ratio);
    series.tips.push_back(fmt::format("{}: lost {} against {} expected, ratio {:.2f}; usual {:.2f} to {:.2f}",
                                      id_of(c, s->store), number(s->seen), number(s->expected), s->ratio, s->low,
                                      s->high));
    if (s->outlier) series.labels.push_back(id_of(c, s->store));
  }
  band.y = smoothed(high);
  band.y_low = smoothed(band.y_low);
  Series one{.mark = Series::Mark::dashed, .ink = Ink::muted};
  if (!by_expected.empty()) one.x = {by_expected.front()->expected, by_expected.back()->expected};
  one.y.assign(one.x.size(), 1);
  return draw(plot::XyChart{.title = "Funnel of stores",
                            .x = {"expected loss, units", true},
                            .y = {"lost / expected"},
                            .series = {band, one, usual, out}});
}

std::string rank_plot(const Compared& c) {
  plot::Intervals chart{.title = "Ranks of stores", .axis = {"rank, 1 = least loss against expectation"}};
  for (const StoreStanding* s : c.judged) {
    if (chart.rows.size() == 40) break;
    chart.rows.push_back({id_of(c, s->store), s->rank_low, 0.5 * (s->rank_low + s->rank_high), s->rank_high, s->outlier,
                          fmt::format("{}: rank {:.0f} to {:.0f}; in the worst tenth with {:.0f} %", id_of(c, s->store),
                                      s->rank_low, s->rank_high, 100 * s->worst_decile)});
  }
  return draw(chart);
}

std::string lead_map(const Compared& c) {
  const size_t categories = c.data.categories.size();
  std::vector<bool> lead(c.found.seen.size());
  for (const CategoryLead& l : c.found.leads)
    lead[static_cast<size_t>(l.store) * categories + static_cast<size_t>(l.category)] = l.found;
  plot::HeatMap map{.title = "Store by category against expectation",
                    .low_name = "less than expected",
                    .high_name = "more (4 standard deviations)",
                    .columns = c.data.categories,
                    .full = 4};
  for (const StoreStanding* s : c.judged) {
    if (map.rows.size() == 40) break;
    map.rows.push_back(id_of(c, s->store));
    for (size_t k = 0; k < categories; ++k) {
      const size_t cell = static_cast<size_t>(s->store) * categories + k;
      const double e = c.found.expected[cell], o = c.found.seen[cell];
      const double sd = std::sqrt(std::max(1e-9, c.found.reference_unevenness * c.found.product_scatter[k] * e));
      map.values.push_back(e > 0.5 ? (o - e) / sd : std::numeric_limits<double>::quiet_NaN());
      map.tips.push_back(fmt::format("{}, {}: lost {}, expected {} given the store's total", id_of(c, s->store),
                                     c.data.categories[k], number(o), number(e)));
      map.marked.push_back(lead[cell]);
    }
  }
  return draw(map);
}

std::string page_of(const Compared& c, const CompareArgs& args) {
  const double q = args.options.false_discovery_rate;
  plot::Page page("Stores compared",
                  fmt::format("Loss found by the counts of {} to {}, against what each store's goods, "
                              "sales and stock would have it lose.",
                              c.since, c.until));
  page.tiles({{fmt::format("{} of {}", outliers(c), c.judged.size()),
               fmt::format("stores stand out (false discovery rate {:g})", q)},
              {fmt::format("{} of {}", leads(c), c.found.tests), "store × category cells stand out"},
              {fmt::format("{:.0f} %", 100 * c.found.store_spread), "spread between stores beyond chance"}});
  page.paragraph(evenness(c));
  for (const auto& note : c.found.notes) page.note(note);
  page.heading("Which stores lose more than their goods explain");
  page.figure(funnel(c),
              "Each point is a store. The band holds what this chain's own spread makes "
              "usual; few counts scatter widely, so a small store must be further off to stand out.");
  page.heading("How sure the order is");
  page.figure(rank_plot(c),
              "90 % interval of each store's rank. Where intervals overlap, the order means nothing: this "
              "is why no league table is given.");
  page.heading("Which categories are out of line with their store");
  page.figure(lead_map(c),
              "Given the store's own total. Framed: stands out at the false discovery rate. Blank: too little "
              "expected to say anything.");
  std::vector<std::vector<std::string>> rows;
  for (const CategoryLead& l : c.found.leads) {
    if (!l.found || rows.size() == 100) break;
    rows.push_back({id_of(c, l.store), category_of(c, l.category), number(l.seen), number(l.expected),
                    fmt::format("{:.1f}", l.z), fmt::format("{:.1e}", l.p), fmt::format("{:.2f}", l.cost)});
  }
  if (!rows.empty())
    page.table({{"store", false},
                {"category", false},
                {"lost"},
                {"expected"},
                {"z"},
                {"p"},
                {"beyond expectation, at cost " + c.data.currency}},
               rows);
  page.begin_more("All stores as a table");
  rows.clear();
  for (const StoreStanding* s : c.judged)
    rows.push_back({id_of(c, s->store), number(s->seen), number(s->expected), fmt::format("{:.2f}", s->ratio),
                    fmt::format("{:.2f} – {:.2f}", s->low, s->high),
                    fmt::format("{:.0f} – {:.0f}", s->rank_low, s->rank_high),
                    fmt::format("{:.0f} %", 100 * s->worst_decile), s->outlier ? "stands out" : ""});
  page.table({{"store", false},
              {"lost"},
              {"expected"},
              {"ratio"},
              {"usual range"},
              {"rank, 90 %"},
              {"in the worst tenth"},
              {"", false}},
             rows);
  page.end_more();
  return page.html();
}

Result<void> usl_compare(const CompareArgs& args) {
  TRY(const Compared c, compared(args));
  if (args.study.common.json) {
    std::cout << json_text(json_of(c));
  } else {
    print(c, args);
  }
  if (!args.study.html.empty()) TRY_VOID(write_page(args.study.html, page_of(c, args)));
  return {};
}

}  // namespace

void add_usl_compare(CLI::App& usl, int& exit_code) {
  auto args = std::make_shared<CompareArgs>();
  CLI::App* command = usl.add_subcommand(
      "compare",
      "Is the loss spread over stores as their goods, sales and stock would have it? Stores against a funnel of the\n"
      "chain's own spread, ranks with intervals, and store × category leads at a false discovery rate.");
  add_study_options(*command, args->study);
  command->add_option("--since", args->since, "First day that is judged; what is before measures the usual unevenness");
  command->add_option("--until", args->until, "Last day that is judged");
  add_fdr_option(*command, args->options.false_discovery_rate);
  command->footer("Example: shrike usl compare --from ledger --since 2024-01-01 --html stores.html");
  command->callback([args, &exit_code] { exit_code = finish_command("usl compare", usl_compare(*args)); });
}

}  // namespace shrike
