#include "cli/eval_movement.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "behaviour/concealment_protocol.h"
#include "behaviour/movement_trial.h"
#include "cli/bootstrap_print.h"
#include "cli/finish.h"
#include "cli/movement_commands.h"
#include "cli/movement_data.h"
#include "sim/store_score.h"

namespace shrike {
namespace {

constexpr double kWeek_s = 7 * 86400.0;
constexpr std::array kRanks = {0.01, 0.02, 0.05, 0.1, 0.2};
constexpr int kDraws = 400;

/// How a way of saying who is unusual fares.
struct Fared {
  std::string name;
  std::vector<double> score;  ///< by visit
  bool rival = false;         ///< a single number, or a simple distance
  FrameRanking ranking;
  std::optional<BootstrapInterval> roc, pr;
  std::map<std::string, double> roc_by_theft;
};

/// Thieves among visits whose rank is at most `rank`, and others.
struct RatioAt {
  double rank = 0;
  int thieves = 0, others = 0, thieves_of = 0, others_of = 0;
  [[nodiscard]] double ratio() const { return (thieves + 0.5) / (thieves_of + 1) / ((others + 0.5) / (others_of + 1)); }
};

struct Week {
  Timestamp from;
  Drift drift;
};

/// Visits as clips of one frame: rank_frames() and bootstrap() are the same for both.
std::vector<ScoredClip> clips_of(const MovementData& data, const std::vector<double>& score,
                                 const std::string& only = "") {
  std::vector<ScoredClip> clips;
  for (size_t i = 0; i < score.size(); ++i) {
    const bool theft = data.theft[i] != "none" && !data.theft[i].empty();
    if (theft && !only.empty() && data.theft[i] != only) continue;
    clips.push_back({.name = "",
                     .camera = "",
                     .theft = {theft},
                     .person = {true},
                     .score = {static_cast<float>(score[i])},
                     .fps = 1});
  }
  return clips;
}

std::optional<Fared> fare(const std::string& name, const MovementData& data, const std::vector<double>& score) {
  const auto clips = clips_of(data, score);
  const auto ranking = rank_frames(clips);
  if (!ranking) return std::nullopt;
  Fared out{.name = name, .score = score, .ranking = *ranking, .roc = {}, .pr = {}, .roc_by_theft = {}};
  const auto interval = [&](double FrameRanking::*part) {
    return bootstrap(
        clips,
        [part](std::span<const ScoredClip> drawn) -> std::optional<double> {
          const auto r = rank_frames(drawn);
          return r ? std::optional((*r).*part) : std::nullopt;
        },
        kDraws);
  };
  out.roc = interval(&FrameRanking::auc_roc);
  out.pr = interval(&FrameRanking::auc_pr);
  for (const std::string& theft : std::set<std::string>(data.theft.begin(), data.theft.end())) {
    if (theft == "none" || theft.empty()) continue;
    if (const auto r = rank_frames(clips_of(data, score, theft))) out.roc_by_theft[theft] = r->auc_roc;
  }
  return out;
}

/// The model beside the best of its rivals, on the same visits drawn again.
struct Beside {
  std::string rival;
  double roc = 0, pr = 0;  ///< the model's less the rival's
  std::optional<BootstrapInterval> roc_interval, pr_interval;
};

std::optional<Beside> beside_best(const MovementData& data, const std::vector<Fared>& fared) {
  const Fared* best = nullptr;
  for (const Fared& f : fared)
    if (f.rival && (best == nullptr || f.ranking.auc_roc > best->ranking.auc_roc)) best = &f;
  if (best == nullptr) return std::nullopt;
  const auto our_clips = clips_of(data, fared.front().score), their_clips = clips_of(data, best->score);
  const auto difference = [&](double FrameRanking::*part) {
    return bootstrap_of(
        our_clips.size(),
        [&, part](std::span<const size_t> drawn) -> std::optional<double> {
          std::vector<ScoredClip> ours, theirs;
          for (const size_t visit : drawn) {
            ours.push_back(our_clips[visit]);
            theirs.push_back(their_clips[visit]);
          }
          const auto our_rank = rank_frames(ours), their_rank = rank_frames(theirs);
          return our_rank && their_rank ? std::optional((*our_rank).*part - (*their_rank).*part) : std::nullopt;
        },
        kDraws);
  };
  const FrameRanking& ours = fared.front().ranking;
  return Beside{.rival = best->name,
                .roc = ours.auc_roc - best->ranking.auc_roc,
                .pr = ours.auc_pr - best->ranking.auc_pr,
                .roc_interval = difference(&FrameRanking::auc_roc),
                .pr_interval = difference(&FrameRanking::auc_pr)};
}

std::vector<VisitReading> read_all(const MovementModel& model, const std::vector<Walk>& walks) {
  std::vector<VisitReading> out;
  out.reserve(walks.size());
  for (const Walk& walk : walks) out.push_back(model.read(walk));
  return out;
}

template <class Part>
std::vector<double> column(const std::vector<VisitReading>& readings, const Part& part) {
  std::vector<double> out;
  for (const VisitReading& r : readings) out.push_back(static_cast<double>(part(r)));
  return out;
}

float worst(const VisitReading& r) {
  auto s = r.surprise;
  const size_t n = std::min<size_t>(3, s.size());
  std::ranges::partial_sort(s, s.begin() + static_cast<std::ptrdiff_t>(n), std::greater<>());
  return n == 0 ? 0
                : std::accumulate(s.begin(), s.begin() + static_cast<std::ptrdiff_t>(n), 0.F) / static_cast<float>(n);
}

std::vector<Fared> fare_all(const MovementData& data, const std::vector<VisitReading>& readings,
                            const std::vector<Walk>& normal) {
  std::vector<Fared> out;
  const auto add = [&](const std::string& name, const std::vector<double>& score, bool rival = false) {
    if (auto fared = fare(name, data, score)) {
      fared->rival = rival;
      out.push_back(std::move(*fared));
    }
  };
  // Ranks of an hour end where its visits do: beyond that the unusualness itself says who is more so.
  add("movement model",
      column(readings, [](const VisitReading& r) { return -std::log(r.p) + 1e-6 * static_cast<double>(r.raw); }));
  add("- mean surprise", column(readings, [](const VisitReading& r) { return r.mean; }));
  add("- worst three stretches", column(readings, worst));
  add("- embedding's distance", column(readings, [](const VisitReading& r) { return r.far; }));
  add("- visit's facts", column(readings, [](const VisitReading& r) {
        auto facts = r.below;
        facts.back() = 0;  // without where it went
        return unusualness(facts);
      }));
  for (const MovementRival& rival : movement_rivals(normal.empty() ? std::span<const Walk>(data.walks) : normal)) {
    std::vector<double> score;
    for (const Walk& walk : data.walks) score.push_back(rival.score(walk));
    add(rival.name, score, true);
  }
  const bool weighed = std::ranges::any_of(data.logit, [](double l) { return l != 0; });
  if (!weighed) return out;
  add("risk's evidence", data.logit);
  for (const double weight : {0.25, 0.5, 1.0}) {
    std::vector<double> both;
    for (size_t i = 0; i < readings.size(); ++i) both.push_back(data.logit[i] - weight * std::log(readings[i].p));
    add(fmt::format("… and movement x {}", weight), both);
  }
  return out;
}

std::vector<RatioAt> ratios(const MovementData& data, const std::vector<VisitReading>& readings) {
  std::vector<RatioAt> out;
  for (const double rank : kRanks) {
    RatioAt at{.rank = rank};
    for (size_t i = 0; i < readings.size(); ++i) {
      const bool theft = data.theft[i] != "none" && !data.theft[i].empty();
      ++(theft ? at.thieves_of : at.others_of);
      if (readings[i].p <= rank) ++(theft ? at.thieves : at.others);
    }
    out.push_back(at);
  }
  return out;
}

std::vector<Week> weeks_of(const MovementData& data, const std::vector<VisitReading>& readings) {
  std::map<int64_t, std::vector<double>> by_week;
  // 1970-01-05 was a Monday.
  const auto week_of = [](Timestamp t) {
    return static_cast<int64_t>(std::floor((static_cast<double>(t.us) / 1e6 - 4 * 86400.0) / kWeek_s));
  };
  for (size_t i = 0; i < readings.size(); ++i) by_week[week_of(data.walks[i].from)].push_back(readings[i].p);
  std::vector<Week> out;
  for (auto& [week, p] : by_week)
    out.push_back({Timestamp{static_cast<int64_t>((static_cast<double>(week) * kWeek_s + 4 * 86400.0) * 1e6)},
                   drift_of(std::move(p))});
  return out;
}

/// The visits that are most unusual, and where.
std::vector<size_t> most_unusual(const std::vector<VisitReading>& readings, size_t top) {
  std::vector<size_t> order(readings.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](size_t a, size_t b) {
    return std::pair(readings[a].p, -readings[a].raw) < std::pair(readings[b].p, -readings[b].raw);
  });
  order.resize(std::min(top, order.size()));
  return order;
}

std::vector<size_t> worst_stretches(const VisitReading& reading) {
  std::vector<size_t> order(reading.rank.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](size_t i) { return reading.rank[i]; });
  order.resize(std::min<size_t>(3, order.size()));
  return order;
}

