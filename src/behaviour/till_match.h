#pragma once
// Whose receipt is it? Tills know goods and moments, cameras know who stood there.

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "behaviour/presence.h"
#include "behaviour/receipts.h"

namespace shrike {

/// What speaks for a visit as the payer.
struct Shopper {
  std::string visit_id;
  Timestamp from, to;                   ///< seen in the store
  std::vector<PlaceStay> stops;         ///< at checkouts
  std::map<std::string, double> holds;  ///< product → expected pieces; "" for those that nobody can name
};

/// A visit that a receipt may belong to.
struct Payer {
  size_t shopper = 0;
  double p = 0;
};

struct MatchSettings {
  bool checkouts_watched = true;                            ///< a camera looks at checkout zones
  std::function<double(const std::string& till)> offset_s;  ///< of the till's clock: what it shows is ahead by so much
  std::function<bool(const std::string& product)> is_sensed;  ///< sensors would have told of its being taken
  /// How much likelier than by chance this till stands in this zone, as a logarithm.
  std::function<double(const std::string& till, const std::string& zone)> place;
};

/// For each receipt the visits that may have paid it, likeliest first; what is left to 1 is that no camera saw who did.
/// Receipts of the same half minute are assigned together, one visit each (Assignment): a claim's probability follows
/// from the total gain with that pair forced, so that the runner-up's odds count what the rest would lose.
[[nodiscard]] std::vector<std::vector<Payer>> match_receipts(std::span<const Receipt> receipts,
                                                             std::span<const Shopper> shoppers,
                                                             const MatchSettings& settings);

/// Log-likelihood, up to a constant, that `shopper` paid `receipt`.
[[nodiscard]] double match_score(const Receipt& receipt, const Shopper& shopper, const MatchSettings& settings);

}  // namespace shrike
