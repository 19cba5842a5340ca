#include "risk/entry_watch.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "behaviour/evidence_rules.h"
#include "behaviour/kinds.h"

namespace shrike {
namespace {

constexpr const char* kKind = "frequent_entry";
/// Nobody saw the visit for so long, and then it is in the same zone still: it was there.
constexpr double kUnseen_s = 30;
/// Beside the zone for so long is still the same stay, as in Presence.
constexpr double kBeside_s = 5;
/// Cameras' frames do not fall on the same instant.
constexpr double kSameInstant_s = 1;
constexpr size_t kCameraVisitsMax = 20000;

/// The share of the kind's likelihood ratio that so rare a count is worth; 0: nothing to be said.
double factor_of(double probability) {
  const Step* step = step_reached(rate_steps(), 1 / std::max(1e-9, probability));
  return step == nullptr ? 0 : step->factor;
}

std::vector<std::string> parts_of(const std::string& camera_visit, const WhoIsWho& who) {
  std::vector<std::string> parts;
  if (const auto visit = who.visits().find(who.visit_of(camera_visit)))
    for (const StoreVisit::Part& part : visit->parts) parts.push_back(part.camera_visit);
  if (std::ranges::find(parts, camera_visit) == parts.end()) parts.push_back(camera_visit);
  std::ranges::sort(parts);
  parts.erase(std::ranges::unique(parts).begin(), parts.end());
  return parts;
}

}  // namespace

EntryWatch::EntryWatch(const SiteConfig& site, const RuleBook& rules)
    : zones_([&] {
        std::map<std::string, ZoneKind> kinds;
        for (const CameraConfig& camera : site.cameras)
          for (const Zone& zone : camera.zones) kinds.try_emplace(zone.name, zone.kind);
        return std::vector<std::pair<std::string, ZoneKind>>(kinds.begin(), kinds.end());
      }()),
      rates_(zones_.size()) {
  if (const KindRule* rule = rules.find(kKind)) llr_ = rule->llr;
}

std::vector<VisitEvidence> EntryWatch::see(const CameraView& view, const WhoIsWho& who) {
  std::vector<VisitEvidence> out;
  if (llr_ == 0) return out;
  note(view);
  for (const PersonSeen& person : view.people)
    for (size_t z = 0; z < zones_.size(); ++z)
      if (zones_[z].second == ZoneKind::high_risk &&
          std::ranges::find(person.zones, zones_[z].first) != person.zones.end())
        judge(person, view, parts_of(person.camera_visit_id, who), z, out);
  return out;
}

void EntryWatch::note(const CameraView& view) {
  for (const PersonSeen& person : view.people) {
    presence_.see(person.camera_visit_id, person.zones, view.time);
    const auto [seen, is_new] = seen_.try_emplace(person.camera_visit_id, Seen{view.time, view.time});
    seen->second.to = std::max(seen->second.to, view.time);
  }
  while (seen_.size() > kCameraVisitsMax) seen_.erase(seen_.begin());  // ids sort by time
  while (said_.size() > kCameraVisitsMax) said_.erase(said_.begin());
}

bool EntryWatch::was_elsewhere(std::span<const std::string> parts, Timestamp from, Timestamp to) const {
  return std::ranges::any_of(parts, [&](const std::string& part) {
    const auto seen = seen_.find(part);
    return seen != seen_.end() && seconds_between(from, seen->second.to) > kSameInstant_s &&
           seconds_between(seen->second.from, to) > kSameInstant_s;
  });
}

/// Stays of all parts put together; one a time that it went in.
std::vector<PlaceStay> EntryWatch::stays_of(std::span<const std::string> parts, std::string_view zone) const {
  std::vector<PlaceStay> all, joined;
  for (const std::string& part : parts)
    std::ranges::copy_if(presence_.stays(part), std::back_inserter(all),
                         [&](const PlaceStay& stay) { return stay.zone == zone; });
  std::ranges::sort(all, {}, &PlaceStay::from);
  for (const PlaceStay& stay : all) {
    const double away_s = joined.empty() ? kUnseen_s + 1 : seconds_between(joined.back().to, stay.from);
    const bool went_on =
        away_s <= kBeside_s || (away_s <= kUnseen_s && !was_elsewhere(parts, joined.back().to, stay.from));
    if (went_on) joined.back().to = std::max(joined.back().to, stay.to);
    if (!went_on) joined.push_back(stay);
  }
  return joined;
}

std::vector<int> EntryWatch::entries_of(std::span<const std::string> parts) const {
  std::vector<int> entries;
  for (const auto& [name, kind] : zones_) entries.push_back(static_cast<int>(stays_of(parts, name).size()));
  return entries;
}

bool EntryWatch::is_staff(std::span<const std::string> parts) const {
  for (const auto& [name, kind] : zones_) {
    if (kind != ZoneKind::staff) continue;
    for (const PlaceStay& stay : stays_of(parts, name))
      if (seconds_between(stay.from, stay.to) >= kStaff_s) return true;
  }
  return false;
}

/// Told at entries alone, so that nothing changes as time goes on.
void EntryWatch::judge(const PersonSeen& person, const CameraView& view, std::span<const std::string> parts,
                       size_t zone, std::vector<VisitEvidence>& out) {
  const auto stays = stays_of(parts, zones_[zone].first);
  const auto entries = static_cast<int>(stays.size());
  Said& said = said_[{parts.front(), zone}];
  if (entries == said.entries) return;
  // Fewer than before: somebody else's were taken out, and what was said of them together counts no more.
  const bool fewer = entries < said.entries;
  said.entries = entries;
  Timestamp begun = view.time;
  for (const std::string& part : parts)
    if (const auto seen = seen_.find(part); seen != seen_.end()) begun = std::min(begun, seen->second.from);
  const auto excess = rates_.excess(zone, entries_of(parts), seconds_between(begun, view.time));
  if (!fewer && excess.probability >= said.excess.probability) return;
  said.excess = excess;
  if (!said.fact.visit_id.empty() && std::ranges::find(parts, said.fact.visit_id) == parts.end()) {
    said.fact.evidence.llr = 0;  // it was said by one who is somebody else now
    out.push_back(std::exchange(said.fact, {}));
  }
  const double llr = is_staff(parts) ? 0 : llr_ * factor_of(excess.probability);
  const bool known = !said.fact.visit_id.empty();
  if (!known && llr == 0) return;
  if (!known) said.fact = {person.camera_visit_id, view.camera, person.track_id, {}};
  said.fact.evidence = {
      .kind = kKind,
      .from = stays.front().from,
      .to = view.time,
      .source = said.fact.camera,
      .zone = zones_[zone].first,
      .llr = llr,
      .detail = fmt::format("entered {} {} times, where {:.1f} is usual", zones_[zone].first, entries, excess.usual)};
  out.push_back(said.fact);
}

void EntryWatch::end(const VisitRecord& over) {
  std::vector<std::string> parts;
  for (const StoreVisit::Part& part : over.parts)
    if (seen_.contains(part.camera_visit)) parts.push_back(part.camera_visit);
  if (parts.empty()) return;  // learnt from already, or nobody was seen
  std::ranges::sort(parts);
  parts.erase(std::ranges::unique(parts).begin(), parts.end());
  if (!is_staff(parts)) rates_.learn(entries_of(parts), seconds_between(over.from, over.to));
  for (const std::string& part : parts) {
    presence_.forget(part);
    seen_.erase(part);
    for (size_t z = 0; z < zones_.size(); ++z) said_.erase({part, z});
  }
}

}  // namespace shrike
