#include "shrink/challenge_rows.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace shrike {
namespace {

constexpr double kLeastLoss = 0.02;  // units: below it a factor says nothing

}  // namespace

const std::vector<std::string>& challenge_features() {
  static const std::vector<std::string> kNames{
      "log_days",      "log_sales_rate", "log_stock",       "log_cost",       "margin",      "pack",
      "shelf_life",    "season_cos",     "season_sin",      "unsold",         "book",        "received_rate",
      "store_m2",      "store_effect",   "category_effect", "product_effect", "cell_effect", "cell_expected",
      "cell_observed", "empty_chance",   "attention",       "log_loss",       "forecast"};
  return kNames;
}

ChallengeRows challenge_rows(size_t n) {
  ChallengeRows rows;
  rows.names = challenge_features();
  rows.x.resize(n * rows.columns());
  rows.store.resize(n);
  rows.category.resize(n);
  rows.product.resize(n);
  rows.log_offset.resize(n);
  return rows;
}

void fill_row(ChallengeRows& rows, size_t at, const LossData& data, const Asked& asked, View view,
              const LossModel& model, const SpreadParts& parts) {
  const auto& [x, cell, attention] = asked;
  const Product& p = data.products[static_cast<size_t>(x.product)];
  const Store& s = data.stores[static_cast<size_t>(x.store)];
  const auto c = static_cast<size_t>(cell);
  const bool ahead = view == View::forecast;
  const double days = std::max(1.0, x.days()), rate = model.sales_rate(cell);
  const double turn = 2 * std::numbers::pi * 0.5 * (x.day_from + x.day_to) / 365.25;
  const double loss = std::max(kLeastLoss, spread_of(parts).loss_found());
  auto effect = [&](Level l, int32_t group) {
    return std::log(static_cast<double>(model.effect[static_cast<size_t>(l)][static_cast<size_t>(group)]));
  };
  const double values[] = {
      std::log(days), std::log(rate + 1e-3), std::log(std::max(0.0, static_cast<double>(x.stock_days)) / days + 0.5),
      std::log(std::max(0.01, static_cast<double>(x.unit_cost))),
      x.unit_retail > 0 ? 1 - static_cast<double>(x.unit_cost) / x.unit_retail : 0, p.pack, p.shelf_life_d,
      std::cos(turn), std::sin(turn), std::min(30.0, rate * static_cast<double>(x.quiet_days)),
      // The book at its end is not known of what is still to come.
      std::log1p(ahead ? std::max(0.0, static_cast<double>(x.count_from)) : parts.book),
      static_cast<double>(x.received) / days, s.area_m2, effect(Level::store, x.store),
      effect(Level::category, p.category), effect(Level::product, x.product), effect(Level::cell, cell),
      std::log1p(static_cast<double>(model.cell_expected[c])),
      std::log1p(std::max(0.0, static_cast<double>(model.cell_observed[c]))), parts.empty_chance,
      static_cast<double>(attention), std::log(loss), ahead ? 1.0 : 0.0};
  static_assert(std::size(values) == 23);
  std::transform(std::begin(values), std::end(values),
                 rows.x.begin() + static_cast<std::ptrdiff_t>(at * rows.columns()),
                 [](double v) { return static_cast<float>(v); });
  rows.store[at] = x.store;
  rows.category[at] = p.category;
  rows.product[at] = x.product;
  rows.log_offset[at] = static_cast<float>(std::log(loss));
}

}  // namespace shrike
