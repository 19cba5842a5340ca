#include "risk/visit_prior.h"

#include <algorithm>

namespace shrike {
namespace {

/// Visits that the assumption weighs as much as: each goes everywhere; hours are as sales have them.
constexpr double kEverywhere = 50, kAsSales = 200;
/// Who went to no zone that loses anything still may have taken something: a tenth of the mean.
constexpr double kElsewhere = 0.1;
constexpr double kLeast = 1e-9, kMost = 0.5, kHourMost = 3;

}  // namespace

double VisitPrior::of(const std::set<std::string>& zones, int hour) const {
  if (!by_zone() || risk_.visits_a_day <= 0) return risk_.prior;
  double thefts = 0;
  for (const auto& [zone, units] : risk_.units_a_day) {
    if (!zones.contains(zone)) continue;
    const auto known = visits_to_.find(zone);
    const double share = ((known == visits_to_.end() ? 0 : known->second) + kEverywhere) / (visits_ + kEverywhere);
    thefts += units / (risk_.visits_a_day * share);
  }
  thefts = std::max(thefts, kElsewhere * risk_.prior);
  const auto h = static_cast<size_t>(std::clamp(hour, 0, 23));
  const double loss = risk_.loss_hours[h];
  if (loss > 0) {
    const double visits = (visits_at_[h] + kAsSales * loss) / (visits_ + kAsSales);
    thefts *= std::clamp(loss / visits, 1 / kHourMost, kHourMost);
  }
  return std::clamp(thefts, kLeast, kMost);
}

void VisitPrior::count(const std::set<std::string>& zones, int hour) {
  if (!by_zone()) return;
  visits_ += 1;
  visits_at_[static_cast<size_t>(std::clamp(hour, 0, 23))] += 1;
  for (const std::string& zone : zones) {
    if (risk_.units_a_day.contains(zone)) visits_to_[zone] += 1;
  }
}

}  // namespace shrike
