#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/time.h"
#include "cli/cli.h"
#include "cli/finish.h"
#include "risk/fit.h"
#include "risk/in_use.h"
#include "risk/loss_prior.h"
#include "risk/summary.h"
#include "vault/judged_visits.h"
#include "vault/risk_report.h"

namespace shrike {
namespace {

using nlohmann::ordered_json;

constexpr size_t kLinesBytesMax = 1U << 30U;
constexpr double kDay_s = 86400;

struct RiskArgs {
  std::string from, config, out, incident, weights;
  double days = 28;
  bool json = false;
};

/// The store's configuration where one is given; else what Shrike ships.
Result<SiteConfig> site_of(const RiskArgs& args) {
  if (args.config.empty()) return SiteConfig{};
  return load_site_with_losses(args.config);
}

Result<IncidentStore> open_data(const std::string& folder) {
  if (!std::filesystem::exists(std::filesystem::path(folder) / "shrike.db"))
    return bad_input(fmt::format("{}: no shrike.db in it; expected the data_dir of a store", folder));
  return IncidentStore::open(folder);
}

Result<std::vector<JudgedVisit>> read_judged(const std::string& from) {
  if (!std::filesystem::is_directory(from)) {
    TRY(const std::string text, read_file(from, kLinesBytesMax));
    return parse_judged(text, from);
  }
  TRY(IncidentStore store, open_data(from));
  return judged_visits(store);
}

void print_reliability(const Reliability& r) {
  fmt::print("\n{:<12} {:>8} {:>12} {:>10} {:>18}\n", "risk", "visits", "mean risk", "thefts", "share (90 %)");
  for (size_t i = 0; i < r.bins.size(); ++i) {
    const auto& bin = r.bins[i];
    if (bin.visits == 0) continue;
    const double share = static_cast<double>(bin.thefts) / static_cast<double>(bin.visits);
    fmt::print("{:<12} {:>8} {:>12.3f} {:>10} {:>18}\n",
               fmt::format("{:.1f} – {:.1f}", 0.1 * static_cast<double>(i), 0.1 * static_cast<double>(i + 1)),
               bin.visits, bin.predicted, bin.thefts, fmt::format("{:.3f} ({:.3f}–{:.3f})", share, bin.low, bin.high));
  }
}

void print_fit(const RiskFit& fit) {
  const RiskWeights& w = fit.weights;
  fmt::print("{} visits judged theft, {} honest\n\n", w.thefts, w.honest);
  fmt::print("{:<24} {:>8} {:>18} {:>8} {:>8}\n", "kind", "weight", "90 %", "thefts", "honest");
  for (const KindWeight& kind : w.kinds) {
    fmt::print("{:<24} {:>8.2f} {:>18} {:>8} {:>8}\n", kind.kind, kind.weight,
               fmt::format("{:.2f} – {:.2f}", kind.low, kind.high), kind.thefts, kind.honest);
  }
  fmt::print("\ncalibration: slope {:.2f}, intercept {:.2f}\n", w.calibration.slope, w.calibration.intercept);
  fmt::print(
      "expected calibration error {:.3f} ({}-fold cross-validated; as shipped {:.3f}), log loss {:.3f} ({:.3f})\n",
      fit.fitted.ece, fit.folds, fit.shipped.ece, fit.fitted.log_loss, fit.shipped.log_loss);
  print_reliability(fit.fitted);
}

Result<void> risk_fit(const RiskArgs& args) {
  TRY(const SiteConfig site, site_of(args));
  TRY(const RuleBook book, make_rule_book(site.rules));
  TRY(const auto visits, read_judged(args.from));
  TRY(const RiskFit fit, fit_risk(visits, book, to_rfc3339(now_utc())));
  if (args.json) {
    auto out = ordered_json::parse(to_text(fit.weights));
    out["folds"] = fit.folds;
    out["fitted"] = to_json(fit.fitted);
    out["shipped"] = to_json(fit.shipped);
    std::cout << out.dump(2) << '\n';
  } else {
    print_fit(fit);
  }
  if (args.out.empty()) return {};
  TRY_VOID(write_weights(fit.weights, args.out));
  if (!args.json) fmt::print("\nwritten to {}; the weights before are in {}.previous\n", args.out, args.out);
  return {};
}

Result<void> show_incident(const RiskArgs& args) {
  TRY(IncidentStore store, open_data(args.from));
  TRY(const auto found, store.find(args.incident));
  if (!found) return bad_input(fmt::format("{}: no incident {}", args.from, args.incident));
  TRY(const SiteConfig site, site_of(args));
  fmt::print("{}\n\n{}", found->incident.summary, table_of(found->incident, site.time_zone));
  return {};
}

Result<void> risk_show(const RiskArgs& args) {
  if (!args.incident.empty()) return show_incident(args);
  TRY(const SiteConfig site, site_of(args));
  TRY(IncidentStore store, open_data(args.from));
  TRY(const RiskReport r, risk_report(store, site, args.days, now_utc()));
  if (args.json) {
    std::cout << to_json(r).dump(2) << '\n';
    return {};
  }
  fmt::print("weights: {}\n{} visits and {} incidents in {:.1f} store-days; {} not judged\n", r.weights, r.visits,
             r.incidents, r.days, r.not_judged);
  fmt::print("false alerts per store-day {:.2f} (90 %: {:.2f}–{:.2f}), of the {} that were judged\n",
             r.false_alerts.mean, r.false_alerts.low, r.false_alerts.high, r.thefts + r.honest);
  fmt::print("precision {:.2f} (90 %: {:.2f}–{:.2f}), {} of {}\n", r.precision.mean, r.precision.low, r.precision.high,
             r.precision.hits, r.precision.of);
  fmt::print("{:g} false alerts a day: threshold {:.3f}, {:.2f} expected{}\n", r.budget > 0 ? r.budget : 3.0,
             r.at_budget.threshold, r.at_budget.false_alerts_a_day,
             r.budget > 0 ? "" : fmt::format(" (not set: the threshold in use is {:g})", r.threshold));
  if (r.thefts + r.honest > 0) print_reliability(r.reliability);
  return {};
}

/// Kept visits by the weights in use and by the candidate's.
Result<void> risk_canary(const RiskArgs& args) {
  TRY(const SiteConfig site, site_of(args));
  const std::filesystem::path file = args.weights.empty() ? site.risk.canary : std::filesystem::path(args.weights);
  if (file.empty()) return bad_input("no weights to score; give --weights FILE, or risk: canary: in the configuration");
  TRY(const RiskInUse in_use, risk_in_use(site));
  TRY(const RiskInUse canary, risk_with(site, file));
  TRY(IncidentStore store, open_data(args.from));
  const Timestamp since = now_utc().plus_s(-args.days * kDay_s);
  TRY(const CanaryReport r, canary_report(store, in_use, canary, site.risk.threshold, since));
  if (args.json) {
    std::cout << to_json(r).dump(2) << '\n';
    return {};
  }
  fmt::print("{} visits: {} are incidents by both, {} only by {} (in use), {} only by {} (canary)\n", r.visits, r.both,
             r.only_in_use, r.in_use, r.only_canary, r.canary);
  for (const auto& one : r.changed) fmt::print("  {}  {:.3f} -> {:.3f}\n", one.visit_id, one.risk, one.canary_risk);
  return {};
}

void add_fit(CLI::App& risk, const std::shared_ptr<RiskArgs>& args, int& exit_code) {
  CLI::App* fit = risk.add_subcommand(
      "fit",
      "Weights of evidence and calibration from verdicts, with intervals, reliability and expected calibration error");
  fit->add_option("--from", args->from, "Data folder of a store, or JSON lines of judged visits (docs/risk.md)")
      ->required();
  fit->add_option("--config", args->config, "The store's configuration, for its rules");
  fit->add_option("--out", args->out, "Write the weights here; what stood there is kept as FILE.previous");
  fit->add_flag("--json", args->json, "Print JSON");
  fit->footer("Example: shrike risk fit --from data --config shrike.yml --out weights.json");
  fit->callback([args, &exit_code] { exit_code = finish_command("risk fit", risk_fit(*args)); });
}

void add_show(CLI::App& risk, const std::shared_ptr<RiskArgs>& args, int& exit_code) {
  CLI::App* show = risk.add_subcommand("show",
                                       "False alerts per store-day and precision, as judged, with intervals; and the "
                                       "threshold that the budget asks for");
  show->add_option("--from", args->from, "Data folder of a store")->required();
  show->add_option("--config", args->config, "The store's configuration");
  show->add_option("--days", args->days, "Look back so many days")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 3650.0));
  show->add_option("--incident", args->incident,
                   "One incident instead: its sentence, and the table of what it was weighed by");
  show->add_flag("--json", args->json, "Print JSON");
  show->footer("Example: shrike risk show --from data --config shrike.yml");
  show->callback([args, &exit_code] { exit_code = finish_command("risk show", risk_show(*args)); });
}

