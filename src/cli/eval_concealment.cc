#include "cli/eval_concealment.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/progress.h"
#include "behaviour/concealment_clips.h"
#include "behaviour/concealment_model.h"
#include "cli/bootstrap_print.h"
#include "cli/cli.h"
#include "cli/finish.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

constexpr size_t kLabelBytes_max = size_t{16} << 20U;
constexpr std::array kRates_per_hour = {1.0, 6.0, 20.0};

struct EvalConcealmentArgs {
  std::string model, data, scores, normal_videos, theft_videos;
  bool json = false;
};

/// Clips of the test with their labels, and of normal shopping.
struct PoseData {
  std::vector<PoseClip> test, train;
  std::vector<std::vector<bool>> theft;  ///< of test
};

/// How a way of scoring fares.
struct Fared {
  std::string name;
  FrameRanking published;
  std::optional<HonestScore> honest;
  std::optional<BootstrapInterval> auc, mixed, within;
  std::optional<std::array<int, kRates_per_hour.size()>> caught;  ///< none of parts: the thresholds are the whole's
  int thefts = 0;
};

Result<PoseData> read_data(const fs::path& dir) {
  PoseData data;
  TRY(data.test, read_pose_clips(dir / "test"));
  TRY(data.train, read_pose_clips(dir / "train"));
  for (const PoseClip& clip : data.test) {
    const fs::path file = dir / "gt" / (clip.name + ".csv");
    TRY(const std::string text, read_file(file, kLabelBytes_max));
    TRY(auto labels, parse_frame_labels(text, file.string()));
    data.theft.push_back(std::move(labels));
  }
  return data;
}

template <class Scorer>
Result<std::vector<ScoredClip>> scored(const std::vector<PoseClip>& clips, const std::vector<std::vector<bool>>& theft,
                                       const Scorer& scorer) {
  std::vector<ScoredClip> out;
  for (size_t i = 0; i < clips.size(); ++i) {
    TRY(auto clip, score_clip(clips[i], theft.empty() ? std::vector<bool>{} : theft[i], scorer));
    out.push_back(std::move(clip));
  }
  return out;
}

using Thresholds = std::array<float, kRates_per_hour.size()>;  // one for each of kRates_per_hour

Result<Fared> fare(std::string name, const std::vector<ScoredClip>& clips,
                   const std::optional<Thresholds>& thresholds) {
  Fared out{.name = std::move(name)};
  const auto ranking = rank_frames(clips);
  if (!ranking) return bad_input("the labels hold one class only, expected frames of theft and others");
  out.published = *ranking;
  out.honest = honest_score(clips);
  const auto interval = [&](auto statistic) { return bootstrap(clips, statistic); };
  out.auc = interval([](auto drawn) -> std::optional<double> {
    const auto r = rank_frames(drawn);
    return r ? std::optional(r->auc_roc) : std::nullopt;
  });
  out.mixed = interval([](auto drawn) -> std::optional<double> {
    const auto h = honest_score(drawn);
    return h ? std::optional(h->mixed.auc_roc) : std::nullopt;
  });
  out.within = interval([](auto drawn) -> std::optional<double> {
    const auto h = honest_score(drawn);
    return h ? std::optional(h->within) : std::nullopt;
  });
  out.thefts = static_cast<int>(std::ranges::count_if(clips, &ScoredClip::has_theft));
  if (thresholds) {
    out.caught.emplace();
    for (size_t k = 0; k < thresholds->size(); ++k)
      (*out.caught)[k] = static_cast<int>(
          std::ranges::count_if(clips, [&](const ScoredClip& clip) { return caught(clip, (*thresholds)[k]); }));
  }
  return out;
}

Result<Fared> fare_of_baseline(const NoPoseBaseline& baseline, const PoseData& data) {
  TRY(const auto test, scored(data.test, data.theft, baseline));
  TRY(const auto normal, scored(data.train, {}, baseline));
  Thresholds thresholds{};
  std::ranges::transform(kRates_per_hour, thresholds.begin(), [&](double rate) { return threshold_for(normal, rate); });
  return fare(baseline.name, test, thresholds);
}

nlohmann::ordered_json json_of(const Fared& f) {
  nlohmann::ordered_json caught = nlohmann::ordered_json::array();
  for (size_t k = 0; f.caught && k < kRates_per_hour.size(); ++k)
    caught.push_back({{"false_alarms_per_hour", kRates_per_hour[k]}, {"caught", (*f.caught)[k]}, {"of", f.thefts}});
  nlohmann::ordered_json out{{"method", f.name}};
  if (f.honest) {
    out["mixed"] = json_of(f.honest->mixed.auc_roc, f.mixed);
    out["within"] = json_of(f.honest->within, f.within);
    out["mixed_clips"] = f.honest->clips;
    out["mixed_frames"] = f.honest->mixed.frames;
  }
  out["all_frames"] = {{"auc_roc", json_of(f.published.auc_roc, f.auc)},
                       {"auc_pr", f.published.auc_pr},
                       {"eer", f.published.eer},
                       {"positive_class", "theft"},
                       {"base_rate", f.published.base_rate()},
                       {"frames", f.published.frames}};
  if (f.caught) out["caught"] = std::move(caught);
  return out;
}

