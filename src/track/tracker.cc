#include "track/tracker.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "track/assignment.h"
#include "track/motion.h"

namespace shrike {
namespace {

struct Followed {
  Track track;
  BoxMotion motion;     // now
  BoxMotion at_seen;    // as it was when last detected, to start over from when it comes back
  Box seen_box;         // last detection
  double unseen_s = 0;  // since the last detection
};

void start(BoxMotion& motion, const Box& box) {
  const float h = box.height(), position = 0.0025F * h * h, velocity = 0.25F * h * h;
  motion.x.start(box.centre().x, position, velocity);
  motion.y.start(box.centre().y, position, velocity);
  motion.w.start(box.width(), position, 0.01F * h * h);
  motion.h.start(h, position, 0.01F * h * h);
}

void predict(BoxMotion& motion, float dt_s) {
  const float h = motion.h.x, noise = 0.2F * h * h;
  motion.x.predict(dt_s, noise);
  motion.y.predict(dt_s, noise);
  motion.w.predict(dt_s, noise / 4);
  motion.h.predict(dt_s, noise / 4);
}

void correct(BoxMotion& motion, const Box& box) {
  const float h = box.height(), variance = 0.0025F * h * h;
  motion.x.update(box.centre().x, variance);
  motion.y.update(box.centre().y, variance);
  motion.w.update(box.width(), variance);
  motion.h.update(h, variance);
}

}  // namespace

struct Tracker::State {
  TrackerOptions options;
  std::vector<Followed> followed;  // ascending by id
  std::vector<Track> out;
  std::vector<uint8_t> used;  // one a detection
  std::vector<int> match;     // detection of each track, -1 = none
  std::vector<float> appearance;
  Assignment assignment;
  Timestamp time;
  int64_t next_id = 1;
  bool started = false;

  void associate(const Detections& detections, float score_min, float score_max, float iou_min, double unseen_max_s);
  void take_up(const Detections& detections, double dt_s);
  void report(double dt_s);
};

void Tracker::State::associate(const Detections& detections, float score_min, float score_max, float iou_min,
                               double unseen_max_s) {
  assignment.begin(static_cast<int>(followed.size()), static_cast<int>(detections.size()));
  for (size_t t = 0; t < followed.size(); ++t) {
    if (match[t] >= 0 || followed[t].unseen_s > unseen_max_s) continue;
    const Box box = followed[t].motion.box();
    const bool person = followed[t].track.label == options.person_label;
    for (size_t d = 0; d < detections.size(); ++d) {
      if (used[d] || detections.scores[d] < score_min || detections.scores[d] >= score_max) continue;
      if ((detections.classes[d] == options.person_label) != person) continue;
      const float overlap = iou(box, detections.boxes[d]);
      if (overlap > iou_min) assignment.add(static_cast<int>(t), static_cast<int>(d), overlap - iou_min);
    }
  }
  const std::span<const int> pairs = assignment.solve();
  for (size_t t = 0; t < followed.size(); ++t) {
    if (match[t] >= 0 || pairs[t] < 0) continue;
    match[t] = pairs[t];
    used[static_cast<size_t>(pairs[t])] = 1;
  }
}

void Tracker::State::take_up(const Detections& detections, double dt_s) {
  for (size_t t = 0; t < followed.size(); ++t) {
    Followed& one = followed[t];
    if (match[t] < 0) {
      ++one.track.missed;
      one.unseen_s += dt_s;
      continue;
    }
    const auto d = static_cast<size_t>(match[t]);
    correct(one.motion, detections.boxes[d]);
    one.seen_box = detections.boxes[d];
    one.track.box = detections.boxes[d];
    one.track.score = detections.scores[d];
    one.track.label = detections.classes[d];
    one.track.missed = 0;
    ++one.track.hits;
    one.unseen_s = 0;
  }
  for (size_t d = 0; d < detections.size(); ++d) {
    if (used[d] || detections.scores[d] < 0.5F) continue;
    Followed& one = followed.emplace_back();
    one.track = {next_id++, detections.boxes[d], detections.scores[d], detections.classes[d], 1, 0};
    one.seen_box = detections.boxes[d];
    start(one.motion, detections.boxes[d]);
  }
}

void Tracker::State::report(double) {
  std::erase_if(followed, [](const Followed& one) { return one.unseen_s > 2; });
  out.clear();
  for (Followed& one : followed) {
    if (one.track.missed > 3) continue;
    if (one.track.missed > 0) one.track.box = one.motion.box();
    out.push_back(one.track);
  }
}

Tracker::Tracker(TrackerOptions options) : state_(std::make_unique<State>()) { state_->options = options; }
Tracker::~Tracker() = default;
Tracker::Tracker(Tracker&&) noexcept = default;
Tracker& Tracker::operator=(Tracker&&) noexcept = default;

std::span<const Track> Tracker::update(const Detections& detections, const PictureAt& picture,
                                       std::span<const float> /*appearance*/) {
  State& s = *state_;
  const double dt_s = s.started ? std::max(0.001, seconds_between(s.time, picture.time)) : 0;
  s.time = s.started ? s.time.plus_s(dt_s) : picture.time;
  s.started = true;
  for (Followed& one : s.followed) predict(one.motion, static_cast<float>(dt_s));
  s.match.assign(s.followed.size(), -1);
  s.used.assign(detections.size(), 0);
  s.associate(detections, 0.5F, 2, 0.2F, 1e9);
  s.associate(detections, 0.1F, 0.5F, 0.5F, 0.2);
  s.take_up(detections, dt_s);
  s.report(dt_s);
  return s.out;
}

std::span<const Track> Tracker::hold(const PictureAt& picture) {
  state_->time = std::max(state_->time, picture.time);
  return state_->out;
}

std::span<const float> Tracker::appearance() const { return state_->appearance; }

}  // namespace shrike
