#pragma once
// What a visit took against what it paid, as evidence. Pure functions of the basket, the receipts and the moment.

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "behaviour/basket.h"
#include "behaviour/evidence.h"
#include "behaviour/rule_book.h"
#include "behaviour/till_side.h"

namespace shrike {

/// One visit, as far as goods go.
struct BasketCase {
  std::vector<Piece> pieces;
  std::vector<TagOut> tags;
  std::vector<PaidReceipt> receipts;  ///< likeliest first
  bool left = false;                  ///< it is out of the door
  Timestamp left_at;
  std::string exit;            ///< zone it left by; empty where no camera looks at the door
  std::string stay;            ///< "12 s in razors"; empty where no camera saw it at the shelf
  double prior = 0.01;         ///< that a visit is a thief's
  double paid_anyway = 0;      ///< probability that goods were paid for though no receipt was found
  bool taken_as_paid = false;  ///< it stopped at a checkout, and no till can say whose receipts are whose
};

struct BasketSums {
  double taken = 0;        ///< pieces that it still has, paid or not
  double paid = 0;         ///< of these, paid for
  double unpaid = 0;       ///< expected pieces not paid for, if they are this visit's
  double value = 0;        ///< of these; 0 where no price is known
  double any_unpaid = 0;   ///< probability of at least one
  double has_receipt = 0;  ///< probability that a receipt is this visit's
  double mine = 1;         ///< that what is likeliest unpaid is this visit's, if anybody's: `unpaid` takes it as given
};

/// What the planogram and the sensors know of goods.
struct BasketWorld {
  const Products& products;
  std::function<bool(const std::string& product)> is_sensed;
  std::function<bool(const std::string& serial)> is_sold;
  /// Sold lately without its tag's number; may be empty.
  std::function<bool(const std::string& product, Timestamp time)> sold_without_tag = {};
  /// That a door's reader tells of a piece that is carried out openly, of a product or (empty) of any in a zone; may be
  /// empty.
  std::function<double(const std::string& product, const std::string& zone)> tag_rate = {};
  /// Paid for by somebody whom nobody saw take it; may be empty.
  std::function<bool(const std::string& product, Timestamp taken)> sold_to_others = {};
};

/// Over the receipts that may be the visit's: each is, or is not.
[[nodiscard]] BasketSums sums_of(const BasketCase& basket, const BasketWorld& world);

/// item_unpaid, scan_skipped, label_switched, tag_left_unpaid once it has left; paid as soon as there is a receipt. At
/// most one of each, none with llr 0. Pieces that are more likely somebody else's count for nothing.
[[nodiscard]] std::vector<Evidence> basket_evidence(const BasketCase& basket, const BasketWorld& world,
                                                    const RuleBook& book);

}  // namespace shrike
