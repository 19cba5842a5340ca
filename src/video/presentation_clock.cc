#include "video/presentation_clock.h"

#include <algorithm>
#include <cmath>

namespace shrike {
namespace {

constexpr double kStepBackMax_s = 0.5;  ///< further back than reordering explains: the stream's clock was set anew
constexpr double kGapMax_s = 60;        ///< longer: likewise
constexpr double kLateMax_s = 10;       ///< later than a network delays: the camera's clock jumped
constexpr double kSettle_s = 5;         ///< a server may first send what it kept: then time is pulled back fast
constexpr double kDriftMax = 200e-6;    ///< of a camera's quartz, seconds a second, generously

}  // namespace

void PresentationClock::restart(Timestamp start) {
  anchored_ = false;
  start_ = start;
}

double PresentationClock::arrived(double decode_s, double show_s, double frame_s, Timestamp now) {
  const double step_s = decode_s - last_stream_s_;
  const bool live = anchor_ == Anchor::arrival;
  const bool jumped = anchored_ && (step_s < -kStepBackMax_s || step_s > kGapMax_s);
  double late_s = 0;
  if (live && (jumped || !anchored_)) {
    anchor_at(decode_s, now);
  } else if (jumped) {
    anchor_at(show_s, last_->plus_s(frame_s));
  } else if (!anchored_) {
    anchor_at(show_s, start_);
  } else if (live) {
    late_s = seconds_between(at(decode_s), now);
    follow(late_s, step_s);
  }
  last_stream_s_ = decode_s;
  last_ = std::max(last_.value_or(Timestamp{0}), at(show_s));
  return std::max(late_s, 0.0);
}

void PresentationClock::anchor_at(double stream_s, Timestamp time) {
  if (last_ && time <= *last_) time = {last_->us + 1};
  epoch_ = time;
  offset_s_ = -stream_s;
  first_stream_s_ = stream_s;
  anchored_ = true;
}

void PresentationClock::follow(double late_s, double step_s) {
  step_s = std::max(step_s, 0.0);
  if (late_s > kLateMax_s) {
    offset_s_ += late_s;
  } else if (late_s < 0) {
    // Time that was given out stays: it only runs slower until it is right again.
    const double slow_down = last_stream_s_ - first_stream_s_ < kSettle_s ? 0.9 : 0.1;
    offset_s_ += std::max(late_s, -slow_down * step_s);
  } else {
    offset_s_ += std::min(late_s, kDriftMax * step_s);
  }
}

Timestamp PresentationClock::at(double stream_s) const {
  return {epoch_.us + std::llround((stream_s + offset_s_) * 1e6)};
}

}  // namespace shrike
