#include "sim/store_keep.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "base/file.h"
#include "sim/store_truth.h"
#include "sim/store_write.h"
#include "track/floor_map.h"
#include "vault/corrections.h"
#include "vault/incident_store.h"
#include "vault/traces.h"
#include "watch/plain_table.h"
#include "watch/replay.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHeader = "visit_id,from_us,person,party,kind,theft,habits,purity";

/// What one day leaves, held in memory until it is over: then it is known which camera's visit is whose.
class DayKeeper {
 public:
  DayKeeper(const SiteConfig& site, const TrueDay& truth) : site_(site), truth_(truth) {
    for (const CameraConfig& camera : site.cameras)
      if (auto floor = FloorMap::of(camera, site.floor)) floors_.emplace(camera.name, *floor);
  }

  void see(size_t camera, const ReplayedView& seen) {
    for (VisitTrace trace : seen.traces) {
      if (const auto floor = floors_.find(trace.camera); floor != floors_.end()) put_on_floor(trace, floor->second);
      traces_.push_back(std::move(trace));
    }
    const auto who = truth_.who.find(site_.cameras[camera].name);
    if (who == truth_.who.end()) return;
    for (size_t i = 0; i < seen.view.people.size(); ++i) {
      const int64_t row = seen.detections[i];
      if (row < 0 || static_cast<size_t>(row) >= who->second.size()) continue;
      ++seen_[seen.view.people[i].camera_visit_id][who->second[static_cast<size_t>(row)]];
    }
  }

  void take(const MindChanges& changes) {
    for (const VisitRecord& record : changes.ended) visits_[record.visit_id] = record;
    for (const IncidentChange& change : changes.incidents) incidents_[change.after.event_id] = change.after;
  }

  /// Writes it all; adds to `truths` who each visit was.
  Result<void> keep(IncidentStore& store, const KeepStoreOptions& options, KeptStore& kept,
                    std::vector<VisitTruth>& truths) {
    std::map<std::string, std::string> visit_of;
    for (const auto& [id, visit] : visits_) {
      TRY_VOID(store.save_visit(visit));
      TRY_VOID(save_parts(store.database(), visit));
      for (const StoreVisit::Part& part : visit.parts) visit_of[part.camera_visit] = id;
      truths.push_back(truth_of(visit));
    }
    for (VisitTrace& trace : traces_)
      if (const auto visit = visit_of.find(trace.camera_visit_id); visit != visit_of.end())
        trace.visit_id = visit->second;
    TRY_VOID(save_traces(store.database(), traces_));
    for (const auto& [id, incident] : incidents_) {
      TRY_VOID(store.save(incident));
      TRY_VOID(store.set_clip(id, "missing", ""));
      if (options.verdicts) TRY_VOID(judge(store, incident));
    }
    kept.visits += visits_.size();
    kept.traces += traces_.size();
    kept.incidents += incidents_.size();
    return {};
  }

 private:
  [[nodiscard]] VisitTruth truth_of(const VisitRecord& visit) const {
    std::map<int, int> seen;
    int all = 0;
    for (const StoreVisit::Part& part : visit.parts)
      if (const auto found = seen_.find(part.camera_visit); found != seen_.end())
        for (const auto& [person, boxes] : found->second) {
          seen[person] += boxes;
          all += boxes;
        }
    VisitTruth out{.visit_id = visit.visit_id, .from = visit.from};
    if (seen.empty()) return out;
    const auto most = std::ranges::max_element(seen, {}, [](const auto& s) { return s.second; });
    out.purity = static_cast<double>(most->second) / all;
    const TruePerson* person = truth_.person(most->first);
    if (person == nullptr) return out;
    out.person = person->id;
    out.party = person->party;
    out.kind = person->kind;
    out.theft = person->theft;
    out.habits = person->habits;
    return out;
  }

