#pragma once
// At what hour of the day a shop's goods are at risk: counts cannot tell, so that losses are spread over the day as its
// sales are, by local hour, zone by zone. Where sales are dated by the day only, nothing is said.

#include <array>
#include <map>
#include <string>

#include "base/result.h"
#include "ledger/ledger.h"
#include "shrink/expect.h"

namespace shrike {

using Hours = std::array<double, 24>;

struct HourProfile {
  Hours share{};      ///< of the day; they add up to 1
  double weight = 0;  ///< units sold that it rests on, those lent by the store included
};

struct StoreHours {
  HourProfile store;
  std::map<std::string, HourProfile> zones;  ///< a zone's own, shrunk towards the store's
  std::string refused;                       ///< why no hour can be told; empty: it can
};

/// By store_id, of `store` or, empty, of all that sell anything. `zone_of`: sku → zone. Returned goods do not count.
[[nodiscard]] Result<std::map<std::string, StoreHours>> hours_of_sales(
    Ledger& ledger, const std::map<std::string, std::string>& zone_of, const std::string& store);

/// `sold` units by hour, as shares shrunk towards `parent`, whose word is worth 50 units.
[[nodiscard]] HourProfile profile_of(const Hours& sold, const Hours& parent);

/// A day's loss by hour, 90 % intervals: what is not known of the day and of the shares, not whether thieves keep the
/// hours of shoppers.
[[nodiscard]] std::array<Estimate, 24> by_hour(const Estimate& day, const HourProfile& profile);

}  // namespace shrike
