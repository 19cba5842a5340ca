#include "insight/open_hours.h"

#include <algorithm>

namespace shrike {

double OpenHours::seconds() const {
  double sum = 0;
  for (const auto& [day, hours] : days) {
    for (double s : hours) sum += s;
  }
  return sum;
}

OpenHours open_hours(const Journeys& journeys, LocalClock& clock) {
  OpenHours out;
  std::array<bool, 24> seen{};
  for (const auto* people : {&journeys.customers, &journeys.staff}) {
    for (const Journey& j : *people) {
      by_hour(j.from, std::max(j.to, Timestamp{j.from.us + 1}), clock, [&](const LocalTime& at, double) {
        seen[static_cast<size_t>(at.hour)] = true;
        out.days.try_emplace(at.day);
      });
    }
  }
  const auto first = std::ranges::find(seen, true);
  if (first == seen.end()) return out;
  out.first_hour = static_cast<int>(first - seen.begin());
  for (int h = 0; h < 24; ++h) {
    if (seen[static_cast<size_t>(h)]) out.last_hour = h;
  }
  by_hour(journeys.first, journeys.last, clock, [&](const LocalTime& at, double seconds) {
    const auto day = out.days.find(at.day);
    if (day != out.days.end() && seen[static_cast<size_t>(at.hour)])
      day->second[static_cast<size_t>(at.hour)] += seconds;
  });
  return out;
}

}  // namespace shrike
