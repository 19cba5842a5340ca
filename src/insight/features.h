#pragma once
// Facts of a visit that may go with an incident. Nothing of who the person is: times, places, ways and things carried.

#include <string>
#include <vector>

#include "insight/journeys.h"
#include "insight/local_clock.h"

namespace shrike {

/// One fact about all visits.
struct Feature {
  std::string name;  ///< "minutes in high-risk zones"
  /// Evidence is made of it, or it goes with what evidence is made of (who lingers is there longer, and stands):
  /// incidents have more of it by construction, and only judged incidents can be compared.
  bool raises_incidents = false;
  bool of_time = false;       ///< the hour and the day: not adjusted for the hour
  bool of_length = false;     ///< grows with the visit by itself: not adjusted for its length where it is the length
  std::vector<double> value;  ///< by visit; NaN where not known
};

/// Facts of these visits, in the order of the visits. Zones: the `zones_max` that most visits stopped in.
[[nodiscard]] std::vector<Feature> features_of(const std::vector<Journey>& visits, LocalClock& clock,
                                               size_t zones_max = 12);

}  // namespace shrike
