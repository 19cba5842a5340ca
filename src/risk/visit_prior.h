#pragma once
#include <array>
#include <map>
#include <set>
#include <string>

#include "site/config.h"

namespace shrike {

/// The prior of one visit from what the zones it went to lose (docs/usl.md, "Hand-over to the live side"):
/// Σ_z units a day(z) · share of the day's loss in the hour / visits to z in that hour. Visits by zone and hour are
/// counted here, as they end; until there are some, every visit is taken to go everywhere, at hours as sales have them.
class VisitPrior {
 public:
  explicit VisitPrior(const RiskConfig& risk) : risk_(risk) {}

  /// Whether there is anything to tell visits apart by.
  [[nodiscard]] bool by_zone() const { return !risk_.units_a_day.empty(); }
  /// Probability, 1e-9 .. 1/2. `zones` are those the visit has been in, `hour` is local, 0..23.
  [[nodiscard]] double of(const std::set<std::string>& zones, int hour) const;
  /// A visit is over.
  void count(const std::set<std::string>& zones, int hour);

 private:
  RiskConfig risk_;
  std::map<std::string, double> visits_to_;
  std::array<double, 24> visits_at_{};
  double visits_ = 0;
};

}  // namespace shrike