void print_json(const MovementData& data, const std::vector<VisitReading>& readings, const std::vector<Fared>& fared,
                const std::vector<RatioAt>& at, size_t top) {
  nlohmann::ordered_json json{
      {"visits", readings.size()}, {"days", data.days}, {"staff_left_out", data.staff}, {"simulated", data.simulated}};
  for (const Fared& f : fared)
    json["methods"].push_back({{"method", f.name},
                               {"auc_roc", json_of(f.ranking.auc_roc, f.roc)},
                               {"auc_pr", json_of(f.ranking.auc_pr, f.pr)},
                               {"positive_class", "theft"},
                               {"base_rate", f.ranking.base_rate()},
                               {"auc_roc_by_theft", f.roc_by_theft}});
  if (const auto beside = beside_best(data, fared))
    json["beside_best_rival"] = {{"rival", beside->rival},
                                 {"auc_roc", json_of(beside->roc, beside->roc_interval)},
                                 {"auc_pr", json_of(beside->pr, beside->pr_interval)}};
  for (const RatioAt& r : at)
    json["ranks"].push_back({{"rank_at_most", r.rank},
                             {"thieves", r.thieves},
                             {"of_thieves", r.thieves_of},
                             {"others", r.others},
                             {"of_others", r.others_of},
                             {"likelihood_ratio", r.ratio()}});
  for (const Week& w : weeks_of(data, readings))
    json["weeks"].push_back({{"week_from", to_rfc3339(w.from)},
                             {"visits", w.drift.visits},
                             {"psi", w.drift.psi},
                             {"ks", w.drift.ks},
                             {"median_rank", w.drift.median},
                             {"drift", w.drift.verdict()}});
  for (const size_t i : most_unusual(readings, top)) {
    nlohmann::ordered_json visit{
        {"visit_id", data.walks[i].visit_id}, {"from", to_rfc3339(data.walks[i].from)}, {"rank", readings[i].p}};
    for (size_t k = 0; k < readings[i].rank.size(); ++k)
      visit["stretches"].push_back({{"place", data.walks[i].stretches[k].place},
                                    {"at_s", data.walks[i].stretches[k].at_s},
                                    {"seconds", data.walks[i].stretches[k].seconds},
                                    {"rank", readings[i].rank[k]}});
    json["most_unusual"].push_back(std::move(visit));
  }
  std::cout << json.dump(2) << '\n';
}

