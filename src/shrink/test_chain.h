#pragma once
// A chain made of exactly what the model assumes, for tests of the estimator: known multipliers, Poisson losses, no
// stock to run out of. src/sim has the chain that does not do the estimator this favour.

#include <boost/random/gamma_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/poisson_distribution.hpp>
#include <cmath>
#include <fmt/format.h>

#include "shrink/intervals.h"
#include "shrink/loss_model.h"

namespace shrike::test {

struct TestChain {
  int stores = 20, products = 60, categories = 6, counts = 4;
  double units_a_day = 0.01;
  double store_shape = 12, product_shape = 1.5, cell_shape = 0;  ///< gamma; 0: all alike
  double exposure_exponent = 0.5;                                ///< of the sales rate
  uint64_t seed = 1;
};

struct MadeUp {
  LossData data;
  std::vector<double> store, product;  ///< planted multipliers
  std::vector<double> mean;            ///< planted E[V], as data.intervals
};

inline MadeUp make_up(const TestChain& x) {
  boost::random::mt19937_64 engine(x.seed);
  auto gamma = [&](double shape) {
    return shape > 0 ? boost::random::gamma_distribution<>(shape, 1 / shape)(engine) : 1.0;
  };
  MadeUp out;
  for (int s = 0; s < x.stores; ++s) {
    Store store;
    store.id = fmt::format("S{:03}", s + 1);
    out.data.stores.push_back(store);
    out.store.push_back(gamma(x.store_shape));
  }
  for (int c = 0; c < x.categories; ++c) out.data.categories.push_back(fmt::format("Category {}", c + 1));
  for (int p = 0; p < x.products; ++p) {
    Product product;
    product.sku = fmt::format("P{:04}", p + 1);
    product.category = p % x.categories;
    product.unit_cost = 2;
    product.unit_retail = 3;
    out.data.products.push_back(product);
    out.product.push_back(gamma(x.product_shape));
  }
  for (int s = 0; s < x.stores; ++s) {
    for (int p = 0; p < x.products; ++p) {
      const double cell = gamma(x.cell_shape), sales_a_day = 0.3 * gamma(1.5) + 0.02;
      for (int k = 0; k < x.counts; ++k) {
        Interval i;
        i.store = s;
        i.product = p;
        i.day_from = 19000 + 180.0 * k + 5 * (s % 7);
        i.day_to = i.day_from + 180;
        i.open = k + 1 == x.counts;
        const double mean = x.units_a_day * i.days() * out.store[static_cast<size_t>(s)] *
                            out.product[static_cast<size_t>(p)] * cell *
                            std::pow(sales_a_day / 0.3, x.exposure_exponent);
        i.v = i.open ? 0 : static_cast<float>(boost::random::poisson_distribution<>(mean + 1e-9)(engine));
        i.sold = static_cast<float>(boost::random::poisson_distribution<>(sales_a_day * i.days())(engine));
        i.received = i.sold;
        i.stock_days = static_cast<float>(200 * i.days());
        i.count_from = i.book_to = 200;
        i.unit_cost = 2;
        i.unit_retail = 3;
        out.data.intervals.push_back(i);
        out.mean.push_back(mean);
      }
    }
  }
  out.data.currency = "EUR";
  return out;
}

/// The same where goods are lost four times as often while they are dear, which they are every other interval by
/// chance: the baseline does not look at prices, a challenger does.
inline MadeUp make_up_with_prices(const TestChain& x) {
  MadeUp out = make_up(x);
  boost::random::mt19937_64 engine(x.seed + 77);
  for (size_t i = 0; i < out.data.intervals.size(); ++i) {
    Interval& each = out.data.intervals[i];
    const bool dear = engine() % 2 == 0;
    each.unit_cost = dear ? 8 : 2;
    out.mean[i] *= dear ? 1.6 : 0.4;
    if (!each.open) each.v = static_cast<float>(boost::random::poisson_distribution<>(out.mean[i] + 1e-9)(engine));
  }
  return out;
}

}  // namespace shrike::test