  Result<void> judge(IncidentStore& store, const Incident& incident) const {
    const auto visit = visits_.find(incident.visit_id);
    const VisitTruth who = visit == visits_.end() ? VisitTruth{} : truth_of(visit->second);
    TRY_VOID(store.add_verdict(
        incident.event_id,
        {.verdict = who.thief() ? "theft" : "honest", .by = "simulated truth", .note = "", .time = incident.time}));
    return {};
  }

  const SiteConfig& site_;
  const TrueDay& truth_;
  std::map<std::string, FloorMap> floors_;
  std::map<std::string, std::map<int, int>> seen_;  ///< by camera visit: boxes by person
  std::vector<VisitTrace> traces_;
  std::map<std::string, VisitRecord> visits_;
  std::map<std::string, Incident> incidents_;
};

Result<void> keep_day(const fs::path& store, int day, const KeepStoreOptions& options, IncidentStore& into,
                      KeptStore& kept, std::vector<VisitTruth>& truths) {
  TRY(const SiteConfig site, load_site(store / "shrike.yml"));
  TRY(const Planogram planogram, read_planogram(store / "planogram.csv"));
  TRY(const TrueDay truth, read_truth(store, day_folder(day)));
  TRY_VOID(save_outlines(into.database(), site.cameras));
  TRY_VOID(save_store_facts(into.database(), {site.store, site.time_zone}));
  DayKeeper keeper(site, truth);
  ReplayOptions replay{.threads = options.threads};
  replay.on_view = [&](size_t camera, const ReplayedView& seen) { keeper.see(camera, seen); };
  replay.on_changes = [&](size_t, Timestamp, const MindChanges& changes, const StoreMind&) { keeper.take(changes); };
  TRY(const ReplayCounts counts, replay_day(site, planogram, store / day_folder(day), replay));
  kept.seconds += counts.seconds;
  ++kept.days;
  return keeper.keep(into, options, kept, truths);
}

}  // namespace

Result<KeptStore> keep_store(const fs::path& store, const fs::path& data, const KeepStoreOptions& options) {
  TRY(const StoreOrigin origin, store_origin(store));
  std::error_code error;
  if (fs::exists(data / "shrike.db", error))
    return bad_input(fmt::format("{}: there is a shrike.db already; give a new folder", data.string()));
  TRY(IncidentStore into, IncidentStore::open(data));
  KeptStore kept;
  std::vector<VisitTruth> truths;
  for (int day = 0; day < origin.days; ++day) {
    TRY_VOID(keep_day(store, day, options, into, kept, truths));
    if (options.progress) options.progress(static_cast<double>(day + 1) / origin.days);
  }
  TRY_VOID(write_visit_truths(data, truths));
  return kept;
}

Result<void> write_visit_truths(const fs::path& data, const std::vector<VisitTruth>& truths) {
  std::string text = fmt::format("{}\n", kHeader);
  for (const VisitTruth& who : truths)
    fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{},{:.3f}\n", who.visit_id, who.from.us, who.person,
                   who.party, who.kind, who.theft, who.habits, who.purity);
  return write_file(data / "truth.csv", text);
}

Result<std::vector<VisitTruth>> read_visit_truths(const fs::path& data) {
  constexpr const char* kNumber = "a number, as `shrike sim replay` writes it";
  std::vector<VisitTruth> out;
  TRY_VOID(read_plain_table(data / "truth.csv", kHeader, [&](const PlainRow& row) -> Result<void> {
    VisitTruth truth{.visit_id = std::string(row.cells[0]),
                     .kind = std::string(row.cells[4]),
                     .theft = std::string(row.cells[5]),
                     .habits = std::string(row.cells[6])};
    TRY(truth.from.us, row.as<int64_t>(1, kNumber));
    TRY(truth.person, row.as<int>(2, kNumber));
    TRY(truth.party, row.as<int>(3, kNumber));
    TRY(truth.purity, row.as<double>(7, kNumber));
    out.push_back(std::move(truth));
    return {};
  }));
  return out;
}

}  // namespace shrike
