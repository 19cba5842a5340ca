#include "behaviour/tag_watch.h"

#include <algorithm>

namespace shrike {
namespace {

constexpr size_t kProductsMax = 100000;
/// Sold pieces without a tag that a shop begins with; of the shop's rate a shelf begins with so many pieces, of the
/// shelf's a product.
constexpr double kUntagged = 3, kAsShop = 2, kAsShelf = 5;

}  // namespace

void TagWatch::count(const std::string& product, double sold, double out) {
  const auto* known = products_.find(product);
  if (known == nullptr || (by_product_.size() >= kProductsMax && !by_product_.contains(product))) return;
  const auto add = [&](Count& count) {
    count.sold += sold;
    count.out += out;
  };
  add(all_);
  add(by_product_[product]);
  for (const std::string& zone : known->zones) add(by_zone_[zone]);
}

void TagWatch::sold(const std::string& product) { count(product, 1, 0); }
void TagWatch::went_out(const std::string& product) { count(product, 0, 1); }

double TagWatch::rate_of_zone(std::string_view zone) const {
  const double shop = std::min(1.0, all_.out / (all_.sold + kUntagged));
  const auto known = by_zone_.find(zone);
  const Count count = known == by_zone_.end() ? Count{} : known->second;
  return std::min(1.0, (count.out + kAsShop * shop) / (count.sold + kAsShop));
}

double TagWatch::rate(std::string_view product) const {
  const auto* known = products_.find(product);
  if (known == nullptr || known->zones.empty()) return 0;
  double shelf = 1;
  for (const std::string& zone : known->zones) shelf = std::min(shelf, rate_of_zone(zone));
  const auto own = by_product_.find(product);
  const Count count = own == by_product_.end() ? Count{} : own->second;
  return std::min(1.0, (count.out + kAsShelf * shelf) / (count.sold + kAsShelf));
}

}  // namespace shrike
