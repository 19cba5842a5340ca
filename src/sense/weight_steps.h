#pragma once
// What a step of weight may have been.

#include <span>
#include <string>
#include <vector>

#include "sense/item_event.h"

namespace shrike {

/// A product on a shelf, and what one piece of it weighs.
struct ShelfProduct {
  std::string product;
  double unit_weight_g = 0;  ///< over 0
  double sd_g = 0;           ///< of single pieces around it; 0: 1 % of the weight is taken
};

/// What explains a step, by how probable it is.
struct StepReading {
  double nothing = 0;    ///< noise and drift
  double something = 0;  ///< none of the products in any number: a bag, a hand, a product that is not planned here
  /// One list an event: one for pieces of one product, two where two products moved together. Probabilities within a
  /// list add up to at most 1; below 0.01 none is listed.
  std::vector<std::vector<ItemGuess>> moved;
  [[nodiscard]] double products() const { return 1 - nothing - something; }
};

/// Weighs a step of `grams` (its size; which way it went does not matter) that is known to `sd_g`. `products` that
/// weigh nothing are passed over. Up to 24 pieces of one product, up to 4 of two together.
[[nodiscard]] StepReading read_step(double grams, double sd_g, std::span<const ShelfProduct> products);

}  // namespace shrike
