#include "track/tracker.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include "track/assignment.h"
#include "track/camera_motion.h"
#include "track/looks.h"
#include "track/refill.h"
#include "vision/appearance.h"

namespace shrike {
namespace {

// A detection, copied so that they can be walked through from left to right.
struct Seen {
  Box box;
  float score;
  int index;  // row of Detections
  int label;
  bool taken;
};

struct Followed {
  Track track;
  BoxMotion motion;       // now
  BoxMotion at_seen;      // as it was at the last detection
  Box seen_box;           // last detection
  float unseen_s = 0;     // since the last detection
  int look = -1;          // row of Looks; -1 = none yet
  float label_votes = 0;  // for track.label: detectors waver between a bag and a suitcase

  void detected(const Seen& found);
  // The camera moved; what was seen before moves along.
  void shift(Point by) {
    motion.shift(by);
    at_seen.shift(by);
  }
};

void Followed::detected(const Seen& found) {
  constexpr float kVotesMax = 5;
  at_seen = motion;
  seen_box = found.box;
  unseen_s = 0;
  track.score = found.score;
  track.missed = 0;
  ++track.hits;
  if (track.label == found.label) {
    label_votes = std::min(kVotesMax, label_votes + found.score);
  } else if ((label_votes -= found.score) < 0) {
    track.label = found.label;
    label_votes = found.score;
  }
}

// A track and a detection near enough to belong together.
struct Near {
  int track, seen;
  float likeness;
};

Box grown(const Box& box, float share) {
  const float w = box.width() * share / 2, h = box.height() * share / 2;
  return {box.x1 - w, box.y1 - h, box.x2 + w, box.y2 + h};
}

// Share of the height that two boxes have together that both cover. Two who stand one behind the other overlap a good
// deal but differ in head and feet (Hybrid-SORT, AAAI 2024).
float common_height(const Box& a, const Box& b) {
  const float both = std::min(a.y2, b.y2) - std::max(a.y1, b.y1);
  return std::max(0.F, both) / (std::max(a.y2, b.y2) - std::min(a.y1, b.y1));
}

bool overlap_when_grown(const Box& a, const Box& b, float share) {
  return std::abs(a.x1 + a.x2 - b.x1 - b.x2) < (a.width() + b.width()) * (1 + share) &&
         std::abs(a.y1 + a.y2 - b.y1 - b.y2) < (a.height() + b.height()) * (1 + share);
}

Box between(const Box& a, const Box& b, float share) {
  const auto mix = [&](float from, float to) { return from + (to - from) * share; };
  return {mix(a.x1, b.x1), mix(a.y1, b.y1), mix(a.x2, b.x2), mix(a.y2, b.y2)};
}

void shift(Box& box, Point by) {
  box.x1 += by.x;
  box.x2 += by.x;
  box.y1 += by.y;
  box.y2 += by.y;
}

}  // namespace

struct Tracker::State {
  TrackerOptions options;
  std::vector<Followed> followed;  // ascending by id
  std::vector<Track> out;
  Looks looks;
  std::vector<float> appearance;  // of `out`
  int64_t next_id = 1;
  Timestamp time;
  float gap_s = 0.1F;
  bool started = false;
  CameraMotion camera;

  // Of the frame at hand, kept between frames so that none allocates.
  std::vector<Seen> seen;      // ascending by left edge
  float widest_seen = 0;       // pixels
  std::vector<Box> predicted;  // of each track
  std::vector<Near> near;      // ascending by track
  std::vector<int> match;      // of each track: index in `seen`, or -1
  std::vector<int> births;     // indices in `seen`
  std::vector<Surprise> surprises;
  std::vector<Near> best_of_track, best_of_seen;
  Assignment assignment;

  std::span<const float> rows;  // appearance of the frame's detections, or empty

