#include "cli/demo_day.h"

#include <algorithm>

#include "base/progress.h"
#include "cli/store_commands.h"
#include "cli/worlds.h"
#include "sim/store_write.h"
#include "watch/replay.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kSeed = 7;
constexpr int kThreads = 2;
constexpr const char* kWorld = "drugstore";

Result<StorePlan> simulate(const fs::path& store) {
  TRY(const StoreWorld world, find_store_world(kWorld, stores_folder()));
  StorePlan plan = plan_store(world, kSeed);
  Progress progress("simulating a day", static_cast<int64_t>(world.cameras.size()));
  TRY_VOID(write_store(plan, 1, store, kThreads, [&](int done) { progress.at(done); }));
  progress.finish();
  return plan;
}

/// Keeps what a mind says as a running store would; there are no films to cut.
class DayKeeper {
 public:
  explicit DayKeeper(IncidentStore& store) : store_(store) {}

  void take(const MindChanges& changes) {
    for (const IncidentChange& change : changes.incidents) {
      Incident incident = change.after;
      incident.clip_state = "missing";
      note(store_.save(incident));
    }
    for (const VisitRecord& visit : changes.ended) note(store_.save_visit(visit));
  }
  [[nodiscard]] const Result<void>& done() const { return done_; }

 private:
  template <class T>
  void note(const Result<T>& kept) {
    if (!kept && done_) done_ = tl::unexpected(kept.error());
  }

  IncidentStore& store_;
  Result<void> done_;
};

}  // namespace

Result<DemoDay> demo_day(const fs::path& out) {
  DemoDay day;
  TRY(const StorePlan plan, simulate(out / "store"));
  day.about = plan.world.about;
  TRY(day.site, load_site(out / "store" / "shrike.yml"));
  TRY(const Planogram planogram, read_planogram(out / "store" / "planogram.csv"));
  TRY(const TrueDay truth, read_truth(out / "store", day_folder(0)));
  std::error_code error;
  fs::create_directories(out / "data", error);
  TRY(IncidentStore store, IncidentStore::open(out / "data"));
  DayKeeper keeper(store);
  DayScore score(truth, day.site, 1);
  Timestamp first, last;
  Progress progress("replaying the day", 0);
  ReplayOptions replay{.threads = kThreads};
  replay.on_view = [&](size_t camera, const ReplayedView& seen) {
    if (first == Timestamp{}) first = seen.view.time;
    last = std::max(last, seen.view.time);
    score.see(camera, seen);
  };
  replay.on_changes = [&](size_t mind, Timestamp now, const MindChanges& changes, const StoreMind& says) {
    keeper.take(changes);
    score.take(mind, now, changes, says);
  };
  replay.on_progress = [&](Timestamp now) { progress.at(static_cast<int64_t>(seconds_between(first, now) / 60)); };
  TRY(const ReplayCounts counts, replay_day(day.site, planogram, out / "store" / day_folder(0), replay));
  progress.finish();
  TRY_VOID(keeper.done());
  add_day(day.outcome, truth, score.finish().front(), day.site.risk.threshold);
  day.visitors = static_cast<int>(std::ranges::count_if(truth.people, &TruePerson::visitor));
  day.hours = seconds_between(first, last) / 3600;
  day.took_s = counts.seconds;
  TRY(IncidentPage page, store.list({.limit = 500}));
  std::ranges::reverse(page.incidents);
  day.incidents = std::move(page.incidents);
  return day;
}

}  // namespace shrike