void print_worth(const MovementData& data, const std::vector<Fared>& fared, const std::vector<RatioAt>& at) {
  if (fared.empty()) return;
  const FrameRanking& first = fared.front().ranking;
  fmt::print(
      "\n{} of {} visits are thefts ({:.1f} %, the base rate of AUC-PR); intervals: 95 %, bootstrap over visits\n",
      first.positives, first.frames, 100 * first.base_rate());
  fmt::print("{:<28} {:<20} {:<20} AUC-ROC by kind of theft\n", "", "AUC-ROC", "AUC-PR");
  for (const Fared& f : fared) {
    std::string kinds;
    for (const auto& [theft, roc] : f.roc_by_theft) kinds += fmt::format("{} {:.2f}  ", theft, roc);
    fmt::print("{:<28} {:<20} {:<20} {}\n", f.name, with_interval(f.ranking.auc_roc, f.roc),
               with_interval(f.ranking.auc_pr, f.pr), kinds);
  }
  if (const auto beside = beside_best(data, fared))
    fmt::print("\nThe model less the best single number ({}): AUC-ROC {}, AUC-PR {}\n", beside->rival,
               with_interval(beside->roc, beside->roc_interval), with_interval(beside->pr, beside->pr_interval));
  fmt::print("\n{:>14} {:>16} {:>16} {:>17}\n", "rank at most", "thieves", "others", "likelihood ratio");
  for (const RatioAt& r : at)
    fmt::print("{:>14.2f} {:>16} {:>16} {:>17.2f}\n", r.rank, fmt::format("{} of {}", r.thieves, r.thieves_of),
               fmt::format("{} of {}", r.others, r.others_of), r.ratio());
}

