#pragma once
// Prior odds for the live side: what a shop's own counts say it loses to theft, by zone and product, a day.
// docs/usl.md, "Hand-over to the live side", says how the live side turns them into a prior of a visit.

#include <map>
#include <string>
#include <vector>

#include "shrink/expect.h"

namespace shrike {

/// 90 % interval of a Gamma of this mean and variance: rates are positive and lean right.
[[nodiscard]] Estimate rate_estimate(double mean, double variance);

struct ProductPrior {
  int product = 0;
  std::string zone;             ///< by the planogram; empty: on no shelf that it names
  Estimate units;               ///< theft-like loss a day, 90 % interval
  double cost = 0, retail = 0;  ///< money a day, of the mean
};

struct ZonePrior {
  std::string zone;
  Estimate units, retail;
  double cost = 0;
  double mean_theft_retail = 0;  ///< money a unit lost: what one theft takes at the least
};

struct StorePriors {
  int store = 0;
  Estimate units, retail;
  std::vector<ZonePrior> zones;        ///< most retail value first
  std::vector<ProductPrior> products;  ///< the same
};

struct Priors {
  std::vector<StorePriors> stores;
  /// Share of the loss of goods that spoil which is spoilage nobody recorded, chain-wide; with its standard error.
  double spoilage_a_unit = 0, spoilage_error = 0;
  std::vector<std::string> notes;
};

/// `zone_of`: sku → zone. Days are the coming ones, sales and stock as usual.
[[nodiscard]] Result<Priors> theft_priors(const LossData& data, const Layout& layout, const Nowcaster& nowcaster,
                                          const std::map<std::string, std::string>& zone_of, int threads);

}  // namespace shrike
