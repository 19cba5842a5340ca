#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "base/progress.h"
#include "behaviour/concealment_clips.h"
#include "behaviour/video_poses.h"
#include "cli/bootstrap_print.h"
#include "cli/eval_concealment.h"
#include "vision/default_model.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

Result<std::vector<fs::path>> files_of(const fs::path& dir) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator it(dir, error), end; !error && it != end; it.increment(error))
    if (it->is_regular_file()) files.push_back(it->path());
  if (error) return bad_input(fmt::format("{}: cannot be listed: {}", dir.string(), error.message()));
  if (files.empty()) return bad_input(fmt::format("{}: found no file, expected videos", dir.string()));
  std::ranges::sort(files);
  return files;
}

/// A video as one frame of the ranking: its highest score.
ScoredClip as_one(const ScoredClip& video, bool theft) {
  const auto highest = std::ranges::max_element(video.score);
  return {.name = video.name,
          .camera = {},
          .theft = {theft},
          .person = {true},
          .score = {highest == video.score.end() ? kNobodyScore : *highest}};
}

/// How a part of the model ranks the videos.
struct Ranked {
  std::string name;
  FrameRanking ranking;
  std::optional<BootstrapInterval> auc;
};

/// `clips`: the first `normal` are of normal shopping, the others of thefts.
Result<Ranked> ranked_by(const ConcealmentModel& model, ConcealmentPart part, const std::vector<PoseClip>& clips,
                         size_t normal) {
  std::vector<ScoredClip> videos;
  for (size_t i = 0; i < clips.size(); ++i) {
    TRY(const auto scored, score_clip(clips[i], {}, StepScorer([&](std::span<const BodyStep> steps) {
                                        return concealment_scores(model, steps, part);
                                      })));
    videos.push_back(as_one(scored, i >= normal));
  }
  Ranked out{.ranking = *rank_frames(videos)};
  out.auc = bootstrap(videos, [](auto drawn) -> std::optional<double> {
    const auto r = rank_frames(drawn);
    return r ? std::optional(r->auc_roc) : std::nullopt;
  });
  return out;
}

void print_json(const std::vector<Ranked>& all, size_t videos, size_t empty) {
  nlohmann::ordered_json out{{"videos", videos}, {"thefts", all.front().ranking.positives}, {"nobody_found", empty}};
  for (const Ranked& r : all)
    out["methods"].push_back({{"method", r.name},
                              {"auc_roc", json_of(r.ranking.auc_roc, r.auc)},
                              {"auc_pr", r.ranking.auc_pr},
                              {"eer", r.ranking.eer}});
  fmt::print("{}\n", out.dump(2));
}

void print(const std::vector<Ranked>& all, size_t videos, size_t empty) {
  fmt::print(
      "{} videos, {} with a theft, {} in which nobody was found; each counts with its highest score.\n\n"
      "{:<18}  AUC-ROC (95 %)           AP     EER\n",
      videos, all.front().ranking.positives, empty, "");
  for (const Ranked& r : all)
    fmt::print("{:<18}  {}  {:>6.3f}  {:>6.3f}\n", r.name, with_interval(r.ranking.auc_roc, r.auc), r.ranking.auc_pr,
               r.ranking.eer);
}

}  // namespace

Result<void> eval_concealment_videos(const EvalVideosArgs& args, const ConcealmentModel& model) {
  TRY(const auto normal, files_of(args.normal));
  TRY(const auto theft, files_of(args.theft));
  TRY(auto poses, VideoPoses::load({.detector = default_model(), .pose = default_pose_model(), .threads = 2}));
  spdlog::set_level(spdlog::level::warn);  // not a line a video
  Progress progress("looking at videos", static_cast<int64_t>(normal.size() + theft.size()));
  std::vector<PoseClip> clips;
  size_t empty = 0;
  for (const auto& files : {normal, theft})
    for (const fs::path& file : files) {
      TRY(auto clip, poses.find(file));
      if (clip.people.empty()) ++empty;
      clips.push_back(std::move(clip));
      progress.at(static_cast<int64_t>(clips.size()));
    }
  progress.finish();
  std::vector<Ranked> all;
  for (const auto& [name, part] : concealment_parts()) {
    TRY(auto ranked, ranked_by(model, part, clips, normal.size()));
    ranked.name = name;
    all.push_back(std::move(ranked));
  }
  args.json ? print_json(all, clips.size(), empty) : print(all, clips.size(), empty);
  return {};
}

}  // namespace shrike
