#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "cli/cli.h"
#include "cli/eval_visits_store.h"
#include "cli/finish.h"
#include "track/reid_gaps.h"
#include "track/shop_walks.h"
#include "track/store_visits_eval.h"
#include "video/play_file.h"
#include "vision/appearance.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

struct EvalVisitsArgs {
  std::string mot_dir, video;
  std::vector<std::string> stores;
  double hours = 24;
  int seeds = 5;
  uint64_t first_seed = 101;
  bool json = false;
};

struct Scene {
  const char* name;
  ShopWalkOptions walks;
};

std::vector<Scene> scenes() {
  return {{"placed, views overlap", {}},
          {"placed, 120 people", {.people = 120}},
          {"placed, views do not overlap", {.overlap = false}},
          {"not placed, views do not overlap", {.placed = false, .overlap = false}},
          {"not placed, views overlap", {.placed = false}},
          {"no looks", {.looks = false}},
          {"half of all dressed alike", {.uniform_share = 0.5}},
          {"poor colours", {.look_noise = 0.8, .cast = 0.6}},
          {"40 % of the time behind shelves", {.hidden_share = 0.4}},
          {"one clock 5 s ahead", {.clock_ahead_s = 5}},
          {"a third of meetings exchange ids", {.swaps_per_meeting = 0.33}},
          {"feet 0.6 m off", {.foot_noise_m = 0.6}}};
}

struct SceneResult {
  MotScore no_joins, at_once, revised;
  int people = 0, visits = 0;
  std::array<int, 10> joins{}, right{};
  double brier = 0, sight_us = 0;
  int clocks_found = 0, seeds = 0;
};

SceneResult run_scene(ShopWalkOptions walks, const EvalVisitsArgs& args) {
  SceneResult sum;
  for (int k = 0; k < args.seeds; ++k) {
    walks.seed = args.first_seed + static_cast<uint64_t>(k);
    StoreVisitsScore score(
        StoreVisitOptions{.shop = {.area_m2 = walks.width_m * walks.depth_m, .doors_are_watched = true}});
    for (const TrueSight& one : walk_shop(walks)) (void)score.add(one.sight, one.who);
    sum.clocks_found += score.visits().clocks_apart().empty() ? 0 : 1;
    score.finish();
    const auto result = score.result();
    sum.no_joins += result.no_joins;
    sum.at_once += result.at_once;
    sum.revised += result.revised;
    sum.people += result.people;
    sum.visits += result.visits;
    for (size_t tenth = 0; tenth < 10; ++tenth) {
      sum.joins[tenth] += result.joins[tenth];
      sum.right[tenth] += result.right[tenth];
    }
    sum.brier += result.brier / args.seeds;
    sum.sight_us += result.sight_us / args.seeds;
    ++sum.seeds;
  }
  return sum;
}

/// Right joins of all, in %.
double right_share(const SceneResult& r) {
  const int joins = std::accumulate(r.joins.begin(), r.joins.end(), 0);
  return joins == 0 ? 0 : 100.0 * std::accumulate(r.right.begin(), r.right.end(), 0) / joins;
}

nlohmann::json to_json(const char* name, const SceneResult& r) {
  return {{"scene", name},
          {"idf1_no_joins", r.no_joins.idf1()},
          {"idf1_at_once", r.at_once.idf1()},
          {"idf1_revised", r.revised.idf1()},
          {"switches", r.at_once.switches},
          {"people", r.people},
          {"visits", r.visits},
          {"joins_by_tenth", r.joins},
          {"right_by_tenth", r.right},
          {"brier", r.brier},
          {"seeds_with_clocks_apart", r.clocks_found},
          {"seeds", r.seeds},
          {"us_per_sight", r.sight_us}};
}

Result<void> eval_simulated(const EvalVisitsArgs& args) {
  const auto all = scenes();
  Progress progress("walking through shops", static_cast<int64_t>(all.size()));
  std::vector<SceneResult> results;
  for (const Scene& scene : all) {
    results.push_back(run_scene(scene.walks, args));
    progress.at(static_cast<int64_t>(results.size()));
  }
  progress.finish();
  if (args.json) {
    auto out = nlohmann::json::array();
    for (size_t i = 0; i < all.size(); ++i) out.push_back(to_json(all[i].name, results[i]));
    fmt::print("{}\n", out.dump(2));
    return {};
  }
  fmt::print(
      "{} made-up shops each: 4 cameras, 40 people in 10 minutes; IDF1 in %\n\n{:<34} {:>8} {:>8} {:>8} {:>13} "
      "{:>7} {:>6} {:>7} {:>9}\n",
      args.seeds, "", "cameras", "joined,", "joined,", "people >", "joins", "", "clocks", "us");
  fmt::print("{:<34} {:>8} {:>8} {:>8} {:>13} {:>7} {:>6} {:>7} {:>9}\n", "scene", "alone", "at once", "in end",
             "visits", "right %", "Brier", "apart", "a sight");
  for (size_t i = 0; i < all.size(); ++i) {
    const SceneResult& r = results[i];
    fmt::print("{:<34} {:>8.1f} {:>8.1f} {:>8.1f} {:>13} {:>7.1f} {:>6.3f} {:>7} {:>9.0f}\n", all[i].name,
               100 * r.no_joins.idf1(), 100 * r.at_once.idf1(), 100 * r.revised.idf1(),
               fmt::format("{} > {}", r.people, r.visits), right_share(r), r.brier,
               fmt::format("{}/{}", r.clocks_found, r.seeds), r.sight_us);
  }
  return {};
}

