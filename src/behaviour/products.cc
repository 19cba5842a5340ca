#include "behaviour/products.h"

#include <algorithm>

#include "sense/till.h"

namespace shrike {

Products::Products(const Planogram& planogram) {
  for (const PlanogramItem& item : planogram.items) {
    Product& product = products_[item.sku_id];
    if (product.name.empty()) product.name = item.name;
    if (!product.price) product.price = item.price;
    product.zones.push_back(item.zone);
    if (item.x_m && item.y_m) product.places[item.zone] = {*item.x_m, *item.y_m};
    id_of_.emplace(item_of(item.sku_id), item.sku_id);
    if (!item.gtin.empty()) id_of_[item.gtin] = item.sku_id;
  }
  double priced = 0;
  for (auto& [id, product] : products_) {
    if (product.name.empty()) product.name = id;
    if (!product.price) continue;
    priced += 1;
    mean_price_ += (*product.price - mean_price_) / priced;
  }
}

std::string Products::id_of(std::string_view item) const {
  if (item.empty() || products_.contains(item)) return std::string(item);
  std::string normal = item_of(item);
  const auto known = id_of_.find(normal);
  return known == id_of_.end() ? normal : known->second;
}

const Products::Product* Products::find(std::string_view id) const {
  const auto found = products_.find(id);
  return found == products_.end() ? nullptr : &found->second;
}

const Products::Place* Products::place(std::string_view id, std::string_view zone) const {
  const Product* product = find(id);
  if (product == nullptr) return nullptr;
  const auto found = product->places.find(zone);
  return found == product->places.end() ? nullptr : &found->second;
}

bool Products::neighbours(std::string_view a, std::string_view b) const {
  const Product *one = find(a), *other = find(b);
  if (one == nullptr || other == nullptr) return false;
  return std::ranges::any_of(
      one->zones, [&](const std::string& zone) { return std::ranges::find(other->zones, zone) != other->zones.end(); });
}

}  // namespace shrike
