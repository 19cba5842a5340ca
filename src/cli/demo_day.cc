#include "cli/demo_day.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/progress.h"
#include "cli/worlds.h"
#include "sim/store_keep.h"
#include "sim/store_write.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kSeed = 7;
constexpr int kThreads = 2;
constexpr const char* kWorld = "drugstore";

Result<StoreFiles> simulate(const StoreWorld& world, const fs::path& store) {
  Progress progress("simulating a day", static_cast<int64_t>(world.cameras.size()));
  return write_store(plan_store(world, kSeed), 1, store, kThreads, [&](int done) { progress.at(done); });
}

}  // namespace

Result<DemoDay> demo_day(const fs::path& out) {
  TRY(const StoreWorld world, find_store_world(kWorld, stores_folder()));
  TRY(const StoreFiles files, simulate(world, out / "store"));
  TRY(const KeptStore kept, keep_store(out / "store", out / "data", {.threads = kThreads, .verdicts = true}));
  DemoDay day{.about = world.about, .people = files.people, .thefts = files.thefts, .took_s = kept.seconds};
  TRY(day.site, load_site(out / "store" / "shrike.yml"));
  day.site.data_dir = out / "data";
  TRY(IncidentStore store, IncidentStore::open(day.site.data_dir));
  TRY(IncidentPage page, store.list({.limit = 500}));
  std::ranges::reverse(page.incidents);
  day.incidents = std::move(page.incidents);

  TRY(const auto truths, read_visit_truths(out / "data"));
  std::map<std::string, const VisitTruth*> who;
  for (const VisitTruth& truth : truths) who[truth.visit_id] = &truth;
  std::set<int> parties;
  for (const StoredIncident& one : day.incidents) {
    const auto truth = who.find(one.incident.visit_id);
    const bool theft = truth != who.end() && truth->second->thief();
    if (theft) parties.insert(truth->second->party);
    day.false_alerts += theft ? 0 : 1;
  }
  day.caught = parties.size();
  return day;
}

}  // namespace shrike
