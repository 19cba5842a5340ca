#include "cli/eval_track.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "cli/cli.h"
#include "cli/finish.h"
#include "cli/mot_table.h"
#include "site/config.h"
#include "track/ablation.h"
#include "track/mot_eval.h"
#include "track/mot_files.h"
#include "track/mot_run.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

struct EvalTrackArgs {
  std::string mot_dir, out_dir, video, model;
  float threshold = SiteConfig{}.detector.threshold;
  bool ablate = false, json = false;
};

struct SequenceResult {
  std::string name;
  int frames = 0;
  double track_s = 0;
  std::optional<MotScore> score;  // none where there is no ground truth
};

// Folders with a seqinfo.ini: DIR itself or those directly in it, by name.
Result<std::vector<fs::path>> find_sequences(const fs::path& dir) {
  std::error_code error;
  if (!fs::is_directory(dir, error))
    return bad_input(fmt::format("{}: found no folder, expected one with MOT sequence folders", dir.string()));
  if (fs::exists(dir / "seqinfo.ini", error)) return std::vector{fs::canonical(dir, error)};
  std::vector<fs::path> found;
  for (fs::directory_iterator it(dir, error), end; !error && it != end; it.increment(error))
    if (fs::exists(it->path() / "seqinfo.ini", error)) found.push_back(it->path());
  if (error) return fail(fmt::format("cannot list {}: {}", dir.string(), error.message()));
  if (found.empty())
    return bad_input(
        fmt::format("{}: found no sequence, expected folders with seqinfo.ini and det/det.txt", dir.string()));
  std::sort(found.begin(), found.end());
  return found;
}

Result<SequenceResult> run_sequence(const fs::path& folder, const fs::path& out_dir, const TrackerOptions& options) {
  SequenceResult result{.name = folder.filename().string()};
  TRY(const MotSequence sequence, read_seqinfo(folder / "seqinfo.ini"));
  TRY(const auto detections, read_mot(folder / "det" / "det.txt", MotKind::detections, sequence.frames));
  const double start_s = monotonic_s();
  const std::vector<MotRow> tracked = track_sequence(sequence, detections, options);
  result.track_s = monotonic_s() - start_s;
  result.frames = sequence.frames;
  if (!out_dir.empty()) TRY_VOID(write_mot(out_dir / (result.name + ".txt"), tracked));
  if (const fs::path truth_file = folder / "gt" / "gt.txt"; fs::exists(truth_file)) {
    TRY(const auto truth, read_mot(truth_file, MotKind::truth, sequence.frames));
    result.score = score_mot(truth, tracked);
  }
  return result;
}

// The benchmark that a sequence belongs to: what stands before the first '-' of its name.
std::string benchmark_of(const std::string& name) { return name.substr(0, name.find('-')); }

// Sums over the scored sequences of each benchmark that has several.
std::map<std::string, MotScore> pool(const std::vector<SequenceResult>& results) {
  std::map<std::string, int> counts;
  std::map<std::string, MotScore> pooled;
  for (const SequenceResult& result : results) {
    if (!result.score) continue;
    ++counts[benchmark_of(result.name)];
    pooled[benchmark_of(result.name)] += *result.score;
  }
  std::erase_if(pooled, [&](const auto& entry) { return counts[entry.first] < 2; });
  return pooled;
}

void print_json(const std::vector<SequenceResult>& results) {
  nlohmann::json out = {{"sequences", nlohmann::json::array()}, {"pooled", nlohmann::json::object()}};
  for (const SequenceResult& result : results) {
    nlohmann::json one = {{"sequence", result.name},
                          {"frames", result.frames},
                          {"track_us_per_frame", result.track_s * 1e6 / result.frames}};
    if (result.score) one.update(mot_json(*result.score));
    out["sequences"].push_back(one);
  }
  for (const auto& [name, score] : pool(results)) out["pooled"][name] = mot_json(score);
  std::cout << out.dump(2) << "\n";
}

