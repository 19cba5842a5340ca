#include "shrink/priors.h"

#include <algorithm>
#include <boost/math/distributions/gamma.hpp>
#include <cmath>
#include <fmt/format.h>

namespace shrike {
namespace {

constexpr double kAhead = 30;  // days over which a rate a day is taken
constexpr double kSpoilageShareMax = 0.9;

/// A product's part in the chain: net loss, and what would spoil at one part in so many sold a day of shelf life.
struct ProductSum {
  double loss = 0, spoiling = 0, sold = 0;
};

struct Spoilage {
  double a_unit = 0, error = 0;
};

/// Loss a unit sold of goods that spoil, against 1 / shelf life: the slope is spoilage that nobody recorded, what is
/// left where nothing spoils is not. Weighted least squares over products.
Spoilage learn_spoilage(const std::vector<ProductSum>& products) {
  double w = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (const ProductSum& p : products) {
    if (p.sold <= 0) continue;
    const double weight = std::sqrt(p.sold), u = p.spoiling / p.sold, v = p.loss / p.sold;
    w += weight;
    x += weight * u;
    y += weight * v;
    xx += weight * u * u;
    xy += weight * u * v;
  }
  const double spread = w > 0 ? xx - x * x / w : 0;
  if (spread <= 1e-12) return {};
  Spoilage out;
  out.a_unit = (xy - x * y / w) / spread;
  double squares = 0;
  const double at = (y - out.a_unit * x) / w;
  for (const ProductSum& p : products) {
    if (p.sold <= 0) continue;
    const double left = p.loss / p.sold - at - out.a_unit * p.spoiling / p.sold;
    squares += p.sold * left * left * std::pow(p.spoiling / p.sold - x / w, 2);
  }
  out.error = std::sqrt(squares) / spread;
  out.a_unit = std::max(0.0, out.a_unit);
  return out;
}

class PriorsRun {
 public:
  PriorsRun(const LossData& data, const Layout& layout, const Nowcaster& nowcaster,
            const std::map<std::string, std::string>& zone_of, int threads)
      : data_(data), layout_(layout), nowcaster_(nowcaster), zone_of_(zone_of), threads_(threads) {}

  Result<Priors> run() {
    learn_chain();
    Priors out;
    out.spoilage_a_unit = spoilage_.a_unit;
    out.spoilage_error = spoilage_.error;
    out.stores.resize(data_.stores.size());
    for (size_t s = 0; s < out.stores.size(); ++s) out.stores[s].store = static_cast<int>(s);
    std::vector<Asked> ahead;
    for (size_t i = 0; i < data_.intervals.size(); ++i) {
      const Interval& x = data_.intervals[i];
      if (x.open) ahead.push_back({to_come(x, kAhead), layout_.cell[i], layout_.attention[i]});
    }
    TRY(const auto parts, nowcaster_.parts(data_, ahead, View::forecast, threads_));
    for (size_t k = 0; k < ahead.size(); ++k) add_cell(out, ahead[k], parts[k]);
    for (StorePriors& store : out.stores) finish(store);
    if (zone_of_.empty()) out.notes.emplace_back("no planogram: zones are the products' categories");
    return out;
  }

 private:
  void learn_chain() {
    std::vector<ProductSum> sums(data_.products.size());
    for (size_t i = 0; i < data_.intervals.size(); ++i) {
      const Interval& x = data_.intervals[i];
      if (x.open || x.kind == CountKind::targeted) continue;
      ProductSum& p = sums[static_cast<size_t>(x.product)];
      const Product& product = data_.products[static_cast<size_t>(x.product)];
      p.loss += target(x);
      p.sold += x.sold;
      if (product.shelf_life_d > 0) p.spoiling += x.sold / product.shelf_life_d;
    }
    spoilage_ = learn_spoilage(sums);
    share_.assign(sums.size(), 0);
    share_error_.assign(sums.size(), 0);
    for (size_t p = 0; p < sums.size(); ++p) {
      if (sums[p].spoiling <= 0) continue;
      const double loss = std::max(sums[p].loss, 1.0);
      share_[p] = std::clamp(spoilage_.a_unit * sums[p].spoiling / loss, 0.0, kSpoilageShareMax);
      share_error_[p] = std::min(0.5, spoilage_.error * sums[p].spoiling / loss);
    }
  }

