#pragma once
// Where on the floor people stand who take a product: as the planogram says, and as those who stood alone at its shelf.

#include <map>
#include <string>

#include "behaviour/presence.h"
#include "behaviour/products.h"

namespace shrike {

/// Bounded in products.
class BasketPlaces {
 public:
  /// Somebody surely took (or put back) `product` here.
  void learn(const std::string& product, const StoodAt& at);
  /// How much likelier `product` was taken from here than from anywhere in its zone; 1 where nothing is known of it.
  /// `planned`: where the planogram has it, or null.
  [[nodiscard]] double fit(const std::string& product, const StoodAt& at,
                           const Products::Place* planned = nullptr) const;

 private:
  struct Place {
    double x_m = 0, y_m = 0, n = 0;
  };
  std::map<std::string, Place> places_;
};

}  // namespace shrike