struct GapResult {
  double gap_s = 0;
  GapScore visits, store_visits;
};

Result<std::vector<GapResult>> run_gaps(const EvalVisitsArgs& args) {
  const fs::path folder = args.mot_dir;
  TRY(const MotSequence sequence, read_seqinfo(folder / "seqinfo.ini"));
  TRY(const auto truth, read_mot(folder / "gt" / "gt.txt", MotKind::truth, sequence.frames));
  std::vector<GapResult> results;
  std::vector<std::unique_ptr<GapRun>> runs;
  for (const double gap_s : {1.0, 2.0, 4.0, 8.0, 15.0, 30.0}) {
    if (cut_gaps(truth, sequence.fps, gap_s).empty()) continue;
    results.push_back({gap_s, {}, {}});
    runs.push_back(std::make_unique<GapRun>(sequence, truth, gap_s));
  }
  if (args.video.empty()) {
    for (int frame = 1; frame <= sequence.frames; ++frame)
      for (const auto& run : runs) run->see(frame, run->detections(frame), {});
  } else {
    int frame = 0;
    TRY_VOID(play_file(args.video, [&](const Frame& picture) -> Result<void> {
      if (picture.width != sequence.width || picture.height != sequence.height || ++frame > sequence.frames)
        return bad_input(
            fmt::format("{}: is not the video of {}: other pictures, or more of them", args.video, sequence.name));
      for (const auto& run : runs) {
        const Detections seen = run->detections(frame);
        run->see(frame, seen, appearance_of(picture, seen));
      }
      return {};
    }));
  }
  for (size_t i = 0; i < runs.size(); ++i) {
    results[i].visits = runs[i]->visits();
    results[i].store_visits = runs[i]->store_visits();
  }
  return results;
}

nlohmann::json to_json(const GapScore& s) {
  return {{"gaps", s.gaps}, {"again", s.again}, {"wrong", s.wrong}, {"fresh", s.fresh}};
}

Result<void> eval_gaps(const EvalVisitsArgs& args) {
  TRY(const auto results, run_gaps(args));
  if (args.json) {
    auto out = nlohmann::json::array();
    for (const GapResult& one : results)
      out.push_back(
          {{"gap_s", one.gap_s}, {"visits", to_json(one.visits)}, {"store_visits", to_json(one.store_visits)}});
    fmt::print("{}\n", out.dump(2));
    return {};
  }
  fmt::print("{}: true boxes, one gap cut into each person's time, {}\n\n{:>6} {:>6} {:>26} {:>28}\n", args.mot_dir,
             args.video.empty() ? "motion alone (no video)" : "with appearance", "", "", "visits of the camera",
             "visits of the store");
  fmt::print("{:>6} {:>6} {:>8} {:>8} {:>8} {:>10} {:>8} {:>8}\n", "gap s", "gaps", "again", "wrong", "new", "again",
             "wrong", "new");
  for (const GapResult& one : results)
    fmt::print("{:>6} {:>6} {:>8} {:>8} {:>8} {:>10} {:>8} {:>8}\n", one.gap_s, one.visits.gaps, one.visits.again,
               one.visits.wrong, one.visits.fresh, one.store_visits.again, one.store_visits.wrong,
               one.store_visits.fresh);
  return {};
}

}  // namespace

void add_eval_visits(CLI::App& eval, int& exit_code) {
  auto args = std::make_shared<EvalVisitsArgs>();
  CLI::App* command = eval.add_subcommand(
      "visits",
      "How well people are known again: across the cameras of made-up shops (IDF1 with MOT's scorer; a person on one\n"
      "camera at one moment is one box), or, with --mot, on one camera after gaps cut into a real sequence's truth.");
  command->add_option("--seeds", args->seeds, "Made-up shops a scene")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  command->add_option("--first-seed", args->first_seed, "The first one's seed")->capture_default_str();
  CLI::Option* mot = command->add_option("--mot", args->mot_dir, "A sequence's folder (seqinfo.ini, gt/gt.txt)");
  command->add_option("--video", args->video, "Its video, for appearance")->needs(mot);
  CLI::Option* store = command->add_option("--store", args->stores, "Instead: folders of `shrike sim store`");
  store->excludes(mot);
  command->add_option("--hours", args->hours, "Of each day of those, the first so many hours")->needs(store);
  command->add_flag("--json", args->json, "Print JSON");
  command->footer(
      "Examples: shrike eval visits --seeds 20\n"
      "          shrike eval visits --mot MOT15-PETS09-S2L1 --video vtest.avi\n"
      "          shrike eval visits --store store --hours 2");
  command->callback([args, &exit_code] {
    exit_code = finish_command("eval visits", !args->stores.empty()
                                                  ? eval_visits_of_stores(args->stores, args->hours, args->json)
                                              : args->mot_dir.empty() ? eval_simulated(*args)
                                                                      : eval_gaps(*args));
  });
}

}  // namespace shrike
