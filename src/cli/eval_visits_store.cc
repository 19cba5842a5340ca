#include "cli/eval_visits_store.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_map>

#include "base/progress.h"
#include "risk/who_is_who.h"
#include "sim/store_truth.h"
#include "sim/store_write.h"
#include "track/mot_eval.h"
#include "watch/replay.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

constexpr double kEvery_s = 1;     // a camera's people are looked at so often
constexpr double kPiece_s = 3600;  // the best pairing of identities is sought within an hour
constexpr double kSeen_s = 10;     // visits that are shorter are not counted

/// One person on one camera at one moment, and whom it was taken for.
struct Row {
  int64_t piece = 0;
  int frame = 0, place = 0;
  int who = 0;  ///< 0: nobody
  int64_t camera_visit = 0, at_once = 0;
  Timestamp time;
};

/// Goes along with a replay, and keeps what was said of who is who.
class Follower {
 public:
  Follower(const SiteConfig& site, const TrueDay& truth) : site_(site), truth_(truth), who_(site) {}

  void see(size_t camera, const ReplayedView& seen) {
    take(who_.see(seen.view));
    Timestamp& told = told_[camera];
    if (seconds_between(told, seen.view.time) < kEvery_s) return;
    told = seen.view.time;
    if (begun_ == Timestamp{}) begun_ = seen.view.time;
    const auto who = truth_.who.find(site_.cameras[camera].name);
    if (who == truth_.who.end()) return;
    ++frame_;
    const auto piece = static_cast<int64_t>(seconds_between(begun_, seen.view.time) / kPiece_s);
    for (size_t i = 0; i < seen.view.people.size(); ++i) {
      const int64_t detection = seen.detections[i];
      const bool known = detection >= 0 && static_cast<size_t>(detection) < who->second.size();
      const std::string& id = seen.view.people[i].camera_visit_id;
      rows_.push_back({piece, frame_, static_cast<int>(i), known ? who->second[static_cast<size_t>(detection)] : 0,
                       number_of(id), number_of(who_.visit_of(id)), seen.view.time});
    }
  }

  struct Scores {
    MotScore alone, at_once, in_end;
    size_t people = 0, visits = 0, camera_visits = 0;
    int joins = 0, right = 0;
  };

  Scores finish() {
    take(who_.finish());
    Scores out;
    std::map<int64_t, std::array<std::vector<MotRow>, 4>> pieces;  // truth, alone, at once, in the end
    std::map<int, int> seen;
    std::set<int64_t> visits, camera_visits;
    for (const Row& row : rows_) {
      auto& [truth, alone, at_once, in_end] = pieces[row.piece];
      // A box for each that overlaps no other: only identity is scored.
      const auto box = [&](int64_t id) {
        return MotRow{.frame = row.frame, .id = id, .left = 100.0 * row.place, .width = 50, .height = 100};
      };
      if (row.who > 0) truth.push_back(box(row.who));
      alone.push_back(box(row.camera_visit));
      at_once.push_back(box(row.at_once));
      const int64_t last = final_of(row);
      in_end.push_back(box(last));
      ++seen[row.who];
      visits.insert(last);
      camera_visits.insert(row.camera_visit);
    }
    for (auto& [piece, rows] : pieces) {
      // Two camera visits of one picture may be taken for one person; the scorer wants an id once in a frame.
      for (size_t k = 1; k < rows.size(); ++k) leave_one(rows[k]);
      out.alone += score_mot(rows[0], rows[1]);
      out.at_once += score_mot(rows[0], rows[2]);
      out.in_end += score_mot(rows[0], rows[3]);
    }
    out.people = static_cast<size_t>(
        std::ranges::count_if(seen, [](const auto& s) { return s.first > 0 && s.second >= kSeen_s; }));
    out.visits = visits.size();
    out.camera_visits = camera_visits.size();
    judge_joins(out);
    return out;
  }

 private:
  static void leave_one(std::vector<MotRow>& rows) {
    std::set<std::pair<int, int64_t>> there;
    std::erase_if(rows, [&](const MotRow& r) { return !there.emplace(r.frame, r.id).second; });
  }

  void take(const WhoChanges& changes) {
    for (const VisitRecord& visit : changes.ended) {
      ended_.push_back(visit.parts);
      for (const StoreVisit::Part& part : visit.parts)
        final_[number_of(part.camera_visit)].emplace_back(part.from, number_of(visit.visit_id));
    }
  }

  int64_t number_of(const std::string& id) {
    return numbers_.try_emplace(id, static_cast<int64_t>(numbers_.size()) + 1).first->second;
  }