void print_json(const std::vector<Fared>& all) {
  nlohmann::ordered_json out{{"methods", nlohmann::ordered_json::array()}};
  for (const Fared& f : all) out["methods"].push_back(json_of(f));
  fmt::print("{}\n", out.dump(2));
}

void print(const std::vector<Fared>& all) {
  const FrameRanking& frames = all.front().published;
  fmt::print(
      "{} frames, {:.0f} % theft (the positive class); intervals: 95 %, bootstrap over clips.\n"
      "mixed, within: AUC-ROC of frames with people away from the clips' ends, in the {} clips with both classes,\n"
      "pooled and clip by clip. All frames: pooled as papers do; there, clip lengths alone score high.\n\n",
      frames.frames, 100 * frames.base_rate(), all.front().honest ? all.front().honest->clips : 0);
  fmt::print("{:<22}  {:<20}  {:<20}  {:<20}  {:>5}  {:>5}  caught of {} at {} false alarms an hour\n", "", "mixed",
             "within", "all frames", "AP", "EER", all.front().thefts, fmt::join(kRates_per_hour, ", "));
  for (const Fared& f : all) {
    const std::string none = "no clip holds both";
    fmt::print("{:<22}  {:<20}  {:<20}  {:<20}  {:>5.3f}  {:>5.3f}  {}\n", f.name,
               f.honest ? with_interval(f.honest->mixed.auc_roc, f.mixed) : none,
               f.honest ? with_interval(f.honest->within, f.within) : none, with_interval(f.published.auc_roc, f.auc),
               f.published.auc_pr, f.published.eer, f.caught ? fmt::format("{:>3}", fmt::join(*f.caught, " ")) : "");
  }
}

Result<void> write_scores(const fs::path& dir, const std::vector<ScoredClip>& clips) {
  std::error_code error;
  fs::create_directories(dir, error);
  if (error) return fail(fmt::format("cannot make folder {}: {}", dir.string(), error.message()));
  for (const ScoredClip& clip : clips) {
    std::string text = "frame,score\n";
    for (size_t i = 0; i < clip.score.size(); ++i) text += fmt::format("{},{}\n", i, clip.score[i]);
    TRY_VOID(write_file(dir / (clip.name + ".csv"), text));
  }
  return {};
}

Result<void> eval_concealment(const EvalConcealmentArgs& args) {
  if (args.data.empty() && args.normal_videos.empty())
    return bad_input("say --data, or --normal-videos and --theft-videos");
  TRY(const Runtime runtime, Runtime::open());
  TRY(const auto model, ConcealmentModel::load(runtime, args.model));
  if (!args.normal_videos.empty())
    return eval_concealment_videos({args.normal_videos, args.theft_videos, args.json}, model);
  TRY(const PoseData data, read_data(args.data));
  const auto by_model = [&](ConcealmentPart part) {
    return scored(data.test, data.theft, StepScorer([&, part](std::span<const BodyStep> steps) {
                    return concealment_scores(model, steps, part);
                  }));
  };
  TRY(const auto clips, by_model({}));
  if (!args.scores.empty()) TRY_VOID(write_scores(args.scores, clips));
  Thresholds thresholds{};
  std::ranges::transform(kRates_per_hour, thresholds.begin(), [&](double rate) { return model.threshold_for(rate); });
  std::vector<Fared> all;
  for (const auto& [name, part] : concealment_parts()) {
    TRY(const auto by_part, by_model(part));
    TRY(auto fared, fare(name, by_part, all.empty() ? std::optional(thresholds) : std::nullopt));
    all.push_back(std::move(fared));
  }
  for (const NoPoseBaseline& baseline : no_pose_baselines()) {
    TRY(auto fared, fare_of_baseline(baseline, data));
    all.push_back(std::move(fared));
  }
  args.json ? print_json(all) : print(all);
  return {};
}

}  // namespace

std::vector<std::pair<std::string, ConcealmentPart>> concealment_parts() {
  return {{"Shrike", {}},
          {"- its hand cue", {.kind = ConcealmentPart::hands}},
          {"- its rarity", {.kind = ConcealmentPart::rarity}},
          {"- not smoothed", {.smoothed = false}}};
}

void add_eval_concealment(CLI::App& eval, int& exit_code) {
  auto* command =
      eval.add_subcommand("concealment", "How well a concealment network ranks frames, and what it catches");
  auto args = std::make_shared<EvalConcealmentArgs>();
  command->add_option("--model", args->model, "ONNX file from `shrike train concealment`")->required();
  auto* data =
      command->add_option("--data", args->data, "Folder with train/, test/ (PoseLift's JSON) and gt/ (0 or 1 a line)");
  command->add_option("--scores", args->scores, "Write one CSV a clip here, one score a frame")->needs(data);
  auto* normal = command->add_option("--normal-videos", args->normal_videos,
                                     "Instead of --data, from pixels: folder of short videos of normal shopping …");
  auto* theft = command->add_option("--theft-videos", args->theft_videos, "… and of such with a theft");
  normal->needs(theft)->excludes(data);
  theft->needs(normal)->excludes(data);
  command->add_flag("--json", args->json, "For a program");
  command->footer("Example: shrike eval concealment --model models/concealment.onnx --data poses");
  command->callback([args, &exit_code] { exit_code = finish_command("eval concealment", eval_concealment(*args)); });
}

}  // namespace shrike
