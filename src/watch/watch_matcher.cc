#include "watch/watch_matcher.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <spdlog/spdlog.h>

#include "behaviour/kinds.h"

namespace shrike {
namespace {

constexpr double kRefreshEvery_s = 2, kExpireEvery_s = 30;
constexpr size_t kPeopleMax = 4096, kNearest = 4;
constexpr double kSightingsFull = 15, kHeightFull = 0.15;  // from so many pictures, so high, on, quality loses nothing

void normalise(std::vector<float>& v) {
  const double square = std::inner_product(v.begin(), v.end(), v.begin(), 0.0);
  const auto scale = static_cast<float>(square > 0 ? 1 / std::sqrt(square) : 0);
  for (float& x : v) x *= scale;
}

Evidence evidence_of(const WatchEntry* entry, double alike, const std::string& camera, Timestamp from, Timestamp to) {
  Evidence e{.kind = "watch_match", .from = from, .to = to, .source = camera};
  if (entry == nullptr) {
    e.detail = "no longer looks like a watch entry";
    return e;
  }
  e.llr = find_kind("watch_match")->llr;
  e.detail = fmt::format("dressed as in confirmed incident {} ({:.0f} % alike; clothing, no face)", entry->event_id,
                         100 * alike);
  return e;
}

}  // namespace

WatchMatcher::WatchMatcher(Database& database, WatchListConfig config) : database_(database), config_(config) {}

std::vector<VisitEvidence> WatchMatcher::see(const CameraView& view, Timestamp now) {
  refresh(now);
  std::vector<VisitEvidence> out;
  if (!config_.enabled) return out;
  for (const PersonSeen& seen : view.people) watch(seen, view, now, out);
  for (const VisitRecord& over : view.ended) {
    const auto it = people_.find(over.visit_id);
    if (it == people_.end() || it->second.over) continue;
    it->second.over = true;
    if (it->second.sightings < kSightingsMin) continue;
    recent_.push_back(look_of(it->second).appearance);
    if (recent_.size() > kRecentMax) recent_.pop_front();
  }
  forget(view.time);
  return out;
}

void WatchMatcher::watch(const PersonSeen& seen, const CameraView& view, Timestamp now,
                         std::vector<VisitEvidence>& out) {
  const bool blank = std::ranges::all_of(seen.appearance, [](float v) { return v == 0; });
  if (blank || people_.size() >= kPeopleMax) return;
  Person& person = people_[seen.camera_visit_id];
  if (person.sum.size() != seen.appearance.size())
    person = {.sum = std::vector<float>(seen.appearance.size(), 0), .first = view.time};
  for (size_t i = 0; i < person.sum.size(); ++i) person.sum[i] += seen.appearance[i];
  ++person.sightings;
  person.height += seen.box.height();
  person.continuity = seen.continuity;
  person.newest = view.time;
  // Compared at 8, 16, 32 … sightings: each time much more is known than the last.
  if (groups_.empty() && person.matched.empty()) return;
  if (person.sightings < kSightingsMin || person.sightings < 2 * person.compared_at) return;
  person.compared_at = person.sightings;
  double alike = 0;
  const WatchEntry* entry = find(look_of(person).appearance, now, alike);
  const std::string id = entry == nullptr ? "" : entry->entry_id;
  if (id == person.matched) return;
  person.matched = id;
  out.push_back({seen.camera_visit_id, view.camera, seen.track_id,
                 evidence_of(entry, alike, view.camera, person.first, view.time)});
  if (entry == nullptr) return;
  if (const auto noted = note_match(database_, id, seen.camera_visit_id, alike, now); !noted)
    spdlog::error("watch list: {}", noted.error().message);
}

const WatchEntry* WatchMatcher::find(const std::vector<float>& look, Timestamp now, double& alike) const {
  const auto group = groups_.find(look.size());
  if (group == groups_.end()) return nullptr;
  for (const auto& near : group->second.index.nearest(look, kNearest)) {
    const WatchEntry& entry = group->second.entries[near.label];
    if (near.alike < config_.alike) break;
    if (entry.expires <= now) continue;
    alike = near.alike;
    return &entry;
  }
  return nullptr;
}

Look WatchMatcher::look_of(const Person& person) {
  Look look{.appearance = person.sum};
  const auto n = static_cast<double>(person.sightings);
  const double square = std::inner_product(person.sum.begin(), person.sum.end(), person.sum.begin(), 0.0);
  const double steady = std::sqrt(square) / std::max(1.0, n);  // 1 where all pictures look the same
  look.quality = std::min(1.0, steady) * std::min(1.0, n / kSightingsFull) *
                 std::min(1.0, person.height / n / kHeightFull) * person.continuity;
  normalise(look.appearance);
  return look;
}

std::optional<Look> WatchMatcher::look_of(const std::function<bool(const std::string&)>& is_theirs) const {
  std::optional<Look> best;
  for (const auto& [id, person] : people_) {
    if (person.sightings < kSightingsMin || !is_theirs(id)) continue;
    Look look = look_of(person);
    if (!best || look.quality > best->quality) best = std::move(look);
  }
  if (best) best->common = common(best->appearance);
  return best;
}

std::optional<double> WatchMatcher::common(const std::vector<float>& look) const {
  if (recent_.size() < kRecentMin) return std::nullopt;
  const auto n = std::ranges::count_if(recent_, [&](const auto& other) {
    return other.size() == look.size() &&
           std::inner_product(look.begin(), look.end(), other.begin(), 0.0) >= config_.alike;
  });
  return static_cast<double>(n) / static_cast<double>(recent_.size());
}

void WatchMatcher::forget(Timestamp now) {
  std::erase_if(people_, [&](const auto& entry) { return seconds_between(entry.second.newest, now) > kLookKept_s; });
}

void WatchMatcher::refresh(Timestamp now) {
  const double clock_s = monotonic_s();
  if (!expired_s_ || clock_s - *expired_s_ >= kExpireEvery_s) {
    expired_s_ = clock_s;
    if (const auto gone = expire_watch_list(database_, config_, now); !gone)
      spdlog::error("watch list: {}", gone.error().message);
  }
  if (!config_.enabled || (refreshed_s_ && clock_s - *refreshed_s_ < kRefreshEvery_s)) return;
  refreshed_s_ = clock_s;
  const auto revision = watch_list_revision(database_);
  if (!revision) return spdlog::error("watch list: {}", revision.error().message);
  if (*revision == revision_) return;
  revision_ = *revision;
  load(now);
}

void WatchMatcher::load(Timestamp now) {
  groups_.clear();
  auto all = watch_entries(database_);
  if (!all) return spdlog::error("watch list: {}", all.error().message);
  std::erase_if(*all,
                [&](const WatchEntry& e) { return e.approved_by.empty() || e.expires <= now || e.appearance.empty(); });
  std::map<size_t, size_t> counts;
  for (const WatchEntry& e : *all) ++counts[e.appearance.size()];
  for (const auto& [size, n] : counts) groups_.emplace(size, Group{AppearanceIndex(size, n), {}});
  for (WatchEntry& e : *all) {
    Group& group = groups_.at(e.appearance.size());
    if (group.index.add(group.entries.size(), e.appearance)) group.entries.push_back(std::move(e));
  }
}

}  // namespace shrike