  void add_cell(Priors& out, const Asked& ahead, const SpreadParts& parts) const {
    const Interval& x = ahead.interval;
    const auto p = static_cast<size_t>(x.product);
    // Theft-like: what is lost beyond cases that never came and goods that spoil. Gains are scans and counts gone
    // wrong, not theft undone: those of the same product are taken off, and what goes
    // out as its sibling is scanned.
    const auto cell = static_cast<size_t>(ahead.cell);
    const LossModel& model = nowcaster_.model();
    const double lost = std::max(0.0, parts.loss_mean - parts.gain_mean - model.mixed_up(ahead)) / kAhead;
    const double theft = lost * (1 - share_[p]);
    const double shape = model.alpha[static_cast<size_t>(Level::cell)] +
                         std::max(0.0F, model.cell_observed[cell]) / std::max(1.0, model.dispersion);
    const double variance = theft * theft / shape + std::pow(lost * share_error_[p], 2);
    ProductPrior prior;
    prior.product = x.product;
    prior.zone = zone_of(data_.products[p]);
    prior.units = rate_estimate(theft, variance);
    prior.cost = theft * x.unit_cost;
    prior.retail = theft * x.unit_retail;
    out.stores[static_cast<size_t>(x.store)].products.push_back(std::move(prior));
  }

  [[nodiscard]] std::string zone_of(const Product& product) const {
    if (zone_of_.empty()) return data_.categories[static_cast<size_t>(product.category)];
    const auto found = zone_of_.find(product.sku);
    return found == zone_of_.end() ? std::string() : found->second;
  }

  /// A product's interval back to a variance, for sums: a Gamma's 90 % width is near 3.29 standard deviations.
  static double variance_of(const ProductPrior& p) { return std::pow((p.units.high - p.units.low) / 3.29, 2); }

  void finish(StorePriors& store) const {
    struct Sum {
      double units = 0, units_variance = 0, retail = 0, retail_variance = 0, cost = 0;
    };
    std::map<std::string, Sum> zones;
    Sum all;
    const LossModel& model = nowcaster_.model();
    for (const ProductPrior& p : store.products) {
      const double price = p.units.mean > 0 ? p.retail / p.units.mean : 0;
      for (Sum* sum : {&zones[p.zone], &all}) {
        sum->units += p.units.mean;
        sum->units_variance += variance_of(p);
        sum->retail += p.retail;
        sum->retail_variance += variance_of(p) * price * price;
        sum->cost += p.cost;
      }
    }
    // What all of a store's products share: its own multiplier, as well as its counts tell it.
    const double seen = std::max(1.0, all.units * 365);
    const double shared =
        1 / (std::max(0.1, model.alpha[static_cast<size_t>(Level::store)]) + seen / std::max(1.0, model.dispersion));
    auto units = [&](const Sum& x) { return rate_estimate(x.units, x.units_variance + shared * x.units * x.units); };
    auto retail = [&](const Sum& x) {
      return rate_estimate(x.retail, x.retail_variance + shared * x.retail * x.retail);
    };
    store.units = units(all);
    store.retail = retail(all);
    for (const auto& [zone, sum] : zones) {
      store.zones.push_back({zone, units(sum), retail(sum), sum.cost, sum.units > 0 ? sum.retail / sum.units : 0});
    }
    std::stable_sort(store.zones.begin(), store.zones.end(),
                     [](const ZonePrior& a, const ZonePrior& b) { return a.retail.mean > b.retail.mean; });
    std::stable_sort(store.products.begin(), store.products.end(),
                     [](const ProductPrior& a, const ProductPrior& b) { return a.retail > b.retail; });
  }

  const LossData& data_;
  const Layout& layout_;
  const Nowcaster& nowcaster_;
  const std::map<std::string, std::string>& zone_of_;
  const int threads_;
  Spoilage spoilage_;
  std::vector<double> share_, share_error_;  ///< by product: unrecorded spoilage's share of its loss
};

}  // namespace

Estimate rate_estimate(double mean, double variance) {
  if (mean <= 1e-12) return {0, 0, 0};
  const double shape = std::max(1e-3, mean * mean / std::max(variance, 1e-6 * mean * mean));
  const boost::math::gamma_distribution<> gamma(shape, mean / shape);
  return {mean, boost::math::quantile(gamma, 0.05), boost::math::quantile(gamma, 0.95)};
}

Result<Priors> theft_priors(const LossData& data, const Layout& layout, const Nowcaster& nowcaster,
                            const std::map<std::string, std::string>& zone_of, int threads) {
  return PriorsRun(data, layout, nowcaster, zone_of, threads).run();
}

}  // namespace shrike
