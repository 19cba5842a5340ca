#pragma once
// How often visits go into each zone, and whether one goes there more often than it and others do: a Poisson-Gamma
// comparison of rates.

#include <span>
#include <vector>

namespace shrike {

/// Learns from visits that are over; forgets slowly (the last kMemory visits count most). A visit's entries into a zone
/// are taken for Poisson with rate (the zone's) × (the visit's own pace); the zone's rate is drawn to that of all zones
/// while few visits are known (Gamma prior of kPrior_h hours), the visit's pace to 1 (Gamma prior of kPace entries).
class ZoneRates {
 public:
  static constexpr double kMemory = 2000, kPrior_h = 1, kPace = 4;
  static constexpr double kVisits_min = 50;  ///< below that nothing is said

  explicit ZoneRates(size_t zones) : entries_(zones, 0) {}

  /// A visit of `seconds` is over; `entries` one a zone.
  void learn(std::span<const int> entries, double seconds);

  struct Excess {
    double usual = 0;        ///< entries that a visit of its length and pace makes there
    double probability = 1;  ///< of so many or more, of a visit that goes there at all
  };
  /// Of a visit that goes on; `entries` one a zone, so far. Probability 1 until enough visits are known.
  [[nodiscard]] Excess excess(size_t zone, std::span<const int> entries, double seconds) const;

 private:
  [[nodiscard]] double per_hour(size_t zone) const;

  std::vector<double> entries_;
  double hours_ = 0, visits_ = 0;
};

/// P(K ≥ k | K ≥ 1) of a negative binomial with this mean and size; 1 for k ≤ 1.
[[nodiscard]] double at_least_given_any(int k, double mean, double size);

}  // namespace shrike
