#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>

#include "base/file.h"
#include "cli/finish.h"
#include "cli/insight_data.h"
#include "cli/insight_page.h"
#include "cli/usl_page.h"
#include "insight/insight_json.h"
#include "vault/traces.h"

namespace shrike {
namespace {

constexpr size_t kLogBytesMax = 64U << 20U;

struct CorrelatesArgs {
  InsightFrom from;
  std::string html;
  CorrelatesOptions options;
  bool json = false;
};

/// Every test that was ever made in this data folder: p by fact and comparison. Whoever asks again and again until
/// something shows has made all those tests.
class TestLog {
 public:
  static Result<TestLog> open(const std::filesystem::path& dir, std::string data) {
    TestLog log;
    log.file_ = dir / "insight_tests.jsonl";
    log.data_ = std::move(data);
    std::error_code error;
    if (!std::filesystem::exists(log.file_, error)) return log;
    TRY(log.text_, read_file(log.file_, kLogBytesMax));
    std::istringstream lines(log.text_);
    for (std::string line; std::getline(lines, line);) {
      const auto json = nlohmann::json::parse(line, nullptr, false);
      if (!json.is_object() || !json.contains("p") || !json["p"].is_number()) continue;
      // The same data asked again is the same test; new data are new tests.
      if (json.value("data", "") != log.data_) log.earlier_.push_back(json["p"].get<double>());
      if (json.value("data", "") == log.data_) log.known_ = true;
    }
    return log;
  }
  [[nodiscard]] const std::vector<double>& earlier() const { return earlier_; }
  Result<void> add(const Correlates& found) {
    if (known_) return {};
    for (const FactTest& t : found.tests) {
      text_ +=
          nlohmann::ordered_json{{"data", data_}, {"fact", t.name}, {"against", to_string(t.against)}, {"p", t.p}}.dump(
              -1, ' ', false, nlohmann::json::error_handler_t::replace) +
          "\n";
    }
    return write_file(file_, text_);
  }

 private:
  std::filesystem::path file_;
  std::string data_, text_;
  std::vector<double> earlier_;
  bool known_ = false;
};

/// What the visits and verdicts of a run are, in a few words: the same words, the same tests.
std::string fingerprint(const Journeys& journeys, size_t verdicts, const CorrelatesOptions& options) {
  return fmt::format("{} to {}, {} visits, {} verdicts, seed {}", to_rfc3339(journeys.first), to_rfc3339(journeys.last),
                     journeys.customers.size(), verdicts, options.seed);
}

void print_found(const Correlates& found) {
  fmt::print("{} confirmed, {} judged otherwise, {} other visits; {} tests counted\n\n", found.confirmed,
             found.judged_otherwise, found.others, found.all_tests);
  fmt::print("{:<38} {:<16} {:>10} {:>10} {:>24} {:>7}  {}\n", "fact", "compared with", "confirmed", "others",
             "correlation (95 %)", "p", "label");
  for (const FactTest& t : found.tests) {
    fmt::print("{:<38} {:<16} {:>10.3g} {:>10.3g} {:>24} {:>7.4f}  {}: {}\n", t.name, to_string(t.against),
               t.typical_confirmed, t.typical_others,
               fmt::format("{:+.2f} ({:+.2f} to {:+.2f})", t.partial, t.low, t.high), t.p, to_string(t.label), t.why);
  }
  if (!found.refused.empty()) fmt::print("\nnot asked:\n");
  for (const RefusedFact& r : found.refused) fmt::print("{:<38} {:<16} {}\n", r.name, to_string(r.against), r.reason);
  std::fflush(stdout);
  for (const auto& note : found.notes) fmt::print(stderr, "note: {}\n", note);
}

Result<void> correlates(CorrelatesArgs args) {
  TRY(InsightData data, open_insight(args.from));
  TRY(const Journeys journeys, load_journeys(data.database, data.since, data.until));
  TRY(const auto verdicts, verdicts_by_visit(data.database));
  TRY(auto log, TestLog::open(args.from.dir, fingerprint(journeys, verdicts.size(), args.options)));
  args.options.earlier = log.earlier();
  TRY(const Correlates found, correlate_visits(journeys, verdicts, data.time_zone, args.options));
  TRY_VOID(log.add(found));
  if (args.json) {
    std::cout << to_json(found).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  } else {
    print_found(found);
  }
  if (!args.html.empty()) TRY_VOID(write_page(args.html, correlates_page(data.store, found)));
  return {};
}

}  // namespace

void add_insight_correlates(CLI::App& insight, int& exit_code) {
  auto* sub = insight.add_subcommand("correlates",
                                     "Which facts of visits go with confirmed incidents (verdicts theft and "
                                     "attempted): time, ways, things carried, hour, zones;\n"
                                     "nothing protected. Held against shuffled labels, made-up facts, days left out "
                                     "and the number of tests ever made here\n"
                                     "(DIR/insight_tests.jsonl). Says noise, association or replicated association; "
                                     "refuses where too few are confirmed");
  auto args = std::make_shared<CorrelatesArgs>();
  add_insight_from(*sub, args->from, true);
  sub->add_flag("--json", args->json, "One JSON object");
  sub->add_option("--html", args->html, "Write a page with a chart to this file too");
  sub->add_option("--fdr", args->options.false_discovery_rate, "False discovery rate")
      ->check(CLI::Range(0.001, 0.5))
      ->capture_default_str();
  sub->add_option("--permutations", args->options.permutations, "Shuffles of each fact")
      ->check(CLI::Range(200, 100000))
      ->capture_default_str();
  sub->add_option("--seed", args->options.seed, "Seed of every draw")->capture_default_str();
  sub->footer("Example: shrike insight correlates --from data --html correlates.html");
  sub->callback([args, &exit_code] { exit_code = finish_command("insight correlates", correlates(*args)); });
}

}  // namespace shrike
