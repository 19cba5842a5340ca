#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "cli/finish.h"
#include "cli/usl_page.h"
#include "cli/usl_print.h"
#include "cli/usl_study.h"
#include "plot/page.h"
#include "plot/svg.h"
#include "shrink/covariates.h"
#include "shrink/from_ledger.h"

namespace shrike {
namespace {

using nlohmann::ordered_json;
using plot::Ink;
using plot::number;
using plot::Series;

constexpr size_t kLogBytesMax = 64U << 20U;

struct CorrelateArgs {
  StudyArgs study;
  CorrelateOptions options;
  std::vector<std::string> with;
};

/// Every test that was ever made on these data, kept beside the ledger: p by name and origin. Whoever tries one column
/// after the other until one of them shows something has tried them all.
class TestLog {
 public:
  static Result<TestLog> open(const std::filesystem::path& dir, const std::string& fingerprint) {
    TestLog log;
    log.file_ = dir / "correlate_tests.jsonl";
    log.fingerprint_ = fingerprint;
    if (!std::filesystem::exists(log.file_)) return log;
    TRY(log.text_, read_file(log.file_, kLogBytesMax));
    std::istringstream lines(log.text_);
    std::string line;
    while (std::getline(lines, line)) {
      const auto json = nlohmann::json::parse(line, nullptr, false);
      if (json.is_discarded() || !json.is_object() || json.value("data", "") != fingerprint) continue;
      log.p_[{json.value("name", ""), json.value("origin", "")}] = json.value("p", 1.0);
    }
    return log;
  }
  /// p of what was tested before and is not among `now`.
  [[nodiscard]] std::vector<double> earlier(const std::vector<std::pair<std::string, std::string>>& now) const {
    std::vector<double> out;
    for (const auto& [key, p] : p_) {
      if (std::find(now.begin(), now.end(), key) == now.end()) out.push_back(p);
    }
    return out;
  }
  Result<void> add(const Correlation& found) {
    for (const auto& t : found.tests) {
      if (p_.contains({t.name, t.origin})) continue;
      text_ += ordered_json{{"data", fingerprint_}, {"name", t.name}, {"origin", t.origin}, {"p", t.p}}.dump(
                   -1, ' ', false, nlohmann::json::error_handler_t::replace) +
               "\n";
    }
    return write_file(file_, text_);
  }