void print(const MovementData& data, const std::vector<VisitReading>& readings, const std::vector<Fared>& fared,
           const std::vector<RatioAt>& at, size_t top) {
  fmt::print("{} visits on {} days{}; {} of staff left out\n", readings.size(), data.days,
             data.simulated ? ", SIMULATED" : "", data.staff);
  print_worth(data, fared, at);
  fmt::print("\n{:<12} {:>8} {:>8} {:>8} {:>12}  drift\n", "week from", "visits", "PSI", "KS", "median rank");
  for (const Week& w : weeks_of(data, readings))
    fmt::print("{:<12} {:>8} {:>8.3f} {:>8.3f} {:>12.2f}  {}\n", to_rfc3339(w.from).substr(0, 10), w.drift.visits,
               w.drift.psi, w.drift.ks, w.drift.median, w.drift.verdict());
  fmt::print("\nMost unusual visits, and their most unusual stretches (share of normal ones that are as unusual):\n");
  for (const size_t i : most_unusual(readings, top)) {
    fmt::print("{}  {:.4f}  {}\n", to_rfc3339(data.walks[i].from), readings[i].p, data.walks[i].visit_id);
    for (const size_t k : worst_stretches(readings[i])) {
      const Stretch& s = data.walks[i].stretches[k];
      fmt::print("    {:.4f}  {:>5.0f} s after the begin, {:.0f} s in {}\n", readings[i].rank[k], s.at_s, s.seconds,
                 s.place);
    }
  }
}

Result<void> eval_movement(const EvalMovementArgs& args) {
  TRY(const MovementModel model, load_movement_model(args.model));
  if (!args.mot.empty()) return eval_movement_tracks(args, model);
  if (args.data.empty()) return bad_input("say --data, or --mot");
  TRY(const MovementData data, read_movement_data(args.data));
  std::vector<Walk> normal;
  if (!args.normal.empty()) {
    TRY(MovementData usual, read_movement_data(args.normal));
    normal = std::move(usual.walks);
  }
  const auto readings = read_all(model, data.walks);
  const bool both = std::ranges::any_of(data.theft, [](const std::string& t) { return !t.empty() && t != "none"; });
  const auto fared = both ? fare_all(data, readings, normal) : std::vector<Fared>{};
  const auto at = both ? ratios(data, readings) : std::vector<RatioAt>{};
  args.json ? print_json(data, readings, fared, at, args.top) : print(data, readings, fared, at, args.top);
  return {};
}

}  // namespace

void add_eval_movement(CLI::App& eval, int& exit_code) {
  auto* command = eval.add_subcommand(
      "movement",
      "How unusual visits' movement is by a model of `shrike train movement`, whether it still fits (drift by week),\n"
      "and, where the truth is known, what it is worth beside simple rivals.");
  auto args = std::make_shared<EvalMovementArgs>();
  command->add_option("--model", args->model, "File of `shrike train movement`")->required();
  auto* data = command->add_option("--data", args->data, "Data folders; with truth.csv (`shrike sim`) it is judged");
  command->add_option("--normal", args->normal, "Data folders of normal days, for the rivals; default: --data's own")
      ->needs(data);
  command->add_option("--mot", args->mot, "Instead: folders of MOT sequences, to see how steady it is on real tracks")
      ->excludes(data);
  command->add_option("--top", args->top, "Most unusual visits to show")->capture_default_str();
  command->add_flag("--json", args->json, "Print JSON");
  command->footer("Example: shrike eval movement --model movement.json --data data");
  command->callback([args, &exit_code] { exit_code = finish_command("eval movement", eval_movement(*args)); });
}

}  // namespace shrike
