#pragma once
// What a movement model is worth, and whether it still fits: simple rivals, the trial of a new model beside the present
// one, and drift.

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "behaviour/movement_model.h"

namespace shrike {

/// A simple way of saying how unusual a walk is; higher = more.
struct MovementRival {
  std::string name;
  std::function<double(const Walk&)> score;
};
/// Those that look at one number, and the distance to the nearest of normal walks by the time spent in each place.
[[nodiscard]] std::vector<MovementRival> movement_rivals(std::span<const Walk> normal);

/// How far ranks that should be even are from it.
struct Drift {
  int64_t visits = 0;
  double psi = 0;  ///< population stability index over ten equal bins; with n visits about 9/n by chance alone
  double ks = 0;   ///< Kolmogorov-Smirnov distance
  double median = 0.5;

  /// 0.1 and 0.25 are the industry's rule of thumb (Siddiqi 2006), above what chance gives.
  [[nodiscard]] const char* verdict() const;  ///< steady, watch or shifted
  [[nodiscard]] bool shifted() const;
};
/// `p`: ranks of visits (VisitReading::p).
[[nodiscard]] Drift drift_of(std::vector<double> p);

/// A new model beside the present one, on the same visits, which neither learnt from.
struct MovementTrial {
  int64_t visits = 0;
  double present = 0, candidate = 0;                ///< mean surprise a stretch
  double worse = 0, worse_low = 0, worse_high = 0;  ///< candidate − present; 95 % by bootstrap over visits
  Drift drift;                                      ///< of the candidate's ranks
  double rank_correlation = 1;                      ///< Spearman, of the two models' unusualness

  /// Not worse by more than 0.02 a stretch, and its ranks have not shifted.
  [[nodiscard]] bool promoted() const;
  [[nodiscard]] std::string why() const;
};
/// `present` may be null: then there is nothing to be worse than.
[[nodiscard]] MovementTrial try_movement(const MovementModel* present, const MovementModel& candidate,
                                         std::span<const Walk> walks);

[[nodiscard]] double spearman(std::span<const double> a, std::span<const double> b);

}  // namespace shrike
