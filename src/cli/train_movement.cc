#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "base/child.h"
#include "base/file.h"
#include "base/scratch_folder.h"
#include "behaviour/movement_trial.h"
#include "cli/finish.h"
#include "cli/movement_commands.h"
#include "cli/movement_data.h"
#include "cli/trainer.h"

namespace shrike {
namespace {

constexpr size_t kPlaceWalks_min = 5;
constexpr double kDaySlack = 0.5;  // the last visit of a day comes now earlier, now later
constexpr double kHeldOut = 0.2;   // of the days, the newest; as many before them give the ranks

struct TrainMovementArgs {
  std::vector<std::string> data;
  std::string out, present, score = "whole";
  uint64_t seed = 1;
  double every_days = 0;
  bool json = false;
};

/// Days to learn from, to give the ranks, and to try the model on.
struct Split {
  std::vector<Walk> learn, rank, trial;
  std::string how;
};

Split split_of(const MovementData& data) {
  Split out;
  const int aside = std::max(1, static_cast<int>(kHeldOut * data.days));
  const bool by_day = data.days >= 3;
  for (size_t i = 0; i < data.walks.size(); ++i) {
    const int part = by_day ? data.days - 1 - data.day[i] : static_cast<int>(i % 5);
    auto& to = part < (by_day ? aside : 1) ? out.trial : part < (by_day ? 2 * aside : 2) ? out.rank : out.learn;
    to.push_back(data.walks[i]);
  }
  out.how = by_day ? fmt::format("learnt from {} days, ranks from the next {}, tried on the newest {}",
                                 data.days - 2 * aside, aside, aside)
                   : "fewer than three days: every fifth visit was tried on, every fifth gave the ranks";
  return out;
}

std::vector<std::string> places_of(const std::vector<Walk>& walks) {
  std::map<std::string, size_t> count;
  for (const Walk& walk : walks) {
    std::set<std::string> own;
    for (const Stretch& s : walk.stretches) own.insert(s.place);
    for (const std::string& place : own) ++count[place];
  }
  std::vector<std::string> places{"?"};
  for (const auto& [place, n] : count)
    if (n >= kPlaceWalks_min) places.push_back(place);
  return places;
}

Result<MovementNet> teach(const MovementModel& model, const std::vector<Walk>& walks, const TrainMovementArgs& args) {
  TRY(const ScratchFolder scratch, ScratchFolder::make());
  MovementRows rows{.places = places_of(walks), .walks = {}};
  for (const Walk& walk : walks) rows.walks.push_back(steps_of(walk, model.hour_of(walk), rows.places));
  const auto in = scratch.path() / "walks.cbor", out = scratch.path() / "net.json";
  TRY_VOID(write_file(in, to_cbor(rows)));
  TRY(const pid_t child, start_child({trainer().string(), "movement", "--rows", in.string(), "--out", out.string(),
                                      "--seed", std::to_string(args.seed)}));
  if (const auto done = wait_for_children({child}); !done) return fail(done.error(), "shrike-train");
  TRY(const std::string text, read_file(out, size_t{64} << 20U));
  return movement_net_from(nlohmann::json::parse(text, nullptr, false));
}

nlohmann::ordered_json to_json(const MovementTrial& t) {
  return {{"visits", t.visits},
          {"surprise_per_stretch", t.candidate},
          {"present", t.present},
          {"worse_by", {{"value", t.worse}, {"low", t.worse_low}, {"high", t.worse_high}}},
          {"rank_correlation", t.rank_correlation},
          {"psi", t.drift.psi},
          {"ks", t.drift.ks},
          {"drift", t.drift.verdict()},
          {"promoted", t.promoted()},
          {"why", t.why()}};
}

void print(const MovementModel& model, const Split& split, const MovementTrial& trial, const std::string& file,
           const TrainMovementArgs& args) {
  if (args.json) {
    const nlohmann::ordered_json json{{"file", file},       {"walks", model.walks},
                                      {"days", model.days}, {"places", model.net.places.size() - 1},
                                      {"split", split.how}, {"trial", to_json(trial)}};
    std::cout << json.dump(2) << '\n';
    return;
  }
  fmt::print("{} walks of {} days, {} places: {}\nOn {} visits that it had not seen: surprise a stretch {:.3f}",
             model.walks, model.days, model.net.places.size() - 1, split.how, trial.visits, trial.candidate);
  if (trial.present > 0)
    fmt::print(
        ", the present model's {:.3f} (difference {:+.3f} [{:+.3f} .. {:+.3f}]), ranks of visits correlate {:.2f}",
        trial.present, trial.worse, trial.worse_low, trial.worse_high, trial.rank_correlation);
  fmt::print(";\nranks: PSI {:.3f}, KS {:.3f} ({})\n{}: {}\n", trial.drift.psi, trial.drift.ks, trial.drift.verdict(),
             trial.promoted() ? "promoted" : "NOT promoted", trial.why());
  fmt::print("written to {}\n", file);
}

Result<void> train_movement_model(const TrainMovementArgs& args) {
  TRY(const MovementData data, read_movement_data(args.data));
  std::optional<MovementModel> present;
  std::error_code error;
  const std::string in_place =
      args.present.empty() && std::filesystem::exists(args.out, error) ? args.out : args.present;
  if (!in_place.empty()) {
    TRY(present, load_movement_model(in_place));
  }
  if (present && args.every_days > 0) {
    const double age_days = seconds_between(present->tried_to, data.walks.back().from) / 86400;
    if (age_days < args.every_days - kDaySlack) {
      fmt::print("{}: has seen all but the newest {:.1f} days; nothing to do before {:g}\n", in_place, age_days,
                 args.every_days);
      return {};
    }
  }
  const Split split = split_of(data);
  MovementModel model;
  model.store = data.store;
  model.time_zone = data.time_zone;
  model.walks = static_cast<int64_t>(split.learn.size());
  model.days = data.days;
  model.retrain_days = args.every_days;
  for (const auto score : kMovementScores)
    if (args.score == to_string(score)) model.score = score;
  TRY(model.net, teach(model, split.learn, args));
  model.learnt_from = split.learn.front().from;
  model.learnt_to = split.learn.back().from;
  model.calibrated_to = split.rank.empty() ? model.learnt_to : split.rank.back().from;
  model.tried_to = data.walks.back().from;
  fit_visits(model, split.learn);
  calibrate(model, split.rank);
  const MovementTrial trial = try_movement(present ? &*present : nullptr, model, split.trial);
  model.tried = MovementTried{trial.promoted(), trial.why(), trial.visits, trial.drift.psi};
  const std::string refused = args.out + MovementModel::kRefused;
  const std::string file = trial.promoted() ? args.out : refused;
  TRY_VOID(write_file(file, to_text(model)));
  if (trial.promoted()) std::filesystem::remove(refused, error);  // an older one, which nobody needs any more
  print(model, split, trial, file, args);
  return {};
}

}  // namespace

void add_train_movement(CLI::App& train, int& exit_code) {
  auto* command = train.add_subcommand(
      "movement",
      "A model of how visits move through the store, learnt from its own normal days, without labels. Where --out is\n"
      "there already, it is the present model: the new one takes its place only if it is as good on the newest days.");
  auto args = std::make_shared<TrainMovementArgs>();
  command->add_option("--data", args->data, "Data folders of one store")->required();
  command->add_option("--out", args->out, "File to write")->required();
  command->add_option("--present", args->present, "The present model, where it is another file");
  command->add_option("--score", args->score, "What is called unusual")
      ->check(CLI::IsMember({"mean_surprise", "worst_surprise", "embedding", "whole"}))
      ->capture_default_str();
  command->add_option("--seed", args->seed, "Seed of every draw")->capture_default_str();
  command
      ->add_option(
          "--every", args->every_days,
          "Do nothing where the present model is younger than so many days of data; a running store whose model\n"
          "this is (movement.json in its data folder) trains it anew so often by itself")
      ->check(CLI::Range(0.0, 3660.0));
  command->add_flag("--json", args->json, "Print JSON");
  command->footer("Example: shrike train movement --data data --out movement.json");
  command->callback([args, &exit_code] { exit_code = finish_command("train movement", train_movement_model(*args)); });
}

}  // namespace shrike
