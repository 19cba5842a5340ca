#include "sense/sensor_clock.h"

#include <algorithm>

namespace shrike {

Timestamp SensorClock::observe(Timestamp stated, Timestamp received) {
  // Any number may be stated: outside of these bounds (the years 0 to 9999) differences would overflow.
  constexpr int64_t kBound_us = 253'402'300'800'000'000;
  const Difference now{received, received.us - std::clamp(stated.us, -kBound_us, kBound_us)};
  while (!least_.empty() && least_.back().us >= now.us) least_.pop_back();
  // Equal work whatever comes: a difference a second is enough.
  constexpr size_t kKept_max = 1024;
  if (least_.size() < kKept_max) least_.push_back(now);
  while (least_.size() > 1 && received.us - least_.front().received.us > window_us_) least_.pop_front();
  return {std::min(received.us, received.us - (now.us - least_.front().us))};
}

double SensorClock::offset_s() const { return least_.empty() ? 0.0 : -static_cast<double>(least_.front().us) * 1e-6; }

}  // namespace shrike