void add_canary(CLI::App& risk, const std::shared_ptr<RiskArgs>& args, int& exit_code) {
  CLI::App* canary = risk.add_subcommand("canary", "Scores kept visits by other weights too: what would change");
  canary->add_option("--from", args->from, "Data folder of a store")->required();
  canary->add_option("--weights", args->weights, "The other weights; without, risk: canary: of the configuration");
  canary->add_option("--config", args->config, "The store's configuration");
  canary->add_option("--days", args->days, "Look back so many days")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 3650.0));
  canary->add_flag("--json", args->json, "Print JSON");
  canary->footer("Example: shrike risk canary --from data --config shrike.yml --weights candidate.json");
  canary->callback([args, &exit_code] { exit_code = finish_command("risk canary", risk_canary(*args)); });
}

}  // namespace

void add_risk(CLI::App& app, int& exit_code) {
  CLI::App* risk =
      app.add_subcommand("risk", "What evidence is worth by verdicts, and whether the false-alert budget is kept");
  risk->require_subcommand(1);
  auto args = std::make_shared<RiskArgs>();
  add_fit(*risk, args, exit_code);
  add_show(*risk, args, exit_code);
  add_canary(*risk, args, exit_code);
  CLI::App* back =
      risk->add_subcommand("roll-back", "Takes back the newest weights: FILE and FILE.previous change places");
  back->add_option("file", args->weights, "The weights in use")->required();
  back->footer("Example: shrike risk roll-back weights.json");
  back->callback([args, &exit_code] {
    const auto version = roll_back(args->weights);
    if (version) fmt::print("{} holds the weights of {} now\n", args->weights, *version);
    exit_code =
        finish_command("risk roll-back", version ? Result<void>() : Result<void>(tl::unexpected(version.error())));
  });
}

}  // namespace shrike
