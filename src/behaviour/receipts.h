#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "behaviour/products.h"
#include "sense/till.h"

namespace shrike {

/// One piece that was paid for.
struct PaidPiece {
  std::string product;  ///< as Products::id_of() names it
  std::string serial;   ///< of its tag, where the till read one
  double price = 0;     ///< what was paid for it; 0 where the till does not say
};

/// A till's transaction as far as baskets go.
struct Receipt {
  TillKey key;
  Timestamp time;   ///< by the till's clock
  Timestamp heard;  ///< when it came, by the cameras' clock
  bool self_checkout = false;
  std::vector<PaidPiece> pieces;

  /// "till 2"
  [[nodiscard]] std::string till_name() const;
};

/// Empty where no goods were sold in it: another kind of transaction, a training, only returns. A weighed line is one
/// piece, a quantity of n is n pieces (at most 50).
[[nodiscard]] std::optional<Receipt> receipt_of(const TillTransaction& transaction, const Products& products,
                                                Timestamp heard);

}  // namespace shrike
