#include "risk/who_is_who.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <span>
#include <spdlog/spdlog.h>
#include <utility>

#include "risk/store_mind.h"

namespace shrike {
namespace {

constexpr double kRounding = 1e-6;
constexpr double kStoodThere_s = 2;  ///< a tag is read while its bearer stands there
constexpr size_t kBelongsMax = 32;
/// Of one camera visit; and of those, where a source never ends what it began.
constexpr size_t kFactsMax = 256, kCameraVisitsMax = 20000;

StoreVisitOptions options_of(const SiteConfig& site) {
  StoreVisitOptions options;
  if (site.floor.known()) options.shop.area_m2 = site.floor.width_m * site.floor.depth_m;
  for (const CameraConfig& camera : site.cameras)
    for (const Zone& zone : camera.zones)
      if (zone.kind == ZoneKind::entrance || zone.kind == ZoneKind::exit) options.shop.doors_are_watched = true;
  return options;
}

/// Whose a fact of one camera's visit is, for `visit`. A visit that began with it is surely its own (then the first
/// claim is 1), but may be the others' person: both cannot be.
Whose whose_of(const Belonging& belonging, const Claim& claim) {
  Whose whose{.mine = claim.probability,
              .part = fmt::format("{}@{}", belonging.camera_visit, belonging.since.us),
              .visits = {{belonging.claims.front().visit_id, 0}}};
  double others = 0;
  for (const Claim& other : std::span(belonging.claims).subspan(1)) {
    others += other.probability;
    whose.visits.emplace_back(other.visit_id, other.probability);
  }
  whose.visits.front().second = std::min(belonging.claims.front().probability, std::max(0.0, 1 - others));
  return whose;
}

/// Who is as good as known is known: nobody else is meant.
bool is_known(const Belonging& belonging) {
  double all = 0;
  for (const Claim& claim : belonging.claims) all += claim.probability;
  return belonging.claims.front().probability >= Whose::kSure && (belonging.claims.size() == 1 || all <= 1 + kRounding);
}

double worth(const Evidence& fact) { return std::abs(fact.llr) * fact.whose.mine; }

/// A stay that two cameras saw is one stay: the stronger word counts.
void once_a_zone(std::map<std::string, VisitEvidence>& facts) {
  std::map<std::pair<std::string, std::string>, std::map<std::string, VisitEvidence>::iterator> of;
  for (auto fact = facts.begin(); fact != facts.end();) {
    const Evidence& one = fact->second.evidence;
    const auto [known, is_new] = of.try_emplace({one.kind, one.zone}, fact);
    if (is_new || one.zone.empty()) {
      ++fact;
    } else if (worth(known->second->second.evidence) >= worth(one)) {
      fact = facts.erase(fact);
    } else {
      facts.erase(std::exchange(known->second, fact));
      ++fact;
    }
  }
}

}  // namespace

WhoIsWho::WhoIsWho(const SiteConfig& site) : visits_(options_of(site)), staff_(site.staff) {
  for (const CameraConfig& camera : site.cameras) {
    if (const auto floor = FloorMap::of(camera, site.floor)) floors_.emplace(camera.name, *floor);
    for (const Zone& zone : camera.zones) {
      if (zone.kind == ZoneKind::entrance || zone.kind == ZoneKind::exit) doors_.insert(zone.name);
      if (zone.kind == ZoneKind::staff) staff_zones_.insert(zone.name);
    }
  }
}

WhoChanges WhoIsWho::see(const CameraView& view) {
  CameraSight sight{view.camera, view.time, {}, {}};
  for (const PersonSeen& person : view.people) {
    const auto is_door = [&](const std::string& zone) { return doors_.contains(zone); };
    sight.people.push_back({.camera_visit = person.camera_visit_id,
                            .continuity = person.continuity,
                            .spot = spot_of(view.camera, person.box),
                            .look = person.appearance,
                            .at_door = std::ranges::any_of(person.zones, is_door)});
  }
  for (const VisitRecord& record : view.ended) sight.ended.push_back(record.visit_id);
  const size_t clocks_known = visits_.clocks_apart().size();
  StoreVisitsUpdate update = visits_.see(sight);
  if (visits_.clocks_apart().size() > clocks_known)
    for (const ClockOffset& clock : visits_.clocks_apart())
      spdlog::warn("the clock of camera {} is {:.1f} s {} {}'s, told by {} people whom both saw; it is corrected for",
                   clock.other, std::abs(clock.seconds), clock.seconds < 0 ? "behind" : "ahead of", clock.camera,
                   clock.people);
  for (const Belonging& belonging : update.belong) belong(belonging);
  update.belong.clear();
  note_people(view);
  for (const VisitEvidence& fact : view.evidence) take_fact(view.camera, view.time, fact);
  WhoChanges changes = take(std::move(update));
  end_of_view(view, changes);
  return changes;
}

std::optional<FloorSpot> WhoIsWho::spot_of(const std::string& camera, const Box& box) const {
  const auto floor = floors_.find(camera);
  return floor == floors_.end() ? std::nullopt : floor->second.spot_of(box);
}

void WhoIsWho::note_people(const CameraView& view) {
  for (const PersonSeen& person : view.people) {
    const auto one = camera_visits_.find(person.camera_visit_id);
    if (one == camera_visits_.end()) continue;
    one->second.camera = view.camera;
    one->second.track_id = person.track_id;
    one->second.zones = person.zones;
    one->second.seen = view.time;
    const bool with_staff =
        std::ranges::any_of(person.zones, [&](const std::string& zone) { return staff_zones_.contains(zone); });
    for (const VisitEvidence& fact :
         staff_.see({view.camera, person.camera_visit_id, person.track_id, view.time, with_staff, person.appearance}))
      take_fact(view.camera, view.time, fact);
  }
}

bool WhoIsWho::is_badge(const ItemEvent& event) const {
  return std::ranges::any_of(event.guesses,
                             [&](const ItemGuess& guess) { return !staff_.badge_of(guess.serial).empty(); });
}

WhoChanges WhoIsWho::badge(const ItemEvent& event) {
  std::vector<std::string> there;
  for (const auto& [id, one] : camera_visits_)
    if (std::abs(seconds_between(one.seen, event.to)) < kStoodThere_s &&
        std::ranges::find(one.zones, event.zone) != one.zones.end())
      there.push_back(id);
  std::string badge;
  for (const ItemGuess& guess : event.guesses)
    if (badge.empty()) badge = staff_.badge_of(guess.serial);
  for (const std::string& id : there) {
    const CameraVisit& one = camera_visits_.find(id)->second;
    take_fact(
        one.camera, event.to,
        staff_.badge_evidence({one.camera, id, one.track_id, event.to, false, {}}, event.source, badge, there.size()));
  }
  return take({});
}

void WhoIsWho::take_fact(const std::string& camera, Timestamp time, const VisitEvidence& fact) {
  if (fact.visit_id.empty() || fact.evidence.kind.empty()) return;
  // Of somebody whom no view showed: known by the evidence alone.
  if (!camera_visits_.contains(fact.visit_id)) belong({camera, fact.visit_id, time, {{fact.visit_id, 1}}});
  CameraVisit& one = camera_visits_.find(fact.visit_id)->second;
  if (fact.track_id != 0) one.track_id = fact.track_id;
  if (one.facts.size() >= kFactsMax && !one.facts.contains(key_of(fact.evidence))) return;
  one.facts[key_of(fact.evidence)] = fact;
  for (const Belonging& belonging : one.belongs)
    for (const Claim& claim : belonging.claims) touched_.insert(claim.visit_id);
}

/// Camera visits that are over: their store visit is not seen by anybody now, or was only ever heard of.
void WhoIsWho::end_of_view(const CameraView& view, WhoChanges& changes) {
  for (const VisitRecord& record : view.ended) {
    staff_.forget(record.visit_id);
    const auto is_part = [&](const VisitRecord& over) {
      return std::ranges::find(over.parts, record.visit_id, &StoreVisit::Part::camera_visit) != over.parts.end();
    };
    if (std::ranges::any_of(changes.ended, is_part)) continue;
    const std::string id = visit_of(record.visit_id);
    if (const auto visit = visits_.find(id)) {
      if (!visits_.is_seen(id)) changes.paused.push_back(record_of(*visit));
      continue;
    }
    StoreVisit alone{.id = id, .begun = record.from, .seen = record.to, .parts = {}};
    alone.parts.push_back({view.camera, record.visit_id, record.from, record.to, 1});
    end(alone, changes);
    if (changes.ended.back().track_id == 0) changes.ended.back().track_id = record.track_id;
  }
}

WhoChanges WhoIsWho::advance(Timestamp now) { return take(visits_.advance(now)); }
WhoChanges WhoIsWho::finish() { return take(visits_.finish()); }
WhoChanges WhoIsWho::merge(std::string_view from, std::string_view into) { return take(visits_.merge(from, into)); }
WhoChanges WhoIsWho::split(std::string_view camera_visit) { return take(visits_.split(camera_visit)); }

WhoChanges WhoIsWho::take(StoreVisitsUpdate update) {
  WhoChanges changes;
  for (const Belonging& belonging : update.belong) belong(belonging);
  for (const VisitsMerged& merged : update.merged) {
    // Risk moves all that was said of the one to the other.
    auto moved = told_.extract(merged.from);
    if (!moved.empty()) told_[merged.into].merge(moved.mapped());
    touched_.erase(merged.from);
    touched_.insert(merged.into);
    members_.erase(merged.from);
  }
  for (const std::string& visit : std::exchange(touched_, {})) retell(visit, changes);
  changes.merged = std::move(update.merged);
  for (const StoreVisit& visit : update.ended) end(visit, changes);
  return changes;
}

void WhoIsWho::belong(const Belonging& belonging) {
  if (camera_visits_.size() >= kCameraVisitsMax) camera_visits_.erase(camera_visits_.begin());  // ids sort by time
  CameraVisit& one = camera_visits_[belonging.camera_visit];
  for (const Belonging& before : one.belongs)
    for (const Claim& claim : before.claims) touched_.insert(claim.visit_id);
  const auto same = std::ranges::find(one.belongs, belonging.since, &Belonging::since);
  if (same != one.belongs.end()) {
    *same = belonging;
  } else {
    one.belongs.push_back(belonging);
    std::ranges::sort(one.belongs, {}, &Belonging::since);
    if (one.belongs.size() > kBelongsMax) one.belongs.erase(one.belongs.begin());
  }
  for (const Claim& claim : belonging.claims) {
    touched_.insert(claim.visit_id);
    members_[claim.visit_id].insert(belonging.camera_visit);
  }
}

const Belonging* WhoIsWho::belonging_at(const CameraVisit& one, Timestamp time) const {
  const Belonging* found = nullptr;
  for (const Belonging& belonging : one.belongs)
    if (found == nullptr || belonging.since <= time) found = &belonging;
  return found;
}

/// Says what has changed in a visit's evidence since it was said last.
void WhoIsWho::retell(const std::string& visit, WhoChanges& changes) {
  std::map<std::string, VisitEvidence> now;
  if (const auto members = members_.find(visit); members != members_.end())
    for (const std::string& member : members->second) {
      const auto one = camera_visits_.find(member);
      if (one == camera_visits_.end()) continue;
      for (const auto& [key, fact] : one->second.facts) {
        const Belonging* belonging = belonging_at(one->second, fact.evidence.to);
        if (belonging == nullptr) continue;
        const auto claim = std::ranges::find(belonging->claims, visit, &Claim::visit_id);
        if (claim == belonging->claims.end()) continue;
        const bool known = is_known(*belonging);
        if (known && claim != belonging->claims.begin()) continue;
        VisitEvidence mine = fact;
        mine.visit_id = visit;
        if (!known) mine.evidence.whose = whose_of(*belonging, *claim);
        // One camera, one zone, two camera visits: one fact, as strong as the stronger.
        const auto [place, is_new] = now.try_emplace(key, mine);
        if (!is_new && worth(mine.evidence) > worth(place->second.evidence)) place->second = mine;
      }
    }
  once_a_zone(now);
  auto& told = told_[visit];
  for (const auto& [key, fact] : told) {
    if (now.contains(key)) continue;
    changes.evidence.push_back(fact);
    changes.evidence.back().evidence.llr = 0;
    changes.evidence.back().evidence.whose = {};
  }
  for (const auto& [key, fact] : now) {
    const auto before = told.find(key);
    if (before == told.end() || before->second.evidence != fact.evidence) changes.evidence.push_back(fact);
  }
  told = std::move(now);
  if (told.empty()) told_.erase(visit);
}

VisitRecord WhoIsWho::record_of(const StoreVisit& visit) const {
  VisitRecord record{.visit_id = visit.id,
                     .camera = visit.parts.back().camera,
                     .from = visit.begun,
                     .to = visit.seen,
                     .parts = visit.parts,
                     .continuity = visit.continuity};
  const auto one = camera_visits_.find(visit.parts.back().camera_visit);
  if (one != camera_visits_.end()) record.track_id = one->second.track_id;
  return record;
}

void WhoIsWho::end(const StoreVisit& visit, WhoChanges& changes) {
  changes.ended.push_back(record_of(visit));
  told_.erase(visit.id);
  members_.erase(visit.id);
  // A camera visit is remembered for as long as one of the visits that it may be part of.
  for (const StoreVisit::Part& part : visit.parts) {
    const auto one = camera_visits_.find(part.camera_visit);
    if (one == camera_visits_.end()) continue;
    bool wanted = false;
    for (const Belonging& belonging : one->second.belongs)
      for (const Claim& claim : belonging.claims) wanted = wanted || members_.contains(claim.visit_id);
    if (!wanted) camera_visits_.erase(one);
  }
}

std::vector<Claim> WhoIsWho::claims_of(std::string_view camera_visit) const {
  const auto one = camera_visits_.find(camera_visit);
  return one == camera_visits_.end() ? std::vector<Claim>{} : one->second.belongs.back().claims;
}

std::string WhoIsWho::visit_of(std::string_view camera_visit) const {
  const auto claims = claims_of(camera_visit);
  return claims.empty() ? std::string(camera_visit) : claims.front().visit_id;
}

}  // namespace shrike