  [[nodiscard]] int64_t final_of(const Row& row) const {
    int64_t last = row.at_once;
    Timestamp newest;
    if (const auto found = final_.find(row.camera_visit); found != final_.end())
      for (const auto& [from, visit] : found->second)
        if (row.time >= from && from >= newest) {
          last = visit;
          newest = from;
        }
    return last;
  }

  void judge_joins(Scores& out) {
    std::map<int64_t, std::map<int, int>> seen;
    for (const Row& row : rows_) ++seen[row.camera_visit][row.who];
    const auto most = [&](const std::string& camera_visit) {
      const auto found = seen.find(number_of(camera_visit));
      if (found == seen.end()) return 0;
      return std::ranges::max_element(found->second, {}, [](const auto& s) { return s.second; })->first;
    };
    for (const auto& parts : ended_)
      for (size_t i = 1; i < parts.size(); ++i) {
        const int first = most(parts[0].camera_visit), other = most(parts[i].camera_visit);
        if (first == 0 || other == 0) continue;
        ++out.joins;
        if (first == other) ++out.right;
      }
  }

  const SiteConfig& site_;
  const TrueDay& truth_;
  WhoIsWho who_;
  std::map<size_t, Timestamp> told_;
  std::vector<Row> rows_;
  std::unordered_map<std::string, int64_t> numbers_;
  std::map<int64_t, std::vector<std::pair<Timestamp, int64_t>>> final_;  ///< by camera visit: from when it was which
  std::vector<std::vector<StoreVisit::Part>> ended_;
  Timestamp begun_;
  int frame_ = 0;
};

struct StoreResult {
  std::string store, day;
  Follower::Scores scores;
};

Result<StoreResult> run_day(const fs::path& store, int day, double hours) {
  TRY(const SiteConfig site, load_site(store / "shrike.yml"));
  TRY(const Planogram planogram, read_planogram(store / "planogram.csv"));
  TRY(const TrueDay truth, read_truth(store, day_folder(day)));
  Follower follower(site, truth);
  ReplayOptions options{.minds_without = {}};
  options.on_view = [&](size_t camera, const ReplayedView& seen) { follower.see(camera, seen); };
  options.hours_max = hours;
  TRY(const ReplayCounts counts, replay_day(site, planogram, store / day_folder(day), options));
  (void)counts;
  return StoreResult{store.string(), day_folder(day), follower.finish()};
}

nlohmann::ordered_json to_json(const StoreResult& r) {
  const Follower::Scores& s = r.scores;
  return {{"store", r.store},
          {"day", r.day},
          {"simulated", true},
          {"idf1_cameras_alone", s.alone.idf1()},
          {"idf1_at_once", s.at_once.idf1()},
          {"idf1_in_the_end", s.in_end.idf1()},
          {"switches_at_once", s.at_once.switches},
          {"people", s.people},
          {"camera_visits", s.camera_visits},
          {"visits", s.visits},
          {"joins", s.joins},
          {"joins_right", s.right}};
}

}  // namespace

Result<void> eval_visits_of_stores(const std::vector<std::string>& stores, double hours, bool json) {
  std::vector<StoreResult> results;
  Progress progress("following", static_cast<int64_t>(stores.size()));
  for (const std::string& store : stores) {
    TRY(const StoreOrigin origin, store_origin(store));
    for (int day = 0; day < origin.days; ++day) {
      TRY(auto result, run_day(store, day, hours));
      results.push_back(std::move(result));
    }
    progress.at(static_cast<int64_t>(results.size()));
  }
  progress.finish();
  if (json) {
    auto out = nlohmann::ordered_json::array();
    for (const StoreResult& r : results) out.push_back(to_json(r));
    std::cout << out.dump(2) << '\n';
    return {};
  }
  fmt::print(
      "SIMULATED stores, all cameras; IDF1 in % within each hour, a person on one camera at one second being one "
      "box\n\n"
      "{:<24} {:<8} {:>8} {:>9} {:>8} {:>26} {:>12}\n",
      "store", "day", "cameras", "joined,", "joined,", "people > visits (cameras')", "joins right");
  fmt::print("{:<24} {:<8} {:>8} {:>9} {:>8}\n", "", "", "alone", "at once", "in end");
  for (const StoreResult& r : results) {
    const Follower::Scores& s = r.scores;
    fmt::print("{:<24} {:<8} {:>8.1f} {:>9.1f} {:>8.1f} {:>26} {:>12}\n", fs::path(r.store).filename().string(), r.day,
               100 * s.alone.idf1(), 100 * s.at_once.idf1(), 100 * s.in_end.idf1(),
               fmt::format("{} > {} ({})", s.people, s.visits, s.camera_visits),
               s.joins == 0 ? "–" : fmt::format("{:.1f} %", 100.0 * s.right / s.joins));
  }
  return {};
}

}  // namespace shrike
