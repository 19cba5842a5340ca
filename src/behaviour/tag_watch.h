#pragma once
// Which goods the doors' readers tell of, and how surely: learnt from what tills sell and what then goes out.

#include <map>
#include <string>
#include <string_view>

#include "behaviour/products.h"

namespace shrike {

/// Bounded in products.
class TagWatch {
 public:
  explicit TagWatch(const Products& products) : products_(products) {}

  void sold(const std::string& product);
  /// A tag of it went out, sold or not.
  void went_out(const std::string& product);
  /// That the door tells of a piece of `product` that is carried openly: 0 where nobody knows, at most 1. What little
  /// is known of one product is drawn to what is known of its shelf, and of a shelf to what is known of the shop.
  [[nodiscard]] double rate(std::string_view product) const;
  [[nodiscard]] double rate_of_zone(std::string_view zone) const;

 private:
  struct Count {
    double sold = 0, out = 0;
  };
  void count(const std::string& product, double sold, double out);

  const Products& products_;
  Count all_;
  std::map<std::string, Count, std::less<>> by_product_, by_zone_;
};

}  // namespace shrike
