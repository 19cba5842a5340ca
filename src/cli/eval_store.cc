#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/progress.h"
#include "cli/finish.h"
#include "cli/store_commands.h"
#include "sim/store_eval.h"

namespace shrike {
namespace {

struct EvalStoreArgs {
  std::vector<std::string> truth, without;
  double budget = 3, warm_up = 0;
  int threads = 2;
  bool json = false, explain = false, quick = false;
};

Result<ReplaySource> source_named(const std::string& name) {
  for (int i = 0; i < kReplaySources; ++i)
    if (name == to_string(static_cast<ReplaySource>(i))) return static_cast<ReplaySource>(i);
  return bad_input(fmt::format("--without {}: expected cameras, hands, tags, scales or tills", name));
}

double quantile_of(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[std::min(values.size() - 1, static_cast<size_t>(share * static_cast<double>(values.size())))];
}

nlohmann::ordered_json json_of(const VariantResult& v) {
  const Outcome& o = v.outcome;
  const auto pair = [](ScoreRange i) { return nlohmann::ordered_json::array({i.low, i.high}); };
  nlohmann::ordered_json kinds, habits;
  for (const auto& [kind, count] : o.by_kind) kinds[kind] = {{"caught", count.first}, {"of", count.second}};
  for (const auto& [habit, count] : o.false_by_habit) habits[habit] = count;
  auto curve = nlohmann::ordered_json::array();
  for (const CurvePoint& at : v.curve)
    curve.push_back({{"threshold", at.threshold}, {"false_alerts", at.false_alerts}, {"caught", at.caught}});
  return {{"variant", v.variant.name},
          {"recall", o.recall()},
          {"recall_interval", pair(share_interval(o.caught, o.thefts))},
          {"precision", o.precision()},
          {"precision_interval", pair(share_interval(o.true_alerts, o.alerts))},
          {"false_alerts_per_store_day", o.false_a_day()},
          {"false_alerts_interval", pair(rate_interval(o.false_alerts, o.days))},
          {"specificity", o.specificity()},
          {"h_prs", o.h_prs()},
          {"time_to_alert_s", {{"p50", quantile_of(o.to_alert_s, 0.5)}, {"p99", quantile_of(o.to_alert_s, 0.99)}}},
          {"calibration_error", v.calibration_error},
          {"calibration_error_suspects", v.calibration_error_suspects},
          {"basket_item_error", v.basket_error},
          {"visits",
           {{"found", v.identity.visits},
            {"people", v.identity.people},
            {"pure", v.identity.pure()},
            {"whole", v.identity.whole()}}},
          {"thefts", o.thefts},
          {"caught", o.caught},
          {"alerts", o.alerts},
          {"false_alerts", o.false_alerts},
          {"false_about_staff", o.about_staff},
          {"false_about_nobody", o.about_nobody},
          {"false_about_honest_mistakes", o.about_mistakes},
          {"false_by_habit", habits},
          {"honest_mistakes_are_losses",
           {{"recall", v.mistakes_are_losses.recall()},
            {"recall_interval", pair(share_interval(v.mistakes_are_losses.caught, v.mistakes_are_losses.thefts))},
            {"precision", v.mistakes_are_losses.precision()},
            {"false_alerts_per_store_day", v.mistakes_are_losses.false_a_day()},
            {"losses_found", v.mistakes_are_losses.losses_found}}},
          {"by_kind", kinds},
          {"thresholds", v.thresholds},
          {"curve_with_hindsight", curve},
          {"explained", v.explained},
          {"people_with_higher_risk_than_with_all", v.raised_by_less}};
}

void print_json(const StoreEval& eval, const std::vector<Gate>& gates) {
  nlohmann::ordered_json json{{"simulated", true},
                              {"world", eval.origin.world},
                              {"seeds", eval.seeds},
                              {"days", eval.days},
                              {"split", eval.split}};
  const auto all = eval.variants.empty() ? nlohmann::ordered_json() : json_of(eval.variants.front());
  for (const char* key :
       {"recall", "recall_interval", "precision", "precision_interval", "false_alerts_per_store_day",
        "false_alerts_interval", "specificity", "h_prs", "time_to_alert_s", "calibration_error", "basket_item_error"})
    json[key] = all[key];
  json["variants"] = nlohmann::ordered_json::array();
  for (const VariantResult& v : eval.variants) json["variants"].push_back(json_of(v));
  json["slowest_day_s"] = eval.slowest_day_s;
  json["gates"] = nlohmann::ordered_json::array();
  for (const Gate& g : gates)
    json["gates"].push_back({{"name", g.name}, {"demand", g.demand}, {"value", g.value}, {"pass", g.pass}});
  std::cout << json.dump(2) << '\n';
}

void print_table(const StoreEval& eval, const std::vector<Gate>& gates) {
  std::cout << fmt::format(
      "SIMULATED store, world {}, seeds {}, {} days ({}).\nIntervals are 90 %; alert times count from when a theft "
      "shows.\n\n{:<26} {:>20} {:>20} {:>22} {:>6} {:>13} {:>6}\n",
      eval.origin.world, fmt::join(eval.seeds, ", "), eval.days, eval.split, "", "recall", "precision",
      "false alerts a day", "H_PRS", "alert p50/p99", "ECE");
  for (const VariantResult& v : eval.variants) {
    const Outcome& o = v.outcome;
    const ScoreRange r = share_interval(o.caught, o.thefts), p = share_interval(o.true_alerts, o.alerts),
                     f = rate_interval(o.false_alerts, o.days);
    std::cout << fmt::format(
        "{:<26} {:>4.2f} [{:.2f} .. {:.2f}] {:>4.2f} [{:.2f} .. {:.2f}] {:>6.1f} [{:.1f} .. {:.1f}] "
        "{:>6.2f} {:>5.0f}/{:.0f} s {:>6.3f}\n",
        v.variant.name, o.recall(), r.low, r.high, o.precision(), p.low, p.high, o.false_a_day(), f.low, f.high,
        o.h_prs(), quantile_of(o.to_alert_s, 0.5), quantile_of(o.to_alert_s, 0.99), v.calibration_error);
  }
  if (!eval.variants.empty()) {
    const Outcome& o = eval.variants.front().outcome;
    std::cout << fmt::format("\n{}: caught", eval.variants.front().variant.name);
    for (const auto& [kind, count] : o.by_kind) std::cout << fmt::format("  {} {}/{}", kind, count.first, count.second);
    std::cout << fmt::format("\nfalse alerts: {}, of which staff {}, nobody {}, honest mistakes at the till {}\n",
                             o.false_alerts, o.about_staff, o.about_nobody, o.about_mistakes);
    const Outcome& l = eval.variants.front().mistakes_are_losses;
    const ScoreRange r = share_interval(l.caught, l.thefts);
    std::cout << fmt::format(
        "were alerts about honest mistakes losses found and not false: recall {:.2f} [{:.2f} .. {:.2f}] at {:.1f} "
        "false "
        "alerts a day, {} such losses found\n",
        l.recall(), r.low, r.high, l.false_a_day(), l.losses_found);
    std::cout << "one threshold chosen with hindsight, thefts caught by false alerts in all days:";
    for (const CurvePoint& at : eval.variants.front().curve)
      std::cout << fmt::format("  {}: {}", at.false_alerts, at.caught);
    const IdentityScore& i = eval.variants.front().identity;
    std::cout << fmt::format(
        "\n{} visitors in {} visits; {:.1f} % of a visit is one person, {:.1f} % of a person one visit\n\n", i.people,
        i.visits, 100 * i.pure(), 100 * i.whole());
  }
  for (const VariantResult& v : eval.variants)
    if (!v.explained.empty()) std::cout << fmt::format("{}:\n{}\n\n", v.variant.name, fmt::join(v.explained, "\n"));
  for (const Gate& g : gates)
    std::cout << fmt::format("{}  {:<62} {:>9.4f}   {}\n", g.pass ? "pass" : "FAIL", g.name, g.value, g.demand);
}

Result<void> eval_store(const EvalStoreArgs& args) {
  StoreEvalOptions options{
      .threads = args.threads, .false_a_day = args.budget, .warm_up_hours = args.warm_up, .explain = args.explain};
  if (!args.without.empty()) {
    StoreVariant named{"without", {}};
    for (const std::string& word : args.without) {
      TRY(const ReplaySource source, source_named(word));
      named.without.insert(source);
      named.name += " " + word;
    }
    options.variants = {{"all sources", {}}, named};
  }
  if (args.quick) std::erase_if(options.variants, [](const StoreVariant& v) { return v.without.size() == 1; });
  Progress progress("replaying", 1000);
  options.progress = [&](double done) { progress.at(static_cast<int64_t>(done * 1000)); };
  TRY(const StoreEval eval, eval_stores({args.truth.begin(), args.truth.end()}, options));
  progress.finish();
  const auto gates = store_gates(eval);
  if (args.json) {
    print_json(eval, gates);
  } else {
    print_table(eval, gates);
  }
  return {};
}

}  // namespace

void add_eval_store(CLI::App& eval, int& exit_code) {
  auto args = std::make_shared<EvalStoreArgs>();
  args->threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  CLI::App* command = eval.add_subcommand(
      "store",
      "Replay simulated days of a store through the running store's code and hold its incidents to the sealed truth:\n"
      "precision, recall, false alerts a store-day, with all sources and with each switched off. Thresholds are "
      "chosen\n"
      "on other seeds (or days) than those judged. A promise that is not kept is printed, and is no failure.");
  command->add_option("--truth", args->truth, "Folders that `shrike sim store --out` wrote, of one world")->required();
  command->add_option("--without", args->without,
                      "Only this: all sources, and without these (cameras, hands, tags, scales, tills)");
  command->add_option("--budget", args->budget, "False alerts a store-day that thresholds are chosen for")
      ->check(CLI::Range(0.1, 1000.0))
      ->capture_default_str();
  command->add_option("--warm-up", args->warm_up, "Hours of each day that are replayed and not judged")
      ->check(CLI::Range(0.0, 24.0));
  command->add_option("--threads", args->threads, "Threads")->check(CLI::Range(1, 64))->capture_default_str();
  command->add_flag("--quick", args->quick,
                    "Only all sources, and what needs no sensors; not each source switched off");
  command->add_flag("--explain", args->explain, "Print each false alert and each missed theft beside the truth");
  command->add_flag("--json", args->json, "Print JSON");
  command->footer("Example: shrike sim store --seed 1 --days 2 --out store && shrike eval store --truth store");
  command->callback([args, &exit_code] { exit_code = finish_command("eval store", eval_store(*args)); });
}

}  // namespace shrike
