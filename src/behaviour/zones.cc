#include "behaviour/zones.h"

#include <algorithm>

namespace shrike {

void ZoneWatch::enter(Timestamp time) {
  facts_.inside = true;
  const bool goes_on = facts_.entries > 0 && seconds_between(facts_.newest.to, run_from_) < kReturn_s;
  if (!goes_on) {
    if (facts_.entries++ == 0) facts_.first_entered = run_from_;
    facts_.newest = Stay{run_from_, run_from_, 0};
  }
  stay(seconds_between(run_from_, time), time);
}

void ZoneWatch::stay(double seconds, Timestamp time) {
  facts_.newest.dwell_s += seconds;
  facts_.newest.to = time;
  const bool same = facts_.longest.from == facts_.newest.from;
  if (same || facts_.newest.dwell_s > facts_.longest.dwell_s) facts_.longest = facts_.newest;
  if (facts_.newest.dwell_s >= kStop_s) facts_.last_stop = facts_.newest;
}

std::optional<ZoneWatch::Event> ZoneWatch::see(bool inside, Timestamp time) {
  const bool lost = seconds_between(last_seen_, time) > kUnseen_s;
  if (lost) run_ = 0;  // frames so far apart are not in a row
  last_seen_ = time;
  if (inside == facts_.inside) {
    run_ = 0;
    if (inside) stay(lost ? 0 : seconds_between(facts_.newest.to, time), time);
    return std::nullopt;
  }
  if (run_++ == 0) run_from_ = time;
  if (run_ < inertia_frames_) return std::nullopt;
  run_ = 0;
  if (inside) {
    enter(time);
    return Event::entered;
  }
  facts_.inside = false;
  return Event::left;
}

std::optional<ZoneWatch::Event> ZoneWatch::close() {
  run_ = 0;
  if (!facts_.inside) return std::nullopt;
  facts_.inside = false;
  return Event::left;
}

void ZoneWatch::shift_clock(double seconds) {
  const auto shift = [&](Timestamp& time) { time = time.plus_s(seconds); };
  const auto shift_stay = [&](Stay& stay) {
    shift(stay.from);
    shift(stay.to);
  };
  shift(run_from_);
  shift(last_seen_);
  shift(facts_.first_entered);
  shift_stay(facts_.newest);
  shift_stay(facts_.longest);
  if (facts_.last_stop) shift_stay(*facts_.last_stop);
}

bool stands_in(const Polygon& polygon, Point foot_px, int width, int height) {
  constexpr float kInset = 1e-4F;
  return contains(polygon, {std::clamp(foot_px.x / static_cast<float>(width), kInset, 1 - kInset),
                            std::clamp(foot_px.y / static_cast<float>(height), kInset, 1 - kInset)});
}

}  // namespace shrike
