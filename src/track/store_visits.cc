#include "track/store_visits.h"

#include <algorithm>
#include <cmath>

#include "base/ulid.h"
#include "track/looks.h"
#include "track/store_visits_state.h"
#include "vision/appearance.h"

namespace shrike {
namespace {

constexpr double kSay = 0.02;            ///< a probability that moves by less is not said again
constexpr double kHopeless = -9;         ///< returns that are not worth remembering
constexpr double kCameraForgets_s = 60;  ///< a camera that reports others but not this one has forgotten to end it
constexpr double kDecideEvery_s = 0.5;
constexpr double kGoneByDoor_s = 20;  ///< who was last seen at a door is gone after so long
constexpr double kStillThere_s = 1;   ///< a person seen so shortly before is there now
constexpr size_t kPartsMax = 256;     ///< of one person; the oldest are forgotten
constexpr size_t kPartsReturned = 8;  ///< where somebody was before their newest parts says nothing of where they are

// Looks: how quickly the mean over a part and the newest follow, and what counts as other clothing.
constexpr double kFresh_s = 0.8, kUsual_s = 6, kLookEvery_s = 0.35;
constexpr double kMeanShareMin = 0.02;
constexpr int kLooksBeforeCut = 12;
constexpr double kOtherClothing = 0.15;
/// Log-odds that a track whose clothing changed is still the same person's: trackers seldom exchange people.
constexpr double kTracksHold = 2.5;

// Walks on two cameras.
constexpr double kCompareEvery_s = 1, kAtOnce_s = 0.8, kNear_m = 4;
constexpr int kMomentsInFull = 2;
constexpr double kMomentLater = 0.4;  ///< where people stand follows from where they stood a second before
constexpr double kMomentLeast = -4, kTogetherMost = 10, kTogetherLeast = -12;
constexpr double kSpeaksFor = 3, kSpeaksAgainst = -3;
constexpr double kMomentApart = -1.5;
constexpr int kMomentsApart = 3;
constexpr double kFoundAnew_s = 10;  ///< whom a tracker left for another it finds again within so long

constexpr double kClockSurely_s = 3;
constexpr double kClockOff_s = 1.5;  ///< less is within what walks tell
constexpr int kClockPeopleMin = 8;   ///< who must tell of it, on balance
constexpr size_t kLooksLearnt = 12;  ///< pairs of people a second, at most

}  // namespace

StoreVisits::StoreVisits(StoreVisitOptions options) : StoreVisits(options, new_ulid) {}
StoreVisits::StoreVisits(StoreVisitOptions options, NewId new_id) : state_(std::make_unique<State>()) {
  state_->options = options;
  state_->new_id = std::move(new_id);
}
StoreVisits::~StoreVisits() = default;
StoreVisits::StoreVisits(StoreVisits&&) noexcept = default;
StoreVisits& StoreVisits::operator=(StoreVisits&&) noexcept = default;

StoreVisitsUpdate StoreVisits::see(const CameraSight& sight) {
  State& s = *state_;
  StoreVisitsUpdate update;
  const auto ahead = s.clock_ahead_s.find(sight.camera);
  const Timestamp time = ahead == s.clock_ahead_s.end() ? sight.time : sight.time.plus_s(-ahead->second);
  s.newest = std::max(s.newest, time);
  s.seen[sight.camera] = time;
  for (const SeenPerson& person : sight.people) s.see_person(sight.camera, time, person);
  s.note_beside(sight);
  for (const std::string& ended : sight.ended)
    if (const auto part = s.newest_part.find(ended); part != s.newest_part.end()) s.close_part(part->second);
  if (std::abs(seconds_between(s.compared, s.newest)) >= kCompareEvery_s) {
    s.compared = s.newest;
    s.compare_walks(time);
    s.learn_looks(time);
    s.expire(update);
  }
  const bool due = s.begun || std::abs(seconds_between(s.decided, s.newest)) >= kDecideEvery_s;
  if (due && !s.unsettled.empty()) s.decide(update);
  if (due) s.decided = s.newest;
  s.begun = false;
  s.say_changes(update);
  return update;
}

/// A tracker may follow one person as two, by turns: what only overlaps in time need not be two people.
void StoreVisits::State::note_beside(const CameraSight& sight) {
  std::vector<PartId> there;
  for (const SeenPerson& person : sight.people)
    if (const auto part = newest_part.find(person.camera_visit); part != newest_part.end())
      there.push_back(part->second);
  for (const PartId one : there)
    for (const PartId other : there)
      if (one != other) parts.at(one).beside.insert(other);
}

void StoreVisits::State::see_person(const std::string& camera, Timestamp time, const SeenPerson& now) {
  const auto known = newest_part.find(now.camera_visit);
  PartId id = known != newest_part.end() ? known->second : begin_part(camera, time, now);
  if (!follow_look(parts.at(id), time, now.look)) id = cut_part(id, time);
  VisitPart& part = parts.at(id);
  if (std::abs(now.continuity - part.continuity) > kSay / 2) changed.insert(id);
  part.continuity = now.continuity;
  part.begun = std::min(part.begun, time);  // where the clock was set back
  part.seen = time;
  part.at_door = now.at_door;
  if (!now.spot) return;
  if (!part.first_spot) {
    part.first_spot = now.spot;
    part.returns.clear();  // what was said without a place
    remember_returns(id);
  }
  part.spot = now.spot;
  part.spot_time = time;
  part.path.add(time, *now.spot);
}

PartId StoreVisits::State::begin_part(const std::string& camera, Timestamp time, const SeenPerson& now) {
  const PartId id = next_part++;
  VisitPart& part = parts[id];
  part.camera = camera;
  part.camera_visit = now.camera_visit;
  part.begun = part.seen = time;
  part.continuity = now.continuity;
  part.began_at_door = part.at_door = now.at_door;
  part.first_spot = now.spot;
  newest_part[now.camera_visit] = id;
  remember_returns(id);
  make_own(id);
  unsettled.insert(id);
  begun = true;
  return id;
}

/// How likely each one who is known now comes back as this newcomer. Kept: later their traces are gone.
void StoreVisits::State::remember_returns(PartId id) {
  VisitPart& part = parts.at(id);
  const auto log_odds_of = [&](PartId other) {
    const VisitPart& known = parts.at(other);
    if (other >= id || known.begun > part.begun || known.camera_visit == part.camera_visit) return kHopeless;
    Gap gap{.seconds = std::max(0.0, seconds_between(known.seen, part.begun)),
            .from = known.spot,
            .to = part.first_spot,
            .vanished_at_door = known.at_door,
            .came_by_door = part.began_at_door};
    gap.still_seen = known.open && known.camera != part.camera && gap.seconds < kStillThere_s;
    if (const auto then = known.path.at(part.begun)) gap.from = then;
    return log_odds_of_return(gap, options.shop);
  };
  for (const auto& [visit, open] : newest_part)
    if (const double log_odds = log_odds_of(open); log_odds > kHopeless) part.returns[open] = log_odds;
  for (const auto& [person_id, person] : persons) {
    std::pair<double, PartId> best{kHopeless, 0};
    for (auto known = person.parts.rbegin(); known != person.parts.rend(); ++known) {
      if (static_cast<size_t>(known - person.parts.rbegin()) >= kPartsReturned) break;
      best = std::max(best, {log_odds_of(*known), *known});
    }
    if (best.first > kHopeless) part.returns[best.second] = best.first;
  }
}

bool StoreVisits::State::follow_look(VisitPart& part, Timestamp time, const std::vector<float>& look) {
  const double gap_s = std::max(0.0, seconds_between(part.looked, time));
  // Clothing seldom changes: to look at it at every step is most of the work and tells no more.
  if (look.empty() || (part.looks > kLooksBeforeCut && gap_s < kLookEvery_s) || !has_look(look)) return true;
  part.looked = time;
  if (part.look.size() != look.size()) {
    part.look = part.fresh = look;
    part.looks = 1;
    part.alike_usual = part.alike_fresh = 1;
    return true;
  }
  const auto share = [gap_s](double slow_s) { return 1 - std::exp(-std::max(gap_s, 0.05) / slow_s); };
  const double alike_now = alike(look, part.look);
  ++part.looks;
  const double first_share = 1.0 / part.looks;
  part.alike_fresh += std::max(first_share, share(kFresh_s)) * (alike_now - part.alike_fresh);
  blend_look(part.fresh, look, static_cast<float>(share(kFresh_s)));
  if (part.looks > kLooksBeforeCut && part.alike_fresh < part.alike_usual - kOtherClothing) return false;
  part.alike_usual += std::max(first_share, share(kUsual_s)) * (alike_now - part.alike_usual);
  blend_look(part.look, look, static_cast<float>(std::max(first_share, kMeanShareMin)));
  return true;
}

/// What follows is decided anew: this person as before, somebody who was near, or somebody new.
PartId StoreVisits::State::cut_part(PartId id, Timestamp time) {
  const VisitPart before = parts.at(id);
  close_part(id);
  const PartId next = begin_part(before.camera, time,
                                 {.camera_visit = before.camera_visit,
                                  .continuity = before.continuity,
                                  .spot = before.spot,
                                  .look = {},
                                  .at_door = before.at_door});
  VisitPart& part = parts.at(next);
  part.look = part.fresh = before.fresh;
  part.looks = 1;
  part.alike_usual = part.alike_fresh = 1;
  part.returns[id] = kTracksHold;
  return next;
}

void StoreVisits::State::close_part(PartId id) {
  VisitPart& part = parts.at(id);
  if (!part.open) return;
  part.open = false;
  part.fresh = {};
  if (const auto newest_of = newest_part.find(part.camera_visit);
      newest_of != newest_part.end() && newest_of->second == id)
    newest_part.erase(newest_of);
  std::erase_if(together, [&](const auto& entry) { return entry.first.first == id || entry.first.second == id; });
  compare_clocks(id);
}

void StoreVisits::State::compare_clocks(PartId id) {
  const VisitPart& part = parts.at(id);
  if (part.path.empty()) return;
  for (const auto& [other_id, other] : parts)
    if (other_id != id && other.camera != part.camera && !other.path.empty())
      clocks.compare(part.camera, part.path, other.camera, other.path);
  correct_clock();
}

/// One pair of cameras may be misled, as where a shelf hides the feet of all who walk one way. A clock that is off is
/// off against everybody: what other pairs say of either camera counts too, each person once.
void StoreVisits::State::correct_clock() {
  const std::vector<ClockOffset> known = clocks.known();
  const auto speaking_for = [&](const std::string& camera, double ahead_s) {
    int people = 0;
    for (const ClockOffset& pair : known) {
      if (pair.camera != camera && pair.other != camera) continue;
      const double says_s = pair.other == camera ? pair.seconds : -pair.seconds;
      people += std::abs(says_s - ahead_s) < kClockOff_s / 2 ? pair.people : -pair.people;
    }
    return people;
  };
  for (const ClockOffset& offset : known) {
    clock_ahead_s.try_emplace(offset.camera, 0);
    clock_ahead_s.try_emplace(offset.other, 0);
    // A place that is off by some steps looks like a clock that is off by a second or two.
    const int enough = std::abs(offset.seconds) < kClockSurely_s ? 4 * kClockPeopleMin : kClockPeopleMin;
    if (std::abs(offset.seconds) < kClockOff_s || offset.people < enough) continue;
    const int other = speaking_for(offset.other, offset.seconds), camera = speaking_for(offset.camera, -offset.seconds);
    if (std::max(other, camera) < enough) continue;
    clock_people = offset.people;
    shift_camera(other >= camera ? offset.other : offset.camera, other >= camera ? offset.seconds : -offset.seconds);
    return say_clocks();
  }
}

/// Those that are not with the most: which of two clocks is right, nobody can tell.
void StoreVisits::State::say_clocks() {
  const auto with = [&](double ahead_s) {
    return std::ranges::count_if(clock_ahead_s,
                                 [&](const auto& other) { return std::abs(other.second - ahead_s) < kClockOff_s; });
  };
  const auto most = std::ranges::max_element(clock_ahead_s, {}, [&](const auto& one) { return with(one.second); });
  clocks_apart.clear();
  for (const auto& [camera, ahead_s] : clock_ahead_s)
    if (std::abs(ahead_s - most->second) >= kClockOff_s)
      clocks_apart.push_back({most->first, camera, ahead_s - most->second, clock_people});
}

/// Everything that the camera said was `seconds` earlier than it said.
void StoreVisits::State::shift_camera(const std::string& camera, double seconds) {
  clock_ahead_s[camera] += seconds;
  clocks.forget(camera);
  for (auto& [id, part] : parts) {
    if (part.camera != camera) continue;
    part.path.shift(-seconds);
    part.begun = part.begun.plus_s(-seconds);
    part.seen = part.seen.plus_s(-seconds);
    if (!part.open) continue;
    part.returns.clear();
    remember_returns(id);
    reopen(id);
  }
  std::erase_if(together, [&](const auto& entry) {
    return parts.at(entry.first.first).camera == camera || parts.at(entry.first.second).camera == camera;
  });
}

void StoreVisits::State::compare_walks(Timestamp time) {
  std::vector<std::pair<PartId, const VisitPart*>> placed;
  for (const auto& [visit, id] : newest_part) {
    const VisitPart& part = parts.at(id);
    if (part.spot && std::abs(seconds_between(part.spot_time, time)) < 2 * kAtOnce_s) placed.emplace_back(id, &part);
  }
  std::ranges::sort(placed);
  std::vector<std::pair<PartId, PartId>> walking;  // together, and two people as yet
  for (size_t i = 0; i < placed.size(); ++i)
    for (size_t j = i + 1; j < placed.size(); ++j) {
      const VisitPart &a = *placed[i].second, &b = *placed[j].second;
      if (a.camera == b.camera) continue;
      const bool worth_it = a.person == b.person || metres_between(*a.spot, *b.spot) < kNear_m ||
                            together.contains({placed[i].first, placed[j].first});
      if (worth_it && compare_two(placed[i].first, placed[j].first))
        walking.emplace_back(placed[i].first, placed[j].first);
    }
  for (const auto& [a, b] : walking)
    for (const auto& [newcomer, known] : {std::pair(a, b), std::pair(b, a)})
      if (const auto id = went_astray(newcomer, known)) cut_astray(*id, newcomer);
}

std::optional<PartId> StoreVisits::State::went_astray(PartId newcomer, PartId known) const {
  const VisitPart& one = parts.at(newcomer);
  if (seconds_between(one.begun, one.seen) >= kFoundAnew_s) return std::nullopt;
  for (const PartId id : persons.find(parts.at(known).person)->second.parts) {
    const VisitPart& other = parts.at(id);
    if (!other.open || other.pinned || other.camera != one.camera || other.camera_visit == one.camera_visit) continue;
    const auto walk = together.find(std::minmax(id, known));
    if (walk == together.end() || !walk->second.were_one || walk->second.apart < kMomentsApart) continue;
    return other.begun < one.begun ? std::optional(id) : std::nullopt;
  }
  return std::nullopt;
}

void StoreVisits::State::cut_astray(PartId id, PartId newcomer) {
  const Timestamp since = parts.at(newcomer).begun;
  const PartId tail = cut_part(id, parts.at(id).seen);
  parts.at(id).seen = since.plus_s(-1e-6);
  parts.at(tail).begun = since;
  parts.at(tail).returns.erase(id);
  parts.at(tail).beside.insert(newcomer);
  parts.at(newcomer).beside.insert(tail);
  parts.at(newcomer).beside.erase(id);
  parts.at(id).beside.erase(newcomer);
  reopen(newcomer);
}

bool StoreVisits::State::compare_two(PartId first, PartId second) {
  const VisitPart &a = parts.at(first), &b = parts.at(second);
  const bool one = a.person == b.person;
  const Timestamp moment = std::min(a.spot_time, b.spot_time);
  const auto at_a = a.path.at(moment), at_b = b.path.at(moment);
  if (!at_a || !at_b) return false;
  WalkTogether& walk = together[{first, second}];
  if (walk.newest == moment) return false;
  walk.newest = moment;
  const double weight = ++walk.moments <= kMomentsInFull ? 1 : kMomentLater;
  const double says = std::max(kMomentLeast, log_odds_of_one_place(*at_a, *at_b));
  walk.log_odds = std::clamp(walk.log_odds + weight * says, kTogetherLeast, kTogetherMost);
  walk.were_one |= walk.log_odds > kSpeaksFor;
  walk.apart = says < kMomentApart ? walk.apart + 1 : 0;
  if (one && walk.log_odds < kSpeaksAgainst) reopen(second);
  if (!one && walk.log_odds > kSpeaksFor) {
    reopen(second);
    const PartId front_a = persons.find(a.person)->second.parts.front();
    const PartId front_b = persons.find(b.person)->second.parts.front();
    reopen(std::max(front_a, front_b));
    return true;
  }
  return false;
}

/// People before one camera at the same moment are different; who was joined by place beyond doubt is the same.
void StoreVisits::State::learn_looks(Timestamp time) {
  const VisitPart* before = nullptr;
  size_t learnt = 0;
  for (const auto& [visit, id] : newest_part) {
    const VisitPart& part = parts.at(id);
    if (part.look.empty() || seconds_between(part.seen, time) > kAtOnce_s) continue;
    if (before != nullptr && before->camera == part.camera && before->look.size() == part.look.size() &&
        before->person != part.person && before->beside.contains(id)) {
      looks.learn_different(alike(before->look, part.look));
      if (++learnt >= kLooksLearnt) return;
    }
    before = &part;
  }
  for (const auto& [pair, walk] : together) {
    const VisitPart &a = parts.at(pair.first), &b = parts.at(pair.second);
    if (a.person != b.person || walk.log_odds < kTogetherMost - 1 || a.look.empty() || a.look.size() != b.look.size())
      continue;
    looks.learn_same(alike(a.look, b.look));
    if (++learnt >= kLooksLearnt) return;
  }
}

Timestamp StoreVisits::State::last_seen(const StorePerson& person) const {
  Timestamp seen_last;
  for (const PartId id : person.parts) seen_last = std::max(seen_last, parts.at(id).seen);
  return seen_last;
}

bool StoreVisits::State::is_hidden(const StorePerson& person) const {
  return std::ranges::none_of(person.parts, [&](PartId id) { return parts.at(id).open; });
}

void StoreVisits::State::expire(StoreVisitsUpdate& update) {
  std::vector<PartId> forgotten;
  for (const auto& [visit, id] : newest_part)
    if (const auto camera = seen.find(parts.at(id).camera);
        seconds_between(parts.at(id).seen, camera->second) > kCameraForgets_s ||
        seconds_between(parts.at(id).seen, newest) > 5 * kCameraForgets_s)
      forgotten.push_back(id);
  for (const PartId id : forgotten) close_part(id);
  for (auto& [id, part] : parts)  // a walk is compared with those of its time alone
    if (!part.open && !part.path.empty() && seconds_between(part.seen, newest) > 2 * FloorPath::kKept_s) part.path = {};
  std::vector<std::pair<Timestamp, std::string>> hidden;
  for (const auto& [id, person] : persons)
    if (is_hidden(person)) hidden.emplace_back(last_seen(person), id);
  std::ranges::sort(hidden);
  size_t held = persons.size();
  for (const auto& [seen_last, id] : hidden) {
    const StorePerson& person = persons.find(id)->second;
    const auto newest_of = std::ranges::max_element(person.parts, {}, [&](PartId part) { return parts.at(part).seen; });
    const double gone_s = seconds_between(seen_last, newest);
    const double wait_s = parts.at(*newest_of).at_door ? kGoneByDoor_s : options.hidden_max_s;
    if (gone_s < wait_s && held <= options.visits_max) continue;
    end_person(id, update);
    --held;
  }
  cut_what_never_ends(update);
}

void StoreVisits::State::cut_what_never_ends(StoreVisitsUpdate& update) {
  std::vector<std::string> endless;
  for (const auto& [id, person] : persons)
    if (seconds_between(parts.at(person.parts.front()).begun, last_seen(person)) > options.visit_max_s ||
        person.parts.size() > kPartsMax)
      endless.push_back(id);
  for (const std::string& id : endless) {
    std::vector<VisitPart> open;
    for (const PartId part : persons.find(id)->second.parts)
      if (parts.at(part).open) open.push_back(parts.at(part));
    end_person(id, update);
    // Those who are there go on as somebody new, whose name is not that of the one who ended.
    const std::string next_id = open.empty() ? "" : new_id(open.front().seen);
    for (VisitPart& part : open) {
      const PartId next = next_part++;
      part.begun = part.seen;
      part.settled = true;
      part.person = next_id;
      part.claims = {{next_id, 1}};
      part.returns.clear();
      part.said.clear();
      persons[next_id].id = next_id;
      persons[next_id].parts.push_back(next);
      newest_part[part.camera_visit] = next;
      changed.insert(next);
      parts[next] = std::move(part);
    }
  }
}

StoreVisit StoreVisits::State::visit_of(const StorePerson& person) const {
  StoreVisit visit{
      .id = person.id, .begun = parts.at(person.parts.front()).begun, .seen = last_seen(person), .parts = {}};
  Timestamp newest_seen;
  for (const PartId id : person.parts) {
    const VisitPart& part = parts.at(id);
    const double probability = part.claims.empty() ? 1 : part.claims.front().probability;
    visit.parts.push_back({part.camera, part.camera_visit, part.begun, part.seen, probability * part.continuity});
    visit.begun = std::min(visit.begun, part.begun);
    visit.continuity *= probability * part.continuity;
    if (part.seen >= newest_seen) visit.left = part.at_door;
    newest_seen = std::max(newest_seen, part.seen);
  }
  return visit;
}

void StoreVisits::State::end_person(const std::string& id, StoreVisitsUpdate& update) {
  const StorePerson person = persons.find(id)->second;
  update.ended.push_back(visit_of(person));
  for (const PartId part : person.parts) {
    close_part(part);
    unsettled.erase(part);
    changed.erase(part);
    parts.erase(part);
  }
  persons.erase(id);
  for (auto& [other, part] : parts)
    std::erase_if(part.claims, [&](const Claim& claim) { return claim.visit_id == id; });
}

void StoreVisits::State::say_changes(StoreVisitsUpdate& update) {
  for (const PartId id : changed) {
    const auto found = parts.find(id);
    if (found == parts.end()) continue;
    VisitPart& part = found->second;
    std::vector<Claim> claims = part.claims;
    for (Claim& claim : claims) claim.probability *= part.continuity;
    const bool same = std::ranges::equal(claims, part.said, [](const Claim& a, const Claim& b) {
      return a.visit_id == b.visit_id && std::abs(a.probability - b.probability) < kSay;
    });
    if (same) continue;
    part.said = claims;
    const auto ahead = clock_ahead_s.find(part.camera);
    const double ahead_s = ahead == clock_ahead_s.end() ? 0 : ahead->second;
    update.belong.push_back({part.camera, part.camera_visit, part.begun.plus_s(ahead_s), std::move(claims)});
  }
  changed.clear();
}

StoreVisitsUpdate StoreVisits::advance(Timestamp now) {
  StoreVisitsUpdate update;
  state_->newest = std::max(state_->newest, now);
  state_->expire(update);
  state_->say_changes(update);
  return update;
}

bool StoreVisits::is_seen(std::string_view visit_id) const {
  const auto person = state_->persons.find(visit_id);
  return person != state_->persons.end() && !state_->is_hidden(person->second);
}

StoreVisitsUpdate StoreVisits::finish() {
  StoreVisitsUpdate update;
  std::vector<std::string> ids;
  for (const auto& [id, person] : state_->persons) ids.push_back(id);
  for (const std::string& id : ids) state_->end_person(id, update);
  return update;
}

StoreVisitsUpdate StoreVisits::merge(std::string_view from, std::string_view into) {
  State& s = *state_;
  StoreVisitsUpdate update;
  const auto a = s.persons.find(from), b = s.persons.find(into);
  if (a == s.persons.end() || b == s.persons.end() || a == b) return update;
  std::vector<PartId> moving = a->second.parts;
  s.give(moving.front(), std::string(into), update, 1);
  for (const PartId id : moving) {
    VisitPart& part = s.parts.at(id);
    part.pinned = part.settled = true;
    part.claims = {{part.person, 1}};
    s.unsettled.erase(id);
    s.changed.insert(id);
  }
  s.say_changes(update);
  return update;
}

StoreVisitsUpdate StoreVisits::split(std::string_view camera_visit) {
  State& s = *state_;
  StoreVisitsUpdate update;
  std::vector<PartId> leaving;
  for (const auto& [id, part] : s.parts)
    if (part.camera_visit == camera_visit && s.persons.find(part.person)->second.parts.size() > 1)
      leaving.push_back(id);
  std::ranges::sort(leaving);
  std::string own;
  for (const PartId id : leaving) {
    VisitPart& part = s.parts.at(id);
    StorePerson& was = s.persons.find(part.person)->second;
    if (was.parts.size() < 2) continue;
    std::erase(was.parts, id);
    if (own.empty()) own = s.persons.contains(part.camera_visit) ? s.new_id(part.begun) : part.camera_visit;
    part.person = own;
    part.pinned = part.settled = true;
    part.claims = {{own, 1}};
    s.persons[own].id = own;
    s.persons[own].parts.push_back(id);
    s.unsettled.erase(id);
    s.changed.insert(id);
  }
  s.say_changes(update);
  return update;
}

std::vector<Claim> StoreVisits::claims_of(std::string_view camera_visit) const {
  const auto id = state_->newest_part.find(camera_visit);
  if (id == state_->newest_part.end()) return {};
  const VisitPart& part = state_->parts.at(id->second);
  std::vector<Claim> claims = part.claims;
  for (Claim& claim : claims) claim.probability *= part.continuity;
  return claims;
}

std::optional<StoreVisit> StoreVisits::find(std::string_view visit_id) const {
  const auto person = state_->persons.find(visit_id);
  if (person == state_->persons.end()) return std::nullopt;
  return state_->visit_of(person->second);
}

double same_person_since(const StoreVisit& visit, Timestamp since, Timestamp until) {
  constexpr double kLast_s = 60, kGlance_s = 0.5;
  const Timestamp from = std::max(since, until.plus_s(-kLast_s));
  double same = 0, all = 0;
  for (const StoreVisit::Part& part : visit.parts) {
    const double seen_s = seconds_between(std::max(part.from, from), std::min(part.to, until));
    if (seen_s < 0) continue;
    const double weight = seen_s + kGlance_s;
    same += weight * (seconds_between(since, part.from) <= kGlance_s ? 1 : part.probability);
    all += weight;
  }
  return all <= 0 ? 1 : same / all;
}

const std::vector<ClockOffset>& StoreVisits::clocks_apart() const { return state_->clocks_apart; }
size_t StoreVisits::visits_held() const { return state_->persons.size(); }

}  // namespace shrike
