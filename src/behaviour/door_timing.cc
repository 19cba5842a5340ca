#include "behaviour/door_timing.h"

#include <algorithm>
#include <cmath>

namespace shrike {
namespace {

constexpr size_t kDoorsMax = 1000;
/// Before anything is known: about then, within some seconds; worth so many passings.
constexpr double kMean_s = 0.5, kSpread_s = 2, kPrior = 8;
constexpr double kRemembered = 200;
constexpr double kSpreadMin_s = 0.3;
/// Somebody whom the camera lost early, or who stayed.
constexpr double kOdd = 0.05;
/// What is further off says that it was somebody else's passing, not how these are spread.
constexpr double kFar_s = 6;

}  // namespace

DoorTiming::Door DoorTiming::unknown() { return {kMean_s, kSpread_s * kSpread_s, kPrior}; }

void DoorTiming::learn(const std::string& zone, double after_s) {
  if (std::abs(after_s) > kFar_s || (doors_.size() >= kDoorsMax && !doors_.contains(zone))) return;
  Door& door = doors_.try_emplace(zone, unknown()).first->second;
  door.n = std::min(door.n + 1, kRemembered);
  const double off = after_s - door.mean_s;
  door.mean_s += off / door.n;
  door.variance_s2 += (off * (after_s - door.mean_s) - door.variance_s2) / door.n;
}

double DoorTiming::fit(const std::string& zone, double after_s) const {
  const auto found = doors_.find(zone);
  const Door door = found == doors_.end() ? unknown() : found->second;
  const double off = after_s - door.mean_s;
  const double variance = std::max(door.variance_s2, kSpreadMin_s * kSpreadMin_s);
  return kOdd + (1 - kOdd) * std::exp(-off * off / (2 * variance));
}

}  // namespace shrike
