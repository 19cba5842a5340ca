#pragma once
// The prior odds of a visit from what the store's own counts say it loses.

#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "site/config.h"

namespace shrike {

/// What a store's losses say of one visit, and from what it follows.
struct LossPrior {
  double probability = 0;                       ///< that a visit is a theft: units_a_day / visits a day, at most 1/2
  double units_a_day = 0;                       ///< theft-like loss in `zones`; one theft is reckoned to take one unit
  std::vector<std::string> zones;               ///< those of the file that the store's cameras watch
  std::map<std::string, double> units_by_zone;  ///< of these
  std::array<double, 24> hours{};               ///< shares of the day's loss by local hour; zeros where not said
};

/// Reads what `shrike usl priors --json` printed (`text`; `file` names it in messages), takes the store of `site.store`
/// and in it the zones that a camera of `site` has under the same name. DESIGN, "Risk in one paragraph", for the store
/// and the day as a whole; VisitPrior takes it apart by the zones and the hour of a visit.
[[nodiscard]] Result<LossPrior> prior_from_losses(const SiteConfig& site, std::string_view text,
                                                  const std::string& file);

/// load_site(), with `risk.prior`, `units_a_day` and `loss_hours` from `risk.priors` where that is set.
[[nodiscard]] Result<SiteConfig> load_site_with_losses(const std::filesystem::path& file);

}  // namespace shrike
