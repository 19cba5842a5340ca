#include "behaviour/unexplained_sales.h"

#include <algorithm>

namespace shrike {
namespace {

constexpr size_t kSalesMax = 300;
/// Nobody carries a piece about for longer before paying; clocks and cameras differ by some seconds.
constexpr double kCarried_s = 2700, kSlack_s = 10;

}  // namespace

bool UnexplainedSales::set(const Receipt& receipt, std::vector<std::string> products) {
  const auto known = std::ranges::find(sales_, receipt.key, &Sale::key);
  if (known != sales_.end()) {
    const bool more = products.size() > known->products.size();
    known->products = std::move(products);
    return more;
  }
  if (products.empty()) return false;
  sales_.push_back({receipt.key, receipt.heard, std::move(products)});
  if (sales_.size() > kSalesMax) sales_.pop_front();
  return true;
}

bool UnexplainedSales::any(const std::string& product, Timestamp taken) const {
  return std::ranges::any_of(sales_, [&](const Sale& sale) {
    const double later_s = seconds_between(taken, sale.time);
    return later_s > -kSlack_s && later_s < kCarried_s &&
           std::ranges::find(sale.products, product) != sale.products.end();
  });
}

}  // namespace shrike