void print_table(const std::vector<SequenceResult>& results) {
  print_mot_header("sequence");
  for (const SequenceResult& result : results) {
    if (result.score)
      print_mot_row(result.name, *result.score);
    else
      std::cout << fmt::format("{:<34} no gt/gt.txt: tracked, not scored\n", result.name);
  }
  for (const auto& [name, score] : pool(results)) print_mot_row(name + " pooled", score);
}

// What is lost when a part is left out, over all sequences of each benchmark.
Result<void> ablate(const std::vector<fs::path>& folders, bool json) {
  nlohmann::json out = nlohmann::json::array();
  if (!json) print_mot_header("pooled");
  for (const Ablation& one : ablations()) {
    std::map<std::string, MotScore> pooled;
    for (const fs::path& folder : folders) {
      TRY(const auto result, run_sequence(folder, {}, one.options));
      if (result.score) pooled[benchmark_of(result.name)] += *result.score;
    }
    for (const auto& [benchmark, score] : pooled) {
      if (!json) {
        print_mot_row(benchmark + " " + one.name, score);
        continue;
      }
      nlohmann::json row = mot_json(score);
      row["benchmark"] = benchmark;
      row["tracker"] = one.name;
      out.push_back(row);
    }
  }
  if (json) std::cout << out.dump(2) << "\n";
  return {};
}

Result<void> eval_track(const EvalTrackArgs& args) {
  if (!args.out_dir.empty()) {
    std::error_code error;
    fs::create_directories(args.out_dir, error);
    if (error) return fail(fmt::format("cannot make folder {}: {}", args.out_dir, error.message()));
  }
  TRY(const auto folders, find_sequences(args.mot_dir));
  if (args.ablate) return ablate(folders, args.json);
  if (!args.video.empty()) {
    if (folders.size() != 1) {
      return bad_input(fmt::format("{}: found {} sequences, expected the one folder that --video belongs to",
                                   args.mot_dir, folders.size()));
    }
    return eval_track_video({.video = args.video,
                             .sequence = folders[0],
                             .model = args.model,
                             .threshold = args.threshold,
                             .json = args.json});
  }
  std::vector<SequenceResult> results;
  for (const fs::path& folder : folders) {
    TRY(auto result, run_sequence(folder, args.out_dir, {}));
    results.push_back(std::move(result));
  }
  args.json ? print_json(results) : print_table(results);
  return {};
}

}  // namespace

void add_eval_track(CLI::App& eval, int& exit_code) {
  auto args = std::make_shared<EvalTrackArgs>();
  CLI::App* command = eval.add_subcommand(
      "track",
      "Run the tracker on MOTChallenge sequences and score it: MOTA, IDF1 and HOTA in %, ID switches,\n"
      "false and missed boxes, with MOT17's rules for distractors. One setting for all sequences, the one that\n"
      "`shrike watch` uses; each frame's result is final when the frame is done.");
  command->add_option("--mot", args->mot_dir, "Folder of sequence folders (each seqinfo.ini, det/det.txt, gt/gt.txt)")
      ->required();
  CLI::Option* out = command->add_option("--out", args->out_dir, "Write <sequence>.txt here, in MOT result form");
  CLI::Option* ablate = command->add_flag("--ablate", args->ablate, "Leave out each part of the tracker in turn");
  CLI::Option* video =
      command
          ->add_option("--video", args->video,
                       "The video of the one sequence: instead of reading det/det.txt, detect on it as `shrike watch`\n"
                       "does, and score tracks and visits, with appearance and without")
          ->excludes(out)
          ->excludes(ablate);
  ablate->excludes(out);
  command->add_option("--model", args->model, "With --video: the detector (default: the one the build installed)")
      ->needs(video);
  command->add_option("--threshold", args->threshold, "With --video: as detector.threshold")
      ->needs(video)
      ->capture_default_str();
  command->add_flag("--json", args->json, "Print JSON");
  command->footer(
      "Examples: shrike eval track --mot MOT17/train --out results\n"
      "          shrike eval track --mot PETS09-S2L1 --video vtest.avi");
  command->callback([args, &exit_code] { exit_code = finish_command("eval track", eval_track(*args)); });
}

}  // namespace shrike
