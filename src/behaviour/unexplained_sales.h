#pragma once
// What was paid for by people whom nobody saw take it: most likely what somebody else is thought to have.

#include <deque>
#include <string>
#include <vector>

#include "behaviour/receipts.h"

namespace shrike {

/// Bounded: the newest receipts.
class UnexplainedSales {
 public:
  /// Products of `receipt` that its payer's basket does not hold, in place of what was said of it before. True where
  /// that adds any.
  bool set(const Receipt& receipt, std::vector<std::string> products);
  /// Whether a piece of `product` that was taken at `taken` may be one of those.
  [[nodiscard]] bool any(const std::string& product, Timestamp taken) const;

 private:
  struct Sale {
    TillKey key;
    Timestamp time;
    std::vector<std::string> products;
  };
  std::deque<Sale> sales_;
};

}  // namespace shrike
