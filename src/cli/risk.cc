#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/time.h"
#include "cli/cli.h"
#include "cli/finish.h"
#include "risk/budget.h"
#include "risk/fit.h"
#include "risk/in_use.h"
#include "risk/loss_prior.h"
#include "risk/summary.h"
#include "vault/judged_visits.h"

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

ordered_json to_json(const Reliability& r) {
  ordered_json out{{"ece", r.ece}, {"log_loss", r.log_loss}, {"bins", ordered_json::array()}};
  for (const auto& bin : r.bins) {
    out["bins"].push_back({{"visits", bin.visits},
                           {"thefts", bin.thefts},
                           {"predicted", bin.predicted},
                           {"low", bin.low},
                           {"high", bin.high}});
  }
  return out;
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

/// What was achieved since `since`.
struct Achieved {
  int64_t incidents = 0, thefts = 0, honest = 0, not_judged = 0;
  double days = 0;
};

Result<Achieved> achieved_since(IncidentStore& store, Timestamp since, Timestamp first, Timestamp last) {
  Achieved done;
  IncidentFilter filter{.since = since, .limit = 500};
  for (;;) {
    TRY(const IncidentPage page, store.list(filter));
    for (const StoredIncident& one : page.incidents) {
      const std::string& verdict = one.incident.verdict;
      ++done.incidents;
      if (verdict == "theft" || verdict == "attempted") ++done.thefts;
      if (verdict == "honest" || verdict == "staff_error") ++done.honest;
      if (verdict.empty() || verdict == "unsure") ++done.not_judged;
      first = std::min(first, one.incident.time);
      last = std::max(last, one.incident.time);
    }
    if (page.next.empty()) break;
    filter.before_event_id = page.next;
  }
  done.days = std::max(0.0, seconds_between(first, last) / kDay_s);
  return done;
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
  TRY(const RiskInUse in_use, risk_in_use(site));
  TRY(IncidentStore store, open_data(args.from));
  const Timestamp since = now_utc().plus_s(-args.days * kDay_s);
  std::vector<double> risks;
  Timestamp first = now_utc(), last{};
  TRY_VOID(read_visits(store, since, [&](const VisitRecord& visit) {
    risks.push_back(visit.risk);
    first = std::min(first, visit.from);
    last = std::max(last, visit.to);
  }));
  TRY(const Achieved done, achieved_since(store, since, first, last));
  const RateADay wrong = rate_a_day(done.honest, done.days);
  const HitShare precision = share_of(done.thefts, done.thefts + done.honest);
  const double budget = site.risk.false_alerts_a_day;
  const BudgetChoice choice = choose_threshold(risks, done.days, budget > 0 ? budget : 3);
  if (args.json) {
    std::cout << ordered_json{{"weights", in_use.version},
                              {"days", done.days},
                              {"visits", risks.size()},
                              {"incidents", done.incidents},
                              {"not_judged", done.not_judged},
                              {"false_alerts_per_store_day",
                               {{"mean", wrong.mean}, {"low", wrong.low}, {"high", wrong.high}}},
                              {"precision",
                               {{"mean", precision.mean}, {"low", precision.low}, {"high", precision.high}}},
                              {"threshold", budget > 0 ? choice.threshold : site.risk.threshold},
                              {"budget", budget},
                              {"threshold_for_budget", choice.threshold},
                              {"expected_false_alerts_per_store_day", choice.false_alerts_a_day}}
                     .dump(2)
              << '\n';
    return {};
  }
  fmt::print("weights: {}\n{} visits and {} incidents in {:.1f} store-days; {} not judged\n", in_use.version,
             risks.size(), done.incidents, done.days, done.not_judged);
  fmt::print("false alerts per store-day {:.2f} (90 %: {:.2f}–{:.2f}), of the {} that were judged\n", wrong.mean,
             wrong.low, wrong.high, done.thefts + done.honest);
  fmt::print("precision {:.2f} (90 %: {:.2f}–{:.2f}), {} of {}\n", precision.mean, precision.low, precision.high,
             precision.hits, precision.of);
  fmt::print("{:g} false alerts a day: threshold {:.3f}, {:.2f} expected{}\n", budget > 0 ? budget : 3.0,
             choice.threshold, choice.false_alerts_a_day,
             budget > 0 ? "" : fmt::format(" (not set: the threshold in use is {:g})", site.risk.threshold));
  return {};
}

/// Kept visits by the weights in use and by the candidate's.
Result<void> risk_canary(const RiskArgs& args) {
  TRY(const SiteConfig site, site_of(args));
  const std::filesystem::path file = args.weights.empty() ? site.risk.canary : std::filesystem::path(args.weights);
  if (file.empty()) return bad_input("no weights to score; give --weights FILE, or risk: canary: in the configuration");
  TRY(const RiskInUse now, risk_in_use(site));
  TRY(const RiskInUse canary, risk_with(site, file));
  TRY(IncidentStore store, open_data(args.from));
  int64_t visits = 0, both = 0, only_now = 0, only_canary = 0;
  auto changed = ordered_json::array();
  TRY_VOID(read_visits(store, now_utc().plus_s(-args.days * kDay_s), [&](const VisitRecord& visit) {
    std::vector<Evidence> facts;
    for (const WeighedEvidence& weighed : visit.evidence) facts.push_back(weighed.evidence);
    const double a = fuse(visit.prior, facts, now.rules, now.calibration).probability;
    const double b = fuse(visit.prior, facts, canary.rules, canary.calibration).probability;
    const bool was = a >= site.risk.threshold, is = b >= site.risk.threshold;
    ++visits;
    both += was && is ? 1 : 0;
    only_now += was && !is ? 1 : 0;
    only_canary += is && !was ? 1 : 0;
    if (was != is && changed.size() < 100)
      changed.push_back({{"visit_id", visit.visit_id}, {"risk", a}, {"canary_risk", b}});
  }));
  if (args.json) {
    std::cout << ordered_json{{"in_use", now.version},     {"canary", canary.version}, {"visits", visits},
                              {"incidents_of_both", both}, {"only_in_use", only_now},  {"only_canary", only_canary},
                              {"changed", changed}}
                     .dump(2)
              << '\n';
    return {};
  }
  fmt::print("{} visits: {} are incidents by both, {} only by {} (in use), {} only by {} (canary)\n", visits, both,
             only_now, now.version, only_canary, canary.version);
  for (const auto& one : changed) {
    fmt::print("  {}  {:.3f} -> {:.3f}\n", one["visit_id"].get<std::string>(), one["risk"].get<double>(),
               one["canary_risk"].get<double>());
  }
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
