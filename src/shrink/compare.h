#pragma once
// Is the loss spread over stores as their goods and sales would have it? Expected values come from a model that knows
// products and exposure but no store; what stands out does so against the chain's own unevenness, never against
// Poisson's. Sources: Spiegelhalter, Stat Med 24 (2005) for the funnel; Benjamini & Hochberg (1995); docs/usl.md,
// "Comparing stores".

#include <string>
#include <vector>

#include "shrink/loss_model.h"

namespace shrike {

struct CompareOptions {
  double from_day = -1e18, to_day = 1e18;  ///< period that is judged: intervals that closed in it
  double false_discovery_rate = 0.10;
  double expected_min = 3;  ///< store × category cells with less expected loss are not tested
  int bootstraps = 400;
  int threads = 1;
  uint64_t seed = 1;
};

struct StoreStanding {
  int store = 0;
  double seen = 0, expected = 0;  ///< net loss in the period, units
  double seen_cost = 0, expected_cost = 0;
  double ratio = 1;                    ///< seen / expected
  double low = 0, high = 0;            ///< 95 % limits of the funnel at this expectation
  double z = 0, p = 1;                 ///< against the chain's spread; p one-sided, high
  bool outlier = false;                ///< a discovery at the false discovery rate
  double rank_low = 0, rank_high = 0;  ///< 90 % interval of its rank, 1 = least loss against expectation
  double worst_decile = 0;             ///< probability of being among the worst tenth
  double mix_bits = 0;  ///< Jensen-Shannon distance of its categories from the others', its null mean taken off
};

struct CategoryLead {
  int store = 0, category = 0;
  double seen = 0, expected = 0, z = 0, p = 1;
  double cost = 0;  ///< of what is beyond expectation, at cost
  bool found = false;
};

struct Comparison {
  std::vector<StoreStanding> stores;
  std::vector<CategoryLead> leads;     ///< every tested cell, smallest p first
  std::vector<double> seen, expected;  ///< store × category, for a heat map
  /// By category: variance / mean from products scattering each for themselves, the first part of what is expected.
  std::vector<double> product_scatter;
  double unevenness = 1;            ///< φ̂ = X²/df of the period's table, beyond that scatter
  double reference_unevenness = 1;  ///< φ₀ of the period before
  double global_p = 1;              ///< of X²/φ₀
  double concentration = 0;         ///< Dirichlet-multinomial κ; large is even
  double store_spread = 0;  ///< relative standard deviation of seen / expected beyond chance, between ordinary stores
  int tests = 0;
  bool has_reference = false;  ///< without, φ₀ is taken from the period's own table, its greatest tenth capped
  std::vector<std::string> notes;
};

[[nodiscard]] Result<Comparison> compare_stores(const LossData& data, const Layout& layout,
                                                const CompareOptions& options);

}  // namespace shrike
