#include "track/store_visits_eval.h"

#include <algorithm>

namespace shrike {
namespace {

/// Identities as numbers, in the order in which they first appear.
class Numbers {
 public:
  int64_t of(const std::string& id) {
    return numbers_.try_emplace(id, static_cast<int64_t>(numbers_.size()) + 1).first->second;
  }
  [[nodiscard]] size_t size() const { return numbers_.size(); }

 private:
  std::map<std::string, int64_t> numbers_;
};

/// A box for each seen person that overlaps no other of its frame: only identity is scored.
MotRow row_at(int frame, int64_t id, size_t place) {
  return {.frame = frame, .id = id, .left = 100.0 * static_cast<double>(place), .top = 0, .width = 50, .height = 100};
}

}  // namespace

StoreVisitsScore::StoreVisitsScore(StoreVisitOptions options) : visits_(options) {}

StoreVisitsUpdate StoreVisitsScore::add(const CameraSight& sight, const std::vector<int>& who) {
  const double began_s = monotonic_s();
  StoreVisitsUpdate update = visits_.see(sight);
  spent_s_ += monotonic_s() - began_s;
  ++frames_;
  for (size_t i = 0; i < sight.people.size(); ++i) {
    const std::string& id = sight.people[i].camera_visit;
    const auto claims = visits_.claims_of(id);
    rows_of_[id].push_back(rows_.size());
    rows_.push_back({frames_, who[i], id, claims.empty() ? id : claims.front().visit_id, sight.time});
  }
  take(update.ended);
  return update;
}

void StoreVisitsScore::finish() { take(visits_.finish().ended); }

void StoreVisitsScore::take(const std::vector<StoreVisit>& ended) {
  for (const StoreVisit& visit : ended) {
    for (const StoreVisit::Part& part : visit.parts) final_[part.camera_visit].emplace_back(part, visit.id);
    ended_.push_back(visit);
  }
}

int StoreVisitsScore::most_seen(const std::string& camera_visit, Timestamp from, Timestamp to) const {
  std::map<int, int> counts;
  const auto found = rows_of_.find(camera_visit);
  if (found == rows_of_.end()) return -1;
  for (const size_t k : found->second)
    if (rows_[k].time >= from && rows_[k].time <= to) ++counts[rows_[k].who];
  if (counts.empty()) return -1;
  return std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })->first;
}

StoreVisitsScore::Result StoreVisitsScore::result() const {
  Result out;
  std::vector<MotRow> truth, at_once, revised, alone;
  Numbers people, ids, camera_ids, final_ids;
  size_t place = 0;
  for (size_t k = 0; k < rows_.size(); ++k) {
    const Row& row = rows_[k];
    place = k > 0 && rows_[k - 1].frame == row.frame ? place + 1 : 0;
    if (row.who >= 0) truth.push_back(row_at(row.frame, people.of(std::to_string(row.who)), place));
    at_once.push_back(row_at(row.frame, ids.of(row.visit), place));
    alone.push_back(row_at(row.frame, camera_ids.of(row.camera_visit), place));
    std::string last = row.visit;
    Timestamp newest;
    if (const auto found = final_.find(row.camera_visit); found != final_.end())
      for (const auto& [part, visit] : found->second)
        if (row.time >= part.from && part.from >= newest) {
          last = visit;
          newest = part.from;
        }
    revised.push_back(row_at(row.frame, final_ids.of(last), place));
  }
  out.at_once = score_mot(truth, at_once);
  out.revised = score_mot(truth, revised);
  out.no_joins = score_mot(truth, alone);
  out.people = static_cast<int>(people.size());
  out.visits = static_cast<int>(final_ids.size());
  out.camera_visits = static_cast<int>(camera_ids.size());
  int joins = 0;
  for (const StoreVisit& visit : ended_)
    for (size_t i = 1; i < visit.parts.size(); ++i) {
      const StoreVisit::Part &first = visit.parts[0], &part = visit.parts[i];
      const bool right =
          most_seen(first.camera_visit, first.from, first.to) == most_seen(part.camera_visit, part.from, part.to);
      const auto tenth = static_cast<size_t>(std::clamp(part.probability * 10, 0.0, 9.0));
      ++out.joins[tenth];
      out.right[tenth] += right ? 1 : 0;
      const double off = part.probability - (right ? 1 : 0);
      out.brier += off * off;
      ++joins;
    }
  if (joins > 0) out.brier /= joins;
  out.sight_us = frames_ > 0 ? spent_s_ * 1e6 / frames_ : 0;
  return out;
}

}  // namespace shrike
