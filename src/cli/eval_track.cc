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
#include "track/mot_eval.h"
#include "track/mot_files.h"
#include "track/mot_run.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

struct EvalTrackArgs {
  std::string mot_dir, out_dir;
  bool json = false;
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

Result<SequenceResult> run_sequence(const fs::path& folder, const fs::path& out_dir) {
  SequenceResult result{.name = folder.filename().string()};
  TRY(const MotSequence sequence, read_seqinfo(folder / "seqinfo.ini"));
  TRY(const auto detections, read_mot(folder / "det" / "det.txt", MotKind::detections, sequence.frames));
  const double start_s = monotonic_s();
  const std::vector<MotRow> tracked = track_sequence(sequence, detections);
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

nlohmann::json to_json(const MotScore& score) {
  return {{"mota", score.mota()},
          {"idf1", score.idf1()},
          {"hota", score.hota()},
          {"deta", score.detection_accuracy()},
          {"assa", score.association_accuracy()},
          {"loca", score.localisation_accuracy()},
          {"id_switches", score.switches},
          {"false_positives", score.false_positives},
          {"misses", score.misses},
          {"truth_boxes", score.truth}};
}

void print_json(const std::vector<SequenceResult>& results) {
  nlohmann::json out = {{"sequences", nlohmann::json::array()}, {"pooled", nlohmann::json::object()}};
  for (const SequenceResult& result : results) {
    nlohmann::json one = {{"sequence", result.name},
                          {"frames", result.frames},
                          {"track_us_per_frame", result.track_s * 1e6 / result.frames}};
    if (result.score) one.update(to_json(*result.score));
    out["sequences"].push_back(one);
  }
  for (const auto& [name, score] : pool(results)) out["pooled"][name] = to_json(score);
  std::cout << out.dump(2) << "\n";
}

void print_row(const std::string& name, const MotScore& score) {
  std::cout << fmt::format("{:<24} {:>6.1f} {:>6.1f} {:>6.1f} {:>6.1f} {:>6.1f} {:>8} {:>7} {:>7} {:>8}\n", name,
                           100 * score.mota(), 100 * score.idf1(), 100 * score.hota(), 100 * score.detection_accuracy(),
                           100 * score.association_accuracy(), score.switches, score.false_positives, score.misses,
                           score.truth);
}

void print_table(const std::vector<SequenceResult>& results) {
  std::cout << fmt::format("{:<24} {:>6} {:>6} {:>6} {:>6} {:>6} {:>8} {:>7} {:>7} {:>8}\n", "sequence", "MOTA", "IDF1",
                           "HOTA", "DetA", "AssA", "switches", "FP", "FN", "boxes");
  for (const SequenceResult& result : results) {
    if (result.score)
      print_row(result.name, *result.score);
    else
      std::cout << fmt::format("{:<24} no gt/gt.txt: tracked, not scored\n", result.name);
  }
  for (const auto& [name, score] : pool(results)) print_row(name + " pooled", score);
}

Result<void> eval_track(const EvalTrackArgs& args) {
  if (!args.out_dir.empty()) {
    std::error_code error;
    fs::create_directories(args.out_dir, error);
    if (error) return fail(fmt::format("cannot make folder {}: {}", args.out_dir, error.message()));
  }
  TRY(const auto folders, find_sequences(args.mot_dir));
  std::vector<SequenceResult> results;
  for (const fs::path& folder : folders) {
    TRY(auto result, run_sequence(folder, args.out_dir));
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
  command->add_option("--out", args->out_dir, "Write <sequence>.txt here, in MOT result form");
  command->add_flag("--json", args->json, "Print JSON");
  command->footer("Example: shrike eval track --mot MOT17/train --out results");
  command->callback([args, &exit_code] {
    const auto done = eval_track(*args);
    if (done) return;
    std::cerr << "shrike eval track: " << done.error().message << "\n";
    exit_code = done.error().kind == Error::Kind::bad_input ? kBadInput : kFailed;
  });
}

}  // namespace shrike
