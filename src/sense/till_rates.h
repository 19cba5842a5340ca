#pragma once
// Rates of people who do the same work, each against the others'. Everyone's true rate is taken from one Beta
// distribution, whose mean and spread are not known but weighed over a grid (beta-binomial; Gelman et al., Bayesian
// Data Analysis, 3rd ed., 5.3): so few events give no extreme rates, and few peers give no sharp ones.

#include <cstdint>
#include <vector>

namespace shrike {

struct RateCount {
  int64_t events = 0, base = 0;  ///< so many of so many
};

struct PeerRate {
  double rate = 0, low = 0, high = 0;                  ///< by itself; 90 % interval (Jeffreys)
  double shrunk = 0, shrunk_low = 0, shrunk_high = 0;  ///< drawn to the peers as far as little data warrants; 90 %
  double peers_median = 0;                             ///< of the others' shrunk rates
  double p = 1;  ///< chance that one more peer, with this base, has as many events or more: the peers are the others
  int peers = 0;
  bool tested = false;  ///< false with an empty base or fewer than three peers
};

/// One for each of `counts`. Peers are never quite the same: a spread below a tenth of the rate is not believed.
/// `design_effect` (1 or more): events come in clumps, so that this many say as much as one by itself.
[[nodiscard]] std::vector<PeerRate> compare_rates(const std::vector<RateCount>& counts, double design_effect = 1);

/// How events clump within what was counted together, e.g. lines of one receipt.
class Clumps {
 public:
  /// One receipt's count.
  void add(const RateCount& part);
  /// Sum over receipts of (events - rate · base)², with the rate of all that was added; and what it would be if every
  /// line were a coin of its own.
  [[nodiscard]] double scatter() const;
  [[nodiscard]] double scatter_of_coins() const;

 private:
  double events_ = 0, base_ = 0, events_events_ = 0, events_base_ = 0, base_base_ = 0;
};
/// Rao & Scott (Biometrics 48, 1992): the scatter of all subjects over that of coins; at least 1.
[[nodiscard]] double design_effect_of(const std::vector<Clumps>& subjects);

}  // namespace shrike