  float advance(Timestamp to);
  void take_rows(const Detections& detections, std::span<const float> appearance_rows);
  void load(const Detections& detections);
  void predict(float dt_s);
  [[nodiscard]] float growth_of(const Followed& one) const;
  void find_near();
  void follow_camera(float dt_s);
  void compare();
  void mind_looks(Near& pair) const;
  [[nodiscard]] std::span<const float> look_of(const Seen& found) const;
  [[nodiscard]] bool covered(const Seen& found) const;
  void remember_look(Followed& one, const Seen& found);
  void associate(float score_from, float score_below, float gate, float unseen_from_s, float unseen_to_s);
  void match_all();
  void take_up(float dt_s);
  void replay(Followed& one, const Box& box) const;
  [[nodiscard]] bool is_twin(const Seen& detection) const;
  void give_birth();
  void forget(float dt_s);
  [[nodiscard]] bool shows(const Followed& one) const;
  void report(int missed_max);
};

// Seconds since the last picture. Where the clock did not go on, the last gap is the best guess.
float Tracker::State::advance(Timestamp to) {
  if (started && to > time) gap_s = static_cast<float>(seconds_between(time, to));
  started = true;
  time = to;
  return gap_s;
}

void Tracker::State::load(const Detections& detections) {
  seen.clear();
  widest_seen = 0;
  for (size_t i = 0; i < detections.size(); ++i) {
    const Box& box = detections.boxes[i];
    // Also leaves out what is not a number.
    if (!(detections.scores[i] >= options.score_min) || !(box.area() > 0) || !std::isfinite(box.area())) continue;
    seen.push_back({box, detections.scores[i], static_cast<int>(i), detections.classes[i], false});
    widest_seen = std::max(widest_seen, box.width());
  }
  std::sort(seen.begin(), seen.end(), [](const Seen& a, const Seen& b) {
    return a.box.x1 != b.box.x1 ? a.box.x1 < b.box.x1 : a.index < b.index;
  });
}

void Tracker::State::predict(float dt_s) {
  const Point drift = camera.predict(dt_s);
  predicted.clear();
  for (Followed& one : followed) {
    // What is not seen does not grow: its last size is the best guess.
    if (one.track.missed > 0) one.motion.w.v = one.motion.h.v = 0;
    one.motion.predict(dt_s, options.noise);
    one.shift(drift);
    predicted.push_back(one.motion.box());
  }
}

// How much larger a track's box is made to be found again.
float Tracker::State::growth_of(const Followed& one) const {
  return std::min(options.search_growth_max, options.search_growth * one.unseen_s);
}

void Tracker::State::find_near() {
  constexpr float kRoom = 0.3F;  // for what the camera turns out to have moved
  near.clear();
  for (size_t t = 0; t < followed.size(); ++t) {
    const Box& box = predicted[t];
    const bool person = followed[t].track.label == options.person_label;
    const float grow = growth_of(followed[t]) + kRoom, reach = box.width() * (1 + grow) / 2, middle = box.centre().x;
    const float from = middle - reach - widest_seen * (1 + grow / 2), to = middle + reach + widest_seen * grow / 2;
    auto s = std::lower_bound(seen.begin(), seen.end(), from, [](const Seen& a, float x) { return a.box.x1 < x; });
    for (; s != seen.end() && s->box.x1 <= to; ++s)
      if ((s->label == options.person_label) == person && overlap_when_grown(box, s->box, grow))
        near.push_back({static_cast<int>(t), static_cast<int>(s - seen.begin()), 0});
  }
}

// Pairs of an established track and a detection that are each other's best say how far the camera moved.
void Tracker::State::follow_camera(float dt_s) {
  constexpr float kSure = 0.3F;
  constexpr int kEstablishedHits = 3;
  refill(best_of_track, followed.size(), {-1, -1, kSure});
  refill(best_of_seen, seen.size(), {-1, -1, kSure});
  for (const Near& pair : near) {
    const Track& track = followed[pair.track].track;
    if (track.hits < kEstablishedHits || track.missed > 1) continue;
    const Near rated{pair.track, pair.seen, iou(predicted[pair.track], seen[pair.seen].box)};
    if (rated.likeness > best_of_track[pair.track].likeness) best_of_track[pair.track] = rated;
    if (rated.likeness > best_of_seen[pair.seen].likeness) best_of_seen[pair.seen] = rated;
  }
  surprises.clear();
  for (const Near& best : best_of_track) {
    if (best.track < 0 || best_of_seen[best.seen].track != best.track) continue;
    const BoxMotion& motion = followed[best.track].motion;
    const Box& box = seen[best.seen].box;
    surprises.push_back({box.centre().x - motion.x.x, box.centre().y - motion.y.x,
                         motion.x.pxx + BoxMotion::measured_variance(box, options.noise)});
  }
  const Point by = camera.correct(surprises, dt_s);
  for (size_t t = 0; t < followed.size(); ++t) {
    followed[t].shift(by);
    followed[t].motion.x.pxx += camera.variance();
    followed[t].motion.y.pxx += camera.variance();
    shift(predicted[t], by);
  }
}

void Tracker::State::compare() {
  for (Near& pair : near) {
    const float growth = growth_of(followed[pair.track]);
    const Box &expected = predicted[pair.track], &found = seen[pair.seen].box;
    const float overlap = growth > 0 ? iou(grown(expected, growth), grown(found, growth)) : iou(expected, found);
    const float heights = options.counts_heights ? common_height(expected, found) : 1;
    pair.likeness = overlap * heights * heights;
    if (pair.likeness > 0) mind_looks(pair);
  }
}

// Adds what clothes say to a likeness. They may bring back or keep away one who was lost. Of one who was seen a moment
// ago they only say who of those near enough it is: light changes, and who stands alone stays who they are.
void Tracker::State::mind_looks(Near& pair) const {
  constexpr float kJustEnough = 1e-4F;
  const Followed& one = followed[pair.track];
  const auto look = look_of(seen[pair.seen]);
  if (one.look < 0 || !has_look(look)) return;
  const float same = alike(looks.row(one.look), look);
  if (one.unseen_s >= options.recent_s) {
    pair.likeness += options.appearance_weight * (same - options.alike_neutral);
  } else if (pair.likeness > options.gate_high) {
    pair.likeness = std::max(options.gate_high + kJustEnough,
                             pair.likeness + options.appearance_weight_recent * (same - options.alike_neutral_recent));
  }
}

std::span<const float> Tracker::State::look_of(const Seen& found) const {
  return rows.empty() ? rows : rows.subspan(static_cast<size_t>(found.index) * looks.size(), looks.size());
}

// Somebody nearer to the camera stands before it, and would lend it their clothes.
bool Tracker::State::covered(const Seen& found) const {
  constexpr float kCovered = 0.3F;
  return std::any_of(seen.begin(), seen.end(), [&](const Seen& other) {
    return other.taken && other.index != found.index && other.box.y2 > found.box.y2 &&
           intersection(other.box, found.box) > kCovered * found.box.area();
  });
}

void Tracker::State::remember_look(Followed& one, const Seen& found) {
  constexpr float kShare = 0.1F;  // of the newest in the mean
  const auto look = look_of(found);
  if (!has_look(look)) return;
  if (one.look < 0)
    one.look = looks.take(look);
  else if (!covered(found))
    looks.blend(one.look, look, kShare);
}

// Matches free tracks that were lost for so long with free detections of such scores.
void Tracker::State::associate(float score_from, float score_below, float gate, float unseen_from_s,
                               float unseen_to_s) {
  assignment.begin(static_cast<int>(followed.size()), static_cast<int>(seen.size()));
  for (const Near& pair : near) {
    const Seen& found = seen[pair.seen];
    const float unseen_s = followed[pair.track].unseen_s;
    if (pair.likeness <= gate || match[pair.track] >= 0 || found.taken) continue;
    if (found.score < score_from || found.score >= score_below) continue;
    if (unseen_s < unseen_from_s || unseen_s >= unseen_to_s) continue;
    assignment.add(pair.track, pair.seen, (pair.likeness - gate) * found.score);
  }
  const std::span<const int> pairs = assignment.solve();
  for (size_t t = 0; t < pairs.size(); ++t) {
    if (pairs[t] < 0) continue;
    match[t] = pairs[t];
    seen[pairs[t]].taken = true;
  }
}

void Tracker::State::match_all() {
  constexpr float kAny = 1e9F;
  refill(match, followed.size(), -1);
  associate(options.score_high, kAny, options.gate_high, 0, options.recent_s);
  associate(options.score_high, kAny, options.gate_high, options.recent_s, kAny);
  associate(options.score_min, options.score_high, options.gate_low, 0, options.recent_s);
}

// Observation-centric re-update (OC-SORT, CVPR 2023): after a gap the filter starts over from the last detection and
// follows the straight line to the new one, so that what it guessed in between does not linger in its speed.
void Tracker::State::replay(Followed& one, const Box& box) const {
  constexpr int kSteps = 8;
  const Box from = one.at_seen.box();
  const float dt_s = one.unseen_s / kSteps;
  one.motion = one.at_seen;
  for (int i = 1; i < kSteps; ++i) {
    one.motion.predict(dt_s, options.noise);
    one.motion.correct(between(from, box, static_cast<float>(i) / kSteps), options.noise);
  }
  one.motion.predict(dt_s, options.noise);
}

void Tracker::State::take_up(float dt_s) {
  for (size_t t = 0; t < followed.size(); ++t) {
    Followed& one = followed[t];
    one.unseen_s += dt_s;
    if (match[t] < 0) {
      ++one.track.missed;
      continue;
    }
    const Seen& found = seen[match[t]];
    if (one.unseen_s >= options.replay_from_s) replay(one, found.box);
    one.motion.correct(found.box, options.noise);
    one.detected(found);
    remember_look(one, found);
  }
}

bool Tracker::State::is_twin(const Seen& detection) const {
  const bool person = detection.label == options.person_label;
  return std::any_of(seen.begin(), seen.end(), [&](const Seen& other) {
    return other.taken && (other.label == options.person_label) == person &&
           iou(other.box, detection.box) > options.twin_iou;
  });
}

void Tracker::State::give_birth() {
  births.clear();
  for (size_t s = 0; s < seen.size(); ++s)
    if (!seen[s].taken && seen[s].score >= options.score_birth && !is_twin(seen[s]))
      births.push_back(static_cast<int>(s));
  std::sort(births.begin(), births.end(), [&](int a, int b) { return seen[a].index < seen[b].index; });
  for (const int s : births) {
    Followed& one = followed.emplace_back();
    one.track.id = next_id++;
    one.motion.start(seen[s].box, options.noise);
    one.detected(seen[s]);
    remember_look(one, seen[s]);
  }
}

// Lets go of those who will have been lost for too long in `dt_s`.
void Tracker::State::forget(float dt_s) {
  std::erase_if(followed, [&](const Followed& one) {
    const bool over =
        one.unseen_s + dt_s > (one.track.hits < options.young_hits ? options.young_memory_s : options.memory_s);
    if (over && one.look >= 0) looks.let_go(one.look);
    return over;
  });
}

bool Tracker::State::shows(const Followed& one) const {
  if (one.track.missed == 0) return true;
  if (one.track.missed > options.coast_frames || one.track.hits < options.coast_hits) return false;
  if (std::sqrt(std::max(0.F, one.motion.x.pxx)) > options.coast_spread * one.motion.w.x) return false;
  if (one.track.missed == 1) return true;
  const Box box = one.motion.box();
  return std::any_of(followed.begin(), followed.end(), [&](const Followed& other) {
    return other.track.missed == 0 && intersection(other.seen_box, box) >= options.coast_covered * box.area();
  });
}

void Tracker::State::report(int missed_max) {
  out.clear();
  appearance.clear();
  for (Followed& one : followed) {
    if (one.track.missed > missed_max || !shows(one)) continue;
    one.track.box = one.track.missed == 0 ? one.seen_box : one.motion.box();
    out.push_back(one.track);
    if (looks.size() == 0) continue;
    if (one.look < 0)
      appearance.resize(appearance.size() + looks.size());
    else
      appearance.insert(appearance.end(), looks.row(one.look).begin(), looks.row(one.look).end());
  }
}

void Tracker::State::take_rows(const Detections& detections, std::span<const float> appearance_rows) {
  assert(detections.size() == 0 || appearance_rows.size() % detections.size() == 0);
  rows = appearance_rows;
  if (rows.empty()) return;
  if (!looks.keep_size(rows.size() / detections.size()))
    for (Followed& one : followed) one.look = -1;
}

TrackerOptions TrackerOptions::for_detector(float threshold) {
  TrackerOptions options;
  const float scale = threshold / options.score_birth;
  options.score_min *= scale;
  options.score_high *= scale;
  options.score_birth = threshold;
  return options;
}

Tracker::Tracker(TrackerOptions options) : state_(std::make_unique<State>()) { state_->options = options; }
Tracker::~Tracker() = default;
Tracker::Tracker(Tracker&&) noexcept = default;
Tracker& Tracker::operator=(Tracker&&) noexcept = default;

std::span<const Track> Tracker::update(const Detections& detections, const PictureAt& picture,
                                       std::span<const float> appearance) {
  State& s = *state_;
  const float dt_s = s.advance(picture.time);
  s.take_rows(detections, appearance);
  s.load(detections);
  s.forget(dt_s);
  s.predict(dt_s);
  s.find_near();
  if (s.options.follows_camera) s.follow_camera(dt_s);
  s.compare();
  s.match_all();
  s.take_up(dt_s);
  s.give_birth();
  s.report(s.options.coast_frames);
  return s.out;
}

std::span<const Track> Tracker::hold(const PictureAt& picture) {
  State& s = *state_;
  const float dt_s = s.advance(picture.time);
  for (Followed& one : s.followed) {
    one.motion.x.v = one.motion.y.v = one.motion.w.v = one.motion.h.v = 0;
    if (one.track.missed > 0) one.unseen_s += dt_s;
  }
  s.forget(0);
  s.report(0);
  return s.out;
}

std::span<const float> Tracker::appearance() const { return state_->appearance; }

}  // namespace shrike
