#include "track/visits.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/ulid.h"
#include "track/looks.h"
#include "vision/appearance.h"

namespace shrike {
namespace {

// What is known of one visit beyond what is told.
struct Open {
  Visit visit;
  Box box;               // where it was detected last
  Point speed;           // pixels a second of the bottom centre, smoothed
  bool present = false;  // its track is in this frame
  bool at_door = false;  // its last detection was at a door
  std::vector<float> look;
};

// A track that is not yet known to be a person.
struct Candidate {
  Timestamp begun;
  Box first_box;
  bool at_door = false;
  Timestamp seen;
};

constexpr double kForgetCandidate_s = 5;  // a track that is never confirmed

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

struct Visits::State {
  VisitOptions options;
  std::vector<Polygon> doors;  // 0..1
  MakeId make_id;
  std::map<int64_t, Candidate> candidates;  // by track id
  std::map<int64_t, Open> open;             // by newest track id

  [[nodiscard]] bool at_door(const Box& box, const PictureAt& picture) const;
  [[nodiscard]] double still_hidden(const Open& one, Timestamp now) const;
  [[nodiscard]] double same_person(const Open& one, const Candidate& candidate, std::span<const float> look) const;
  void follow(Open& one, const Track& track, const PictureAt& picture, std::span<const float> look) const;
  void confirm(const Track& track, const PictureAt& picture, std::span<const float> look, VisitsUpdate& result);
  void no_later_than(Timestamp now);
  void end_hidden(Timestamp now, VisitsUpdate& result);
};

bool Visits::State::at_door(const Box& box, const PictureAt& picture) const {
  if (picture.width <= 0 || picture.height <= 0) return false;
  const auto w = static_cast<float>(picture.width), h = static_cast<float>(picture.height);
  const float margin = 0.02F;
  if (box.x1 < margin * w || box.y1 < margin * h || box.x2 > (1 - margin) * w || box.y2 > (1 - margin) * h) return true;
  const Point feet = {box.bottom_centre().x / w, box.bottom_centre().y / h};
  return std::any_of(doors.begin(), doors.end(), [&](const Polygon& door) { return contains(door, feet); });
}

// Probability that a person last seen so long ago shows up again here.
double Visits::State::still_hidden(const Open& one, Timestamp now) const {
  const double mean_s = one.at_door ? options.door_s : options.hidden_s;
  return std::exp(-seconds_between(one.visit.seen, now) / mean_s);
}

// Probability that a new track is the hidden person: odds from how long it has been hidden, how far from where it would
// have come out, how alike the two are in size and looks. docs/tracking.md says what the numbers were chosen on.
double Visits::State::same_person(const Open& one, const Candidate& candidate, std::span<const float> look) const {
  constexpr double kEven = 1.8;                                       // log-odds of one who comes out at once
  constexpr double kPlace = 0.3, kPlacePerS = 0.4, kPlaceMost = 1.5;  // spread of where, in heights
  constexpr double kCarried_s = 1;  // nobody keeps walking straight for long behind a shelf
  constexpr double kGrown = 0.25;   // spread of the logarithm of the size
  constexpr double kLookSlope = 12, kLookEven = 0.75;
  constexpr double kNewcomer = 2;  // new people come in by the doors
  const double gap_s = std::max(0.0, seconds_between(one.visit.seen, candidate.begun));
  const auto height = static_cast<double>(std::max(1.F, (one.box.height() + candidate.first_box.height()) / 2));
  const Point from = one.box.bottom_centre(), to = candidate.first_box.bottom_centre();
  const double carried_s = std::min(gap_s, kCarried_s);
  const double dx = (to.x - from.x - one.speed.x * carried_s) / height;
  const double dy = (to.y - from.y - one.speed.y * carried_s) / height;
  const double spread = std::min(kPlaceMost, kPlace + kPlacePerS * gap_s);
  // Somewhere along their way: the density is that of a line. Who stays hidden for long comes out near where they went.
  double log_odds =
      kEven + std::log(still_hidden(one, candidate.begun) / spread) - (dx * dx + dy * dy) / (2 * spread * spread);
  const double grown = std::log(std::max(1.F, candidate.first_box.height()) / std::max(1.F, one.box.height()));
  log_odds -= grown * grown / (2 * kGrown * kGrown);
  if (has_look(one.look) && has_look(look)) log_odds += kLookSlope * (alike(one.look, look) - kLookEven);
  if (candidate.at_door) log_odds -= kNewcomer;
  return logistic(log_odds);
}

void Visits::State::follow(Open& one, const Track& track, const PictureAt& picture, std::span<const float> look) const {
  one.present = true;
  if (track.missed > 0) return;
  const double dt_s = seconds_between(one.visit.seen, picture.time);
  if (dt_s > 0) {
    const Point was = one.box.bottom_centre(), is = track.box.bottom_centre();
    const auto keep = static_cast<float>(std::exp(-dt_s / 0.5));
    const auto per_s = static_cast<float>(1 / dt_s);
    one.speed = {keep * one.speed.x + (1 - keep) * (is.x - was.x) * per_s,
                 keep * one.speed.y + (1 - keep) * (is.y - was.y) * per_s};
  }
  one.box = track.box;
  one.visit.seen = picture.time;
  one.at_door = at_door(track.box, picture);
  if (has_look(look)) one.look.assign(look.begin(), look.end());
}

void Visits::State::confirm(const Track& track, const PictureAt& picture, std::span<const float> look,
                            VisitsUpdate& result) {
  auto [found, is_new] = candidates.try_emplace(track.id);
  Candidate& candidate = found->second;
  if (is_new) candidate = {picture.time, track.box, at_door(track.box, picture), picture.time};
  candidate.seen = picture.time;
  if (track.hits < options.confirm_hits || seconds_between(candidate.begun, picture.time) < options.confirm_s) return;
  auto best = open.end();
  double best_probability = 0.5;
  for (auto it = open.begin(); it != open.end(); ++it) {
    if (it->second.present) continue;
    const double probability = same_person(it->second, candidate, look);
    if (probability > best_probability) {
      best = it;
      best_probability = probability;
    }
  }
  Open one;
  if (best != open.end()) {
    one = std::move(best->second);
    open.erase(best);
    one.visit.continuity *= best_probability;
    one.speed = {};
  } else {
    one.visit.id = make_id(candidate.begun);
    one.visit.begun = one.visit.seen = candidate.begun;
    one.visit.begun_at_door = candidate.at_door;
    result.begun.push_back(one.visit);
  }
  one.visit.tracks.push_back(track.id);
  one.box = track.box;
  follow(one, track, picture, look);
  open.emplace(track.id, std::move(one));
  candidates.erase(found);
}

// Where the clock was set back, what was seen was seen no later than now.
void Visits::State::no_later_than(Timestamp now) {
  for (auto& [id, one] : open) {
    one.visit.begun = std::min(one.visit.begun, now);
    one.visit.seen = std::min(one.visit.seen, now);
  }
  for (auto& [id, candidate] : candidates) {
    candidate.begun = std::min(candidate.begun, now);
    candidate.seen = std::min(candidate.seen, now);
  }
}

void Visits::State::end_hidden(Timestamp now, VisitsUpdate& result) {
  for (auto it = open.begin(); it != open.end();) {
    Open& one = it->second;
    if (one.present || still_hidden(one, now) >= options.end_below) {
      ++it;
      continue;
    }
    result.ended.push_back({std::move(one.visit), one.at_door ? VisitEnd::left : VisitEnd::lost, one.box});
    it = open.erase(it);
  }
}

Visits::Visits(VisitOptions options, const std::vector<Zone>& zones, MakeId make_id)
    : state_(std::make_unique<State>()) {
  state_->options = options;
  state_->make_id = std::move(make_id);
  for (const Zone& zone : zones)
    if (zone.kind == ZoneKind::entrance || zone.kind == ZoneKind::exit) state_->doors.push_back(zone.polygon);
}
Visits::~Visits() = default;
Visits::Visits(Visits&&) noexcept = default;
Visits& Visits::operator=(Visits&&) noexcept = default;

VisitsUpdate Visits::update(const PictureAt& picture, std::span<const Track> tracks,
                            std::span<const float> appearance) {
  State& s = *state_;
  VisitsUpdate result;
  const size_t width = tracks.empty() ? 0 : appearance.size() / tracks.size();
  s.no_later_than(picture.time);
  for (auto& [id, one] : s.open) one.present = false;
  // Tracks that are somebody's already come first: their visits cannot be bridged to.
  for (size_t i = 0; i < tracks.size(); ++i)
    if (const auto found = s.open.find(tracks[i].id); found != s.open.end())
      s.follow(found->second, tracks[i], picture, appearance.subspan(i * width, width));
  for (size_t i = 0; i < tracks.size(); ++i)
    if (tracks[i].label == s.options.person_label && tracks[i].missed == 0 && !s.open.contains(tracks[i].id))
      s.confirm(tracks[i], picture, appearance.subspan(i * width, width), result);
  for (const Track& track : tracks)
    if (const auto found = s.open.find(track.id); found != s.open.end())
      result.present.push_back({found->second.visit.id, track, found->second.visit.continuity});
  std::erase_if(s.candidates, [&](const auto& entry) {
    return seconds_between(entry.second.seen, picture.time) > kForgetCandidate_s;
  });
  s.end_hidden(picture.time, result);
  return result;
}

std::vector<EndedVisit> Visits::finish() {
  std::vector<EndedVisit> ended;
  for (auto& [id, one] : state_->open) ended.push_back({std::move(one.visit), VisitEnd::closed, one.box});
  state_->open.clear();
  state_->candidates.clear();
  return ended;
}

std::string Visits::new_visit_id(Timestamp t) { return new_ulid(t); }

}  // namespace shrike
