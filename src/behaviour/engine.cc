#include "behaviour/engine.h"

#include <algorithm>
#include <spdlog/spdlog.h>

#include "behaviour/evidence_rules.h"

namespace shrike {
namespace {
/// Frames may overtake each other by so much; more, and the camera's clock was set back.
constexpr double kClockSetBack_s = 5;
/// More visits at a time than one picture can hold: whoever forgot to end them must not eat the memory.
constexpr size_t kVisitsMax = 4096;

void shift_clock(VisitFacts& facts, double seconds) {
  facts.foot.shift_clock(seconds);
  for (ZoneWatch& zone : facts.zones) zone.shift_clock(seconds);
  for (auto& [what, seen] : facts.carried_out) seen.first = seen.first.plus_s(seconds);
  for (auto& [what, fact] : facts.body) fact = {fact.from.plus_s(seconds), fact.to.plus_s(seconds), fact.detail};
}

}  // namespace

BehaviourEngine::BehaviourEngine(const CameraConfig& camera, RuleBook rules, std::vector<std::string> labels)
    : camera_(camera.name), zones_(camera.zones), rules_(std::move(rules)), labels_(std::move(labels)) {}

Behaviour BehaviourEngine::observe(const PictureAt& picture, std::span<const VisitTrack> people,
                                   std::span<const Track> tracks) {
  Behaviour out;
  const Timestamp time = picture.time;
  if (picture.width <= 0 || picture.height <= 0) return out;
  if (frames_ > 0 && time <= newest_) {
    if (seconds_between(time, newest_) < kClockSetBack_s) return out;
    spdlog::warn("camera {}: time went back by {:.0f} s", camera_, seconds_between(time, newest_));
    const double shift_s = seconds_between(newest_, time) - 1e-6;  // so that this frame is the next one
    for (auto& [id, visit] : visits_) {
      shift_clock(visit.facts, shift_s);
      visit.path.shift_clock(shift_s);
      for (ZoneStay& stay : visit.stays) {
        stay.from = stay.from.plus_s(shift_s);
        stay.to = stay.to.plus_s(shift_s);
      }
    }
  }
  newest_ = time;
  ++frames_;
  for (const VisitTrack& person : people) {
    if (person.visit_id.empty() || person.track.missed > 0) continue;
    auto [it, fresh] = visits_.try_emplace(person.visit_id);
    if (fresh) begin(it->second);
    it->second.frame = frames_;
    see_person(it->first, it->second, person.track, picture, out);
  }
  see_objects(people, tracks, time);
  for (auto& [id, visit] : visits_) {
    if (visit.frame == frames_) hand_out(id, visit, out);
  }
  while (visits_.size() > kVisitsMax) forget_the_longest_unseen();
  return out;
}

void BehaviourEngine::begin(Visit& visit) const {
  visit.facts.zones.reserve(zones_.size());
  for (const Zone& zone : zones_) visit.facts.zones.emplace_back(zone.inertia_frames);
}

void BehaviourEngine::see_person(const std::string& id, Visit& visit, const Track& track, const PictureAt& picture,
                                 Behaviour& out) const {
  const auto foot = visit.facts.foot.see(track.box, picture.time);
  if (!foot) return;
  visit.track_id = track.id;
  const auto width = static_cast<float>(picture.width), height = static_cast<float>(picture.height);
  visit.aspect = width / height;
  visit.path.see({std::clamp(foot->x / width, 0.F, 1.F), std::clamp(foot->y / height, 0.F, 1.F)}, picture.time);
  for (size_t i = 0; i < zones_.size(); ++i) {
    const bool inside = stands_in(zones_[i].polygon, *foot, picture.width, picture.height);
    const auto event = visit.facts.zones[i].see(inside, picture.time);
    if (!event) continue;
    out.events.push_back(event_of(id, visit, i, *event));
    if (*event == ZoneWatch::Event::left) note_stay(visit, i);
  }
}

ZoneEvent BehaviourEngine::event_of(const std::string& id, const Visit& visit, size_t zone,
                                    ZoneWatch::Event event) const {
  const Stay& stay = visit.facts.zones[zone].facts().newest;
  const bool entered = event == ZoneWatch::Event::entered;
  return {.type = event,
          .visit_id = id,
          .zone = zones_[zone].name,
          .kind = zones_[zone].kind,
          .time = entered ? stay.from : stay.to,
          .dwell_s = entered ? 0 : stay.dwell_s};
}

void BehaviourEngine::see_objects(std::span<const VisitTrack> people, std::span<const Track> tracks, Timestamp time) {
  std::vector<Box> boxes;
  for (const VisitTrack& person : people) boxes.push_back(person.track.box);
  for (const Track& object : tracks) {
    const bool cart = labels_.cart(object.label);
    if (object.missed > 0 || (!cart && !labels_.carried(object.label))) continue;
    const auto holder = holder_of(object.box, cart, boxes);
    const auto it = holder ? visits_.find(people[*holder].visit_id) : visits_.end();
    if (it == visits_.end()) continue;
    VisitFacts& facts = it->second.facts;
    ++(cart ? facts.cart_frames : facts.bag_frames);
    for (size_t i = 0; i < zones_.size() && !cart; ++i) {
      if (zones_[i].kind != ZoneKind::exit || !facts.zones[i].facts().inside) continue;
      Sightings& seen = facts.carried_out[{i, object.label}];
      if (seen.frames++ == 0) seen.first = time;
    }
  }
}

void BehaviourEngine::hand_out(const std::string& id, Visit& visit, Behaviour& out) {
  for (Evidence& evidence : evidence_of(visit.facts, zones_, rules_, labels_, camera_)) {
    const std::string key = key_of(evidence);
    const auto before = visit.handed_out.find(key);
    const bool known = before != visit.handed_out.end();
    if (known ? before->second.llr == evidence.llr && before->second.detail == evidence.detail : evidence.llr == 0) {
      continue;
    }
    visit.handed_out[key] = evidence;
    out.evidence.push_back({id, camera_, visit.track_id, std::move(evidence)});
  }
}

void BehaviourEngine::note(std::string_view visit_id, size_t zone, BodySign sign, BodyFact fact) {
  const auto it = visits_.find(visit_id);
  if (it != visits_.end() && zone < zones_.size()) it->second.facts.body.try_emplace({zone, sign}, std::move(fact));
}

Behaviour BehaviourEngine::visit_ended(std::string_view visit_id) {
  Behaviour out;
  const auto it = visits_.find(visit_id);
  if (it == visits_.end()) return out;
  for (size_t i = 0; i < zones_.size(); ++i) {
    const auto event = it->second.facts.zones[i].close();
    if (!event) continue;
    out.events.push_back(event_of(it->first, it->second, i, *event));
    note_stay(it->second, i);
  }
  hand_out(it->first, it->second, out);
  out.traces.push_back(trace_of(it->first, it->second));
  visits_.erase(it);
  return out;
}

void BehaviourEngine::note_stay(Visit& visit, size_t zone) const {
  const Stay& stay = visit.facts.zones[zone].facts().newest;
  const ZoneStay left{zones_[zone].name, zones_[zone].kind, stay.from, stay.to, stay.dwell_s};
  // Whoever came back at once went on with the stay before.
  std::erase_if(visit.stays, [&](const ZoneStay& s) { return s.zone == left.zone && s.from == left.from; });
  if (visit.stays.size() < VisitTrace::kStaysMax) visit.stays.push_back(left);
}

VisitTrace BehaviourEngine::trace_of(const std::string& id, Visit& visit) const {
  return {.camera_visit_id = id,
          .visit_id = id,
          .camera = camera_,
          .from = visit.path.begun(),
          .to = visit.path.newest(),
          .aspect = visit.aspect,
          .bag = visit.facts.bag_frames >= kCarriedFrames,
          .cart = visit.facts.cart_frames >= kCarriedFrames,
          .stays = std::move(visit.stays),
          .path = visit.path.waypoints()};
}

std::vector<std::string> BehaviourEngine::zones_of(std::string_view visit_id) const {
  std::vector<std::string> names;
  const auto it = visits_.find(visit_id);
  if (it == visits_.end()) return names;
  for (size_t i = 0; i < zones_.size(); ++i) {
    const ZoneWatch& watch = it->second.facts.zones[i];
    // Who runs is through the door before an entry counts.
    const bool passes = zones_[i].kind == ZoneKind::exit && watch.entering();
    if (watch.facts().inside || passes) names.push_back(zones_[i].name);
  }
  return names;
}

void BehaviourEngine::forget_the_longest_unseen() {
  const auto oldest = std::ranges::min_element(visits_, {}, [](const auto& entry) { return entry.second.frame; });
  if (forgotten_++ % 1000 == 0) {
    spdlog::warn("camera {}: more than {} visits that never end; forgot {} ({} so far)", camera_, kVisitsMax,
                 oldest->first, forgotten_);
  }
  visits_.erase(oldest);
}

}  // namespace shrike
