#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "behaviour/movement_trial.h"
#include "cli/eval_movement.h"
#include "track/mot_files.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

// Where a person stands in the picture is taken for where they would stand on a floor of this size: the model knows
// its squares, the movement is real.
constexpr double kWidth_m = 24, kDepth_m = 16;

struct Seen {
  double at_s = 0, x = 0, y = 0, size = 0;  ///< 0..1 of the picture
};
using Track = std::vector<Seen>;

/// An error that trackers make, put into a true track.
struct Fault {
  const char* name;
  std::function<Track(const Track&, std::mt19937_64&)> put;
};

template <class Keep>
Track kept(const Track& track, const Keep& keep) {
  Track out;
  for (size_t i = 0; i < track.size(); ++i)
    if (keep(i)) out.push_back(track[i]);
  return out;
}

Track jittered(const Track& track, double share, std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  Track out = track;
  for (Seen& s : out) {
    s.x += share * s.size * normal(random);
    s.y += share * s.size * normal(random);
  }
  return out;
}

std::vector<Fault> faults() {
  return {
      {"as it is", [](const Track& t, std::mt19937_64&) { return t; }},
      {"every second frame",
       [](const Track& t, std::mt19937_64&) { return kept(t, [](size_t i) { return i % 2 == 0; }); }},
      {"one frame in five",
       [](const Track& t, std::mt19937_64&) { return kept(t, [](size_t i) { return i % 5 == 0; }); }},
      {"a third of frames lost",
       [](const Track& t, std::mt19937_64& random) {
         std::bernoulli_distribution lost(0.33);
         return kept(t, [&](size_t) { return !lost(random); });
       }},
      {"jitter, 5 % of the box", [](const Track& t, std::mt19937_64& random) { return jittered(t, 0.05, random); }},
      {"jitter, 15 % of the box", [](const Track& t, std::mt19937_64& random) { return jittered(t, 0.15, random); }},
      {"a fifth missing in the middle",
       [](const Track& t, std::mt19937_64&) {
         return kept(t, [&](size_t i) { return i < t.size() * 2 / 5 || i >= t.size() * 3 / 5; });
       }},
      {"first fifth missing",
       [](const Track& t, std::mt19937_64&) { return kept(t, [&](size_t i) { return i >= t.size() / 5; }); }}};
}

Result<std::vector<Track>> read_tracks(const fs::path& dir) {
  TRY(const MotSequence sequence, read_seqinfo(dir / "seqinfo.ini"));
  TRY(const auto rows, read_mot(dir / "gt" / "gt.txt", MotKind::truth, sequence.frames));
  std::map<int64_t, Track> tracks;
  for (const MotRow& r : rows) {
    if (r.confidence == 0 || r.label != 1) continue;
    tracks[r.id].push_back({r.frame / sequence.fps, (r.left + r.width / 2) / sequence.width,
                            (r.top + r.height) / sequence.height, r.height / sequence.height});
  }
  std::vector<Track> out;
  for (auto& [id, track] : tracks) out.push_back(std::move(track));
  return out;
}

/// As a camera would leave it: thinned, then laid over the floor.
Walk walk_of_track(const Track& track) {
  const Timestamp begin{1'772'445'600'000'000};  // 2026-03-02, 10:00 UTC
  PathThinner path;
  for (const Seen& s : track)
    path.see({static_cast<float>(std::clamp(s.x, 0.0, 1.0)), static_cast<float>(std::clamp(s.y, 0.0, 1.0))},
             begin.plus_s(s.at_s));
  VisitTrace trace{.camera_visit_id = "t",
                   .visit_id = "t",
                   .camera = "c",
                   .from = path.begun(),
                   .to = path.newest(),
                   .plane = Plane::floor,
                   .path = path.waypoints()};
  for (Waypoint& w : trace.path) {
    w.x *= static_cast<float>(kWidth_m);
    w.y *= static_cast<float>(kDepth_m);
  }
  return walk_of({&trace, 1});
}

struct FaultResult {
  std::string name;
  size_t tracks = 0, not_finite = 0;
  double correlation = 1, moved_median = 0, moved_most = 0;  ///< of ln rank, against the track as it is
};

FaultResult run(const Fault& fault, const std::vector<Track>& tracks, const MovementModel& model) {
  FaultResult out{.name = fault.name};
  std::mt19937_64 random(7);
  std::vector<double> before, after, moved;
  for (const Track& track : tracks) {
    const Walk whole = walk_of_track(track), faulty = walk_of_track(fault.put(track, random));
    if (whole.seconds < kWalkShortest_s || whole.stretches.empty()) continue;
    const VisitReading a = model.read(whole), b = model.read(faulty);
    ++out.tracks;
    const bool finite = std::isfinite(b.raw) && std::isfinite(b.far) && b.p > 0 && b.p <= 1 &&
                        std::ranges::all_of(b.surprise, [](float s) { return std::isfinite(s); });
    if (!finite) ++out.not_finite;
    before.push_back(static_cast<double>(a.raw));
    after.push_back(static_cast<double>(b.raw));
    moved.push_back(std::abs(std::log(a.p) - std::log(b.p)));
  }
  out.correlation = spearman(before, after);
  std::ranges::sort(moved);
  if (!moved.empty()) {
    out.moved_median = moved[moved.size() / 2];
    out.moved_most = moved.back();
  }
  return out;
}

}  // namespace

Result<void> eval_movement_tracks(const EvalMovementArgs& args, const MovementModel& model) {
  std::vector<Track> tracks;
  for (const std::string& dir : args.mot) {
    TRY(auto own, read_tracks(dir));
    std::ranges::move(own, std::back_inserter(tracks));
  }
  std::vector<FaultResult> results;
  for (const Fault& fault : faults()) results.push_back(run(fault, tracks, model));
  if (args.json) {
    auto json = nlohmann::ordered_json::array();
    for (const FaultResult& r : results)
      json.push_back({{"fault", r.name},
                      {"tracks", r.tracks},
                      {"not_finite", r.not_finite},
                      {"rank_correlation", r.correlation},
                      {"ln_rank_moved_median", r.moved_median},
                      {"ln_rank_moved_most", r.moved_most}});
    std::cout << json.dump(2) << '\n';
    return {};
  }
  fmt::print("{} true tracks of 10 s or more in {} sequences, laid over a floor of {:.0f} x {:.0f} m\n",
             results.empty() ? 0 : results.front().tracks, args.mot.size(), kWidth_m, kDepth_m);
  fmt::print("{:<32} {:>10} {:>18} {:>24}\n", "", "not finite", "rank correlation", "ln rank moved, half/most");
  for (const FaultResult& r : results)
    fmt::print("{:<32} {:>10} {:>18.3f} {:>24}\n", r.name, r.not_finite, r.correlation,
               fmt::format("{:.2f} / {:.2f}", r.moved_median, r.moved_most));
  return {};
}

}  // namespace shrike
