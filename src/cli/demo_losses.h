#pragma once
// The demo's other half: a simulated chain whose first store is the demo's shop, read as a retailer's exports would be.

#include <filesystem>
#include <string>

#include "risk/loss_prior.h"
#include "shrink/expect.h"
#include "site/config.h"

namespace shrike {

/// What the simulated ledgers say, for the demo's summary.
struct DemoLosses {
  size_t stores = 0;
  std::string first_day, last_day, currency;
  double chain_units = 0, chain_cost = 0;  ///< net unknown loss
  double store_units = 0;                  ///< of the demo's shop
  Estimate zone_units;                     ///< theft-like units a day in the zone that the camera watches, 90 %
  LossPrior prior;
  double visits_a_day = 0;  ///< made up
};

/// Simulates the chain, imports it into `out`/ledger, writes `out`/usl.html and `out`/priors.json. A ledger that is
/// there from the last time and holds the same files is not built again.
[[nodiscard]] Result<DemoLosses> demo_losses(const SiteConfig& site, const std::filesystem::path& demo_folder,
                                             const std::filesystem::path& out);

}  // namespace shrike
