#include "behaviour/zone_rates.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace shrike {
namespace {

constexpr int kEntriesMost = 1000;
constexpr double kVisitLongest_s = 6 * 3600;

}  // namespace

void ZoneRates::learn(std::span<const int> entries, double seconds) {
  if (!(seconds > 0)) return;
  const double keep = 1 - 1 / kMemory;
  for (size_t z = 0; z < entries_.size(); ++z)
    entries_[z] = keep * entries_[z] + (z < entries.size() ? std::clamp(entries[z], 0, kEntriesMost) : 0);
  hours_ = keep * hours_ + std::min(seconds, kVisitLongest_s) / 3600;
  visits_ = keep * visits_ + 1;
}

double ZoneRates::per_hour(size_t zone) const {
  const double all = std::accumulate(entries_.begin(), entries_.end(), 0.0) / static_cast<double>(entries_.size());
  const double pooled = (all + 0.5) / (hours_ + 0.5);
  return (entries_[zone] + kPrior_h * pooled) / (hours_ + kPrior_h);
}

ZoneRates::Excess ZoneRates::excess(size_t zone, std::span<const int> entries, double seconds) const {
  Excess out;
  if (visits_ < kVisits_min || zone >= entries_.size() || entries.size() != entries_.size() || !(seconds > 0))
    return out;
  const double hours = std::min(seconds, kVisitLongest_s) / 3600;
  // What it did elsewhere says how much it moves about.
  double elsewhere = kPace, expected_elsewhere = kPace;
  for (size_t z = 0; z < entries_.size(); ++z) {
    if (z == zone) continue;
    elsewhere += std::clamp(entries[z], 0, kEntriesMost);
    expected_elsewhere += per_hour(z) * hours;
  }
  out.usual = per_hour(zone) * hours * elsewhere / expected_elsewhere;
  out.probability = at_least_given_any(entries[zone], out.usual, elsewhere);
  return out;
}

double at_least_given_any(int k, double mean, double size) {
  if (k <= 1) return 1;
  if (!(mean > 0) || !(size > 0)) return 1;
  // Terms of the negative binomial, one from the other.
  const double share = mean / (size + mean);
  double term = std::exp(size * std::log(size / (size + mean))), sum = term;
  const double none = term;
  for (int i = 1; i < std::min(k, kEntriesMost); ++i) {
    term *= (size + i - 1) / i * share;
    sum += term;
  }
  const double any = 1 - none;
  if (any <= 1e-12) {
    // So rare that the first entry is all there is to condition on: what follows is one Poisson more.
    return std::exp((k - 1) * std::log(std::max(1e-12, mean / 2)));
  }
  return std::clamp((1 - sum) / any, 0.0, 1.0);
}

}  // namespace shrike