 private:
  std::filesystem::path file_;
  std::string fingerprint_, text_;
  std::map<std::pair<std::string, std::string>, double> p_;
};

struct Correlated {
  LossData data;
  Correlation found;
};

Result<Correlated> correlated(CorrelateArgs args) {
  Correlated out;
  TRY(out.data, losses_of_ledger(args.study.common.from, "correlating losses with the stores' surroundings"));
  TRY(auto ledger, open_ledger(args.study.common.from));
  TRY(auto around, surroundings_of(ledger, out.data.stores));
  for (const auto& file : args.with) {
    TRY(auto more, covariates_from(file, ledger, out.data.stores));
    around.covariates.insert(around.covariates.end(), std::make_move_iterator(more.begin()),
                             std::make_move_iterator(more.end()));
  }
  TRY(auto log, TestLog::open(args.study.common.from, fingerprint_of(out.data)));
  std::vector<std::pair<std::string, std::string>> now;
  for (const auto& c : around.covariates) now.emplace_back(c.name, c.origin);
  for (const auto& c : around.daily) now.emplace_back(c.name, c.origin);
  args.options.earlier = log.earlier(now);
  args.options.threads = args.study.common.threads;
  args.options.seed = args.study.seed;
  TRY(out.found, correlate_losses(out.data, layout_of(out.data), around.covariates, around.daily, args.options));
  TRY_VOID(log.add(out.found));
  return out;
}

ordered_json json_of(const Correlation& found) {
  ordered_json out{{"stores", found.stores},
                   {"areas", found.areas},
                   {"region_blocks", found.blocks},
                   {"adjusted_for", found.adjusted_for},
                   {"tests_counted", found.all_tests},
                   {"turnover_exponent",
                    {{"value", found.turnover_exponent}, {"low", found.turnover_low}, {"high", found.turnover_high}}}};
  out["covariates"] = ordered_json::array();
  for (const auto& t : found.tests) {
    out["covariates"].push_back({{"name", t.name},
                                 {"origin", t.origin},
                                 {"label", to_string(t.label)},
                                 {"why", t.why},
                                 {"stores", t.stores},
                                 {"areas", t.areas},
                                 {"spearman", t.rank_correlation},
                                 {"partial_spearman", {{"value", t.partial}, {"low", t.low}, {"high", t.high}}},
                                 {"p_permutation", t.p},
                                 {"discovery", t.discovery},
                                 {"negative_controls_beyond", t.controls_beyond},
                                 {"out_of_sample_gain", t.gain},
                                 {"loss_ratio_per_sd", t.loss_ratio},
                                 {"halves",
                                  {{{"partial", t.partial_half[0]}, {"p", t.p_half[0]}},
                                   {{"partial", t.partial_half[1]}, {"p", t.p_half[1]}}}}});
  }
  out["refused"] = ordered_json::array();
  for (const auto& r : found.refused)
    out["refused"].push_back({{"name", r.name}, {"origin", r.origin}, {"reason", r.reason}});
  out["notes"] = found.notes;
  return out;
}

std::string summary(const Correlation& found) {
  const auto n = std::count_if(found.tests.begin(), found.tests.end(),
                               [](const CovariateTest& t) { return t.label != AssociationLabel::noise; });
  return fmt::format("{} of {} covariates go with loss; {} stores in {} areas, {} region blocks, {} tests counted.", n,
                     found.tests.size(), found.stores, found.areas, found.blocks, found.all_tests);
}

void print(const Correlation& found, size_t top) {
  std::cout << summary(found) << '\n'
            << fmt::format("Adjusted for {}.\n\n", fmt::join(found.adjusted_for, ", "))
            << fmt::format("{:<30} {:>7} {:>16} {:>7} {:>9} {:>8} {:>8}  {}\n", "covariate", "partial", "95 %", "p",
                           "made-up", "gain", "x per sd", "label");
  for (size_t i = 0; i < found.tests.size(); ++i) {
    const auto& t = found.tests[i];
    if (i >= top && t.label == AssociationLabel::noise) continue;
    std::cout << fmt::format("{:<30.30} {:>7.2f} {:>16} {:>7.4f} {:>7.0f} % {:>6.1f} % {:>8.2f}  {}{}\n", t.name,
                             t.partial, fmt::format("{:.2f} .. {:.2f}", t.low, t.high), t.p, 100 * t.controls_beyond,
                             100 * t.gain, t.loss_ratio, to_string(t.label), t.p <= 0.05 ? ": " + t.why : "");
  }
  if (found.tests.size() > top) std::cout << "  … the rest of the noise: --top\n";
  std::cout
      << "partial: rank correlation with loss against expectation. made-up: share of made-up covariates that do as "
         "well.\ngain: deviance saved in areas that were left out. x per sd: loss times this for one standard "
         "deviation more.\n";
  std::cout << fmt::format("\nTurnover: a store's loss grows with it to the power {:.2f} (95 %: {:.2f} .. {:.2f}).\n",
                           found.turnover_exponent, found.turnover_low, found.turnover_high);
  if (!found.refused.empty()) std::cout << "\nRefused:\n";
  for (const auto& r : found.refused) std::cout << fmt::format("  {} ({}): {}.\n", r.name, r.origin, r.reason);
  for (const auto& note : found.notes) std::cout << "Note: " << note << ".\n";
}

std::string scatter(const LossData& data, const CovariateTest& t) {
  Series points{.mark = Series::Mark::points, .ink = Ink::first, .x = t.x};
  for (size_t i = 0; i < t.y.size(); ++i) {
    points.y.push_back(std::exp(t.y[i]));
    points.tips.push_back(fmt::format("{}: {} {}, lost {:.2f} × what was expected",
                                      data.stores[static_cast<size_t>(t.store[i])].id, t.name, number(t.x[i]),
                                      std::exp(t.y[i])));
  }
  return draw(
      plot::XyChart{.title = t.name + " and loss", .x = {t.name}, .y = {"lost / expected", true}, .series = {points}});
}

std::string page_of(const Correlated& c) {
  plot::Page page("Losses and the stores' surroundings", summary(c.found));
  page.paragraph(
      fmt::format("Loss against what a store's goods, sales and stock would have it lose, adjusted for {}. The "
                  "words are noise, association and replicated association; none of them means cause.",
                  fmt::join(c.found.adjusted_for, ", ")));
  plot::Intervals chart{.title = "Partial rank correlations",
                        .axis = {"partial rank correlation, 95 % over areas"},
                        .reference = 0,
                        .has_reference = true};
  std::vector<std::vector<std::string>> rows;
  for (const auto& t : c.found.tests) {
    if (chart.rows.size() < 50)
      chart.rows.push_back({t.name, t.low, t.partial, t.high, t.label != AssociationLabel::noise,
                            fmt::format("{}: {:.2f}, p {:.4f}, {}", t.name, t.partial, t.p, to_string(t.label))});
    rows.push_back({t.name, t.origin, fmt::format("{:.2f}", t.partial), fmt::format("{:.4f}", t.p),
                    fmt::format("{:.0f} %", 100 * t.controls_beyond), fmt::format("{:.1f} %", 100 * t.gain),
                    fmt::format("{:.2f}", t.loss_ratio), to_string(t.label),
                    t.label == AssociationLabel::noise && t.p > 0.05 ? "" : t.why});
  }
  page.heading("All that were tested");
  page.figure(draw(chart),
              "Red: more than noise, after the number of tests, made-up covariates, areas drawn again, and "
              "areas left out have each had their say. An interval that misses zero is not enough.");
  for (const auto& t : c.found.tests) {
    if (t.label == AssociationLabel::noise) continue;
    page.heading(fmt::format("{}: {}", t.name, to_string(t.label)));
    page.figure(
        scatter(c.data, t),
        fmt::format("Each point is a store. Loss × {:.2f} for one standard deviation more; {}.", t.loss_ratio, t.why));
  }
  page.heading("The figures");
  page.table({{"covariate", false},
              {"from", false},
              {"partial"},
              {"p"},
              {"made-up do as well"},
              {"gain, areas left out"},
              {"loss × per sd"},
              {"label", false},
              {"why", false}},
             rows);
  page.paragraph(fmt::format("A store's loss grows with its turnover to the power {:.2f} (95 %: {:.2f} to {:.2f}).",
                             c.found.turnover_exponent, c.found.turnover_low, c.found.turnover_high));
  page.heading("Refused, and why");
  rows.clear();
  for (const auto& r : c.found.refused) rows.push_back({r.name, r.origin, r.reason});
  page.table({{"", false}, {"from", false}, {"why", false}}, rows);
  for (const auto& note : c.found.notes) page.paragraph(note + ".");
  return page.html();
}

Result<void> usl_correlate(const CorrelateArgs& args) {
  TRY(const Correlated c, correlated(args));
  if (args.study.common.json) {
    std::cout << json_text(json_of(c.found));
  } else {
    print(c.found, args.study.top);
  }
  if (!args.study.html.empty()) TRY_VOID(write_page(args.study.html, page_of(c)));
  return {};
}

}  // namespace

void add_usl_correlate(CLI::App& usl, int& exit_code) {
  auto args = std::make_shared<CorrelateArgs>();
  CLI::App* command = usl.add_subcommand(
      "correlate",
      "What of a store's surroundings goes with its losses: store columns, area covariates, weather, and any column of "
      "a\n"
      "file of yours. Each is held against shuffled values, made-up covariates and areas left out, and against the\n"
      "number of tests ever made on these data (DIR/correlate_tests.jsonl). Says noise, association or replicated\n"
      "association; refuses what cannot be told apart, and why.");
  add_study_options(*command, args->study);
  command->add_option("--with", args->with,
                      "CSV, TSV or Parquet with a column store_id or area_id; every other column is tested");
  add_fdr_option(*command, args->options.false_discovery_rate);
  command->add_option("--permutations", args->options.permutations, "Shuffles of each covariate")
      ->check(CLI::Range(200, 100000))
      ->capture_default_str();
  command->footer("Example: shrike usl correlate --from ledger --with catchment.csv --html around.html");
  command->callback([args, &exit_code] { exit_code = finish_command("usl correlate", usl_correlate(*args)); });
}

}  // namespace shrike
