#include "cli/movement_data.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <numeric>
#include <set>

#include "cli/insight_data.h"
#include "insight/local_clock.h"
#include "sim/store_keep.h"
#include "vault/incident_store.h"
#include "vault/traces.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

struct Row {
  std::pair<int64_t, size_t> day;  ///< date, folder
  Walk walk;
  std::string theft;
  double logit = 0;
};

double log_odds(double p) {
  const double bounded = std::clamp(p, 1e-9, 1 - 1e-9);
  return std::log(bounded / (1 - bounded));
}

bool long_in_staff_zone(const std::vector<VisitTrace>& traces) {
  return std::ranges::any_of(traces, [](const VisitTrace& trace) {
    return std::ranges::any_of(trace.stays,
                               [](const ZoneStay& s) { return s.kind == ZoneKind::staff && s.dwell_s >= 10; });
  });
}

Result<std::map<std::string, std::string>> thefts_of(const fs::path& folder, std::set<std::string>& staff) {
  std::map<std::string, std::string> thefts;
  TRY(const auto truths, read_visit_truths(folder));
  for (const VisitTruth& t : truths) {
    thefts[t.visit_id] = t.thief() ? t.theft : "none";
    // Staff whom nothing gave away are the other engineers' matter: here it is customers that are told apart.
    if (!t.visitor()) staff.insert(t.visit_id);
  }
  return thefts;
}

Result<void> read_folder(const std::string& folder, size_t number, MovementData& data, std::vector<Row>& rows) {
  TRY(InsightData from, open_insight({.dir = folder, .since = "", .until = "", .time_zone = ""}));
  if (number > 0 && data.time_zone != from.time_zone)
    return bad_input(fmt::format("{}: its clock is {}'s, the others' {}'s", folder, from.time_zone, data.time_zone));
  data.time_zone = from.time_zone;
  data.store = from.store;
  std::map<std::string, std::vector<VisitTrace>> by_visit;
  TRY_VOID(read_traces(from.database, from.since, from.until,
                       [&](VisitTrace trace) { by_visit[trace.visit_id].push_back(std::move(trace)); }));
  TRY(const auto known_staff, staff_visits(from.database));
  std::set<std::string> staff(known_staff.begin(), known_staff.end());
  std::map<std::string, std::string> thefts;
  std::error_code error;
  const bool truth = fs::exists(fs::path(folder) / "truth.csv", error);
  data.simulated = (number == 0 || data.simulated) && truth;
  if (truth) {
    TRY(thefts, thefts_of(folder, staff));
  }
  TRY(IncidentStore store, IncidentStore::open(folder));
  TRY(LocalClock clock, LocalClock::of(data.time_zone));
  for (const auto& [id, traces] : by_visit) {
    if (staff.contains(id) || long_in_staff_zone(traces)) {
      ++data.staff;
      continue;
    }
    Row row{.day = {}, .walk = walk_of(traces), .theft = ""};
    if (row.walk.seconds < kWalkShortest_s || row.walk.stretches.empty()) continue;
    if (const auto t = thefts.find(id); t != thefts.end()) row.theft = t->second;
    TRY(const auto record, store.find_visit(id));
    if (record) row.logit = log_odds(record->risk) - log_odds(record->prior);
    row.day = {clock.at(row.walk.from).day, number};
    rows.push_back(std::move(row));
  }
  return {};
}

}  // namespace

Result<MovementData> read_movement_data(const std::vector<std::string>& folders) {
  MovementData data;
  std::vector<Row> rows;
  for (size_t f = 0; f < folders.size(); ++f) TRY_VOID(read_folder(folders[f], f, data, rows));
  std::ranges::stable_sort(
      rows, [](const Row& a, const Row& b) { return std::pair(a.day, a.walk.from) < std::pair(b.day, b.walk.from); });
  const std::pair<int64_t, size_t>* day = nullptr;
  for (Row& row : rows) {
    if (day == nullptr || *day != row.day) ++data.days;
    day = &row.day;
    data.day.push_back(data.days - 1);
    data.walks.push_back(std::move(row.walk));
    data.theft.push_back(std::move(row.theft));
    data.logit.push_back(row.logit);
  }
  if (data.walks.empty()) return bad_input("no visit there left a trace of ten seconds or more");
  return data;
}

}  // namespace shrike
